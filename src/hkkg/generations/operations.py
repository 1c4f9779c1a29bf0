"""The operations of a SPARQL Update (SPARQL 1.1 Update, section 3), told apart by its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg.errors import ParameterError
from hkkg.store.tokens import Token, prologue, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROLOGUE: Final = frozenset({"PREFIX", "BASE"})
_DATASET: Final = frozenset({"USING", "WITH"})
_TRANSFERS: Final = frozenset({"ADD", "COPY", "MOVE"})


class Operation(NamedTuple):
    """One operation of an update.

    Attributes:
        prologue: of the update.
        text: without it.
        words: the keywords outside of its braces, in upper case.
    """

    prologue: str
    text: str
    words: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The operation as an update of its own."""
        return self.prologue + self.text

    @property
    def is_data(self) -> bool:
        """Whether it inserts or deletes data."""
        return self.words[1:2] == ("DATA",)

    @property
    def has_pattern(self) -> bool:
        """Whether it deletes or inserts what the solutions of a pattern say."""
        return "WHERE" in self.words


def outer_words(text: str) -> Iterator[Token]:
    """Yield the keywords that stand outside of all braces, and the semicolons."""
    level = 0
    for token in tokens(text):
        if token.text == "{":
            level += 1
        elif token.text == "}":
            level -= 1
        elif level == 0 and (token.kind == "word" or token.text == ";"):
            yield token


def operations(text: str) -> list[Operation]:
    """Split an update into its operations."""
    before = prologue(text)
    begin = len(before)
    found: list[Operation] = []
    own: list[str] = []
    words = [word for word in outer_words(text) if word.start >= begin]
    for word in (*words, None):
        if word is not None and word.text != ";":
            own.append(word.text.upper())
            continue
        end = word.start if word else len(text)
        if own:
            found.append(Operation(before, text[begin:end].strip(), tuple(own)))
        own, begin = [], end + 1
    return found


def with_prefixes_first(text: str) -> str:
    """Move PREFIX declarations that stand between operations to the front, where alone the engine reads them.

    A text whose prefixes mean different things in different places is left as it is.
    """
    every = list(tokens(text))
    begun = next((n for n, t in enumerate(every) if t.kind == "word" and t.text.upper() not in _PROLOGUE), 0)
    late = [
        every[n : n + 3]
        for n in range(begun, len(every) - 2)
        if every[n].text.upper() == "PREFIX" and [t.kind for t in every[n : n + 3]] == ["word", "name", "iri"]
    ]
    declared = {(name.text, iri.text) for _, name, iri in late}
    if not late or len({name for name, _ in declared}) < len(declared):
        return text
    rest, at = [], 0
    for word, _, iri in late:
        rest.append(text[at : word.start])
        at = iri.end
    declarations = "".join(f"PREFIX {name} {iri} " for name, iri in sorted(declared))
    return declarations + "".join([*rest, text[at:]])


def without_silent_loads(text: str) -> str:
    """Leave LOAD SILENT out, which succeeds without an effect where nothing may be loaded."""
    every = list(tokens(text))
    cuts = [_end_of_load(every, n) for n in range(len(every) - 1) if _is_silent_load(every, n)]
    for start, end in reversed(cuts):
        text = text[:start] + text[end:]
    return text


def _is_silent_load(every: Sequence[Token], at: int) -> bool:
    first, second = every[at : at + 2]
    return first.kind == "word" and first.text.upper() == "LOAD" and second.text.upper() == "SILENT"


def _end_of_load(every: Sequence[Token], at: int) -> tuple[int, int]:
    """Return where a LOAD starts, and where it ends: at the semicolon behind it, if there is one."""
    rest = every[at:]
    stop = next((token for token in rest if token.text == ";"), None)
    return every[at].start, stop.end if stop else rest[-1].end


def insertion_of(operation: Operation) -> str:
    """Write an operation that deletes or inserts data as one that inserts it."""
    word = next(outer_words(operation.text))
    return f"{operation.prologue}INSERT{operation.text[word.end :]}"


def with_named_target(operation: Operation, graph: str) -> Operation:
    """Let a graph take what an operation adds, copies or moves to the default graph."""
    words = list(outer_words(operation.text))
    if operation.words[0] not in _TRANSFERS or [word.text.upper() for word in words[-2:]] != [
        "TO",
        "DEFAULT",
    ]:
        return operation
    if operation.words.count("DEFAULT") > 1:
        return operation  # to itself
    return operation._replace(text=f"{operation.text[: words[-1].start]}GRAPH {graph}")


def with_datasets(text: str, graphs: Sequence[str], named: Sequence[str]) -> str:
    """Write the dataset of a request before each WHERE (SPARQL 1.1 Protocol, 2.2.3), DELETE WHERE included.

    Raises:
        ParameterError: the update names a dataset itself.
    """
    words = list(outer_words(text))
    if any(word.text.upper() in _DATASET for word in words):
        raise ParameterError(
            "the update says USING or WITH, and the request names a dataset too.",
            hint="Leave out using-graph-uri and using-named-graph-uri, or USING and WITH.",
        )
    clauses = "".join([*(f" USING <{iri}>" for iri in graphs), *(f" USING NAMED <{iri}>" for iri in named)])
    parts, at = [], 0
    for word in words:
        if word.text.upper() == "WHERE":
            parts += [text[at : word.start], clauses, " "]
            at = word.start
    return "".join([*parts, text[at:]])
