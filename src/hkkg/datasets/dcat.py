"""A graph as a catalogue in DCAT 3: the dataset, its versions, its files, and the SPARQL service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.datasets.dumps import GZIP
from hkkg.datasets.void import title_of
from hkkg.datasets.writing import MEDIA_TYPE, facts, term, texts, typed
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.datasets.address import Address
    from hkkg.datasets.dumps import Listed
    from hkkg.datasets.releases import Release, Version
    from hkkg.datasets.statistics import Statistics
    from hkkg.store import Quad

PUBLISHER: Final = vocab.HK + "hkkg-editors"
PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_LANGUAGE: Final = "http://id.loc.gov/vocabulary/iso639-1/"
_TITLES: Final = {"en": "hkkg catalogue", "zh-Hans": "hkkg 目录", "zh-Hant": "hkkg 目錄"}
_DESCRIPTIONS: Final = {
    "en": "The dataset, its files and its SPARQL service.",
    "zh-Hans": "数据集、其文件及其 SPARQL 服务。",
    "zh-Hant": "數據集、其檔案及其 SPARQL 服務。",
}
_SERVICE_TITLES: Final = {
    "en": "hkkg SPARQL service",
    "zh-Hans": "hkkg SPARQL 服务",
    "zh-Hant": "hkkg SPARQL 服務",
}
_KEYWORDS: Final = {
    "en": ("Hong Kong", "innovation and technology", "knowledge graph", "laboratories", "scholars"),
    "zh-Hans": ("香港", "创新科技", "知识图谱", "实验室", "学者"),
    "zh-Hant": ("香港", "創新科技", "知識圖譜", "實驗室", "學者"),
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a catalogue lists.

    Attributes:
        at: the IRIs and addresses.
        counted: the graph.
        files: the bulk files.
        version: which version it is.
        day: when the graph was last changed, as xsd:date; None if it does not say.
    """

    at: Address
    counted: Statistics
    files: tuple[Listed, ...]
    version: Version
    day: str | None


def describe(catalogue: Catalogue) -> list[Quad]:
    """Describe a graph as a catalogue in DCAT 3."""
    return [
        *_catalog(catalogue),
        *_publisher(catalogue),
        *_dataset(catalogue),
        *_version(catalogue),
        *_others(catalogue.at, catalogue.version.others),
        *(quad for file in catalogue.files for quad in _distribution(file, catalogue)),
        *_service(catalogue),
    ]


def _catalog(catalogue: Catalogue) -> Iterator[Quad]:
    at = catalogue.at
    yield from facts(
        NamedNode(at.catalog),
        ("rdf:type", term("dcat:Catalog")),
        *texts("dcterms:title", _TITLES),
        *texts("dcterms:description", _DESCRIPTIONS),
        ("dcterms:publisher", NamedNode(PUBLISHER) if at.is_permanent else None),
        ("foaf:homepage", NamedNode(at.base)),
        ("dcat:dataset", NamedNode(at.dataset)),
        ("dcat:dataset", NamedNode(at.version(catalogue.version.name))),
        ("dcat:service", NamedNode(at.service)),
    )


def _publisher(catalogue: Catalogue) -> Iterator[Quad]:
    if not catalogue.at.is_permanent:
        return
    names = catalogue.counted.names.get(PUBLISHER, {})
    yield from facts(NamedNode(PUBLISHER), ("rdf:type", term("foaf:Agent")), *texts("foaf:name", names))


def _dataset(catalogue: Catalogue) -> Iterator[Quad]:
    """Describe the dataset whatever its version: the version that is served, and those that were."""
    at, version = catalogue.at, catalogue.version
    versions = [version.name, *(release.version for release in version.others)]
    yield from facts(
        NamedNode(at.dataset),
        ("rdf:type", term("dcat:Dataset")),
        ("rdf:type", term("void:Dataset")),
        *title_of(at),
        *_responsible(catalogue),
        *_subject(catalogue),
        ("dcat:hasCurrentVersion", NamedNode(at.version(version.name))),
        *(("dcat:hasVersion", NamedNode(at.version(name))) for name in versions),
    )


def _responsible(catalogue: Catalogue) -> list[tuple[str, NamedNode]]:
    publisher = [("dcterms:publisher", NamedNode(PUBLISHER))] if catalogue.at.is_permanent else []
    counted = catalogue.counted
    return [
        *publisher,
        *(("dcterms:license", NamedNode(iri)) for iri in counted.licenses),
        *(("prov:wasAttributedTo", NamedNode(iri)) for iri in counted.speakers),
        *(("prov:wasDerivedFrom", NamedNode(iri)) for iri in counted.sources),
    ]


def _subject(catalogue: Catalogue) -> list[tuple[str, NamedNode | Literal]]:
    at = catalogue.at
    page: list[tuple[str, NamedNode | Literal]] = [("dcat:landingPage", NamedNode(at.base))]
    if not at.is_permanent:
        return page
    keywords = [(tag, word) for tag, words in _KEYWORDS.items() for word in words]
    return [
        *page,
        *(("dcat:keyword", Literal(word, language=tag)) for tag, word in keywords),
        *(("dcterms:language", NamedNode(_LANGUAGE + code)) for code in ("en", "zh")),
        ("dcterms:conformsTo", NamedNode(vocab.HKKG.removesuffix("#"))),
    ]


def _version(catalogue: Catalogue) -> Iterator[Quad]:
    """Describe the version that is served, which has the files."""
    at, version = catalogue.at, catalogue.version
    previous = version.previous
    yield from facts(
        NamedNode(at.version(version.name)),
        ("rdf:type", term("dcat:Dataset")),
        *title_of(at),
        *_responsible(catalogue),
        ("dcterms:isVersionOf", NamedNode(at.dataset)),
        ("dcat:version", Literal(version.name)),
        ("dcterms:issued", typed(version.issued.isoformat(), "date") if version.issued else None),
        ("dcterms:modified", typed(catalogue.day, "date") if catalogue.day else None),
        ("dcat:previousVersion", NamedNode(at.version(previous.version)) if previous else None),
        ("dcterms:identifier", Literal(f"sha256:{version.sha256}")),
        *(("dcat:distribution", _distribution_iri(file, at)) for file in catalogue.files),
    )


def _others(at: Address, releases: Iterable[Release]) -> Iterator[Quad]:
    """Describe the releases that are not served here."""
    before = None
    for release in releases:
        yield from facts(
            NamedNode(at.version(release.version)),
            ("rdf:type", term("dcat:Dataset")),
            *title_of(at),
            ("dcterms:isVersionOf", NamedNode(at.dataset)),
            ("dcat:version", Literal(release.version)),
            ("dcterms:issued", typed(release.issued.isoformat(), "date")),
            ("dcterms:identifier", Literal(f"sha256:{release.sha256}")),
            ("dcat:previousVersion", NamedNode(at.version(before)) if before else None),
            ("dcat:landingPage", NamedNode(release.archive) if release.archive else None),
        )
        before = release.version


def _distribution_iri(file: Listed, at: Address) -> NamedNode:
    return NamedNode(f"{at.home}catalog#file/{file.dump.name}")


def _distribution(file: Listed, catalogue: Catalogue) -> Iterator[Quad]:
    at, dump = catalogue.at, file.dump
    checksum = BlankNode(f"checksum-{dump.name.replace('.', '-')}")
    yield from facts(
        _distribution_iri(file, at),
        ("rdf:type", term("dcat:Distribution")),
        ("dcterms:title", Literal(dump.name)),
        ("dcat:accessURL", NamedNode(f"{at.base}dump/")),
        ("dcat:downloadURL", NamedNode(at.dump(dump.name))),
        ("dcat:mediaType", NamedNode(MEDIA_TYPE + dump.format.media_type)),
        ("dcat:compressFormat", NamedNode(MEDIA_TYPE + GZIP) if dump.compressed else None),
        ("dcat:byteSize", typed(str(file.size), "nonNegativeInteger")),
        ("spdx:checksum", checksum),
        *(("dcterms:license", NamedNode(iri)) for iri in catalogue.counted.licenses),
    )
    yield from facts(
        checksum,
        ("rdf:type", term("spdx:Checksum")),
        ("spdx:algorithm", term("spdx:checksumAlgorithm_sha256")),
        ("spdx:checksumValue", typed(file.sha256, "hexBinary")),
    )


def _service(catalogue: Catalogue) -> Iterator[Quad]:
    at = catalogue.at
    yield from facts(
        NamedNode(at.service),
        ("rdf:type", term("dcat:DataService")),
        *texts("dcterms:title", _SERVICE_TITLES),
        ("dcat:endpointURL", NamedNode(f"{at.base}sparql")),
        ("dcat:endpointDescription", NamedNode(f"{at.base}sparql")),
        ("dcat:servesDataset", NamedNode(at.dataset)),
        ("dcterms:conformsTo", NamedNode(PROTOCOL)),
        *(("dcterms:license", NamedNode(iri)) for iri in catalogue.counted.licenses),
    )
