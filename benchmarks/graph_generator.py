"""A synthetic graph like hkkg's own, of any size: scholars, laboratories, projects, publications, awards.

Written in hkkg's own classes and properties, with passages, records and labels in three scripts, so that the
packaged shapes find nothing in it. The same size gives the same bytes on every machine. The text that its
passages cite is made up as well; nobody and nothing in it exists.

Run it with `python benchmarks/graph_generator.py TRIPLES FILE`.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from turtle_blocks import PREFIXES, SOURCE, Block, Name, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAPH: Final = "https://w3id.org/hkkg/graph/data/benchmark/graph"
PRESS: Final = "hk:benchmark-press"
COUNCIL: Final = "hk:benchmark-council"
UNIVERSITIES: Final = 8
_SEED: Final = 20261125
_FIRST_YEAR, _YEARS = 2000, 26
# Numbers and offsets that no generated graph reaches, for what is added later.
_BEYOND: Final = 10**8
_LONGEST_SENTENCE: Final = 1000
# What is added in turn, over and over.
_ROUND: Final = (
    "laboratory", "scholar", "scholar", "project", "publication", "publication", "scholar", "scholar",
    "publication", "scholar", "project", "publication", "scholar", "publication", "conferral",
)  # fmt: skip
_KINDS: Final = {
    "university": ("hkkg:University", Name("University", "大學", "大学")),
    "journal": ("hkkg:Journal", Name("Journal", "學報", "学报")),
    "award": ("hkkg:Award", Name("Award", "獎", "奖")),
    "laboratory": ("hkkg:Laboratory", Name("Laboratory", "實驗室", "实验室")),
    "scholar": ("hkkg:Scholar", Name("Scholar", "學者", "学者")),
    "project": ("hkkg:ResearchProject", Name("Project", "項目", "项目")),
    "publication": ("hkkg:Publication", Name("Paper", "論文", "论文")),
}
FIELDS: Final = tuple(
    Name(*names)
    for names in (
        ("marine ecology", "海洋生態", "海洋生态"),
        ("solid-state batteries", "固態電池", "固态电池"),
        ("medical imaging", "醫學影像", "医学影像"),
        ("machine translation", "機器翻譯", "机器翻译"),
        ("structural health", "結構健康", "结构健康"),
        ("gene therapy", "基因治療", "基因治疗"),
        ("urban transport", "城市交通", "城市交通"),
        ("quantum optics", "量子光學", "量子光学"),
        ("air quality", "空氣質量", "空气质量"),
        ("robotics", "機械人", "机械人"),
        ("cryptography", "密碼學", "密码学"),
        ("carbon capture", "碳捕集", "碳捕集"),
        ("tropical weather", "熱帶天氣", "热带天气"),
        ("semiconductors", "半導體", "半导体"),
        ("tissue engineering", "組織工程", "组织工程"),
        ("remote sensing", "遙感", "遥感"),
    )
)


class _Generator:
    """Adds one thing after the other; what is added refers to what was added before."""

    def __init__(self, seed: int = _SEED, source: Source | None = None, **count: int) -> None:
        self.source = source or Source()
        self._count = Counter(count)
        # random() alone is promised to give the same numbers in every version of Python.
        self._random = random.Random(seed).random  # noqa: S311 - nothing secret

    def start(self) -> Iterator[Block]:
        """Describe the graph itself, its speakers, and what there is of each from the outset."""
        yield from _heading()
        for number, name in enumerate(FIELDS, 1):
            yield Block(
                f"concept:benchmark-field-{number}",
                (("a", "skos:Concept"), ("skos:inScheme", "concept:fields"), *name.labels()),
            )
        for kind, number in (("university", UNIVERSITIES), ("journal", 20), ("award", 10), ("laboratory", 4)):
            for _ in range(number):
                yield from self.add(kind)
        for _ in range(8):
            yield from self.add("scholar")
        yield from self.add("project")
        yield from self.add("publication")

    def add(self, kind: str) -> Iterator[Block]:
        """Add a thing: the passage that states it, the thing, and its records."""
        self._count[kind] += 1
        records = {
            "laboratory": self._of_laboratory,
            "scholar": self._of_scholar,
            "project": self._of_project,
            "publication": self._of_publication,
            "conferral": self._of_conferral,
        }
        number = self._count[kind]
        field = 1 + int(self._random() * len(FIELDS))
        name = _KINDS[kind][1].numbered(number).of(FIELDS[field - 1]) if kind in _KINDS else None
        stated = list(records[kind](number, field)) if kind in records else []
        sentence = _sentence(name.hant if name else "頒獎", stated)
        passage = self.source.cite(sentence, f"{_KINDS[kind][1].hant if name else '頒獎'}{number}")
        yield passage
        if name:
            pairs = (("a", _KINDS[kind][0]), ("hkkg:statedIn", passage.subject), *name.labels())
            yield Block(_iri(kind, number), pairs)
        for record in stated:
            yield Block(record.subject, (*record.pairs, ("hkkg:statedIn", passage.subject)))

    def _one(self, kind: str) -> str:
        """Choose a thing of a kind, the earlier ones more often, as fame is distributed."""
        return _iri(kind, 1 + int(self._random() * self._random() * self._count[kind]))

    def _several(self, kind: str, most: int) -> list[str]:
        return sorted({self._one(kind) for _ in range(1 + int(self._random() * most))})

    def _year(self) -> tuple[str, str]:
        return ("hkkg:date", f'"{_FIRST_YEAR + int(self._random() * _YEARS)}"^^xsd:gYear')

    def _of_laboratory(self, number: int, field: int) -> Iterator[Block]:
        this = _iri("laboratory", number)
        for place, host in enumerate(self._several("university", 2), 1):
            yield _record(f"{this}-host-{place}", "Hosting", hostedLaboratory=this, host=host)
        yield _coverage(this, field)

    def _of_scholar(self, number: int, field: int) -> Iterator[Block]:
        this = _iri("scholar", number)
        for kind in ("university", "laboratory"):
            where = self._one(kind)
            yield _record(f"{this}-at-{kind}", "Membership", member=this, organization=where)
        yield _coverage(this, field)

    def _of_project(self, number: int, field: int) -> Iterator[Block]:
        this = _iri("project", number)
        for place, scholar in enumerate(self._several("scholar", 6), 1):
            yield _record(f"{this}-part-{place}", "Participation", participant=scholar, activity=this)
        funding = _record(f"{this}-funding", "Funding", funder=COUNCIL, recipient=this)
        yield Block(funding.subject, (*funding.pairs, self._year()))
        yield _coverage(this, field)

    def _of_publication(self, number: int, field: int) -> Iterator[Block]:
        this = _iri("publication", number)
        for place, scholar in enumerate(self._several("scholar", 4), 1):
            yield _record(f"{this}-author-{place}", "Authorship", author=scholar, work=this)
        venue = self._one("journal")
        published = _record(f"{this}-venue", "PaperPublication", publishedWork=this, venue=venue)
        yield Block(published.subject, (*published.pairs, self._year()))
        yield _coverage(this, field)

    def _of_conferral(self, number: int, _: int) -> Iterator[Block]:
        laureate = self._one("project" if number % 2 else "scholar")
        this = _iri("conferral", number)
        given = _record(this, "Conferral", award=self._one("award"), laureate=laureate)
        yield Block(given.subject, (*given.pairs, self._year()))


def _iri(kind: str, number: int) -> str:
    return f"hk:benchmark-{kind}-{number}"


def _record(subject: str, class_name: str, **parties: str) -> Block:
    return Block(
        subject, (("a", f"hkkg:{class_name}"), *((f"hkkg:{role}", who) for role, who in parties.items()))
    )


def _coverage(this: str, field: int) -> Block:
    return _record(f"{this}-field", "FieldCoverage", coverer=this, field=f"concept:benchmark-field-{field}")


def _sentence(name: str, stated: list[Block]) -> str:
    parties = [who for record in stated for predicate, who in record.pairs if predicate != "a"]
    return f"{name}：{'、'.join(parties)}。"


def _heading() -> Iterator[Block]:
    attributed = ("prov:wasAttributedTo", PRESS)
    yield Block(
        f"<{GRAPH}>",
        (
            ("a", "hkkg:SourceGraph"),
            ("dcterms:license", "<https://creativecommons.org/publicdomain/zero/1.0/>"),
            ("dcterms:source", f"hk:{SOURCE}"),
            ("dcterms:title", '"Synthetic graph for benchmarks"@en'),
            ("dcterms:title", '"基準測試用的合成圖譜"@zh-Hant'),
            attributed,
        ),
    )
    page = ("schema:url", '"https://example.org/"^^xsd:anyURI')
    press = Name("Benchmark Press", "基準報", "基准报")
    council = Name("Benchmark Council", "基準局", "基准局")
    yield Block(PRESS, (("a", "hkkg:NewsOrganization"), page, *press.labels()))
    yield Block(COUNCIL, (("a", "hkkg:GovernmentBody"), page, *council.labels()))


def blocks(triples: int) -> Iterator[Block]:
    """Yield the blocks of a graph of at least so many triples, and few more."""
    generator = _Generator()
    written, last = 0, 8  # the source's own block comes last
    for block in generator.start():
        written += block.triples
        yield block
    turn = 0
    while written + last < triples:
        for block in generator.add(_ROUND[turn % len(_ROUND)]):
            written += block.triples
            yield block
        turn += 1
    yield generator.source.block(Name("Benchmark source", "基準文本", "基准文本"))


def add_scholar(number: int) -> Iterator[Block]:
    """Yield the blocks of one scholar more, whom no generated graph holds."""
    beyond = Source(_BEYOND + number * _LONGEST_SENTENCE)
    yield from _Generator(
        number, beyond, scholar=_BEYOND + number, university=UNIVERSITIES, laboratory=4
    ).add("scholar")


def write(path: Path, triples: int) -> int:
    """Write the graph to a Turtle file, and return how many triples it holds."""
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(PREFIXES)
        for block in blocks(triples):
            file.write(str(block))
            written += block.triples
    return written


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[2]), int(sys.argv[1])):,} triples")
