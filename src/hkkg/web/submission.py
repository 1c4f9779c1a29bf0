"""What a request gives to be validated: a form, a form with files, or an RDF document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.errors import ParameterError
from hkkg.validation import engines
from hkkg.validation.output import WRITERS
from hkkg.web import multipart
from hkkg.web.problems import RequestError
from hkkg.web.protocol import FORM, decode_form, read_body, read_content_type, unread
from hkkg.web.validation_job import Upload

if TYPE_CHECKING:
    from fastapi import Request

    from hkkg.config import Limits
    from hkkg.formats import Format

MULTIPART: Final = "multipart/form-data"
_RDF_TYPES: Final = tuple(name for known in formats.RDF_FORMATS for name in known.media_types)
ACCEPTED: Final = (FORM, MULTIPART, *(known.media_type for known in formats.RDF_FORMATS))
REPORT_FORMATS: Final = (
    *(formats.Format(writer.name, (writer.media_type,), ()) for writer in WRITERS.values()),
    *(known for known in formats.RDF_FORMATS if known.name not in WRITERS),
    formats.HTML,
)

_TEXTS: Final = ("data", "shapes")
_FILES: Final = {"file": "data", "shapes-file": "shapes"}
_SETTINGS: Final = ("format", "engine")
FIELDS: Final = (*_TEXTS, *_FILES, *_SETTINGS)
PARAMETERS: Final = (*_SETTINGS, "lang")
_FOLDERS: Final = re.compile(r"^.*[/\\]", re.DOTALL)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class Submission:
    """What a request gives, and how it wants the answer."""

    data: list[Upload] = field(default_factory=list)
    shapes: list[Upload] = field(default_factory=list)
    engine: str = engines.AUTO
    format: tuple[Format, ...] = ()

    def text_of(self, what: str) -> str:
        """Return what was pasted as data or as shapes, to be shown again."""
        uploads = self.data if what == "data" else self.shapes
        return next((u.body.decode("utf-8", "replace") for u in uploads if u.name == what), "")


async def read(request: Request, limits: Limits) -> Submission:
    """Read a request.

    Raises:
        MediaTypeError: its body is neither a form nor RDF.
        ParameterError: it has a field that means nothing here.
        RequestError: it is not well-formed, or has nothing to validate.
        TooLargeError: it is larger than the limits allow.
    """
    submission = Submission()
    for name, value in decode_form(request.scope["query_string"], "the address"):
        if name not in PARAMETERS:
            raise _unknown(name, PARAMETERS)
        _set(submission, name, value)
    header = read_content_type(request.headers.get("content-type"))
    media_type = header.get_content_type() if "/" in str(header["Content-Type"]) else ""
    if media_type not in {FORM, MULTIPART, *_RDF_TYPES}:
        raise unread(str(header["Content-Type"]), f"Send one of: {', '.join(ACCEPTED)}.")
    body = await read_body(request, limits)
    if media_type == FORM:
        for name, value in decode_form(body, "the form"):
            _add_text(submission, name, value.encode())
    elif media_type == MULTIPART:
        for part in multipart.fields(body, str(header.get_param("boundary") or "")):
            _add_field(submission, part)
    else:
        submission.data.append(Upload("data", body, formats.by_name(media_type, formats.RDF_FORMATS)))
    if not submission.data:
        raise RequestError("there is nothing to validate.", hint="Send Turtle as the form's field 'data'.")
    return submission


def _add_field(submission: Submission, part: multipart.Field) -> None:
    if part.name not in _FILES:
        _add_text(submission, part.name, part.body)
    elif part.body or part.file_name:  # a file that a browser's user did not choose has neither
        name = _UNPRINTABLE.sub("_", _FOLDERS.sub("", part.file_name or "")).strip(". ") or part.name
        uploads = submission.data if _FILES[part.name] == "data" else submission.shapes
        uploads.append(Upload(name, part.body, _format_of(name, part.media_type)))


def _format_of(file_name: str, media_type: str) -> Format:
    """Find an uploaded file's format by its extension, else by its type, else take it for Turtle."""
    extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    if extension:
        return formats.by_name(extension, formats.RDF_FORMATS)
    return next((f for f in formats.RDF_FORMATS if media_type in f.media_types), formats.TURTLE)


def _add_text(submission: Submission, name: str, value: bytes) -> None:
    if name in _TEXTS:
        # Browsers send lines of a text area with CR LF, which the user never typed.
        body = value.replace(b"\r\n", b"\n")
        uploads = submission.data if name == "data" else submission.shapes
        number = sum(upload.name.startswith(name) for upload in uploads)
        if body.strip():
            uploads.append(Upload(f"{name} {number + 1}" if number else name, body))
    elif name in _SETTINGS:
        _set(submission, name, value.decode("utf-8", "replace"))
    elif name in _FILES:
        raise RequestError(f"the field {name!r} holds no file.", hint=f"Send it as {MULTIPART}.")
    else:
        raise _unknown(name, FIELDS)


def _set(submission: Submission, name: str, value: str) -> None:
    if name == "engine":
        submission.engine = value
    elif name == "format":
        submission.format = (formats.by_name(value, REPORT_FORMATS),)


def _unknown(name: str, known: tuple[str, ...]) -> ParameterError:
    """Refuse a field: shapes under a misspelt name would be passed over, and all would seem well."""
    near = get_close_matches(name[:100], known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    return ParameterError(f"the request has no parameter {name[:100]!r}.", hint=hint)
