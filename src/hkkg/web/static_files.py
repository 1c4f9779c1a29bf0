"""Style sheets, scripts and pictures of the pages, at addresses that change with what they hold."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os
    from importlib.resources.abc import Traversable

    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import Scope

PLACE: Final = "/static"
_FOREVER: Final = "public, max-age=31536000, immutable"
_ALWAYS_ASK: Final = "public, no-cache"


def _folder() -> Traversable:
    return files("hkkg.web") / "static"


@cache
def asset(name: str) -> str:
    """Return the address of a file: its digest is in it, so that browsers may keep it for ever."""
    return f"{PLACE}/{name}?v={_digest(name)}"


def has_asset(name: str) -> bool:
    """Whether there is such a file; what is built with npm is missing where there is no Node."""
    return _folder().joinpath(name).is_file()


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_folder().joinpath(name).read_bytes()).hexdigest()[:12]


class _Files(StaticFiles):
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        pinned = f"v={_digest(self.get_path(scope))}".encode()
        response.headers["Cache-Control"] = _FOREVER if scope["query_string"] == pinned else _ALWAYS_ASK
        return response


class _Mount(Mount):
    """Files, which are only read."""

    methods = frozenset({"GET", "HEAD"})


def install(app: FastAPI) -> None:
    """Serve the files."""
    app.router.routes.append(_Mount(PLACE, _Files(packages=[("hkkg.web", "static")])))
