"""hkkg as a library: validation of files, texts and graphs in one call."""

from __future__ import annotations

import codecs
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from hkkg import formats, loading, validation
from hkkg.checks import syntax
from hkkg.errors import HkkgError, InputUnreadableError, ParameterError, Place
from hkkg.loading import Document
from hkkg.validation import Task, engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hkkg.validation import Report
    from hkkg.validation.tasks import Read

_TEXT: Final = "text"
_GRAPH: Final = "graph"
_GRAPHS: Final = "urn:hkkg:graph:"


class Graph(Protocol):
    """A graph that writes itself, as `rdflib.Graph` and `rdflib.Dataset` do."""

    def serialize(self, destination: None, format: str, base: None, encoding: str) -> bytes:  # noqa: A002 - rdflib's name
        """Return the graph in a format and encoding."""
        ...


Source = str | Path | Graph | Document


def validate(
    sources: Source | Iterable[Source] | None = None,
    *,
    shapes: Source | Iterable[Source] | None = None,
    data: str | bytes | None = None,
    engine: str = engines.AUTO,
) -> Report:
    """Validate RDF against SHACL shapes.

    ```python
    report = hkkg.validate("data/*.ttl", shapes="shapes/*.ttl")
    assert report.conforms, report
    ```

    Nothing is fetched from the network.

    Args:
        sources: what to validate: a file, a folder, a glob (`**` goes down into folders), an
            `rdflib.Graph` or `rdflib.Dataset`, or several of these. With neither sources nor data, the
            packaged graph of Hong Kong's innovation and technology.
        shapes: the shapes, given in the same ways. With shapes, they alone are used. Without, the
            packaged ontology and shapes, and hkkg's own checks of data.
        data: Turtle to validate, as text or as UTF-8.
        engine: `pyshifty`, `pyshacl`, or `auto`, which takes the fast one where it is right.

    Returns:
        The findings, the worst first; `print(report)` shows them.

    Raises:
        HkkgError: an input cannot be used; `hkkg.errors` has a type for each reason.
    """
    problems: list[HkkgError] = []
    documents = _documents(sources, problems)
    if data is not None:
        documents.append(document(_TEXT, data.encode() if isinstance(data, str) else data))
    shape_documents = _documents(shapes, problems)
    validation.refuse(problems)
    report = validate_documents(documents, shape_documents, engine)
    return _without_lines(report, [*documents, *shape_documents])


def document(name: str, data: bytes, source_format: formats.Format = formats.TURTLE) -> Document:
    """Make a document of bytes that are in no file.

    Raises:
        InputUnreadableError: there is nothing in it.
    """
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise InputUnreadableError("the document is empty.", place=Place(name))
    return Document(name, data, source_format, loading.graph_of(Path(name)))


def validate_documents(
    documents: Sequence[Document],
    shapes: Sequence[Document] = (),
    engine: str = engines.AUTO,
    inspect: Callable[[Task], None] | None = None,
) -> Report:
    """Validate documents against shapes, else against the packaged ones, beside the packaged graph.

    Args:
        documents: what to validate, else the packaged graph.
        shapes: the shapes, else the packaged ones.
        engine: as for `validate`.
        inspect: what sees the parsed documents before they are validated, and may refuse them.

    Raises:
        HkkgError: a document cannot be used.
    """
    if not documents and not shapes:
        return validation.run(validation.packaged(), engine)
    # Whoever inspects the documents has not had the chance to refuse what they import.
    task = _task(documents, shapes, follow_imports=inspect is None)
    if inspect is not None:
        inspect(task)
    return validation.run(task, engine)


def _task(documents: Sequence[Document], shapes: Sequence[Document], *, follow_imports: bool) -> Task:
    problems: list[HkkgError] = []
    read = _parse(documents, problems)
    read_shapes = _parse(shapes, problems)
    validation.refuse(problems)
    files = [Path(found.source) for found in (*documents, *shapes)]
    folders = [path.parent for path in files if path.is_file()] if follow_imports else None
    if not shapes:
        return validation.beside(read, folders)
    return validation.against(read_shapes, read, folders)


def _parse(documents: Iterable[Document], problems: list[HkkgError]) -> tuple[Read, ...]:
    read: list[Read] = []
    for found in documents:
        reading = syntax.read(found)
        problems += reading.problems
        read.append((found, reading.quads))
    return tuple(read)


def _without_lines(report: Report, documents: Iterable[Document]) -> Report:
    """Leave out lines of graphs, whose user never saw any."""
    graphs = {found.source for found in documents if found.graph.startswith(_GRAPHS)}
    findings = (
        replace(f, place=Place(f.place.source), excerpt=None) if f.place and f.place.source in graphs else f
        for f in report.findings
    )
    return replace(report, findings=tuple(findings)) if graphs else report


def _documents(sources: Source | Iterable[Source] | None, problems: list[HkkgError]) -> list[Document]:
    if sources is None:
        return []
    several = list(_several(sources))
    if not several:
        problems.append(InputUnreadableError("there is nothing in the list of what to validate.", hint=_HINT))
    found: list[Document] = []
    for number, source in enumerate(several, 1):
        try:
            found += _read(source, number)
        except HkkgError as error:
            problems.append(error)
    return found


def _several(sources: Source | Iterable[Source]) -> Iterable[Source]:
    # A graph can be iterated over as well; its triples are no sources.
    if isinstance(sources, str | Path | Document) or hasattr(sources, "serialize"):
        return [cast("Source", sources)]
    if not hasattr(sources, "__iter__"):
        raise ParameterError(f"{type(sources).__name__} is nothing to validate.", hint=_HINT)
    return sources


_HINT: Final = "Give a path, a glob, a folder, an rdflib graph, or several; Turtle goes to data=."


def _read(source: Source, number: int) -> list[Document]:
    if isinstance(source, Document):
        return [source]
    if isinstance(source, str | Path):
        return [loading.read_document(path) for path in loading.find_files([str(source)])]
    if not hasattr(source, "serialize"):
        raise ParameterError(f"{type(source).__name__} is nothing to validate.", hint=_HINT)
    return [_of_graph(source, number)]


def _of_graph(graph: Graph, number: int) -> Document:
    written = "nquads" if hasattr(graph, "quads") else "nt"
    with warnings.catch_warnings():
        # rdflib's own writer uses what its Dataset deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        body = graph.serialize(None, written, None, "utf-8")
    name = _GRAPH if number == 1 else f"{_GRAPH} {number}"
    return Document(name, body, formats.NQUADS, f"{_GRAPHS}{number}")
