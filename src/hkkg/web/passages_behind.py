"""The passages behind an answer: those of the records that its rows name, or that link what a row names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.naming import names, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.store import Table, Term
    from hkkg.workers.worker import Engine

    Row = Sequence[Term | None]
    _Pair = tuple[str, str]

_MOST_PAIRS: Final = 2_000
_MOST_PASSAGES: Final = 40
_BOOLEAN: Final = NamedNode(vocab.XSD + "boolean")
_LINKING: Final = f"""
SELECT DISTINCT ?passage ?record {{
  VALUES (?one ?other) {{ %s }}
  ?record ?p ?one ; ?q ?other ; <{vocab.HKKG}statedIn> ?passage ; a/rdfs:subClassOf* ?kind .
  FILTER(?kind IN (<{vocab.HKKG}Record>, <{vocab.HKKG}EditorialNote>))
}}"""
_RECORDS: Final = f"""
SELECT DISTINCT ?passage ?record {{
  VALUES ?record {{ %s }} ?record <{vocab.HKKG}statedIn> ?passage ; a/rdfs:subClassOf* ?kind .
  FILTER(?kind IN (<{vocab.HKKG}Record>, <{vocab.HKKG}EditorialNote>))
}}"""
_NAMED: Final = f"""
SELECT DISTINCT ?passage ?thing {{ VALUES ?thing {{ %s }} ?thing <{vocab.HKKG}statedIn> ?passage }}"""
_WORDS: Final = f"""
SELECT DISTINCT ?passage ?word {{
  VALUES ?passage {{ %s }} ?passage <{vocab.HKKG}keyWord> ?word
}} ORDER BY ?word"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A passage, and what it states of an answer.

    Attributes:
        iri: of the passage.
        words: by which a person finds it in the source.
        stated: IRIs and names of the records that it states.
        named: those of other things in the answer's rows that it names.
    """

    iri: str
    words: tuple[str, ...]
    stated: tuple[tuple[str, str], ...]
    named: tuple[tuple[str, str], ...]


def passages_behind(
    engine: Engine, rows: Sequence[Row], given: Iterable[str], language: str
) -> tuple[int, tuple[Behind, ...]]:
    """Find the passages behind an answer.

    Args:
        engine: has the graph.
        rows: of the answer.
        given: IRIs that the question was asked about; they count as part of each row.
        language: for names.

    Returns:
        How many there are, and the first of them.
    """
    about = [NamedNode(iri) for iri in given]
    iris = {term for row in rows for term in row if isinstance(term, NamedNode)}
    things = sorted(map(str, iris))
    records = sorted({*things, *map(str, about)})
    stated = _stating(engine, _LINKING, _pairs(rows, about)) | _stating(engine, _RECORDS, records)
    named = _stating(engine, _NAMED, things) - stated
    shown = {iri.value for iri in iris if iri.value.startswith(vocab.PASSAGE)}
    passages = sorted({*shown, *(passage for passage, _ in stated | named)}, key=_place)
    return len(passages), _described(engine, passages[:_MOST_PASSAGES], stated, named, language)


def _pairs(rows: Sequence[Row], about: list[NamedNode]) -> list[str]:
    """Pair what stands in one row: two IRIs, or an IRI and a value that is not a name."""
    pairs: dict[str, None] = {}
    for row in rows:
        terms = [*(term for term in row if _tells(term)), *about]
        for one, other in combinations(dict.fromkeys(map(str, terms)), 2):
            if one.startswith("<") or other.startswith("<"):
                pairs[f"({one} {other})"] = None
        if len(pairs) >= _MOST_PAIRS:
            break
    return list(pairs)[:_MOST_PAIRS]


def _tells(term: Term | None) -> bool:
    """Whether a term says of which record a row is: a yes or no is of too many, a name of none."""
    if isinstance(term, Literal):
        return not term.language and term.datatype != _BOOLEAN
    return isinstance(term, NamedNode)


def _stating(engine: Engine, query: str, values: Sequence[str]) -> set[tuple[str, str]]:
    table = read(engine, query % " ".join(values)) if values else None
    return {(p.value, r.value) for p, r in _iris(table)} if table else set()


def _iris(table: Table) -> Iterable[tuple[NamedNode, NamedNode]]:
    for passage, record in table.rows:
        if isinstance(passage, NamedNode) and isinstance(record, NamedNode):
            yield passage, record


def _place(iri: str) -> tuple[str, int]:
    """Order passages as they stand in their sources: an IRI ends in SOURCE.START-END."""
    source, _, span = iri.rpartition(".")
    start = span.partition("-")[0]
    return source, int(start) if start.isdecimal() else 0


def _described(
    engine: Engine, passages: list[str], stated: set[_Pair], named: set[_Pair], language: str
) -> tuple[Behind, ...]:
    known = names(engine, {thing for _, thing in stated | named}, language)
    words = _words(engine, passages)

    def called(pairs: set[_Pair], passage: str) -> tuple[tuple[str, str], ...]:
        things = sorted(thing for found, thing in pairs if found == passage)
        return tuple((iri, known[iri].value if iri in known else vocab.curie(iri)) for iri in things)

    return tuple(Behind(iri, words.get(iri, ()), called(stated, iri), called(named, iri)) for iri in passages)


def _words(engine: Engine, passages: list[str]) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    rows = read(engine, _WORDS % " ".join(f"<{iri}>" for iri in passages)).rows if passages else ()
    for passage, word in rows:
        if isinstance(passage, NamedNode) and isinstance(word, Literal):
            words[passage.value] = (*words.get(passage.value, ()), word.value)
    return words
