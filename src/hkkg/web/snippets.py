"""A question asked from outside: the same call for the shell, Python and R, ready to paste."""

from __future__ import annotations

import json
import keyword
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE: Final = "api/questions/"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A call, and what it is written in."""

    language: str
    text: str


def snippets(base: str, name: str, values: Mapping[str, str], *, is_graph: bool) -> tuple[Snippet, ...]:
    """Write a question's call.

    Args:
        base: address of the service, with a slash at its end.
        name: of the question.
        values: of its parameters.
        is_graph: whether it answers with a graph, of which there is no CSV.
    """
    target = "turtle" if is_graph else "csv"
    address = f"{base}{_PLACE}{quote(name)}"
    return (
        Snippet("curl", _curl(address, values, target)),
        Snippet("Python", _python(base, name, values)),
        Snippet("R", _r(address, values, target)),
    )


def _curl(address: str, values: Mapping[str, str], target: str) -> str:
    pairs = [*values.items(), ("format", target)]
    lines = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in pairs]
    return " \\\n  ".join([f"curl -sSG {shlex.quote(address)}", *lines])


def _python(base: str, name: str, values: Mapping[str, str]) -> str:
    if any(keyword.iskeyword(parameter) for parameter in values):
        given = f", **{json.dumps(dict(values), ensure_ascii=False)}"
    else:
        given = "".join(f", {k}={json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
    call = f"hkkg.connect({json.dumps(base)}).question({json.dumps(name)}{given})"
    return f"import hkkg\n\nanswer = {call}"


def _r(address: str, values: Mapping[str, str], target: str) -> str:
    read = "read.csv" if target == "csv" else "readLines"
    query = urlencode({**values, "format": target})
    return f'answer <- {read}("{address}?{query}", encoding = "UTF-8")'
