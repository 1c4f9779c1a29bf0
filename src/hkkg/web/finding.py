"""The search as a worker carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hkkg.errors import NotOfferedError, ParameterError
from hkkg.search import document, fold
from hkkg.web.addresses import local

if TYPE_CHECKING:
    from hkkg.search import LabelIndex
    from hkkg.workers.worker import Engine, Functions


class Wanted(NamedTuple):
    """What is searched for.

    Attributes:
        text: a name or a part of one.
        language: to show names in.
        classes: of one of which the entities must be.
        names_in: the language of the names to look at; None for all.
        limit: entities on a page.
        offset: entities to pass over.
    """

    text: str
    language: str
    classes: tuple[str, ...] = ()
    names_in: str | None = None
    limit: int = 10
    offset: int = 0


def labels_of(engine: Engine) -> LabelIndex:
    """Return the index of an engine.

    Raises:
        NotOfferedError: it stands before a remote endpoint, whose labels are not here.
    """
    if engine.labels is None:
        raise NotOfferedError(
            "the service stands before a remote endpoint, and has no index of its labels.",
            hint="Ask /sparql for labels, or serve the graph itself.",
        )
    return engine.labels


def search(engine: Engine, wanted: Wanted) -> dict[str, Any]:
    """Find entities, and write a page of them as a document.

    Raises:
        HkkgError: it is not to be answered; its type says why.
    """
    index = labels_of(engine)
    if not fold(wanted.text):
        raise ParameterError("the search is empty.", hint="Give a name or a part of one as q.")
    results = index.search(
        wanted.text,
        limit=wanted.limit,
        offset=wanted.offset,
        of_class=wanted.classes,
        language=wanted.names_in,
    )
    found = document.write(results, index.classes, wanted.language)
    for hit in found["results"]:
        hit["page"] = local(hit["iri"])
    return found


FUNCTIONS: Final[Functions] = {"search": search}
