"""Stores of RDF quads: embedded in the process, or remote behind a SPARQL endpoint.

This is the one package that imports pyoxigraph; the terms that it re-exports are those of every layer above.
The engine of a remote endpoint stays in `hkkg.store.remote`, because few commands need an HTTP client.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, Variable

from hkkg.store.answers import Answer, Table, Term, term_text, whole
from hkkg.store.canonical import as_stored, canonical, digest, isomorphic, settled
from hkkg.store.changes import Change
from hkkg.store.compact import CompactQuads, compact
from hkkg.store.embedded import Dataset, EmbeddedStore
from hkkg.store.parsing import encoding_hint, parse, parse_as_named, parse_compact, serialize
from hkkg.store.symmetry import refuse_symmetry

__all__ = [
    "Answer",
    "BlankNode",
    "Change",
    "CompactQuads",
    "Dataset",
    "DefaultGraph",
    "EmbeddedStore",
    "Literal",
    "NamedNode",
    "Quad",
    "Table",
    "Term",
    "Triple",
    "Variable",
    "as_stored",
    "canonical",
    "compact",
    "digest",
    "encoding_hint",
    "isomorphic",
    "parse",
    "parse_as_named",
    "parse_compact",
    "refuse_symmetry",
    "serialize",
    "settled",
    "term_text",
    "whole",
]
