"""Reconciliation as a worker carries it out; each function takes the language of its answer first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import reconciliation
from hkkg.reconciliation import Known
from hkkg.web.finding import labels_of

if TYPE_CHECKING:
    from hkkg.reconciliation import Extension, Query, Typed
    from hkkg.workers.worker import Engine, Functions


def _known(engine: Engine, language: str) -> Known:
    labels = labels_of(engine)
    assert engine.store is not None  # noqa: S101 - what has labels has a store
    return Known(engine.store, labels, language)


def manifest(engine: Engine, language: str, base: str, place: str) -> dict[str, Any]:
    """Write the manifest."""
    return reconciliation.manifest(_known(engine, language), base, place)


def candidates(engine: Engine, language: str, query: Query) -> list[dict[str, Any]]:
    """Answer one query of a batch."""
    return reconciliation.Reconciler(_known(engine, language)).candidates(query)


def extend(engine: Engine, language: str, wanted: Extension) -> dict[str, Any]:
    """Answer a data extension query."""
    return reconciliation.extend(_known(engine, language), wanted)


def propose(engine: Engine, language: str, type_name: str, limit: int | None) -> dict[str, Any]:
    """Propose properties for a type."""
    return reconciliation.propose(_known(engine, language), type_name, limit)


def suggest(engine: Engine, language: str, kind: str, typed: Typed) -> dict[str, Any]:
    """Suggest entities, types or properties."""
    return reconciliation.suggest(_known(engine, language), kind, typed)


def flyout(engine: Engine, language: str, kind: str, identifier: str) -> dict[str, str]:
    """Say a few words about one of these."""
    return reconciliation.flyout(_known(engine, language), kind, identifier)


def preview(engine: Engine, language: str, identifier: str) -> dict[str, Any]:
    """Gather what a preview shows."""
    return reconciliation.preview(_known(engine, language), identifier)


FUNCTIONS: Final[Functions] = {
    f"reconcile_{function.__name__}": function
    for function in (candidates, extend, flyout, manifest, preview, propose, suggest)
}
