"""Where SPARQL of a shape may be asked of a blank node, by which pyshifty understands any node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.shape_model import implicit_targets
from hkkg.store import NamedNode
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

    A shape whose queries are asked of its focus nodes alone, or of the values of its properties, is one of
    them if one of those may be blank; any other, as soon as the data has a blank node.
    """

    def __init__(self, graph: ShapeGraph) -> None:
        """Read which shapes with targets have such queries."""
        self._shapes = graph.shapes
        asking = set(BLANK_FOCUS.holders(self._shapes))
        components = {component for component, _ in self._shapes.pairs(_SH + "parameter")}
        askers = graph.users(asking | components) - components
        self._asking_of_values = graph.users({node for node, _ in self._shapes.pairs(_SH + "validator")})
        self._roots = leading_to(graph, asking, graph.roots())
        self._alone = {root for root in self._roots if not askers & (graph.below(root) - self._parts(root))}
        self._classes: set[Term] = {*implicit_targets(self._shapes)}

    def _parts(self, root: Term) -> set[Term]:
        """Return a shape and its properties: their queries are about its focus nodes."""
        return {root, *self._shapes.values(root, _SH + "property")}

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
        if self._shapes.values(root, _SH + "target") or self._has_blank_value(root, met["targetObjectsOf"]):
            return True
        targets = {name: set(self._shapes.values(root, _SH + name)) for name in met}
        targets["targetClass"] |= {root} & self._classes
        return any(str(term).encode() in met[name] for name, terms in targets.items() for term in terms)

    def _has_blank_value(self, root: Term, arriving: set[bytes]) -> bool:
        """Whether a validator that is asked of values may be asked of a blank one."""
        parts = self._parts(root) & self._asking_of_values
        paths = (path for part in parts for path in self._shapes.values(part, _SH + "path"))
        return any(not isinstance(path, NamedNode) or str(path).encode() in arriving for path in paths)


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
