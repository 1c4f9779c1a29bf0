"""What the pages about things need of the graph; each function runs whole in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.web.resources import store_of
from hkkg.web.views.entity import Pages, entity
from hkkg.web.views.lists import Listing, Wanted, listing
from hkkg.web.views.overview import Overview, overview

if TYPE_CHECKING:
    from hkkg.web.views.model import Entity
    from hkkg.workers.worker import Engine, Functions


def show_entity(engine: Engine, iri: str, language: str, pages: Pages) -> Entity:
    """Build the view of a resource.

    Raises:
        UnknownResourceError: the graph does not speak of it.
        NotOfferedError: the graph is at a remote endpoint.
    """
    return entity(store_of(engine), iri, language, pages)


def show_overview(engine: Engine, language: str) -> Overview:
    """Build the overview of the classes.

    Raises:
        NotOfferedError: the graph is at a remote endpoint.
    """
    return overview(store_of(engine), language)


def show_listing(engine: Engine, language: str, wanted: Wanted) -> Listing:
    """Build a page of a list.

    Raises:
        HkkgError: there is none as it is wanted; its type says why.
    """
    return listing(store_of(engine), language, wanted)


FUNCTIONS: Final[Functions] = {"entity": show_entity, "listing": show_listing, "overview": show_overview}
