"""Reports in every form: for people, for programs and for CI servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg.validation.output import github, json, junit, sarif, text, turtle
from hkkg.validation.output.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.validation.report import Report

__all__ = ["LANGUAGES", "WRITERS", "Writer"]


@dataclass(frozen=True, slots=True)
class Writer:
    """One form of a report.

    Attributes:
        name: what the command calls it.
        media_type: what HTTP calls it.
        write: takes a report and the language of messages (`en`, `zh-Hant`, `zh-Hans`).
        tells_problems: whether it has each input that cannot be used, with its place; other forms count them.
    """

    name: str
    media_type: str
    write: Callable[[Report, str], str]
    tells_problems: bool = True


WRITERS: Final[dict[str, Writer]] = {
    writer.name: writer
    for writer in (
        Writer("text", "text/plain", text.write, tells_problems=False),
        Writer("turtle", "text/turtle", turtle.write, tells_problems=False),
        Writer("json", "application/json", json.write),
        Writer("sarif", "application/sarif+json", sarif.write),
        Writer("junit", "application/xml", junit.write),
        Writer("github", "text/plain", github.write),
    )
}
