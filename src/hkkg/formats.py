"""RDF and query-result formats, and content negotiation between them (RFC 9110, section 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg.errors import Place, UnknownFormatError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name, media types (the first is the one that is sent) and file extensions."""

    name: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]
    holds_graphs: bool = False

    @property
    def media_type(self) -> str:
        """The media type that responses carry."""
        return self.media_types[0]


TURTLE: Final = Format("turtle", ("text/turtle", "application/x-turtle"), ("ttl",))
TRIG: Final = Format("trig", ("application/trig", "application/x-trig"), ("trig",), holds_graphs=True)
NTRIPLES: Final = Format("ntriples", ("application/n-triples", "text/plain"), ("nt",))
NQUADS: Final = Format("nquads", ("application/n-quads",), ("nq",), holds_graphs=True)
RDFXML: Final = Format("rdfxml", ("application/rdf+xml",), ("rdf", "xml", "owl"))
JSONLD: Final = Format("jsonld", ("application/ld+json",), ("jsonld",), holds_graphs=True)

JSON: Final = Format("json", ("application/sparql-results+json", "application/json"), ("json", "srj"))
XML: Final = Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("xml", "srx"))
CSV: Final = Format("csv", ("text/csv",), ("csv",))
TSV: Final = Format("tsv", ("text/tab-separated-values",), ("tsv",))
HTML: Final = Format("html", ("text/html", "application/xhtml+xml"), ("html",))

RDF_FORMATS: Final = (TURTLE, TRIG, NTRIPLES, NQUADS, RDFXML, JSONLD)
RESULT_FORMATS: Final = (JSON, XML, CSV, TSV)
EXTENSIONS: Final = ", ".join(f".{extension}" for known in RDF_FORMATS for extension in known.extensions)


def by_name(name: str, formats: tuple[Format, ...]) -> Format:
    """Find a format by name, extension or media type.

    Raises:
        UnknownFormatError: there is none; the message lists those that there are.
    """
    for candidate in formats:
        if name == candidate.name:
            return candidate
    wanted = name.lower().lstrip(".")
    for candidate in formats:
        if wanted == candidate.name or wanted in candidate.extensions or wanted in candidate.media_types:
            return candidate
    known = ", ".join(f.name for f in formats)
    raise UnknownFormatError(f"there is no format {name!r} here.", hint=f"Use one of: {known}.")


def by_path(path: Path) -> Format:
    """Find the RDF format of a file by its extension.

    Raises:
        UnknownFormatError: the extension is not one of an RDF format.
    """
    extension = path.suffix.lower().lstrip(".")
    for candidate in RDF_FORMATS:
        if extension in candidate.extensions:
            return candidate
    raise UnknownFormatError(
        "its extension names no RDF format.", place=Place(str(path)), hint=f"RDF files end in {EXTENSIONS}."
    )


def negotiate(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """Choose the offered format that an Accept header prefers; None if it accepts none of them.

    Without a header, or with an empty one, the first offered format is chosen.
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        media_type, quality = _media_range(part)
        ranges[media_type] = max(quality, ranges.get(media_type, 0.0))
    best: tuple[float, int, Format] | None = None
    for position, candidate in enumerate(offered):
        quality = _quality(candidate, ranges)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, position, candidate)
    return best[2] if best else None


def _media_range(text: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            quality = _number(value)
    return media_type.lower(), quality


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text.strip())))
    except ValueError:
        return 0.0


def _quality(candidate: Format, ranges: dict[str, float]) -> float:
    """The quality that the most specific matching range gives (RFC 9110, section 12.5.1)."""
    family = candidate.media_type.split("/", maxsplit=1)[0] + "/*"
    for matching in (candidate.media_types, (family,), ("*/*",)):
        qualities = [ranges[text] for text in matching if text in ranges]
        if qualities:
            return max(qualities)
    return 0.0
