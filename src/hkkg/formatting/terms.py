"""Reading terms, blank nodes and statements off the tokens, with their comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import FormattingError
from hkkg.formatting.tokens import Kind, problem, tokens
from hkkg.formatting.tree import Anonymous, Collection, Item, Statement, Term

if TYPE_CHECKING:
    from hkkg.formatting.tokens import Comment, Token
    from hkkg.formatting.tree import Node

TYPE: Final = vocab.RDF + "type"
_SIMPLE_STRING: Final = re.compile(r"'''([^\"]*)'''|'([^\"]*)'", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)")
_DEEPEST: Final = 100


class TermReader:
    """Reads what a block consists of; comments wait in `_pending` until their statement is known."""

    def __init__(self, text: str, source: str) -> None:
        """Start at the first token."""
        self._text = text
        self._source = source
        self._tokens = tokens(text, source)
        self._next = next(self._tokens)
        self._pending: list[Comment] = []
        self._iris: dict[str, str] = {}
        self._depth = 0
        self._unclosed = False

    # Tokens

    def _take(self, text: str | None = None) -> Token:
        token = self._next
        if token.kind is Kind.END or (text is not None and token.text != text):
            raise problem(self._text, token.start, self._source)
        self._pending += [*token.leading, *token.trailing]
        self._next = next(self._tokens)
        return token

    def _drain(self) -> list[Comment]:
        pending, self._pending = self._pending, []
        return pending

    def _refuse(self, token: Token, message: str, hint: str) -> FormattingError:
        at = problem(self._text, token.start, self._source)
        return FormattingError(message, place=at.place, hint=hint, excerpt=at.excerpt)

    def _statements(self, found: list[Statement]) -> None:
        """Read predicates with their objects up to a closing mark."""
        while True:
            predicate = self._predicate()
            above = self._drain()
            while True:
                found.append(self._object(predicate, above))
                above = []
                if self._next.text != ",":
                    break
                self._end_statement(found[-1])
            self._unclosed = self._next.text != ";"
            while self._next.text == ";":
                self._end_statement(found[-1])
            if self._unclosed or self._next.text in {".", "]"}:
                return

    def _end_statement(self, statement: Statement) -> None:
        self._take()
        above, behind = apart(self._drain())
        if statement.trailing and behind:
            above.append(behind)
        statement.leading += above
        statement.trailing = statement.trailing or behind

    def _object(self, predicate: Term, above: list[Comment]) -> Statement:
        above += self._next.leading
        self._next.leading = []
        node = self._node()
        more, behind = apart(self._drain())
        return Statement(predicate, node, [*above, *more], behind)

    # Terms

    def _predicate(self) -> Term:
        if self._next.text == "a":
            self._take()
            return Term("a", TYPE)
        term = self._term()
        return Term("a", TYPE) if term.iri == TYPE else term

    def _node(self) -> Node:
        if self._next.text not in {"[", "("}:
            return self._term()
        opening = self._next
        if self._depth == _DEEPEST:
            message = f"blank nodes and lists are nested more than {_DEEPEST} deep here."
            raise self._refuse(opening, message, "Give some of them names.")
        self._depth += 1
        node = self._anonymous() if opening.text == "[" else self._collection()
        self._depth -= 1
        return node

    def _anonymous(self) -> Anonymous:
        node = Anonymous()
        outer, inner = self._open()
        if self._next.text != "]":
            self._next.leading = [*inner, *self._next.leading]
            inner = []
            self._statements(node.statements)
        node.dangling += [*inner, *self._next.leading]
        self._next.leading = []
        self._pending = [*outer, *self._pending]
        self._take("]")
        return node

    def _collection(self) -> Collection:
        node = Collection()
        outer, inner = self._open()
        node.spread = self._next.new_line
        while self._next.text != ")":
            above = [*inner, *self._next.leading]
            inner, self._next.leading = [], []
            member = self._node()
            more, behind = apart(self._drain())
            node.items.append(Item(member, [*above, *more], behind))
        node.dangling += [*inner, *self._next.leading]
        self._next.leading = []
        self._pending = outer
        self._take(")")
        return node

    def _open(self) -> tuple[list[Comment], list[Comment]]:
        """Take an opening bracket: the comments before it belong outside, the one behind it inside."""
        inner, self._next.trailing = self._next.trailing, []
        self._take()
        return self._drain(), inner

    def _term(self) -> Term:
        token = self._take()
        if token.kind is Kind.STRING:
            return self._literal(_plain_quotes(token.text))
        if token.kind is Kind.NAME:
            return self._name(token.text)
        if token.kind is Kind.IRI:
            return Term(token.text, token.text[1:-1])
        if token.kind in {Kind.BLANK, Kind.NUMBER} or token.text in {"true", "false"}:
            return Term(token.text)
        raise problem(self._text, token.start, self._source)

    def _literal(self, string: str) -> Term:
        if self._next.text == "^^":
            self._take()
            datatype = self._term()
            return Term(f"{string}^^{datatype.text}", prefixes=datatype.prefixes)
        if self._next.kind is Kind.AT:
            tag = self._take().text
            return Term(string + tag, tag=tag[1:])
        return Term(string)

    def _name(self, text: str) -> Term:
        prefix, _, local = text.partition(":")
        namespace = self._iris.get(f"{prefix}:")
        iri = namespace[1:-1] + _ESCAPED.sub(r"\1", local) if namespace else None
        return Term(text, iri, prefixes=(f"{prefix}:",))


def apart(comments: list[Comment]) -> tuple[list[Comment], Comment | None]:
    """Tell the comments that go above a line from the one that stays behind it."""
    behind = next((comment for comment in reversed(comments) if not comment.own_line), None)
    return [comment for comment in comments if comment is not behind], behind


def _plain_quotes(text: str) -> str:
    """Write a string between double quotes, if that needs no escape."""
    found = _SIMPLE_STRING.fullmatch(text)
    if found is None:
        return text
    return f'"""{found[1]}"""' if found[1] is not None else f'"{found[2]}"'
