"""Where SPARQL of a shape may be asked of a blank node, by which pyshifty understands any node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.shape_model import implicit_targets
from hkkg.validation.gaps import BLANK_FOCUS
from hkkg.validation.shape_graph import leading_to

if TYPE_CHECKING:
    from hkkg.store import Term
    from hkkg.validation.shape_graph import ShapeGraph

_SH: Final = vocab.SH
_TYPE: Final = f"<{vocab.RDF}type>".encode()
_LEAVING: Final = re.compile(rb"^_:\S+ (\S+) (\S+)", re.MULTILINE)
_ARRIVING: Final = re.compile(rb"^\S+ (\S+) _:\S+ \.$", re.MULTILINE)
_SUBCLASS: Final = re.compile(rf"^(\S+) <{re.escape(vocab.RDFS)}subClassOf> (\S+) \.$".encode(), re.MULTILINE)


class BlankFocus:
    """Finds the shapes whose SPARQL constraints and components data may bring before a blank node.

    A shape whose constraints are asked of its focus nodes alone is one of them if one of those is blank; any
    other, as soon as the data has a blank node.
    """

    def __init__(self, graph: ShapeGraph) -> None:
        """Read which shapes with targets have such constraints."""
        self._shapes = graph.shapes
        asking = set(BLANK_FOCUS.holders(self._shapes))
        self._roots = leading_to(graph, asking, graph.roots())
        self._alone = {root for root in self._roots if not asking & (graph.below(root) - self._own(root))}
        self._classes: set[Term] = {*implicit_targets(self._shapes)}

    def _own(self, root: Term) -> set[Term]:
        """Return the constraints that are asked of the focus nodes of a shape."""
        parts = [root, *self._shapes.values(root, _SH + "property")]
        return {query for part in parts for query in self._shapes.values(part, _SH + "sparql")}

    def roots(self, data: bytes) -> set[Term]:
        """Return those shapes for some data, as N-Triples."""
        if not self._roots or b"_:" not in data:
            return set()
        leaving, arriving = set(_LEAVING.findall(data)), set(_ARRIVING.findall(data))
        met = {
            "targetClass": _with_superclasses(
                {obj for predicate, obj in leaving if predicate == _TYPE}, data
            ),
            "targetSubjectsOf": {predicate for predicate, _ in leaving},
            "targetObjectsOf": arriving,
        }
        return {root for root in self._roots if root not in self._alone or self._has_blank(root, met)}

    def _has_blank(self, root: Term, met: dict[str, set[bytes]]) -> bool:
        if self._shapes.values(root, _SH + "target"):
            return True
        targets = {name: set(self._shapes.values(root, _SH + name)) for name in met}
        targets["targetClass"] |= {root} & self._classes
        return any(str(term).encode() in met[name] for name, terms in targets.items() for term in terms)


def _with_superclasses(classes: set[bytes], data: bytes) -> set[bytes]:
    above: dict[bytes, set[bytes]] = {}
    for below, kind in _SUBCLASS.findall(data) if classes else ():
        above.setdefault(below, set()).add(kind)
    found, waiting = set(classes), list(classes)
    while waiting:
        fresh = above.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
