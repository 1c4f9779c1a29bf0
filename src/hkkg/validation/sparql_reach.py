"""What a SPARQL constraint reads, beginning at `$this`.

A triple pattern joined to `$this`, directly or through others, reads only what can be walked to from the
focus node. Any other one reads every triple that it matches, and so does each pattern of a query that holds
what is not followed here (subqueries, MINUS, VALUES, LIMIT).

Where a changed triple changes a solution, the patterns that must match chain the focus node to it. The first
changed triple of the chain has an unchanged way back to the focus node, so the new state alone is walked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.term import URIRef, Variable

from hkkg.checks import PropertyPath
from hkkg.checks.property_paths import predicate
from hkkg.store import NamedNode
from hkkg.validation.navigation import ANY, Edge, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.validation.navigation import Builder

_THIS: Final = Variable("this")
_WRAPPERS: Final = {
    "AggregateJoin", "Distinct", "Extend", "Filter", "Group", "OrderBy", "Project", "Reduced", "SelectQuery",
}  # fmt: skip
_FOLLOWED: Final = _WRAPPERS | {"BGP", "Join", "LeftJoin", "OrderCondition", "TrueFilter", "Union"}
_OUTSIDE: Final = {"Graph", "ServiceGraphPattern"}
_EXISTS: Final = {"Builtin_EXISTS", "Builtin_NOTEXISTS"}
_REPETITIONS: Final = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_States = dict[Any, int]


class UnreadableQueryError(ValueError):
    """A query that cannot be analysed: any change may change its answer."""


def add_query(builder: Builder, state: int, text: str, prefixes: Mapping[str, str]) -> None:
    """Add what a query reads to an automaton.

    Args:
        builder: the automaton.
        state: the state of the focus node.
        text: the SELECT query, any `$PATH` replaced.
        prefixes: what its prefixes stand for.

    Raises:
        UnreadableQueryError: it is not well-formed, or reads from named graphs or from elsewhere.
    """
    try:
        algebra = prepareQuery(text, initNs=dict(prefixes)).algebra
    except Exception as error:  # noqa: BLE001 - rdflib raises bare ones for what it lacks
        raise UnreadableQueryError(str(error)) from None
    nodes = list(_nodes(algebra))
    if algebra.datasetClause or any(node.name in _OUTSIDE for node in nodes):
        raise UnreadableQueryError("it reads from named graphs or from elsewhere")
    analysis = _Analysis(builder, state)
    if all(map(_is_followed, nodes)):
        analysis.visit(algebra, {_THIS: state})
    else:
        analysis.read_elsewhere(triple for node in nodes if node.name == "BGP" for triple in node.triples)


def _nodes(part: object) -> Iterator[CompValue]:
    """Yield every node of an algebra, those of its expressions included."""
    if isinstance(part, CompValue):
        yield part
        for name in part:
            # rdflib keeps the algebra of EXISTS in an attribute beside the item of that name.
            yield from _nodes(getattr(part, name))
    elif isinstance(part, list | tuple):
        for member in part:
            yield from _nodes(member)


def _is_followed(node: CompValue) -> bool:
    return isinstance(node, Expr) or node.name in _FOLLOWED or node.name.startswith("Aggregate_")


class _Analysis:
    """The analysis of one query: the variables that are joined to the focus node, and their states."""

    def __init__(self, builder: Builder, state: int) -> None:
        self._builder = builder
        self._state = state

    def visit(self, part: CompValue, seeds: _States) -> None:
        """Read a pattern whose solutions are joined to solutions that bind some variables.

        Args:
            part: the pattern.
            seeds: those variables, and constants that they are joined to, with their states.
        """
        self._visit_rest(part, self._bind(list(_required(part)), seeds))

    def read_elsewhere(self, triples: Iterable[tuple[Any, Any, Any]]) -> None:
        """Let every triple that matches be read."""
        for subject, path, obj in triples:
            for iri in _iris(path):
                wanted = None if iri is None else NamedNode(iri)
                pattern = Pattern(_constant(subject), wanted, _constant(obj))
                self._builder.read_elsewhere(self._state, pattern)

    def _bind(self, triples: list[tuple[Any, Any, Any]], seeds: _States) -> _States:
        states, waiting = dict(seeds), triples
        while joined := next((t for t in waiting if t[0] in states or t[2] in states), None):
            waiting = [triple for triple in waiting if triple is not joined]
            self._follow(*joined, states)
        self.read_elsewhere(waiting)
        return states

    def _follow(self, subject: Any, path: Any, obj: Any, states: _States) -> None:  # noqa: ANN401 - rdflib's terms
        inverse = subject not in states
        state, end = (states[obj], subject) if inverse else (states[subject], obj)
        if isinstance(path, URIRef | Path):
            reached = self._builder.path(state, _property_path(path), inverse=inverse)
        else:
            reached = self._builder.step(state, Edge(None, inverse))
            states.setdefault(path, self._builder.step(state, Edge(None, inverse, to_predicate=True)))
        states.setdefault(end, reached)

    def _visit_rest(self, part: CompValue, states: _States) -> None:
        """Read what need not match: OPTIONAL, the branches of UNION, and EXISTS."""
        match part.name:
            case "Join":
                self._visit_rest(part.p1, states)
                self._visit_rest(part.p2, states)
            case "LeftJoin":
                self._visit_rest(part.p1, states)
                self.visit(part.p2, _within(part.p1, states))
                self._visit_exists(part.expr, _within(part.p1, states))
            case "Union":
                self.visit(part.p1, states)
                self.visit(part.p2, states)
            case "BGP":
                pass
            case _:
                self._visit_rest(part.p, states)
                for name in part.keys() - {"p"}:
                    self._visit_exists(part[name], _within(part.p, states))

    def _visit_exists(self, expression: object, states: _States) -> None:
        if isinstance(expression, CompValue) and expression.name in _EXISTS:
            self.visit(expression.graph, states)
        elif isinstance(expression, CompValue):
            for name in expression:
                self._visit_exists(expression[name], states)
        elif isinstance(expression, list | tuple):
            for member in expression:
                self._visit_exists(member, states)


def _required(part: CompValue) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns that every solution matches."""
    match part.name:
        case "BGP":
            yield from part.triples
        case "Join":
            yield from _required(part.p1)
            yield from _required(part.p2)
        case "LeftJoin":
            yield from _required(part.p1)
        case name if name in _WRAPPERS:
            yield from _required(part.p)


def _within(part: CompValue, states: _States) -> _States:
    """Keep the states of the terms that every solution of a part binds.

    A variable bound outside the part alone is not joined to what is read inside it.
    """
    if any(node.name == "AggregateJoin" for node in _nodes(part)):
        return {_THIS: states[_THIS]}
    bound = {term for triple in _required(part) for term in triple if not isinstance(term, Path)}
    return {term: state for term, state in states.items() if term == _THIS or term in bound}


def _property_path(path: URIRef | Path) -> PropertyPath:
    match path:
        case URIRef():
            return predicate(str(path))
        case InvPath():
            return PropertyPath("inversePath", parts=(_property_path(path.arg),))
        case SequencePath():
            return PropertyPath("sequence", parts=tuple(map(_property_path, path.args)))
        case AlternativePath():
            return PropertyPath("alternativePath", parts=tuple(map(_property_path, path.args)))
        case MulPath():
            return PropertyPath(_REPETITIONS[str(path.mod)], parts=(_property_path(path.path),))
        case NegatedPath():
            return _negated(path)
        case _:
            raise UnreadableQueryError(f"the path {path} is not known")


def _negated(path: NegatedPath) -> PropertyPath:
    """Let any predicate be read, in the directions that a negated property set names."""
    any_predicate = PropertyPath(ANY)
    # rdflib leaves an inverse in a set as it was parsed; the others are IRIs.
    inverses = [isinstance(member, CompValue) for member in path.args]
    directions = [any_predicate] if not all(inverses) or not inverses else []
    directions += [PropertyPath("inversePath", parts=(any_predicate,))] if any(inverses) else []
    return PropertyPath("alternativePath", parts=tuple(directions))


def _iris(path: object) -> Iterator[str | None]:
    """Yield the predicates that a pattern matches; None is any."""
    if not isinstance(path, URIRef | Path):
        yield None
        return
    followed = _property_path(path)
    if _matches_nothing_read(followed):
        yield None
    yield from followed.predicates()


def _matches_nothing_read(path: PropertyPath) -> bool:
    """Tell whether a path may match without a triple of its own predicates, or with any predicate."""
    if path.kind in {ANY, "zeroOrMorePath", "zeroOrOnePath"}:
        return True
    return any(map(_matches_nothing_read, path.parts))


def _constant(term: object) -> NamedNode | None:
    return NamedNode(str(term)) if isinstance(term, URIRef) else None
