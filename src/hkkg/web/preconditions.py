"""Conditions on writes of graphs (RFC 9110, section 13.1): nobody overwrites what has changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.errors import PreconditionError
from hkkg.web.answering import names_tag
from hkkg.workers.calls import GraphCall
from hkkg.workers.output import ENCODINGS

if TYPE_CHECKING:
    from hkkg.generations import Write
    from hkkg.web.answering import Answering
    from hkkg.web.exchange import Exchange

_ANY: Final = "*"


def conditional(write: Write, exchange: Exchange, answering: Answering) -> Write:
    """Let a write depend on what its request says the graph must be, by If-Match and If-None-Match.

    An entity tag stands for the graph in any format and encoding, as it is in one generation of the whole.

    Raises:
        PreconditionError: the graph is not so.
    """
    wanted, unwanted = exchange.header(b"if-match").strip(), exchange.header(b"if-none-match").strip()
    if not wanted and not unwanted:
        return write
    current = _tags(write.graph, answering)
    if wanted == _ANY:
        write = replace(write, must_exist=True)
    elif wanted:
        if current.isdisjoint(tag.strip() for tag in wanted.split(",")):
            raise PreconditionError("the graph has changed since it was read.", hint="Read it again.")
        write = replace(write, generation=answering.generation)
    if unwanted == _ANY:
        write = replace(write, must_exist=False)
    elif any(names_tag(unwanted, tag) for tag in current):
        raise PreconditionError("the graph is still as it was read.")
    return write


def _tags(graph: str | None, answering: Answering) -> set[str]:
    calls = (GraphCall(graph, known.name, e) for known in formats.RDF_FORMATS for e in ENCODINGS)
    return {answering.etag(answering.generation, call).decode() for call in calls}
