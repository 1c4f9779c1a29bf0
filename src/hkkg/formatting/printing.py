"""Writing a document's tree as Turtle in the project's style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.formatting.tree import Anonymous, Collection, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.formatting.tokens import Comment
    from hkkg.formatting.tree import Block, Document, Item, Node, Statement

_INDENT: Final = "    "


def write(document: Document) -> str:
    """Write a document; parts are set apart by one empty line."""
    parts = ["\n".join(part) for part in _parts(document)]
    text = "\n\n".join(part for part in parts if part)
    return f"{text}\n" if text else ""


def _parts(document: Document) -> Iterator[list[str]]:
    head = list(_with_gaps(document.header))
    if document.header_apart:
        yield head
        head = []
    for prefix in [*([document.base] if document.base else []), *document.prefixes]:
        words = ["@prefix", prefix.name] if prefix.name else ["@base"]
        line = " ".join([*words, prefix.iri, "."])
        head += [*_lines(prefix.leading, ""), line + _behind(prefix.trailing)]
    yield head
    for section in document.sections:
        yield list(_with_gaps(section.heading))
        for block in section.blocks:
            yield list(_block(block))
    yield list(_with_gaps(document.footer))


def _with_gaps(comments: Iterable[Comment]) -> Iterator[str]:
    for number, comment in enumerate(comments):
        if comment.gap and number:
            yield ""
        yield comment.text


def _lines(comments: Iterable[Comment], indent: str) -> Iterator[str]:
    for comment in comments:
        yield indent + comment.text


def _behind(comment: Comment | None) -> str:
    return f"  {comment.text}" if comment else ""


def _block(block: Block) -> Iterator[str]:
    yield from _lines(block.leading, "")
    yield _node(block.subject, "") + _behind(block.behind)
    yield from _statements(block.statements, _INDENT)
    yield from _lines(block.dangling, _INDENT)
    yield f"{_INDENT}.{_behind(block.end)}"


def _statements(statements: Iterable[Statement], indent: str) -> Iterator[str]:
    for statement in statements:
        yield from _lines(statement.leading, indent)
        words = f"{statement.predicate.text} {_node(statement.node, indent)}"
        yield f"{indent}{words} ;{_behind(statement.trailing)}"


def _node(node: Node, indent: str) -> str:
    """Write a node; its first line is not indented, the others are."""
    if isinstance(node, Term):
        return node.text
    if isinstance(node, Anonymous):
        inner = [
            *_statements(node.statements, indent + _INDENT),
            *_lines(node.dangling, indent + _INDENT),
        ]
        return "\n".join(["[", *inner, f"{indent}]"]) if inner else "[]"
    if _on_one_line(node):
        members = [_node(item.node, indent) for item in node.items]
        return f"( {' '.join(members)} )" if len(members) > 1 else f"({''.join(members)})"
    lines = [line for item in node.items for line in _item(item, indent + _INDENT)]
    return "\n".join(["(", *lines, *_lines(node.dangling, indent + _INDENT), f"{indent})"])


def _item(item: Item, indent: str) -> Iterator[str]:
    yield from _lines(item.leading, indent)
    yield indent + _node(item.node, indent) + _behind(item.trailing)


def _on_one_line(node: Collection) -> bool:
    if node.dangling or (node.spread and node.items):
        return False
    return all(not item.leading and item.trailing is None and _is_short(item.node) for item in node.items)


def _is_short(node: Node) -> bool:
    if isinstance(node, Anonymous):
        return not node.statements and not node.dangling
    return isinstance(node, Term) or _on_one_line(node)
