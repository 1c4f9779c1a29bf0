"""SPARQL with its parts marked for a page, as the editor colours them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from hkkg.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASSES: Final = {
    "string": "q-string",
    "iri": "q-iri",
    "variable": "q-variable",
    "tag": "q-string",
    "name": "q-name",
    "number": "q-number",
    "word": "q-word",
}


def highlighted(query: str) -> Markup:
    """Mark the tokens of a query by their kinds; what a token holds stays text."""
    return Markup("").join(_parts(query))


def _parts(query: str) -> Iterator[Markup]:
    end = 0
    for token in tokens(query):
        kind = _CLASSES.get(token.kind)
        if kind:
            yield escape(query[end : token.start])
            yield Markup('<span class="{}">{}</span>').format(kind, token.text)
            end = token.end
    yield escape(query[end:])
