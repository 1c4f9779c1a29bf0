"""Parameters of an address, read strictly: each is known, UTF-8, and given once unless it may be repeated."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.web import protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastapi import Request

_LONGEST_TOLD: Final = 100
"""Characters of a word that is none: to compare a long one takes long."""


def check(request: Request, known: Collection[str] | None = None, repeated: Collection[str] = ()) -> None:
    """Refuse a parameter that is unknown, or repeated although it has one value.

    Args:
        request: that has them.
        known: those that mean something; None where clients send others that are passed over.
        repeated: those that may be given more than once.

    Raises:
        ParameterError: there is one.
        RequestError: the address is not UTF-8.
    """
    given = protocol.decode_form(request.scope["query_string"], "the address")
    refuse(Counter(name for name, _ in given), known, repeated)


def refuse(given: Counter[str], known: Collection[str] | None, repeated: Collection[str] = ()) -> None:
    """Refuse names of parameters, given with how often each is there.

    Raises:
        ParameterError: one is unknown, or repeated although it has one value.
    """
    for name, count in given.items():
        if known is not None and name not in known:
            near = get_close_matches(name[:_LONGEST_TOLD], known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
            raise ParameterError(f"there is no parameter {name[:_LONGEST_TOLD]!r} here.", hint=hint)
        if count > 1 and name not in repeated:
            raise ParameterError(f"the parameter {name} is given {count} times.", hint="Give it once.")


def language(text: str | None) -> str | None:
    """Read a language tag of the graph.

    Raises:
        ParameterError: it is none of those that the graph has.
    """
    if text is None:
        return None
    found = next((tag for tag in vocab.LANGUAGES if tag.lower() == text.lower()), None)
    if found is None:
        near = get_close_matches(text[:_LONGEST_TOLD], vocab.LANGUAGES, n=1, cutoff=0.4)
        known = f"There are: {', '.join(vocab.LANGUAGES)}."
        hint = f"Did you mean {near[0]}? {known}" if near else known
        raise ParameterError(f"there are no names in the language {text[:_LONGEST_TOLD]!r}.", hint=hint)
    return found
