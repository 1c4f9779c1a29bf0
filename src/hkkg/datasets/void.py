"""Describing a graph in VoID: its size, classes, properties, parts, links, and where it is to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.datasets import dumps
from hkkg.datasets.writing import RDF_FORMAT, Value, facts, term, texts
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.datasets.address import Address
    from hkkg.datasets.statistics import Links, NamedGraph, Statistics
    from hkkg.store import Quad

TITLES: Final = {
    "en": "hkkg: the knowledge graph of Hong Kong's innovation and technology",
    "zh-Hans": "hkkg：香港创新科技知识图谱",
    "zh-Hant": "hkkg：香港創新科技知識圖譜",
}
DESCRIPTIONS: Final = {
    "en": "Scholars, projects, laboratories, awards, space missions, infrastructure, companies, policies, "
    "events, figures and claims of Hong Kong's innovation and technology, every fact cited to the exact "
    "place in its source.",
    "zh-Hans": "香港创新科技的学者、项目、实验室、奖项、航天任务、基建、企业、政策、事件、数字与主张；"
    "每项事实均引明来源的确切位置。",
    "zh-Hant": "香港創新科技的學者、項目、實驗室、獎項、航天任務、基建、企業、政策、事件、數字與主張；"
    "每項事實均引明來源的確切位置。",
}
OTHER_TITLES: Final = {
    "en": "A graph served by hkkg",
    "zh-Hans": "由 hkkg 提供的图谱",
    "zh-Hant": "由 hkkg 提供的圖譜",
}
OTHER_DESCRIPTIONS: Final = {
    "en": "What this service answers queries from.",
    "zh-Hans": "本服务据以回答查询的图谱。",
    "zh-Hant": "本服務據以回答查詢的圖譜。",
}
_TITLES_OF_VOID: Final = {
    "en": "Description of the dataset in VoID",
    "zh-Hans": "以 VoID 描述的数据集",
    "zh-Hant": "以 VoID 描述的數據集",
}
_TITLES_OF_STATED: Final = {
    "en": "What is stated, without what reasoning adds",
    "zh-Hans": "所陈述者，不含推理所得",
    "zh-Hant": "所陳述者，不含推理所得",
}
_FORMATS: Final = {
    formats.TURTLE: "Turtle",
    formats.TRIG: "TriG",
    formats.NTRIPLES: "N-Triples",
    formats.NQUADS: "N-Quads",
    formats.RDFXML: "RDF_XML",
    formats.JSONLD: "JSON-LD",
}
_TARGETS: Final = {
    "ror.org": "Research Organization Registry",
    "www.wikidata.org": "Wikidata",
    "isni.org": "ISNI",
    "orcid.org": "ORCID",
}


def describe(counted: Statistics, at: Address) -> list[Quad]:
    """Describe a graph in VoID.

    Args:
        counted: what it holds.
        at: its IRIs, and the addresses of the service.
    """
    return [
        *_document(at),
        *_dataset(counted, at),
        *_partitions(counted, at),
        *(quad for graph in counted.graphs for quad in _graph(graph, at)),
        *(quad for links in counted.links for quad in _links(links, at)),
    ]


def title_of(at: Address) -> list[tuple[str, Value]]:
    """Name and describe the dataset in three languages."""
    titles, descriptions = (TITLES, DESCRIPTIONS) if at.is_permanent else (OTHER_TITLES, OTHER_DESCRIPTIONS)
    return [*texts("dcterms:title", titles), *texts("dcterms:description", descriptions)]


def _document(at: Address) -> Iterator[Quad]:
    yield from facts(
        NamedNode(at.void),
        ("rdf:type", term("void:DatasetDescription")),
        *texts("dcterms:title", _TITLES_OF_VOID),
        ("foaf:primaryTopic", NamedNode(at.dataset)),
    )


def _dataset(counted: Statistics, at: Address) -> Iterator[Quad]:
    dataset, stated = NamedNode(at.dataset), NamedNode(at.stated)
    yield from facts(
        dataset,
        ("rdf:type", term("void:Dataset")),
        *title_of(at),
        ("foaf:homepage", NamedNode(at.base)),
        *(("dcterms:license", NamedNode(iri)) for iri in counted.licenses),
        ("void:sparqlEndpoint", NamedNode(f"{at.base}sparql")),
        ("void:uriSpace", Literal(vocab.HK) if at.is_permanent else None),
        *(("void:feature", NamedNode(RDF_FORMAT + name)) for name in _FORMATS.values()),
        *(("void:vocabulary", NamedNode(iri)) for iri in counted.vocabularies),
        *(("void:exampleResource", NamedNode(iri)) for iri in counted.examples),
        *(("void:dataDump", NamedNode(at.dump(d.name))) for d in dumps.ALL if d.inference),
        *_sizes(counted),
        ("void:subset", stated),
        *(("void:subset", NamedNode(graph.iri)) for graph in counted.graphs if graph.in_union),
        *(("void:subset", NamedNode(at.links(ln.predicate, ln.host))) for ln in counted.links),
    )
    yield from facts(
        stated,
        ("rdf:type", term("void:Dataset")),
        *texts("dcterms:title", _TITLES_OF_STATED),
        ("void:triples", Literal(counted.triples - counted.inferred)),
        *(("void:dataDump", NamedNode(at.dump(d.name))) for d in dumps.ALL if not d.inference),
    )


def _sizes(counted: Statistics) -> list[tuple[str, Value]]:
    return [
        ("void:triples", Literal(counted.triples)),
        ("void:entities", Literal(counted.entities)),
        ("void:distinctSubjects", Literal(counted.subjects)),
        ("void:distinctObjects", Literal(counted.objects)),
        ("void:classes", Literal(len(counted.classes))),
        ("void:properties", Literal(len(counted.properties))),
    ]


def _partitions(counted: Statistics, at: Address) -> Iterator[Quad]:
    dataset = NamedNode(at.dataset)
    for iri, size in counted.classes.items():
        part = NamedNode(at.part("class", iri))
        yield from facts(dataset, ("void:classPartition", part))
        yield from facts(
            part,
            ("rdf:type", term("void:Dataset")),
            ("void:class", NamedNode(iri)),
            ("void:entities", Literal(size)),
        )
    for iri, size in counted.properties.items():
        part = NamedNode(at.part("property", iri))
        yield from facts(dataset, ("void:propertyPartition", part))
        yield from facts(
            part,
            ("rdf:type", term("void:Dataset")),
            ("void:property", NamedNode(iri)),
            ("void:triples", Literal(size)),
        )


def _graph(graph: NamedGraph, at: Address) -> Iterator[Quad]:
    yield from facts(
        NamedNode(graph.iri),
        ("rdf:type", term("void:Dataset")),
        *texts("dcterms:title", graph.titles),
        *(("dcterms:license", NamedNode(iri)) for iri in graph.licenses),
        *(("dcterms:source", NamedNode(iri)) for iri in graph.sources),
        *(("prov:wasAttributedTo", NamedNode(iri)) for iri in graph.speakers),
        ("void:triples", Literal(graph.triples)),
        ("void:sparqlEndpoint", NamedNode(f"{at.base}sparql")),
    )


def _links(links: Links, at: Address) -> Iterator[Quad]:
    target = NamedNode(at.target(links.host))
    yield from facts(
        NamedNode(at.links(links.predicate, links.host)),
        ("rdf:type", term("void:Linkset")),
        ("void:subjectsTarget", NamedNode(at.dataset)),
        ("void:objectsTarget", target),
        ("void:linkPredicate", NamedNode(links.predicate)),
        ("void:triples", Literal(links.triples)),
    )
    yield from facts(
        target,
        ("rdf:type", term("void:Dataset")),
        ("dcterms:title", Literal(_TARGETS.get(links.host, links.host))),
        ("foaf:homepage", NamedNode(f"https://{links.host}/")),
        ("void:uriSpace", Literal(links.uri_space)),
    )
