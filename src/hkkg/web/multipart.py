"""Forms with files in them (RFC 7578), which are small here and read whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hkkg.web.problems import RequestError
from hkkg.web.protocol import media_type_of

_MOST_PARTS: Final = 100
_PARAMETER: Final = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))')
_HEADER_END: Final = b"\r\n\r\n"
_LONGEST_HEAD: Final = 10_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; one with a file name is a file."""

    name: str
    body: bytes
    file_name: str | None = None
    media_type: str = ""


def fields(body: bytes, boundary: str) -> list[Field]:
    """Split a form into its fields.

    Raises:
        MediaTypeError: a field is in another encoding than UTF-8.
        RequestError: it is not well-formed.
    """
    if not boundary:
        raise RequestError("the form's Content-Type names no boundary.", hint="Add boundary=….")
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), _MOST_PARTS + 2)
    if len(parts) > _MOST_PARTS + 1:
        raise RequestError(f"the form has more than {_MOST_PARTS} fields.", hint="Send fewer.")
    if not parts or not parts[-1].startswith(b"--"):
        what = "has no end" if parts else f"does not use the boundary {boundary!r}"
        raise RequestError(f"the form {what}.", hint="Send it whole, as multipart/form-data.")
    return [_field(part) for part in parts[:-1]]


def _field(part: bytes) -> Field:
    head, separator, body = part.lstrip(b" \t").partition(_HEADER_END)
    if len(head) > _LONGEST_HEAD:
        raise RequestError(f"a field of the form has a head of more than {_LONGEST_HEAD:,} bytes.")
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    disposition = headers.get("content-disposition", "")
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(disposition)}
    if not separator or "name" not in parameters:
        raise RequestError(
            "a field of the form has no name.", hint="Each needs Content-Disposition with a name."
        )
    media_type = media_type_of(headers["content-type"]) if "content-type" in headers else ""
    return Field(parameters["name"], body, parameters.get("filename"), media_type)
