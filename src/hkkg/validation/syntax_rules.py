"""The syntax rules of SHACL (its appendix A and C), which the engines pass over each in its own way."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.checks import Triples, show
from hkkg.errors import ValidatorFailedError
from hkkg.store import NamedNode, parse
from hkkg.validation import engines, reading
from hkkg.validation.marking import shapes_ntriples
from hkkg.validation.shape_graph import VALIDATORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.checks import Finding
    from hkkg.store import Quad, Term

_SH: Final = vocab.SH
# These say that a shape or a path is none of several kinds: either another result says why, or W3C's own
# test suite has such a one judged (a path that is a sequence and an inverse at once).
_VAGUE: Final = {_SH + "XoneConstraintComponent", _SH + "OrConstraintComponent"}
_CATEGORY: Final = re.compile(r"\\[pP]\{\w+\}")
_SUBTRACTION: Final = re.compile(r"\[[^]]*-\[")


def broken(data: bytes, shapes: Triples) -> dict[Term, str]:
    """Find the shapes that are not well-formed, and say what is wrong with each.

    Args:
        data: the shapes as N-Triples.
        shapes: the same, indexed.
    """
    quads, rules = _shapes_of_shapes()
    report = engines.get("pyshifty").report(data, shapes_ntriples(quads, rules))
    found = reading.findings(report, rules)
    told = {f.focus: _said(f) for f in reversed(found) if f.component not in _VAGUE}
    own = [*_paths(shapes), *_queries(shapes), *_patterns(shapes), *_arguments(shapes)]
    return told | dict(own)


@cache
def _shapes_of_shapes() -> tuple[list[Quad], Triples]:
    """Read W3C's own shapes of shapes, as pySHACL has them, whose import would take longer."""
    spec = importlib.util.find_spec("pyshacl")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0], "assets", "shacl-shacl.ttl") if folders else Path("shacl-shacl.ttl")
    if not path.is_file():
        raise ValidatorFailedError("pySHACL lacks W3C's shapes of shapes.", hint="Install pyshacl anew.")
    quads = parse(path.read_bytes(), formats.TURTLE, source=str(path))
    return quads, Triples(quads)


def _said(finding: Finding) -> str:
    path = f"{finding.path}: " if finding.path else ""
    value = f" Found {show(finding.value)}." if finding.value is not None else ""
    return f"{path}{finding.message().rstrip('.')}.{value}"


def _paths(shapes: Triples) -> Iterator[tuple[Term, str]]:
    for shape, _ in shapes.pairs(_SH + "path"):
        if len(shapes.values(shape, _SH + "path")) > 1:
            yield shape, "it has more than one sh:path."


def _queries(shapes: Triples) -> Iterator[tuple[Term, str]]:
    for shape, constraint in shapes.pairs(_SH + "sparql"):
        if shapes.value(constraint, _SH + "select") is None:
            yield shape, "its sh:sparql has no sh:select."


def _arguments(shapes: Triples) -> Iterator[tuple[Term, str]]:
    """Find shapes that give a component several values of a parameter: each engine judges one of them."""
    components = {component for name in VALIDATORS for component, _ in shapes.pairs(_SH + name)}
    declared = [node for component in components for node in shapes.values(component, _SH + "parameter")]
    for path in (path for node in declared for path in shapes.values(node, _SH + "path")):
        # A graph may declare SHACL's own components too, which engines know better.
        if isinstance(path, NamedNode) and not path.value.startswith(_SH):
            for shape, _ in shapes.pairs(path.value):
                if len(set(shapes.values(shape, path.value))) > 1:
                    yield shape, f"no engine here judges several values of {show(path)}: use several shapes."


def _patterns(shapes: Triples) -> Iterator[tuple[Term, str]]:
    for shape, pattern in shapes.pairs(_SH + "pattern"):
        text = getattr(pattern, "value", "")
        if _SUBTRACTION.search(text):
            yield shape, f"no engine here takes characters out of a class, as the pattern {text} does."
            continue
        try:
            re.compile(_CATEGORY.sub("x", text))
        except re.error as error:
            yield shape, f"no engine here reads the pattern {text}: {error.msg}."
