"""Why a triple holds: the passages that state it, or the derivation that infers it, down to passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning import UNION, generation, is_inferred
from hkkg.store import Literal, NamedNode, Triple
from hkkg.why.evidence import passages, statement, stating_graphs
from hkkg.why.explanation import Explanation, Passage, Statement, Status
from hkkg.why.proofs import Prover
from hkkg.why.terms import read_object, read_predicate, read_subject, require_known
from hkkg.why.text import as_text, labels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import BlankNode, EmbeddedStore

__all__ = [
    "Explanation",
    "Passage",
    "Statement",
    "Status",
    "as_text",
    "explain",
    "explain_texts",
    "labels_of",
    "require_known",
]

FORMULA_RULE: Final = "formula"
_FORMULA: Final = NamedNode(vocab.HKKG + "formula")
_VALUE: Final = NamedNode(vocab.HKKG + "value")
_DERIVED_FROM: Final = NamedNode(vocab.PROV + "wasDerivedFrom")
_NEARBY: Final = 5


def explain_texts(store: EmbeddedStore, subject: str, predicate: str, obj: str) -> Explanation:
    """Explain a triple given as a user writes it: IRIs, CURIEs, slugs, `a`, quoted or bare literals.

    Raises:
        UnknownResourceError: the graph does not speak of one of the IRIs; the nearest are offered.
    """
    start, relation = read_subject(store, subject), read_predicate(store, predicate)
    return explain(store, start, relation, read_object(store, start, relation, obj))


def explain(
    store: EmbeddedStore,
    subject: NamedNode | BlankNode,
    predicate: NamedNode,
    obj: NamedNode | BlankNode | Literal,
) -> Explanation:
    """Explain a triple over a reasoned store.

    Raises:
        UnknownResourceError: the graph does not speak of one of the IRIs; the nearest are offered.
    """
    for term in (subject, predicate, obj):
        require_known(store, term)
    return _Explainer(store).explain(Triple(subject, predicate, obj), frozenset())


class _Explainer:
    """Explanations over one store, which share what is found on the way."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._prover = Prover(store)
        self._known: dict[Triple, Explanation] = {}

    def explain(self, triple: Triple, above: frozenset[Triple]) -> Explanation:
        """Explain a triple; one that is being explained further up is not explained again."""
        if triple in above:
            return Explanation(triple, Status.UNEXPLAINED)
        if triple not in self._known:
            self._known[triple] = self._explain(triple, above | {triple})
        return self._known[triple]

    def _explain(self, triple: Triple, above: frozenset[Triple]) -> Explanation:
        graphs = stating_graphs(self._store, triple)
        if graphs:
            return self._stated(triple, graphs, above)
        if is_inferred(self._store, triple):
            return self._inferred(triple, above)
        quads = self._store.quads(triple.subject, triple.predicate, triple.object, UNION)
        if next(quads, None):
            return Explanation(triple, Status.UNEXPLAINED)
        return Explanation(triple, Status.ABSENT, nearby=tuple(_nearby(self._store, triple)))

    def _stated(self, triple: Triple, graphs: list[NamedNode], above: frozenset[Triple]) -> Explanation:
        inputs = self._inputs(triple)
        return Explanation(
            triple,
            Status.STATED,
            statements=tuple(statement(self._store, graph) for graph in graphs),
            passages=passages(self._store, triple, graphs),
            rule=FORMULA_RULE if inputs else None,
            axiom=self._formula(triple) if inputs else None,
            premises=self._premises(inputs, above),
        )

    def _formula(self, triple: Triple) -> str | None:
        formulas = (quad.object for quad in self._store.quads(triple.subject, _FORMULA, None, UNION))
        return next((term.value for term in formulas if isinstance(term, Literal)), None)

    def _inputs(self, triple: Triple) -> list[Triple]:
        """The values from which the editors computed this one."""
        if triple.predicate != _VALUE:
            return []
        observations = {q.object for q in self._store.quads(triple.subject, _DERIVED_FROM, None, UNION)}
        named = sorted((node for node in observations if isinstance(node, NamedNode)), key=str)
        return [quad.triple for node in named for quad in self._store.quads(node, _VALUE, None, UNION)]

    def _inferred(self, triple: Triple, above: frozenset[Triple]) -> Explanation:
        proof = self._prover.prove(triple)
        if proof:
            premises = self._premises(proof.premises, above)
            axiom = str(proof.rule.axiom) if proof.rule.axiom else None
            return Explanation(triple, Status.INFERRED, rule=proof.rule.name, axiom=axiom, premises=premises)
        generated = generation(self._store, triple)
        if generated:
            premises = self._premises(generated.premises, above)
            return Explanation(triple, Status.GENERATED, rule=generated.rule, premises=premises)
        return Explanation(triple, Status.UNEXPLAINED)

    def _premises(
        self, triples: list[Triple] | tuple[Triple, ...], above: frozenset[Triple]
    ) -> tuple[Explanation, ...]:
        return tuple(self.explain(triple, above) for triple in triples)


def _nearby(store: EmbeddedStore, triple: Triple) -> Iterator[Triple]:
    """Triples that do hold and share two terms: first other objects, then other relations, then subjects."""
    subject, predicate, obj = triple.subject, triple.predicate, triple.object
    patterns = (
        store.quads(subject, predicate, None, UNION),
        store.quads(subject, None, obj, UNION),
        store.quads(None, predicate, obj, UNION),
    )
    found = ({quad.triple for quad in quads} for quads in patterns)
    yield from sorted(next(filter(None, found), ()), key=str)[:_NEARBY]
