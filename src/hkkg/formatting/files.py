"""The Turtle files that arguments mean, and each one's text as it is and as it would be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from hkkg import formats, loading
from hkkg.errors import HkkgError, InputUnreadableError, Place, UnknownFormatError
from hkkg.formatting.document import format_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SUFFIX = f".{formats.TURTLE.extensions[0]}"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A document and its formatted text."""

    source: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether formatting changes it."""
        return self.before != self.after

    def diff(self) -> str:
        """Show what formatting changes, as a unified diff."""
        lines = unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            self.source,
            f"{self.source} (formatted)",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def format_text(text: str, source: str) -> Formatted:
    """Format a document that has been read."""
    return Formatted(source, text, format_turtle(text, source))


def format_file(path: Path) -> Formatted:
    """Read a Turtle file and format it; the file stays as it is.

    Raises:
        InputUnreadableError: it is missing, empty or not in UTF-8.
        UnknownFormatError: it is not Turtle by its extension.
        SyntaxProblemError: it is not well-formed.
        FormattingError: it cannot be formatted.
    """
    if path.suffix.lower() != _SUFFIX and not path.is_dir() and path.exists():
        raise UnknownFormatError(
            "only Turtle is formatted.", place=Place(str(path)), hint=f"Turtle files end in {_SUFFIX}."
        )
    return format_text(loading.read_text(path), str(path))


def find(arguments: Sequence[str]) -> tuple[list[Path], list[HkkgError]]:
    """Expand paths and folders into files; a folder means the Turtle below it, hidden folders left out.

    Returns:
        The files in order and without repetition, and what is wrong with the other arguments.
    """
    found: dict[str, Path] = {}
    problems: list[HkkgError] = []
    for argument in arguments:
        path = Path(argument)
        files = loading.files_below(path, formats.TURTLE.extensions) if path.is_dir() else [path]
        if not files:
            problems.append(InputUnreadableError("the folder holds no Turtle.", place=Place(argument)))
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    return list(found.values()), problems


def format_files(paths: Iterable[Path]) -> Iterator[Formatted | HkkgError]:
    """Format each file by itself: one that cannot be does not keep the others from it."""
    for path in paths:
        try:
            yield format_file(path)
        except HkkgError as error:
            yield error
