"""What the service says of itself (Reconciliation Service API 0.2, section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import __version__, vocab
from hkkg.reconciliation.candidates import type_with_broader
from hkkg.reconciliation.identifiers import IDENTIFIER_SPACE
from hkkg.reconciliation.suggestions import KINDS

if TYPE_CHECKING:
    from hkkg.reconciliation.known import Known
    from hkkg.search import LabelIndex

VERSIONS: Final = ("0.1", "0.2")
BATCH_SIZE: Final = 100
MOST_EXTENDED: Final = 1_000
_MOST_TYPES: Final = 8
_NAMES: Final = {
    "en": "Hong Kong innovation and technology (hkkg)",
    "zh-Hans": "香港创科知识图谱（hkkg）",
    "zh-Hant": "香港創科知識圖譜（hkkg）",
}
_PREFERRED: Final = tuple(
    vocab.HKKG + name
    for name in (
        "Organization",
        "University",
        "Person",
        "Laboratory",
        "Place",
        "Company",
        "PolicyDocument",
        "Entity",
    )
)
_PREVIEW: Final = {"width": 430, "height": 220}
_LIMIT_LABELS: Final = {"en": "Values at most", "zh-Hans": "最多取值", "zh-Hant": "最多取值"}
_LIMIT_HELPS: Final = {"en": "0 for all", "zh-Hans": "0 即全部", "zh-Hant": "0 即全部"}


def manifest(known: Known, base: str, place: str) -> dict[str, Any]:
    """Write the manifest.

    Args:
        known: what the service is about.
        base: the address of the whole service, with a slash at its end.
        place: the path of the reconciliation service below it.
    """
    address, language = f"{base}{place}", known.language
    return {
        "versions": list(VERSIONS),
        "name": _NAMES[language],
        "identifierSpace": IDENTIFIER_SPACE,
        "schemaSpace": vocab.HKKG,
        "serviceVersion": __version__,
        "documentation": f"{base}docs",
        "logo": f"{base}static/logo.svg",
        "defaultTypes": [type_with_broader(known, iri) for iri in _types(known.labels)],
        "view": {"url": f"{address}/view?id={{{{id}}}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **_PREVIEW},
        "suggest": {kind: _suggest(base, place, kind) for kind in KINDS},
        "extend": {
            "propose_properties": {
                "service_url": base.removesuffix("/"),
                "service_path": f"/{place}/properties",
            },
            "property_settings": [
                {
                    "name": "limit",
                    "type": "number",
                    "default": 0,
                    "label": _LIMIT_LABELS[language],
                    "help_text": _LIMIT_HELPS[language],
                }
            ],
        },
        "batchSize": BATCH_SIZE,
    }


def _suggest(base: str, place: str, kind: str) -> dict[str, str]:
    return {
        "service_url": base.removesuffix("/"),
        "service_path": f"/{place}/suggest/{kind}",
        "flyout_service_url": base.removesuffix("/"),
        "flyout_service_path": f"/{place}/flyout/{kind}?id=${{id}}",
    }


def _types(index: LabelIndex) -> list[str]:
    """Choose general types of what there is: those that we know, else the first of any."""
    used = index.classes.used()
    return [iri for iri in _PREFERRED if iri in used] or sorted(used)[:_MOST_TYPES]
