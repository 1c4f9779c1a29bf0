"""What pyshifty gets wrong or leaves out: shapes that need it are judged by pySHACL, and no others.

Each gap has a test that fails as soon as pyshifty mends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, NamedNode
from hkkg.store.tokens import tokens
from hkkg.validation.shape_graph import VALIDATORS, leading_to, queries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from hkkg.checks import Triples
    from hkkg.store import Term
    from hkkg.store.tokens import Token
    from hkkg.validation.shape_graph import ShapeGraph

_SH: Final = vocab.SH
_CALLED: Final = frozenset({"word", "name", "iri"})
_FUNCTION: Final = NamedNode(_SH + "SPARQLFunction")
# What Rust's regular expressions lack, or read otherwise than XPath's and Python's.
_FOREIGN: Final = re.compile(
    r"\(\?<?[=!]"  # looking around
    r"|(?<!\\)(?:\\\\)*\\[1-9icZ]"  # references back, and classes of names
    r"|\{,\d"
    r"|\[[^]]*(?:&&|~~|--|\[)"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A feature that pyshifty gets wrong or leaves out.

    Attributes:
        name: what the documentation calls it.
        what: what is wrong, in one sentence.
        holders: finds the nodes of a shapes graph that need it.
    """

    name: str
    what: str
    holders: Callable[[Triples], Iterator[Term]]


def _comparing(shapes: Triples) -> Iterator[Term]:
    return (holder for holder, text in queries(shapes) if "=" in text and compares_plainly(text))


def compares_plainly(query: str) -> bool:
    """Tell whether = or != stands between two plain operands: variables, constants, or either in brackets.

    Right all the same is = beside an IRI or a string, which equal nothing that is not the same term.
    """
    found = list(tokens(query))
    return any(
        _is_mistaken(found, at)
        for at, token in enumerate(found)
        if token.text == "=" and 0 < at < len(found) - 1 and found[at - 1].text not in {"<", ">"}
    )


def _is_mistaken(found: Sequence[Token], at: int) -> bool:
    unequal = found[at - 1].text == "!"
    left, right = at - 1 - unequal, at + 1
    if left < 0 or _ends_call(found, left) or _starts_call(found, right):
        return False
    return unequal or not (_is_name(found, left) or _is_name(found, right))


def _ends_call(found: Sequence[Token], at: int) -> bool:
    """Tell whether a bracket closes a function's arguments."""
    depth = 0
    while at >= 0:
        depth += (found[at].text == ")") - (found[at].text == "(")
        if depth == 0:
            return found[at].text == "(" and at > 0 and found[at - 1].kind in _CALLED
        at -= 1
    return False


def _starts_call(found: Sequence[Token], at: int) -> bool:
    return found[at].kind in _CALLED and at + 1 < len(found) and found[at + 1].text == "("


def _is_name(found: Sequence[Token], at: int) -> bool:
    """Tell whether a term is an IRI or a string without datatype and language."""
    typed = "^^" in {found[at - 1].text if at else "", found[at + 1].text if at + 1 < len(found) else ""}
    tagged = at + 1 < len(found) and found[at + 1].kind == "tag"
    return found[at].kind in {"iri", "name", "string"} and not typed and not tagged


def _patterns(shapes: Triples) -> Iterator[Term]:
    return (
        shape
        for shape, pattern in shapes.pairs(_SH + "pattern")
        if _FOREIGN.search(getattr(pattern, "value", ""))
    )


def _functions(shapes: Triples) -> Iterator[Term]:
    """Any query may call a function of the shapes, under any of its names."""
    if any(kind == _FUNCTION for _, kind in shapes.pairs(vocab.RDF + "type")):
        yield from (holder for holder, _ in queries(shapes))
        yield from (shape for shape, _ in shapes.pairs(_SH + "expression"))


def _target_types(shapes: Triples) -> Iterator[Term]:
    return (node for _, node in shapes.pairs(_SH + "target") if shapes.value(node, _SH + "select") is None)


def _deactivated(shapes: Triples) -> Iterator[Term]:
    return (node for _, node in shapes.pairs(_SH + "sparql") if shapes.value(node, _SH + "deactivated"))


GAPS: Final = (
    Gap(
        "comparison",
        "In SPARQL, `=` and `!=` between two variables or constants compare names, not values.",
        _comparing,
    ),
    Gap(
        "pattern",
        "A pattern that looks around, refers back or nests brackets matches nothing.",
        _patterns,
    ),
    Gap("function", "Functions of the shapes (`sh:SPARQLFunction`) are not called.", _functions),
    Gap("target-type", "Targets of a type of one's own (`sh:SPARQLTargetType`) are refused.", _target_types),
    Gap("deactivated-query", "A SPARQL constraint that is deactivated is judged all the same.", _deactivated),
)


def _asking(shapes: Triples) -> Iterator[Term]:
    return (node for name in ("sparql", *VALIDATORS) for _, node in shapes.pairs(_SH + name))


BLANK_FOCUS: Final = Gap(
    "blank-focus",
    "A SPARQL constraint or component takes a blank node for any node; so where the data has one.",
    _asking,
)
"""A gap that shapes have for some data alone: see `blank_focus`."""


def _pairs(shapes: Triples) -> Iterator[Term]:
    return (shape for name in ("lessThan", "lessThanOrEquals") for shape, _ in shapes.pairs(_SH + name))


def _inverse_sequences(shapes: Triples) -> Iterator[Term]:
    inverted = {node for node, path in shapes.pairs(_SH + "inversePath") if shapes.about(path)}
    return (shape for shape, path in shapes.pairs(_SH + "path") if inverted & _parts(shapes, path))


def _parts(shapes: Triples, path: Term) -> set[Term]:
    """Collect the nodes that a path consists of."""
    found: set[Term] = set()
    waiting = [path]
    while waiting:
        node = waiting.pop()
        if isinstance(node, BlankNode) and node not in found:
            found.add(node)
            waiting += [part for _, part in shapes.about(node)]
    return found


# What pySHACL gets wrong, so that a shape that needs it beside a gap is beyond both engines.
FAULTS: Final = (
    Gap(
        "pair",
        "`sh:lessThan` and `sh:lessThanOrEquals` compare IRIs and tagged strings, which have no order.",
        _pairs,
    ),
    Gap(
        "inverse", "The inverse of a path that is not a single property may miss a value.", _inverse_sequences
    ),
)


def holders(shapes: Triples) -> set[Term]:
    """Return the nodes of a shapes graph that need what pyshifty lacks."""
    return {node for gap in GAPS for node in gap.holders(shapes)}


def beyond(graph: ShapeGraph, roots: Collection[Term]) -> dict[Term, str]:
    """Say of each shape that no engine is right about what each gets wrong.

    Args:
        graph: the shapes.
        roots: the shapes that pySHACL is to judge.
    """
    return {
        shape: "no engine here is right about all that is asked, so that hkkg cannot tell: pyshifty is not "
        f"about {_gap_of(graph, shape).name}, nor pySHACL about {fault.name}. Ask these by two shapes."
        for fault in FAULTS
        for shape in leading_to(graph, fault.holders(graph.shapes), roots)
    }


def _gap_of(graph: ShapeGraph, shape: Term) -> Gap:
    """Find the gap that a shape leads to, else the one for which all shapes are judged by pySHACL."""
    used = (gap for gap in GAPS if leading_to(graph, gap.holders(graph.shapes), {shape}))
    everywhere = (gap for gap in GAPS if any(True for _ in gap.holders(graph.shapes)))
    return next(chain(used, everywhere), BLANK_FOCUS)
