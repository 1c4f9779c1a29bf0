"""Formats by name, and content negotiation."""

from pathlib import Path

import pytest

from hkkg import formats
from hkkg.errors import UnknownFormatError
from hkkg.formats import CSV, JSON, RDF_FORMATS, RESULT_FORMATS, TURTLE, XML, negotiate


@pytest.mark.parametrize("name", ["turtle", "ttl", ".ttl", "TTL", "text/turtle"])
def test_a_format_is_found_by_name_extension_or_media_type(name):
    assert formats.by_name(name, RDF_FORMATS) is TURTLE


def test_an_unknown_format_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownFormatError) as caught:
        formats.by_name("yaml", RDF_FORMATS)
    assert "turtle, trig, ntriples, nquads, rdfxml, jsonld" in str(caught.value)


def test_a_path_tells_the_format():
    assert formats.by_path(Path("a/b.jsonld")) is formats.JSONLD


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("text/csv;q=0.5, application/sparql-results+xml", XML),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("text/xml", XML),
        ("application/json;q=0, */*;q=0.5", XML),
        ("text/csv;q=0, */*;q=0.1", JSON),
        ("application/json;q=0, application/sparql-results+json;q=0, text/csv;q=0.001", CSV),
        ("application/rdf+xml, application/sparql-results+xml", XML),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=nonsense", None),
        (",,text/csv;;q=1,", CSV),
    ],
)
def test_negotiation(accept, chosen):
    assert negotiate(accept, RESULT_FORMATS) is chosen


def test_the_specific_range_wins_over_the_general():
    assert negotiate("*/*, application/sparql-results+json;q=0.1, application/json;q=0.1", (JSON, CSV)) is CSV
