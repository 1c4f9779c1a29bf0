"""Settings of the service: every number that somebody may want to look up or change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000

QUERY_STACK: Final = 64 * 1024 * 1024
"""Bytes of the stack on which a query is evaluated: the engine recurses."""

FEATURED: Final = (
    "laboratories-by-university",
    "award-winning-projects-and-scholars",
    "where-a-payload-is",
    "computing-power-now-and-planned",
    "contradicted-claims",
)
"""The questions that the home page offers first, as far as they exist; others fill it up to this many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service takes at most.

    Attributes:
        request_bytes: of a request's body or query string.
        nesting: of brackets in a query; the engine's parser recurses.
        queries: evaluated at a time; further ones wait.
        shown_rows: on an HTML page; other formats have no such limit.
        validation_seconds: of a validation, which is killed then.
        validation_bytes: of memory that a validation takes.
    """

    request_bytes: int = 1_000_000
    nesting: int = 400
    queries: int = 8
    shown_rows: int = 1_000
    validation_seconds: int = 30
    validation_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service behaves.

    Attributes:
        packaged: whether it serves the packaged graph, and so offers the stored questions.
        limits: what it takes at most.
    """

    packaged: bool = True
    limits: Limits = Limits()
