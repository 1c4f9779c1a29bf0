"""Whether whatever a record is about is named in its passages, or marked as implied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.findings import Problem
from hkkg.evidence.model import STATED_IN, VALUE
from hkkg.evidence.texts import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.evidence.model import Evidence

IMPLIES: Final = vocab.HKKG + "implies"
IMPLIED_PARTY: Final = vocab.HKKG + "impliedParty"
REASON: Final = vocab.HKKG + "reason"


def statedness_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find passages that do not exist, and records that no passage states."""
    for passage in evidence.statements.values(resource, STATED_IN):
        if passage not in evidence.passages:
            message = f"it is stated in {vocab.curie(passage)}, which does not exist."
            yield Problem(resource, "passage-unknown", message, "", STATED_IN, passage)
    if not evidence.statements.values(resource, STATED_IN):
        yield Problem(resource, "record-unstated", "no passage states it: it has no hkkg:statedIn.")


def needs_statement(evidence: Evidence, resource: str) -> bool:
    """Whether a resource without passages should have some: it says something, and is not computed."""
    if evidence.is_a(resource, evidence.model.derived | evidence.model.notes):
        return False
    predicates = set(evidence.statements.predicates(resource))
    return not predicates.isdisjoint(evidence.model.parties | evidence.model.dates | {VALUE})


def named_things(evidence: Evidence, resource: str) -> dict[str, str | None]:
    """Return what passages must name, each with its predicate: a record's parties, and an entity itself."""
    if evidence.is_a(resource, evidence.model.notes):
        return {}
    things: dict[str, str | None] = dict(evidence.parties(resource))
    if evidence.is_a(resource, evidence.model.entities) or evidence.labels(resource):
        things[resource] = None
    return things


def party_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find parties that a passage does not name, and implications that are unneeded or incomplete."""
    implied = _implied(evidence, resource)
    things = named_things(evidence, resource)
    for thing, predicate in things.items():
        unnamed = [p for p in evidence.passages_of(resource) if not _named(evidence, thing, p)]
        if thing in implied:
            if not unnamed and evidence.passages_of(resource):
                message = f"{vocab.curie(thing)} is marked as implied, but every passage names it."
                yield Problem(resource, "implication-unneeded", message, "", IMPLIES)
            continue
        for passage in unnamed:
            yield _unnamed(evidence, resource, thing, predicate, passage)
    for thing, reasons in implied.items():
        if thing not in things:
            message = f"{vocab.curie(thing)} is marked as implied, but is no party of it."
            yield Problem(resource, "implication-of-no-party", message, "", IMPLIES)
        elif not reasons:
            message = f"{vocab.curie(thing)} is marked as implied, without a hkkg:reason."
            yield Problem(resource, "implication-without-reason", message, "", IMPLIES)


def _implied(evidence: Evidence, resource: str) -> dict[str, list[str]]:
    statements = evidence.statements
    return {
        party: statements.values(implication, REASON)
        for implication in statements.values(resource, IMPLIES)
        for party in statements.values(implication, IMPLIED_PARTY)
    }


def _named(evidence: Evidence, thing: str, passage: str) -> bool:
    texts = evidence.passages.texts(passage)
    return any(names(text, label) for label in evidence.labels(thing) for text in texts)


def _unnamed(evidence: Evidence, resource: str, thing: str, predicate: str | None, passage: str) -> Problem:
    labels = evidence.labels(thing)
    shown = "、".join(labels[:4]) if labels else "no label"
    role = f"its {vocab.curie(predicate)} {vocab.curie(thing)}" if predicate else "it"
    message = f"{role} is not named in {vocab.curie(passage)} by its labels ({shown}), nor marked as implied."
    code = "party-unnamed" if predicate else "entity-unnamed"
    return Problem(resource, code, message, "", predicate or STATED_IN, thing if predicate else passage)
