"""Bringing the labels and bounds of records in step with what a change did to the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.reasoning.axioms import INFERRED, TYPE, UNION
from hkkg.reasoning.bounds import NOT_AFTER, NOT_BEFORE, RECORD, is_record
from hkkg.reasoning.completion import completions
from hkkg.reasoning.labels import LABEL, PREFERRED, Labeller
from hkkg.store import BlankNode, NamedNode

if TYPE_CHECKING:
    from hkkg.reasoning.labels import Resource
    from hkkg.reasoning.ledger import Ledger
    from hkkg.reasoning.maintenance import Facts
    from hkkg.reasoning.vocabulary import Vocabulary
    from hkkg.store import EmbeddedStore, Triple

GENERATED: Final = (LABEL, NOT_AFTER, NOT_BEFORE)


def recomplete(store: EmbeddedStore, vocabulary: Vocabulary, facts: Facts, inferred: Ledger) -> None:
    """Generate anew the labels and bounds of the records on which a change can tell."""
    renamed, former = _told_on(store, facts)
    records = _with_named(store, vocabulary, _with_naming(store, vocabulary, renamed))
    inferred.remove(triple for node in records | former for triple in _generated(store, node))
    quads = completions(store, Labeller(store, vocabulary), records)
    inferred.add(quad.triple for quad in quads)


def _told_on(store: EmbeddedStore, facts: Facts) -> tuple[set[Resource], set[Resource]]:
    """Find what may be called otherwise than before, and what has ceased to be a record."""
    changed = facts.lost | facts.gained
    former = {t.subject for t in facts.lost if t.predicate == TYPE and t.object == RECORD}
    named = {t.subject for t in changed if t.predicate in {LABEL, PREFERRED}}
    records = {node for node in {t.subject for t in changed} if is_record(store, node)}
    return former | named | records, former


def _with_naming(store: EmbeddedStore, vocabulary: Vocabulary, renamed: set[Resource]) -> set[Resource]:
    """The records among what is called otherwise, and those that name it, and those that name these."""
    found = set(renamed)
    left = list(renamed)
    while left:
        for quad in store.quads(None, None, left.pop(), UNION):
            record = quad.subject
            if record not in found and vocabulary.names_with(quad.predicate) and is_record(store, record):
                found.add(record)
                left.append(record)
    return {node for node in found if is_record(store, node)}


def _with_named(store: EmbeddedStore, vocabulary: Vocabulary, records: set[Resource]) -> set[Resource]:
    """The records, and those that they name, and those that these name."""
    labeller = Labeller(store, vocabulary)
    found = set(records)
    left = list(records)
    while left:
        for node in labeller.named(left.pop()) - found:
            if isinstance(node, (NamedNode, BlankNode)) and is_record(store, node):
                found.add(node)
                left.append(node)
    return found


def _generated(store: EmbeddedStore, node: Resource) -> list[Triple]:
    return [quad.triple for predicate in GENERATED for quad in store.quads(node, predicate, None, INFERRED)]
