"""What publishes the graph as a dataset: files, descriptions, the sitemap, its ontology, its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.web.datasets import Datasets
from hkkg.web.dump_files import Dumps
from hkkg.web.dumps import DumpRoutes
from hkkg.web.pages import base_of
from hkkg.web.sitemap import Sitemap
from hkkg.web.why import Why

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from hkkg.web.service import Service


def install(app: FastAPI, service: Service) -> None:
    """Add the routes; the description of the dataset is at hand for other pages as `app.state.datasets`."""

    def base(request: Request) -> str:
        return base_of(request, service)

    made = Dumps(service)
    datasets = Datasets(service, made, base)
    app.state.datasets = datasets
    DumpRoutes(made).install(app)
    datasets.install(app)
    Sitemap(service, datasets, base).install(app)
    Why(service).install(app)
