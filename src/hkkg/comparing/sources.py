"""The two sides of a comparison: files, folders, and git revisions of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from hkkg import formats, loading, paths
from hkkg.errors import HkkgError, InputUnreadableError, ManyProblemsError, Place
from hkkg.store import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hkkg.formats import Format
    from hkkg.store import Quad

_FOLDERS: Final = ("data", "ontology")
_SECONDS: Final = 60
_REGULAR: Final = "100"
_EXTENSIONS: Final = {extension for known in formats.RDF_FORMATS for extension in known.extensions}
_PREFIX: Final = re.compile(
    rb"^\s*(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name, its quads and the prefixes that its documents declare."""

    name: str
    quads: frozenset[Quad]
    prefixes: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Text:
    source: str
    data: bytes
    format: Format


def read_side(argument: str) -> Side:
    """Read a file, a folder, or one of a git revision as REV:PATH.

    PATH is counted from the top of the repository; REV:./PATH from the current folder.

    Raises:
        InputUnreadableError: there is no such thing.
        SyntaxProblemError: a document is not well-formed.
        ManyProblemsError: several documents cannot be used.
    """
    if Path(argument).exists() or ":" not in argument:
        return _side(argument, _of_files([argument]))
    return _side(argument, _of_revision(argument, Path.cwd()))


def read_revisions(revisions: str) -> tuple[Side, Side]:
    """Read the packaged folders at two revisions: OLD..NEW, or OLD alone against the files as they are.

    Raises:
        InputUnreadableError: they are not in a git repository, or there is no such revision.
    """
    old, dots, new = revisions.partition("..")
    return _packaged(old or "HEAD"), _packaged((new or "HEAD") if dots else None)


def _packaged(revision: str | None) -> Side:
    root = paths.graph_root()
    if revision is None:
        return _side("the files as they are", _of_files([str(root / folder) for folder in _FOLDERS]))
    texts = [text for folder in _FOLDERS for text in _of_revision(f"{revision}:./{folder}", root)]
    return _side(revision, texts)


def _side(name: str, texts: Iterable[_Text]) -> Side:
    quads: set[Quad] = set()
    prefixes: dict[str, str] = {}
    problems: list[HkkgError] = []
    for text in texts:
        try:
            quads.update(parse(text.data, text.format, source=text.source))
        except HkkgError as error:
            problems.append(error)
        if text.format in {formats.TURTLE, formats.TRIG}:
            for prefix, iri in _PREFIX.findall(text.data):
                prefixes.setdefault(prefix.decode("utf-8", "replace"), iri.decode("utf-8", "replace"))
    if problems:
        raise problems[0] if len(problems) == 1 else ManyProblemsError(problems)
    return Side(name, frozenset(quads), prefixes)


def _of_files(arguments: list[str]) -> list[_Text]:
    return _each(loading.find_files(arguments), _read_file)


def _read_file(path: Path) -> _Text:
    document = loading.read_document(path)
    return _Text(document.source, document.data, document.format)


def _each(names: Iterable[Path], read: Callable[[Path], _Text]) -> list[_Text]:
    texts: list[_Text] = []
    problems: list[HkkgError] = []
    for name in names:
        try:
            texts.append(read(name))
        except HkkgError as error:
            problems.append(error)
    if problems:
        raise problems[0] if len(problems) == 1 else ManyProblemsError(problems)
    return texts


def _of_revision(argument: str, folder: Path) -> list[_Text]:
    """Read a blob, or every RDF document of a tree."""
    place = Place(argument)
    if argument.endswith((":.", ":..")):
        argument += "/"  # to git, only a path that begins with ./ or ../ is one below the working folder
    name = (
        _git(["rev-parse", "--verify", "--quiet", "--end-of-options", argument], folder, place)
        .decode()
        .strip()
    )
    if _git(["cat-file", "-t", name], folder, place).strip() == b"blob":
        path = PurePosixPath(argument.partition(":")[2])
        data = _git(["cat-file", "blob", name], folder, place)
        return [_Text(argument, data, formats.by_path(Path(path)))]
    found = []
    for entry in _git(["ls-tree", "-r", "-z", name], folder, place).split(b"\0"):
        description, _, raw = entry.partition(b"\t")
        path = PurePosixPath(os.fsdecode(raw))
        if description.startswith(_REGULAR.encode()) and path.suffix.lstrip(".").lower() in _EXTENSIONS:
            blob = description.split()[2].decode()
            found.append((f"{argument.rstrip('/')}/{path}", blob, formats.by_path(Path(path))))
    if not found:
        raise InputUnreadableError("the folder holds no RDF file.", place=place)
    return [
        _Text(source, _git(["cat-file", "blob", blob], folder, place), kind) for source, blob, kind in found
    ]


def _git(arguments: list[str], folder: Path, place: Place) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise InputUnreadableError("git is not installed, so no revision can be read.", place=place)
    environment = {
        **os.environ,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        done = subprocess.run(  # noqa: S603 - no shell; revisions stand behind --end-of-options
            [program, "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise InputUnreadableError(f"git cannot be asked: {error}.", place=place) from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        message = told.splitlines()[0] if told else "there is no such file, folder or revision in git."
        raise InputUnreadableError(message, place=place, hint="Name a revision's file as REV:PATH.")
    return done.stdout
