"""The stored questions as a graph, in the terms that tools for catalogues of queries read.

These are SHACL's (`sh:SPARQLExecutable` and its like), as the SIB's catalogues and editor use them: the
question in words as `rdfs:comment`, the query as `sh:select`, `sh:ask` or `sh:construct`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hkkg import han, vocab
from hkkg.questions.form import form_of
from hkkg.questions.terms import as_term
from hkkg.store import Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.questions.model import Parameter, Question
    from hkkg.store import Term

    Statement = tuple[NamedNode, str, Term]

QUESTIONS: Final = "https://w3id.org/hkkg/questions"
ENDPOINT: Final = "https://w3id.org/hkkg/sparql"

_GRAPH: Final = NamedNode(vocab.QUESTIONS_GRAPH)
_SELF: Final = NamedNode(QUESTIONS)
_TYPE: Final = vocab.RDF + "type"
_COMMENT: Final = vocab.RDFS + "comment"
_FORMS: Final = {"table": "Select", "boolean": "Ask", "graph": "Construct"}
_DATATYPES: Final = {"string": "string", "integer": "integer", "decimal": "decimal", "date": "date"}


def iri_of(question: Question) -> str:
    """Return the IRI of a question."""
    return f"{QUESTIONS}/{quote(question.name)}"


def quads(questions: Iterable[Question]) -> list[Quad]:
    """Describe questions, all in `graph:questions`."""
    statements = [*_prefixes(), *(each for question in questions for each in _question(question))]
    return [Quad(subject, NamedNode(predicate), obj, _GRAPH) for subject, predicate, obj in statements]


def _prefixes() -> Iterator[Statement]:
    yield _SELF, _TYPE, NamedNode(vocab.OWL + "Ontology")
    for prefix, namespace in vocab.PREFIXES.items():
        declaration = NamedNode(f"{QUESTIONS}#prefix-{prefix}")
        yield _SELF, vocab.SH + "declare", declaration
        yield declaration, vocab.SH + "prefix", Literal(prefix)
        any_uri = NamedNode(vocab.XSD + "anyURI")
        yield declaration, vocab.SH + "namespace", Literal(namespace, datatype=any_uri)


def _question(question: Question) -> Iterator[Statement]:
    this, form = NamedNode(iri_of(question)), _FORMS[form_of(question.text).kind]
    yield this, _TYPE, NamedNode(vocab.SH + "SPARQLExecutable")
    yield this, _TYPE, NamedNode(f"{vocab.SH}SPARQL{form}Executable")
    yield this, vocab.SH + form.lower(), Literal(_without_header(question.text))
    yield this, vocab.SH + "prefixes", _SELF
    yield this, vocab.DCTERMS + "identifier", Literal(question.name)
    yield this, vocab.DCTERMS + "isPartOf", _SELF
    yield this, vocab.SCHEMA + "target", NamedNode(ENDPOINT)
    yield from ((this, vocab.SCHEMA + "keywords", Literal(tag)) for tag in question.tags)
    yield from ((this, _COMMENT, text) for text in _texts(question.question))
    yield from ((this, vocab.DCTERMS + "description", text) for text in _texts(question.description))
    for parameter in question.parameters:
        yield from _parameter(this, parameter)


def _parameter(question: NamedNode, parameter: Parameter) -> Iterator[Statement]:
    this = NamedNode(f"{question.value}#{quote(parameter.name)}")
    default = as_term(parameter.default, parameter.type, parameter.language, parameter.name)
    yield question, vocab.SH + "parameter", this
    yield this, _TYPE, NamedNode(vocab.SH + "Parameter")
    yield this, vocab.SH + "path", this
    yield this, vocab.SH + "name", Literal(parameter.name)
    yield this, vocab.SH + "defaultValue", default
    if parameter.type == "iri":
        yield this, vocab.SH + "nodeKind", NamedNode(vocab.SH + "IRI")
    elif not parameter.language:
        kind = _DATATYPES.get(parameter.type, "string")
        yield this, vocab.SH + "datatype", NamedNode(vocab.XSD + kind)
    yield from ((this, vocab.SH + "description", text) for text in _texts(parameter.description))


def _texts(texts: Mapping[str, str]) -> Iterator[Literal]:
    """Yield texts with their languages, in simplified Chinese too."""
    for language, text in han.in_three_scripts(texts).items():
        yield Literal(text, language=language)


def _without_header(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
