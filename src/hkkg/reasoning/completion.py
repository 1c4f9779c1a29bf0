"""What software adds to the records of a graph besides what its axioms imply: labels, and bounds of dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import UNION, in_graph
from hkkg.reasoning.bounds import (
    NOT_AFTER,
    NOT_BEFORE,
    all_records,
    bound_premises,
    bound_triples,
    is_record,
)
from hkkg.reasoning.labels import LABEL, Labeller, label_triples
from hkkg.store import Literal

if TYPE_CHECKING:
    from hkkg.reasoning.labels import Resource
    from hkkg.store import EmbeddedStore, Quad, Triple

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
    store.add(completions(store, Labeller(store), all_records(store)), in_union=True)


def completions(store: EmbeddedStore, labeller: Labeller, records: set[Resource]) -> list[Quad]:
    """Generate labels and bounds of records; see `label_triples` for what is asked of these."""
    generated = [*bound_triples(store, records), *label_triples(labeller, records)]
    return [quad for quad in generated if in_graph(quad, UNION) not in store]


def generation(store: EmbeddedStore, triple: Triple) -> Generation | None:
    """Say from what a label or a bound of a record was generated; None for any other triple."""
    record = triple.subject
    if not is_record(store, record):
        return None
    if triple.predicate in {NOT_AFTER, NOT_BEFORE}:
        return Generation(BOUNDS_RULE, tuple(bound_premises(store, record)))
    if triple.predicate == LABEL and isinstance(triple.object, Literal):
        language = _TAGS.get(triple.object.language or "")
        if language:
            return Generation(LABEL_RULE, Labeller(store).wording(record, language).premises)
    return None
