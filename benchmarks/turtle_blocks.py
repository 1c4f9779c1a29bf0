"""Blocks of Turtle that know how many triples they hold, and the source text that their passages cite."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

SOURCE: Final = "benchmark-source"
PREFIXES: Final = """\
PREFIX concept: <https://w3id.org/hkkg/concept/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX hk: <https://w3id.org/hkkg/id/>
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX passage: <https://w3id.org/hkkg/passage/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_TRIPLES_OF_A_SELECTOR: Final = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the three scripts of every label."""

    en: str
    hant: str
    hans: str

    def numbered(self, number: int) -> Name:
        """Return the name with a number after it."""
        return Name(f"{self.en} {number}", f"{self.hant}{number}", f"{self.hans}{number}")

    def of(self, whole: Name) -> Name:
        """Return the name of what belongs to another thing."""
        return Name(f"{self.en}, {whole.en}", f"{whole.hant}{self.hant}", f"{whole.hans}{self.hans}")

    def labels(self) -> tuple[tuple[str, str], ...]:
        """Return the preferred labels, as predicates and objects."""
        tagged = ((self.en, "en"), (self.hans, "zh-Hans"), (self.hant, "zh-Hant"))
        return tuple(("skos:prefLabel", f'"{text}"@{tag}') for text, tag in tagged)


@dataclass(frozen=True, slots=True)
class Block:
    """What is said of one subject: pairs of a predicate and an object, as Turtle writes them."""

    subject: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def triples(self) -> int:
        """How many triples the block holds."""
        selectors = sum(predicate == "oa:hasSelector" for predicate, _ in self.pairs)
        return len(self.pairs) + _TRIPLES_OF_A_SELECTOR * selectors

    def __str__(self) -> str:
        """Write the block in Turtle, one pair a line."""
        return f"\n{self.subject}\n" + "".join(f"    {p} {o} ;\n" for p, o in self.pairs) + "    .\n"


@dataclass(slots=True)
class Source:
    """The text that the records are stated in, kept as far as passages need it: its length and digest."""

    length: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def cite(self, sentence: str, key_word: str) -> Block:
        """Add a sentence to the text, and return the passage that it is."""
        data = sentence.encode()
        start, end = self.length, self.length + len(sentence)
        self.length = end
        self._digest.update(data)
        return Block(
            f"passage:{SOURCE}.{start}-{end}",
            (
                ("a", "hkkg:Passage"),
                ("dcterms:isPartOf", f"hk:{SOURCE}"),
                ("hkkg:digest", f'"{hashlib.sha256(data).hexdigest()}"'),
                ("hkkg:keyWord", f'"{key_word}"@zh-Hant'),
                ("hkkg:passageKind", "concept:body"),
                ("oa:hasSelector", f"[ a oa:TextPositionSelector ; oa:end {end} ; oa:start {start} ]"),
                ("oa:hasSource", f"hk:{SOURCE}"),
            ),
        )

    def block(self, name: Name) -> Block:
        """Describe the source itself, when no sentence comes any more."""
        digest = ("schema:sha256", f'"{self._digest.hexdigest()}"')
        return Block(f"hk:{SOURCE}", (("a", "hkkg:Article"), digest, *name.labels()))
