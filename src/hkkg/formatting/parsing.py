"""Reading a Turtle document into a tree that keeps how everything is written, comments included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg.formatting.terms import TermReader, apart
from hkkg.formatting.tokens import Kind
from hkkg.formatting.tree import Anonymous, Block, Document, Prefix, Section, Term

if TYPE_CHECKING:
    from hkkg.formatting.tokens import Comment, Token
    from hkkg.formatting.tree import Node

_DIRECTIVES: Final = {"@prefix", "@base", "PREFIX", "BASE"}
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


def read(text: str, source: str) -> Document:
    """Read a well-formed document.

    Args:
        text: the document, which has been found to be well-formed.
        source: what errors call it.

    Raises:
        FormattingError: it uses syntax beyond Turtle 1.1, or declares a prefix in two ways.
    """
    return _Reader(text, source).document()


class _Reader(TermReader):
    """Reads directives and blocks."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source)
        self._document = Document()

    def document(self) -> Document:
        held: list[Comment] = []
        first = True
        while self._next.kind is not Kind.END:
            leading, self._next.leading = self._next.leading, []
            if first and self._is_directive():
                self._document.header = leading
                self._document.header_apart = self._next.gap
                leading = []
            first = False
            if not self._is_directive():
                self._block([*held, *leading])
                held = []
            elif self._document.sections[-1].blocks or len(self._document.sections) > 1:
                held += leading  # a directive moves to the top, and what is said above it stays
                self._directive([])
            else:
                self._directive(leading)
        self._document.footer = [*held, *self._next.leading]
        return self._document

    def _is_directive(self) -> bool:
        token = self._next
        return token.kind in {Kind.AT, Kind.WORD} and (
            token.text in _DIRECTIVES or token.text.upper() in _DIRECTIVES
        )

    # Directives

    def _directive(self, leading: list[Comment]) -> None:
        word = self._take()
        is_base = word.text.upper().endswith("BASE")
        name = "" if is_base else self._take().text
        iri = self._take().text
        if word.text.startswith("@"):
            self._take(".")
        above, behind = apart(self._drain())
        prefix = Prefix(name, iri, [*leading, *above], behind)
        if is_base:
            self._base(word, prefix)
        elif self._iris.setdefault(name, iri) != iri:
            message = f"the prefix {name} is declared a second time, for another IRI."
            raise self._refuse(word, message, "Give the second IRI a prefix of its own.")
        elif all(known.name != name for known in self._document.prefixes):
            self._document.prefixes.append(prefix)
        else:
            self._document.header += [*prefix.leading, *([behind] if behind else [])]

    def _base(self, word: Token, prefix: Prefix) -> None:
        before = self._document
        if (
            before.base
            or before.sections[-1].blocks
            or not all(_ABSOLUTE.match(p.iri) for p in before.prefixes)
        ):
            raise self._refuse(
                word,
                "the base IRI changes here, after IRIs that stand for themselves or for another base.",
                "Set one base, on the first line.",
            )
        before.base = prefix

    # Blocks

    def _block(self, leading: list[Comment]) -> None:
        split = max((i for i, comment in enumerate(leading) if comment.gap and i), default=0)
        split = len(leading) if self._next.gap else split
        if split:
            self._document.sections.append(Section(leading[:split]))
        self._unclosed = False
        block = Block(Term(""), leading=leading[split:])
        block.subject = self._subject(block)
        if self._next.text != ".":
            self._statements(block.statements)
        stop = self._next
        block.dangling += stop.leading
        stop.leading = []
        self._take(".")
        above, behind = apart(self._drain())
        block.dangling += above
        last = block.statements[-1] if self._unclosed and not stop.new_line else None
        if last is not None and last.trailing is None:
            last.trailing = behind
        else:
            block.end = behind
        self._document.sections[-1].blocks.append(block)

    def _subject(self, block: Block) -> Node:
        node = self._node()
        above, block.behind = apart(self._drain())
        block.leading += above
        if isinstance(node, Anonymous):
            block.statements += node.statements
            block.dangling += node.dangling
            return Anonymous()
        return node
