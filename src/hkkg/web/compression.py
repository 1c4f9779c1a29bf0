"""Answers as clients want them compressed (RFC 9110, section 12.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.workers.output import compressor

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import Response

_LEAST: Final = 1_000
"""Bytes below which compressing saves nothing."""


def compressed(request: Request, response: Response) -> Response:
    """Compress the body of an answer that says it varies by that, if the client takes it so."""
    encoding = encoding_of(request.headers.get("accept-encoding", ""))
    if encoding and len(response.body) >= _LEAST:
        making = compressor(encoding)
        response.body = making.compress(bytes(response.body)) + making.flush()
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.body))
    return response


def encoding_of(header: str) -> str:
    """Choose how an answer is compressed (RFC 9110, section 12.5.3): `br`, `gzip`, or nothing."""
    if not header:
        return ""
    qualities: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameter = part.partition(";")
        _, _, value = parameter.partition("=")
        name = name.strip().lower().removeprefix("x-")
        try:
            qualities[name] = float(value) if value.strip() else 1.0
        except ValueError:
            qualities[name] = 0.0
    others = qualities.get("*", 0.0)
    best = max(("br", "gzip"), key=lambda name: qualities.get(name, others))
    quality = qualities.get(best, others)
    return best if quality > 0 and quality >= qualities.get("identity", 0.0) else ""
