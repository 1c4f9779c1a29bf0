"""`/dump/`: the files of the whole graph, listed and sent."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from hkkg import formats
from hkkg.datasets import dumps
from hkkg.web import pages
from hkkg.web.answering import names_tag

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from hkkg.datasets.dumps import Dump
    from hkkg.web.dump_files import Dumps, Made

_JSON: Final = formats.Format("json", ("application/json",), ("json",))


class DumpRoutes:
    """The addresses of the dumps."""

    def __init__(self, made: Dumps) -> None:
        """Share the dumps with what describes them."""
        self._dumps = made

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        readable = ["GET", "HEAD"]
        app.add_route("/dump", self.move, methods=readable)
        app.add_route("/dump/", self.list, methods=readable)
        app.add_route(f"/dump/{dumps.CHECKSUMS}", self.checksums, methods=readable)
        app.add_route("/dump/{name}", self.dump, methods=readable)

    async def move(self, _: Request) -> Response:
        """Send to the list."""
        return RedirectResponse("/dump/", 308)

    async def list(self, request: Request) -> Response:
        """List the files, with sizes and checksums."""
        files = await self._dumps.every()
        chosen = formats.negotiate(request.headers.get("accept"), (_JSON, formats.HTML))
        if chosen is formats.HTML:
            return pages.page(request, "dumps.html", files=files)
        rows = [file.as_dict() | {"url": f"/dump/{file.dump.name}"} for file in files]
        return pages.without_body(request, JSONResponse({"files": rows}, headers={"Vary": "Accept"}))

    async def checksums(self, request: Request) -> Response:
        """Return the checksums as `sha256sum --check` reads them."""
        return pages.without_body(request, PlainTextResponse(dumps.checksums(await self._dumps.every())))

    async def dump(self, request: Request) -> Response:
        """Return a file, or a range of it (RFC 9110, section 14)."""
        made = await self._dumps.made(dumps.find(request.path_params["name"]))
        digest = bytes.fromhex(made.listed.sha256)
        headers = {
            "ETag": f'"{made.listed.sha256[:32]}"',
            "Cache-Control": "no-cache",
            "Repr-Digest": f"sha-256=:{b64encode(digest).decode()}:",
        }
        if names_tag(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return _DumpResponse(made, headers)


class _DumpResponse(FileResponse):
    """Sends a dump, whose file it holds meanwhile."""

    def __init__(self, made: Made, headers: dict[str, str]) -> None:
        self._file = made.file
        super().__init__(
            made.file.path,
            headers=headers,
            media_type=_content_type(made.listed.dump),
            filename=made.listed.dump.name,
            stat_result=os.stat(made.file.path),  # noqa: PTH116 - one call, of a file of our own
        )


def _content_type(dump: Dump) -> str:
    return dump.media_type if dump.compressed else f"{dump.media_type}; charset=utf-8"
