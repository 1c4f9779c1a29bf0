"""What the tests of the ontology ask of graphs."""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from hkkg import vocab

PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
BUILT_IN = (vocab.OWL, vocab.RDF, vocab.RDFS)


def parsed(*files):
    graph = Graph()
    for file in files:
        graph.parse(file.path)
    return graph


def terms(graph):
    kinds = [OWL.Class, *PROPERTIES]
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(vocab.HKKG)}


def concepts(graph):
    return {s for kind in (SKOS.Concept, SKOS.ConceptScheme) for s in graph.subjects(RDF.type, kind)}


def languages(graph, subject, predicate):
    return sorted(o.language or "" for o in graph.objects(subject, predicate))


def texts(graph, subject, predicate):
    return {str(o).casefold().rstrip(".。") for o in graph.objects(subject, predicate)}


def used(graph, namespace):
    return {
        term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(namespace)
    }


def misused(graph, declarations):
    """The predicates and classes of a graph that are not declared, or not as what they are used."""
    found = set()
    for _, predicate, value in graph:
        if predicate == RDF.type:
            if not str(value).startswith(BUILT_IN) and (value, RDF.type, OWL.Class) not in declarations:
                found.add(value)
        elif not str(predicate).startswith(BUILT_IN):
            right = OWL.DatatypeProperty if isinstance(value, Literal) else OWL.ObjectProperty
            if not {right, OWL.AnnotationProperty} & set(declarations.objects(predicate, RDF.type)):
                found.add(predicate)
    return found


def misfires(graph, ontology):
    """The statements whose property's domain or range would make of a thing what nobody says that it is."""
    wanted = {(p, 0, c) for p, c in ontology.subject_objects(RDFS.domain)}
    wanted |= {(p, 2, c) for p, c in ontology.subject_objects(RDFS.range) if c != RDFS.Literal}
    return {
        triple
        for predicate, place, kind in wanted
        for triple in graph.triples((None, predicate, None))
        if kind not in classes_of(graph, ontology, triple[place])
    }


def classes_of(graph, ontology, thing):
    return {
        c
        for kind in graph.objects(thing, RDF.type)
        for c in ontology.transitive_objects(kind, RDFS.subClassOf)
    }


def links(ontology, first, last):
    """The properties of the record that a chain passes through: what its first link inverts, and its last."""
    return {last, *ontology.objects(first, OWL.inverseOf)}


def fragment(text):
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    return Graph().parse(data=f"{prefixes}{text} .", format="turtle")
