"""The order of a formatted document: prefixes, predicates and languages sorted, one block a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.formatting.tree import Anonymous, Collection, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.formatting.tree import Block, Document, Node, Prefix, Section, Statement

_ONTOLOGY: Final = vocab.OWL + "Ontology"
_DOCUMENTS: Final = {vocab.HKKG + "SourceGraph", "http://rdfs.org/ns/void#Dataset"}


def tidy(document: Document) -> None:
    """Bring a document into the project's order."""
    _merge(document.sections)
    for section in document.sections:
        section.blocks.sort(key=_rank)
    for block in _blocks(document):
        block.statements = _tidied(block.statements)
    _keep_used(document)


def _blocks(document: Document) -> Iterator[Block]:
    for section in document.sections:
        yield from section.blocks


def _merge(sections: Iterable[Section]) -> None:
    """Give each named subject one block, the first."""
    first: dict[str, Block] = {}
    for section in sections:
        kept: list[Block] = []
        for block in section.blocks:
            name = (block.subject.iri or block.subject.text) if isinstance(block.subject, Term) else ""
            known = first.setdefault(name, block) if name else block
            if known is block:
                kept.append(block)
                continue
            block.statements[0].leading[:0] = [*block.leading, *([block.behind] if block.behind else [])]
            known.statements += block.statements
            known.dangling += [*block.dangling, *([block.end] if block.end else [])]
        section.blocks = kept


def _rank(block: Block) -> int:
    """Put the blocks about the document itself first; the others stay as their author ordered them."""
    if not isinstance(block.subject, Term):
        return 2
    types = {s.node.iri for s in block.statements if s.predicate.text == "a" and isinstance(s.node, Term)}
    if _ONTOLOGY in types:
        return 0
    return 1 if (block.subject.iri or "").startswith(vocab.GRAPH) or types & _DOCUMENTS else 2


def _tidied(statements: list[Statement]) -> list[Statement]:
    kept: dict[tuple[str, str], Statement] = {}
    for number, statement in enumerate(statements):
        _tidy_node(statement.node)
        text = statement.node.text if isinstance(statement.node, Term) else f"\n{number}"
        known = kept.setdefault((statement.predicate.text, text), statement)
        if known is not statement:
            known.leading += statement.leading
            known.leading += [statement.trailing] if statement.trailing else []
    return sorted(kept.values(), key=_statement_key)


def _statement_key(statement: Statement) -> tuple[bool, str, str]:
    """Sort by predicate and language; objects of one predicate otherwise stay in their order."""
    text = statement.predicate.text
    return text != "a", text, statement.node.tag if isinstance(statement.node, Term) else ""


def _tidy_node(node: Node) -> None:
    if isinstance(node, Anonymous):
        node.statements = _tidied(node.statements)
    elif isinstance(node, Collection):
        for item in node.items:
            _tidy_node(item.node)


def _keep_used(document: Document) -> None:
    """Sort the prefixes, and drop those that nothing uses; their comments go to the top."""
    used = {name for block in _blocks(document) for name in _used_in_block(block)}
    kept: list[Prefix] = []
    for prefix in sorted(document.prefixes, key=lambda p: p.name):
        if prefix.name in used or not any(section.blocks for section in document.sections):
            kept.append(prefix)
        else:
            document.header += [*prefix.leading, *([prefix.trailing] if prefix.trailing else [])]
    document.prefixes = kept


def _used_in_block(block: Block) -> Iterator[str]:
    yield from _used(block.subject)
    yield from _used_in(block.statements)


def _used_in(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        yield from statement.predicate.prefixes
        yield from _used(statement.node)


def _used(node: Node) -> Iterator[str]:
    if isinstance(node, Term):
        yield from node.prefixes
    elif isinstance(node, Anonymous):
        yield from _used_in(node.statements)
    else:
        for item in node.items:
            yield from _used(item.node)
