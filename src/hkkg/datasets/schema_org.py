"""Describing a graph for search engines: a schema.org Dataset as JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hkkg.datasets.dcat import PUBLISHER
from hkkg.datasets.void import DESCRIPTIONS, OTHER_DESCRIPTIONS, OTHER_TITLES, TITLES

if TYPE_CHECKING:
    from hkkg.datasets.address import Address
    from hkkg.datasets.dumps import Dump
    from hkkg.datasets.statistics import Statistics


def dataset_json_ld(
    counted: Statistics, at: Address, version: str, files: tuple[Dump, ...], language: str
) -> dict[str, Any]:
    """Describe a graph as schema.org has datasets.

    Args:
        counted: what it holds.
        at: its IRIs, and the addresses of the service.
        version: the number of the version that it is or is on the way to.
        files: in which it can be had.
        language: of the texts.
    """
    titles, descriptions = (TITLES, DESCRIPTIONS) if at.is_permanent else (OTHER_TITLES, OTHER_DESCRIPTIONS)
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": at.dataset,
        "name": titles[language],
        "alternateName": sorted({text for tag, text in titles.items() if tag != language}),
        "description": descriptions[language],
        "url": at.base,
        "version": version,
        "inLanguage": ["en", "zh-Hans", "zh-Hant"] if at.is_permanent else None,
        "license": list(counted.licenses),
        "isAccessibleForFree": True,
        "creator": _publisher(counted, at, language),
        "isBasedOn": list(counted.sources),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": at.catalog, "url": f"{at.base}catalog"},
        "distribution": [_download(file, at) for file in files],
    }
    return {name: value for name, value in described.items() if value not in (None, [])}


def _publisher(counted: Statistics, at: Address, language: str) -> dict[str, Any] | None:
    names = counted.names.get(PUBLISHER, {})
    if not (at.is_permanent and names):
        return None
    name = names.get(language) or next(iter(names.values()))
    return {"@type": "Organization", "@id": PUBLISHER, "name": name}


def _download(file: Dump, at: Address) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": at.dump(file.name),
        "encodingFormat": file.media_type,
    }
