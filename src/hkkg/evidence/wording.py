"""Whether a record's modality, flags and printed forms are what the words of its passages say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.findings import Problem
from hkkg.evidence.model import CLAIMED, EXPRESSED_AS, MEASURED, MODALITY, STATED_IN, VALUE
from hkkg.evidence.texts import HOLE, clause_around, plain, without_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hkkg.evidence.model import Evidence
    from hkkg.evidence.source import SourceText

NEWLY_ESTABLISHED: Final = vocab.HKKG + "newlyEstablished"
OPEN_LIST: Final = vocab.HKKG + "openList"
PRINTED_FORM: Final = vocab.HKKG + "printedForm"
NEW: Final = "新建"
_TRUE: Final = {"true", "1"}
_CLASSIFIERS: Final = tuple(
    vocab.HKKG + name
    for name in (
        "characteristicKind",
        "claimKind",
        "contributionKind",
        "occurrence",
        "operationKind",
        "scope",
    )
)
# 等 ends an open list, but not in 一等獎, 均等 or 等級.
_OPEN: Final = re.compile(r"包括但不限於|許多|(?<![一二三四五六七八九十特高平均同優初中])等(?![級獎於同])")


def modality_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find a modality that the words nearest to the record do not bear out."""
    stated = evidence.statements.first(resource, MODALITY)
    is_figure = bool(evidence.statements.values(resource, VALUE))
    if stated is None and not is_figure and not evidence.is_a(resource, evidence.model.events):
        return
    for passage in evidence.passages_of(resource):
        levels = evidence.passages.levels(passage)
        # A plain event may well be read with a passage that tells of a plan.
        nearest = _nearest_modalities(evidence, resource, levels if stated else levels[:1])
        expected = nearest or {MEASURED: ""}
        if (stated or MEASURED) in expected:
            continue
        if stated == CLAIMED and evidence.is_a(resource, evidence.model.claims):
            continue
        place = vocab.curie(passage)
        said = vocab.curie(stated) if stated else "no hkkg:modality, so a plain fact,"
        message = f"{said} is not what the words of {place} say."
        would_be = "、".join(f"{word} {vocab.curie(concept)}".strip() for concept, word in expected.items())
        yield Problem(resource, "modality-differs", message, would_be, MODALITY, stated)


def _nearest_modalities(
    evidence: Evidence, resource: str, levels: tuple[tuple[str, ...], ...]
) -> dict[str, str]:
    """Return the modalities whose words stand in the passage, else in what it is read with."""
    named = [label for party in evidence.parties(resource) for label in evidence.labels(party)]
    for level in levels:
        texts = [_without(without_names(plain(text)), named) for text in level]
        found = {
            concept: word
            for concept, words in evidence.model.modalities.items()
            if concept != MEASURED
            for word in words
            if any(word in text for text in texts)
        }
        if found:
            return found
    return {}


def _without(text: str, labels: list[str]) -> str:
    """Put a hole in the place of each name: 行動計劃 is no plan to do something."""
    for label in labels:
        text = text.replace(label, HOLE)
    return text


def classifier_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find kinds, scopes and occurrences that have words of their own, none of which a passage has."""
    statements = evidence.statements
    for predicate in _CLASSIFIERS:
        for concept in statements.values(resource, predicate):
            words = statements.values(concept, EXPRESSED_AS)
            for passage in evidence.passages_of(resource) if words else []:
                texts = [plain(text) for text in evidence.passages.texts(passage)]
                if not any(word in text for word in words for text in texts):
                    shown = "、".join(words)
                    message = f"{vocab.curie(concept)} ({shown}) is not expressed in {vocab.curie(passage)}."
                    yield Problem(resource, "classifier-unread", message, "", predicate, concept)


def flag_problems(evidence: Evidence, resource: str, sources: Mapping[str, SourceText]) -> Iterator[Problem]:
    """Find wrong flags: newly established, and open lists."""
    for flag in evidence.statements.values(resource, NEWLY_ESTABLISHED):
        for passage in evidence.passages_of(resource):
            printed = NEW in (evidence.passages.by_iri[passage].text or "")
            if printed != (flag in _TRUE):
                message = f"hkkg:newlyEstablished is {flag}, not as {vocab.curie(passage)} has it."
                would_be = NEW if printed else f"no {NEW}"
                yield Problem(resource, "flag-differs", message, would_be, NEWLY_ESTABLISHED, flag)
    for flag in evidence.statements.values(resource, OPEN_LIST):
        for passage in evidence.passages_of(resource) if flag in _TRUE else []:
            if not _open(evidence, passage, sources):
                message = f"the list in {vocab.curie(passage)} is not left open by 等, 許多 or 包括但不限於."
                yield Problem(resource, "flag-differs", message, "", OPEN_LIST, flag)


def _open(evidence: Evidence, iri: str, sources: Mapping[str, SourceText]) -> bool:
    passage = evidence.passages.by_iri[iri]
    if passage.source is None or passage.start is None or passage.end is None:
        return False
    clause = clause_around(sources[passage.source].text, passage.start, passage.end)
    return _OPEN.search(clause) is not None


def printed_form_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find printed forms that occur in none of the resource's passages."""
    texts = [evidence.passages.by_iri[passage].text or "" for passage in evidence.passages_of(resource)]
    if len(texts) < len(evidence.statements.values(resource, STATED_IN)):
        return
    for form in evidence.statements.values(resource, PRINTED_FORM):
        if not any(form in text or plain(form) in plain(text) for text in texts):
            message = f"the printed form {form!r} occurs in none of its passages."
            yield Problem(resource, "printed-form-missing", message, "、".join(texts), PRINTED_FORM, form)
