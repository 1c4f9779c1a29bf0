"""The operations of a SPARQL Update (SPARQL 1.1 Update, section 3), told apart by its tokens."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg.errors import ParameterError, Place, QuerySyntaxError
from hkkg.store.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DECLARATIONS: Final = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
_GRAPH: Final = r"(DEFAULT|(GRAPH )?iri) "
_OPERATION: Final = re.compile(
    r"(INSERT|DELETE) DATA group |DELETE WHERE group "
    r"|(WITH iri )?(DELETE group )?(INSERT group )?(USING (NAMED )?iri )*WHERE group "
    r"|LOAD (SILENT )?iri (INTO GRAPH iri )?"
    r"|(CLEAR|DROP) (SILENT )?(GRAPH iri|DEFAULT|NAMED|ALL) "
    r"|CREATE (SILENT )?GRAPH iri "
    rf"|(ADD|COPY|MOVE) (SILENT )?{_GRAPH}TO {_GRAPH}"
)
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)")
_NOT_LINES: Final = re.compile(r"[^\n]")


class Stretch(NamedTuple):
    """A part of an update that has declarations at its front alone.

    Attributes:
        prologue: the declarations before it that are in force.
        begin: where it begins in the update.
        text: the part itself.
    """

    prologue: str
    begin: int
    text: str


class Operation(NamedTuple):
    """One operation of an update.

    Attributes:
        prologue: the declarations in force.
        words: what stands outside of its braces, keywords in upper case; `{}` stands for a group.
        groups: what stands in braces, by the keyword before: DATA, DELETE, INSERT or WHERE.
        using: the graphs of its USING clauses, as they are written.
        using_named: those of its USING NAMED clauses.
    """

    prologue: str
    words: tuple[str, ...]
    groups: dict[str, str]
    using: tuple[str, ...]
    using_named: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Its first keyword."""
        return self.words[0]

    @property
    def is_silent(self) -> bool:
        """Whether it succeeds where there is nothing to be done."""
        return "SILENT" in self.words

    def with_dataset(self, graphs: Sequence[str], named: Sequence[str]) -> Operation:
        """Match its pattern with the dataset of a request (SPARQL 1.1 Protocol, 2.2.3).

        Raises:
            ParameterError: it names a dataset itself.
        """
        if self.using or self.using_named or self.kind == "WITH":
            raise ParameterError(
                "the update says USING or WITH, and the request names a dataset too.",
                hint="Leave out using-graph-uri and using-named-graph-uri, or USING and WITH.",
            )
        return self._replace(using=_written(graphs), using_named=_written(named))


def _written(iris: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"<{iri}>" for iri in dict.fromkeys(iris))


class _Prologue:
    """Declarations in force, in their order.

    One takes the place of what it overrides, so that those that are repeated for each operation cost no more,
    unless an IRI is relative: then each may depend on all before it.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], str] = {}
        self._has_relative = False

    def __str__(self) -> str:
        return "".join(self._known.values())

    def declare(self, part: Sequence[Token]) -> None:
        """Add the declarations at the beginning of a part."""
        for declaration in _declarations(part):
            keyword, *prefix, value = (token.text for token in declaration)
            self._has_relative |= _RELATIVE.match(value) is not None
            unique = [str(declaration[0].start)] if self._has_relative else []
            self._known[keyword.upper(), *prefix, *unique] = f"{keyword} {' '.join(prefix)} {value} "


def parts(text: str) -> list[list[Token]]:
    """Split an update into tokens at its semicolons, each group in braces being one token."""
    found: list[list[Token]] = [[]]
    level = start = 0
    for token in tokens(text):
        if token.text == "{":
            level += 1
            start = token.start if level == 1 else start
        elif token.text == "}":
            level -= 1
            if level == 0:
                found[-1].append(Token("group", text[start : token.end], start))
        elif level == 0 and token.text == ";":
            found.append([])
        elif level == 0:
            found[-1].append(token)
    return found


def stretches(text: str, every: Sequence[Sequence[Token]]) -> Iterator[Stretch]:
    """Yield an update in stretches, for a parser that reads declarations at the front alone."""
    firsts = [every[0], *(part for part in every[1:] if _declarations(part))]
    ends = [*(part[0].start for part in firsts[1:]), len(text)]
    prologue = _Prologue()
    for part, (begin, end) in zip(firsts, pairwise([0, *ends]), strict=True):
        yield Stretch(str(prologue), begin, text[begin:end])
        prologue.declare(part)


def in_place(stretch: Stretch, text: str, every: Sequence[Sequence[Token]]) -> str:
    """Write a stretch behind the declarations before it, so that a place in it is the one in the text.

    Blanks are in place of operations.
    """
    kept = []
    at = 0
    for part in every:
        declared = _declarations(part)
        if declared and part[0].start < stretch.begin:
            begin, end = part[0].start, declared[-1][-1].end
            kept += [_NOT_LINES.sub(" ", text[at:begin]), text[begin:end]]
            at = end
    return "".join([*kept, _NOT_LINES.sub(" ", text[at : stretch.begin]), stretch.text])


def operations(text: str, every: Sequence[Sequence[Token]], source: str) -> list[Operation]:
    """Read the operations of a well-formed update, each with the declarations before it.

    Raises:
        QuerySyntaxError: keywords run into what follows, which the engine admits.
    """
    prologue = _Prologue()
    found = []
    for part in every:
        prologue.declare(part)
        operation = part[sum(map(len, _declarations(part))) :]
        if operation:
            _refuse_odd(operation, text, source)
            found.append(_operation(str(prologue), operation))
    return found


def _declarations(part: Sequence[Token]) -> list[Sequence[Token]]:
    """Find the declarations at the beginning of a part."""
    found = []
    at = 0
    while at < len(part) and part[at].kind == "word" and part[at].text.upper() in _DECLARATIONS:
        size = _DECLARATIONS[part[at].text.upper()]
        found.append(part[at : at + size])
        at += size
    return found


def _refuse_odd(part: Sequence[Token], text: str, source: str) -> None:
    """Refuse an operation whose keywords are not those of the grammar, so that none is overlooked."""
    outline = "".join(f"{token.text.upper() if token.kind == 'word' else _kind(token)} " for token in part)
    if not _OPERATION.fullmatch(outline):
        start = part[0].start
        raise QuerySyntaxError(
            "this is no operation of SPARQL 1.1 Update.",
            place=Place(source, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)),
            hint="Put a blank behind each keyword, and a semicolon between operations.",
        )


def _kind(token: Token) -> str:
    return "iri" if token.kind == "name" else token.kind


def _operation(prologue: str, part: Sequence[Token]) -> Operation:
    words = tuple(_word(token) for token in part)
    using = tuple(after for word, after in pairwise(words) if word == "USING" and after != "NAMED")
    named = tuple(
        last
        for first, word, last in zip(words, words[1:], words[2:], strict=False)
        if (first, word) == ("USING", "NAMED")
    )
    groups = {
        before: token.text[1:-1]
        for before, token in zip(words, part[1:], strict=False)
        if token.kind == "group"
    }
    return Operation(prologue, words, groups, using, named)


def _word(token: Token) -> str:
    match token.kind:
        case "word":
            return token.text.upper()
        case "group":
            return "{}"
        case _:
            return token.text
