"""Where a page leads for an IRI: to the page about it here, whatever host the IRI names."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from hkkg import vocab
from hkkg.web.addresses import local

_SAFE: Final = "/:@!$&'()*+,;=~-._"


def place(iri: str) -> str:
    """Return the address of the page about an IRI; every IRI has one."""
    return local(iri) or f"/resource?iri={quote(iri, safe='')}"


def class_place(iri: str) -> str:
    """Return the address of the list of a class's members."""
    if iri.startswith(vocab.HKKG):
        return f"/browse/{quote(iri.removeprefix(vocab.HKKG), safe=_SAFE)}"
    curie = vocab.curie(iri)
    if curie != f"<{iri}>" and ":" in curie and "//" not in curie:
        return f"/browse/{quote(curie, safe=_SAFE)}"
    return f"/browse?class={quote(iri, safe='')}"


def why_place(subject: str, predicate: str, obj: str) -> str:
    """Return the address of the explanation of a triple."""
    return "/why?" + "&".join(
        f"{name}={quote(text, safe='')}" for name, text in (("s", subject), ("p", predicate), ("o", obj))
    )
