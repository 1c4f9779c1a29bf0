"""Whether a formatted document says what it said: labels of blank nodes stay, so the rest are trees."""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.store import BlankNode, parse_as_named

if TYPE_CHECKING:
    from collections.abc import Collection

    from hkkg.store import Term

# Where a document stands is not for its formatting to know: relative IRIs stay as they are written.
ANY_BASE: Final = "file:///"
Children = dict[BlankNode, list[tuple[str, "Term"]]]


def meaning(text: str, source: str, labels: Collection[str]) -> Counter[tuple[str, ...]]:
    """Read a document into what does not depend on its order or on its parser's names of blank nodes.

    Args:
        text: a Turtle document.
        source: what errors call it.
        labels: the labels of the blank nodes that it names.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    parsed = parse_as_named(text.encode(), formats.TURTLE, source=source, base=ANY_BASE)
    quads = dict.fromkeys(parsed)  # a triple said twice is said once
    children: Children = defaultdict(list)
    inner: dict[BlankNode, None] = {}
    for quad in quads:
        if isinstance(quad.object, BlankNode) and quad.object.value not in labels:
            inner[quad.object] = None
            children.setdefault(quad.object, [])
        if isinstance(quad.subject, BlankNode) and quad.subject.value not in labels:
            children[quad.subject].append((str(quad.predicate), quad.object))
    names: dict[Term, str] = {}
    for node in children:
        name_tree(node, children, names)
    said = Counter(
        (str(quad.subject), str(quad.predicate), names.get(quad.object) or str(quad.object))
        for quad in quads
        if quad.subject not in names
    )
    return said + Counter((names[node],) for node in children if node not in inner)


def name_tree(root: BlankNode, children: Children, names: dict[Term, str]) -> None:
    """Name a node by all that hangs below it, without recursion: a list is as deep as it is long."""
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = [o for _, o in children[node] if isinstance(o, BlankNode) and o in children]
        waiting = [o for o in waiting if o not in names]
        if waiting and node not in names:
            stack += waiting
            continue
        lines = sorted(f"{predicate} {names.get(obj) or obj}" for predicate, obj in children[node])
        names[node] = sha256("\n".join(lines).encode()).hexdigest()
        stack.pop()
