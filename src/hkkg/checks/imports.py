"""Imports that no local file meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages, show
from hkkg.checks.property_paths import predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.importing import Unresolved


def check_imports(unresolved: Iterable[Unresolved]) -> Iterator[Finding]:
    """Warn of each import that was not met."""
    for missing in unresolved:
        shown = show(missing.imported)
        yield Finding(
            Severity.WARNING,
            missing.importer,
            CHECK + "import",
            predicate(vocab.OWL + "imports"),
            missing.imported,
            messages=messages(
                en=f"Give a local file that holds {shown} ({missing.reason.en}); nothing is fetched.",
                zh_Hant=f"請提供載有 {shown} 的本地檔案（{missing.reason.zh_hant}）；不會從網絡下載。",
            ),
        )
