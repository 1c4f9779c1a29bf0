"""What software adds to the records of a graph besides what its axioms imply: labels, and bounds of dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import TYPE, UNION
from hkkg.reasoning.bounds import NOT_AFTER, NOT_BEFORE, RECORD, bound_premises, bound_triples
from hkkg.reasoning.labels import LABEL, Labeller, label_triples
from hkkg.store import Literal

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore, Triple

BOUNDS_RULE: Final = "date-bounds"
LABEL_RULE: Final = "record-label"
_TAGS: Final = {language.lower(): language for language in vocab.LANGUAGES}


@dataclass(frozen=True, slots=True)
class Generation:
    """How a triple was generated: by which rule, from which triples."""

    rule: str
    premises: tuple[Triple, ...]


def complete(store: EmbeddedStore) -> None:
    """Add labels of records and bounds of their dates, where they are not stated."""
    generated = [*bound_triples(store), *label_triples(store)]
    known = store.quads
    fresh = [q for q in generated if next(known(q.subject, q.predicate, q.object, UNION), None) is None]
    store.add(fresh, in_union=True)


def generation(store: EmbeddedStore, triple: Triple) -> Generation | None:
    """Say from what a label or a bound of a record was generated; None for any other triple."""
    record = triple.subject
    if next(store.quads(record, TYPE, RECORD, UNION), None) is None:
        return None
    if triple.predicate in {NOT_AFTER, NOT_BEFORE}:
        return Generation(BOUNDS_RULE, tuple(bound_premises(store, record)))
    if triple.predicate == LABEL and isinstance(triple.object, Literal):
        language = _TAGS.get(triple.object.language or "")
        if language:
            return Generation(LABEL_RULE, Labeller(store).wording(record, language).premises)
    return None
