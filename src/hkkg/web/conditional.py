"""Conditional requests (RFC 9110, section 13) for what stays the same as long as the graph does."""

from __future__ import annotations

from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING

from hkkg.web.answering import names_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.web.answering import Answering
    from hkkg.workers.calls import Call


def validators(answering: Answering, call: Call) -> dict[str, str]:
    """The header fields by which a client can ask whether an answer is still the same.

    Args:
        answering: that knows the generation of the graph.
        call: everything besides the graph on which the answer depends.
    """
    return {
        "ETag": answering.etag(answering.generation, call).decode(),
        "Last-Modified": formatdate(answering.changed, usegmt=True),
        "Cache-Control": "no-cache",
    }


def is_unchanged(asked: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether a client has the answer already; its entity tag counts for more than its date."""
    tags = asked.get("if-none-match")
    if tags is not None:
        return names_tag(tags, known["ETag"])
    since = asked.get("if-modified-since")
    return since is not None and _is_since(since, known["Last-Modified"])


def _is_since(since: str, changed: str) -> bool:
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(changed)
    except (TypeError, ValueError):
        return False  # no date, and so no condition
