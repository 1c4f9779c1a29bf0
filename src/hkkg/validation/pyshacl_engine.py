"""The reference SHACL engine, pySHACL."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyshacl
import rdflib
from pyparsing import ParseException
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser
from rdflib.plugins.sparql import prepareQuery

from hkkg.errors import ShapesProblemError, ValidatorFailedError
from hkkg.validation.values import Value, corrected

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query


_UNDECLARED: Final = "Unknown namespace prefix"
_BLANK: Final = re.compile(r"_:(\w+)")


class _Pyshacl:
    """Validates in Python, over rdflib graphs."""

    name = "pyshacl"

    def report(self, data: bytes, shapes: bytes) -> bytes:
        """Validate, and return the report as N-Triples."""
        try:
            _, report, text = pyshacl.validate(
                _read(data, _Data()),
                shacl_graph=_shapes(shapes),
                advanced=True,
                inplace=True,
                do_owl_imports=False,
            )
        except (ShapeLoadError, ReportableRuntimeError, ParseException, re.error) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ShapesProblemError(f"the shapes are not well-formed: {reason}.") from None
        except RecursionError:
            message = "the shapes, or what they say of the data, are nested too deeply."
            raise ShapesProblemError(message, hint="Write them flatter.") from None
        except Exception as error:  # noqa: BLE001 - rdflib and pySHACL raise bare ones for what they lack
            reason = str(error).partition("\n")[0].rstrip(".")
            if reason.startswith(_UNDECLARED):
                raise ShapesProblemError(f"the shapes are not well-formed: {reason}.") from None
            raise ValidatorFailedError(f"pySHACL cannot tell: {reason}.") from None
        if isinstance(report, ValidationFailure):
            reason = report.message.partition("\n")[0].rstrip(".")
            raise ShapesProblemError(f"the shapes are not well-formed: {reason}.")
        if not isinstance(report, rdflib.Graph):
            raise ValidatorFailedError(f"pySHACL gave up: {text}.")
        return report.serialize(format="nt", encoding="utf-8")


class _Data(rdflib.Graph):
    """A graph that prepares each query once: pySHACL asks the same one for every focus node."""

    def query(self, query_object: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - rdflib's signature
        """Evaluate a query."""
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **options)


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    return corrected(prepareQuery(text))


@lru_cache(maxsize=1)
def _shapes(ntriples: bytes) -> rdflib.Graph:
    """Keep the shapes that were parsed last: many small graphs are validated against the same ones."""
    return _read(ntriples, rdflib.Graph())


def _read(ntriples: bytes, graph: rdflib.Graph) -> rdflib.Graph:
    """Parse N-Triples, literals and labels of blank nodes kept as they are written."""
    labels = {label: rdflib.BNode(label) for label in _BLANK.findall(ntriples.decode())}
    quiet = logging.getLogger("rdflib.term")
    level, normalize = quiet.level, rdflib.NORMALIZE_LITERALS
    # rdflib would turn an ill-typed literal into another one, and print a traceback about it.
    quiet.setLevel(logging.ERROR)
    rdflib.NORMALIZE_LITERALS = False
    try:
        _Parser(NTGraphSink(graph), bnode_context=labels).parsestring(ntriples)
    except ParserError as error:
        raise ValidatorFailedError(f"pySHACL cannot read what it is given: {error}.") from None
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
        quiet.setLevel(level)
    return graph


class _Parser(W3CNTriplesParser):
    """A parser whose literals compare as SPARQL's values do."""

    def literal(self) -> Any:  # noqa: ANN401 - rdflib's signature
        """Read a literal, or False for what is none."""
        found = super().literal()
        return Value(found, found.language, found.datatype) if isinstance(found, rdflib.Literal) else found


ENGINE: Final = _Pyshacl()
