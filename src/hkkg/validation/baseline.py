"""Baselines: the findings that were there already, which do not fail until they are fixed."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hkkg import loading
from hkkg.errors import InputUnreadableError, OutputError, Place
from hkkg.validation.output import words
from hkkg.validation.output.fingerprints import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Finding
    from hkkg.validation.report import Report

VERSION: Final = 1
_INPUT: Final = "standard input"
_HINT: Final = "Write it anew with --update-baseline after moving this file away."


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that was there already.

    Attributes:
        fingerprint: what it is found again by.
        file: its file, as seen from the baseline's folder; empty if it had none.
        text: what it said, for people who read the baseline.
    """

    fingerprint: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside a baseline.

    Attributes:
        report: the report, its old findings marked.
        fixed: the entries that are found no more.
        kept: the entries that still hold, or whose files were not validated.
    """

    report: Report
    fixed: tuple[Entry, ...]
    kept: tuple[Entry, ...]


def read(path: Path) -> tuple[Entry, ...]:
    """Read a baseline.

    Raises:
        InputUnreadableError: it is missing, broken, or of another version.
    """
    text = loading.read_text(path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(str(path), error.lineno, error.colno)
        raise InputUnreadableError(
            f"the baseline is not JSON: {error.msg}.", place=place, hint=_HINT
        ) from None
    except RecursionError:
        raise _broken(path, "it is nested too deeply") from None
    if not isinstance(document, dict) or "version" not in document:
        raise _broken(path, "it is not a JSON object with a version")
    if document["version"] != VERSION or isinstance(document["version"], bool):
        line = text[: max(0, text.find('"version"'))].count("\n") + 1
        message = (
            f"the baseline has version {json.dumps(document['version'])}; this hkkg reads version {VERSION}."
        )
        raise InputUnreadableError(message, place=Place(str(path), line), hint=_HINT)
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise _broken(path, "its findings are not a list")
    return tuple(_entry(path, number, entry) for number, entry in enumerate(entries, 1))


def _entry(path: Path, number: int, entry: Any) -> Entry:  # noqa: ANN401 - JSON may hold anything
    known = entry if isinstance(entry, dict) else {}
    values = [known.get(name) for name in ("fingerprint", "file", "text")]
    if not all(isinstance(value, str) for value in values):
        raise _broken(path, f"finding {number} lacks a fingerprint, file or text")
    return Entry(*map(str, values))


def _broken(path: Path, reason: str) -> InputUnreadableError:
    return InputUnreadableError(f"the baseline is broken: {reason}.", place=Place(str(path)), hint=_HINT)


def compare(report: Report, entries: Iterable[Entry], path: Path, sources: Iterable[str]) -> Comparison:
    """Mark the findings that a baseline has, and tell which of its entries are fixed.

    Args:
        report: what was found now.
        entries: the baseline's.
        path: where the baseline is.
        sources: the files that were validated; an entry of another file is kept as it is.
    """
    entries = list(entries)
    checked = {_file(source, path) for source in sources} | {""}
    missing = {e.file for e in entries if e.file != _INPUT and not (path.parent / e.file).exists()}
    judged = checked | missing
    left: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        left[entry.fingerprint].append(entry)
    findings = [_matched(f, left, {_source(f, path)}) for f in report.findings]
    # A file that was renamed keeps its old findings.
    findings = [f if f.old else _matched(f, left, judged) for f in findings]
    unmatched = Counter(entry for rest in left.values() for entry in rest)
    fixed: list[Entry] = []
    kept: list[Entry] = []
    for entry in entries:
        gone = entry.file in judged and unmatched[entry] > 0
        unmatched[entry] -= gone
        (fixed if gone else kept).append(entry)
    return Comparison(replace(report, findings=tuple(findings)), tuple(fixed), tuple(kept))


def _matched(finding: Finding, left: dict[str, list[Entry]], files: set[str]) -> Finding:
    """Mark a finding as old if an entry of one of these files is left for it, and use the entry up."""
    rest = left.get(digest(finding), [])
    entry = next((entry for entry in rest if entry.file in files), None)
    if entry is None:
        return finding
    rest.remove(entry)
    return replace(finding, old=True)


def write(comparison: Comparison, path: Path) -> Report:
    """Write what still holds and what is new, whole or not at all, and mark every finding as old.

    Raises:
        OutputError: the file cannot be written.
    """
    new = [
        Entry(digest(finding), _source(finding, path), words.headline(finding, "en"))
        for finding in comparison.report.new
    ]
    entries = sorted([*comparison.kept, *new], key=_order)
    document = {
        "version": VERSION,
        "findings": [{"fingerprint": e.fingerprint, "file": e.file, "text": e.text} for e in entries],
    }
    _replace(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    report = comparison.report
    return replace(report, findings=tuple(replace(finding, old=True) for finding in report.findings))


def _order(entry: Entry) -> tuple[str, str, str]:
    return entry.file, entry.text, entry.fingerprint


def _replace(path: Path, text: str) -> None:
    """Write a file beside the old one and put it in its place in one step."""
    temporary = ""
    try:
        target = path.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"the baseline cannot be written: {error.strerror}.", place=Place(str(path))
        ) from None


def _source(finding: Finding, path: Path) -> str:
    return _file(finding.place.source, path) if finding.place else ""


def _file(source: str, path: Path) -> str:
    """Write a file's path as seen from the baseline's folder, so that the repository may move."""
    if source == _INPUT:
        return source
    return Path(os.path.relpath(Path(source).resolve(), path.resolve().parent)).as_posix()
