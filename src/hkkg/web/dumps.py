"""`/dump/`: the files of the whole graph, each made once for each generation, in a worker."""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from hkkg import formats
from hkkg.datasets import dumps
from hkkg.datasets.dumps import Dump, Listed
from hkkg.errors import BusyError, StoreFullError, UnknownResourceError
from hkkg.web import pages
from hkkg.workers.calls import StreamCall

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from hkkg.errors import HkkgError
    from hkkg.web.service import Service
    from hkkg.workers.calls import Answered
    from hkkg.workers.output import Output
    from hkkg.workers.worker import Engine

_PIECE: Final = 1 << 20
_AT_A_TIME: Final = 2
_KEPT: Final = 2
_TRIES: Final = 3
_JSON: Final = formats.Format("json", ("application/json",), ("json",))


def write_dump(engine: Engine, output: Output, name: str) -> None:
    """Write a dump to a stream, in a worker."""
    assert engine.store is not None  # noqa: S101 - nobody asks where the graph is elsewhere
    data = memoryview(dumps.write(engine.store, dumps.find(name)))
    for start in range(0, len(data), _PIECE):
        output.write(bytes(data[start : start + _PIECE]))


@dataclass(frozen=True, slots=True)
class Made:
    """A dump that lies in a file."""

    listed: Listed
    path: Path


class Dumps:
    """The dumps of a service's current generation.

    Args:
        service: whose graph is written.
    """

    def __init__(self, service: Service) -> None:
        """Begin without any."""
        self._service = service
        self._folders: dict[int, TemporaryDirectory[str]] = {}
        self._tasks: dict[tuple[int, str], asyncio.Task[Made]] = {}
        self._turns = asyncio.Semaphore(_AT_A_TIME)

    async def made(self, dump: Dump, generation: int | None = None) -> Made:
        """Return a dump of a generation, made now unless it is there; without a number, of the current one.

        Raises:
            UnknownResourceError: the graph is behind another endpoint.
            BusyError: the graph changed before this generation could be written.
            HkkgError: it could not be made; the type says why.
        """
        self._refuse_remote()
        number = self._service.answering.generation if generation is None else generation
        task = self._tasks.get((number, dump.name))
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._tasks[number, dump.name] = asyncio.ensure_future(self._make(dump, number))
        return await asyncio.shield(task)

    async def every(self) -> tuple[Listed, ...]:
        """Make all dumps of one generation, and list them.

        Raises:
            BusyError: the graph changes faster than it can be written.
            HkkgError: as for one.
        """
        for _ in range(_TRIES):
            number = self._service.answering.generation
            with suppress(BusyError):
                made = await asyncio.gather(*(self.made(dump, number) for dump in dumps.ALL))
                return tuple(one.listed for one in made)
        raise _overtaken()

    def _refuse_remote(self) -> None:
        if self._service.settings.endpoint:
            raise UnknownResourceError(
                "this service stands in front of another endpoint, and has no dumps of its graph.",
                hint="Ask for what you need by CONSTRUCT, or at that endpoint's own addresses.",
            )

    def _folder(self, generation: int) -> Path:
        if generation not in self._folders:
            self._folders[generation] = TemporaryDirectory(prefix="hkkg-dumps-")
            for old in sorted(self._folders)[:-_KEPT]:
                self._folders.pop(old).cleanup()
                self._tasks = {key: task for key, task in self._tasks.items() if key[0] != old}
        return Path(self._folders[generation].name)

    async def _make(self, dump: Dump, generation: int) -> Made:
        path = self._folder(generation) / dump.name
        if dump.compressed:
            source = await self.made(dump.plain, generation)
            listed = await to_thread.run_sync(_compress, source.path, path, dump)
        else:
            async with self._turns:
                listed = await self._write(dump, path, generation)
        return Made(listed, path)

    async def _write(self, dump: Dump, path: Path, generation: int) -> Listed:
        spool = _Spool(dump, path, generation)
        try:
            seconds = self._service.settings.limits.dump_seconds
            job = self._service.lanes.submit(StreamCall("dump", (dump.name,)), spool, "", seconds)
            try:
                return await spool.done
            finally:
                self._service.lanes.cancel(job)
        finally:
            spool.close()


class _Spool:
    """Takes the answer of a worker into a file, as it comes."""

    def __init__(self, dump: Dump, path: Path, generation: int) -> None:
        self.done: asyncio.Future[Listed] = asyncio.get_running_loop().create_future()
        self._dump = dump
        self._generation = generation
        self._file = path.open("wb")
        self._digest = sha256()
        self._size = 0

    def close(self) -> None:
        self._file.close()

    def whole(self, answered: Answered, body: bytes | memoryview, generation: int) -> None:
        self.start(answered, generation)
        self.part(body)
        self.end(answered)

    def start(self, _: Answered, generation: int) -> None:
        if generation != self._generation:
            self.fail(_overtaken())

    def part(self, data: bytes | memoryview) -> None:
        if not self.done.done():
            self._keep(data)
            self._digest.update(data)
            self._size += len(data)

    def end(self, _: Answered) -> None:
        self._keep(b"")
        if not self.done.done():
            self.done.set_result(Listed(self._dump, self._size, self._digest.hexdigest()))

    def _keep(self, data: bytes | memoryview) -> None:
        try:
            self._file.write(data)
            if not data:
                self._file.flush()
        except OSError as error:
            self.fail(StoreFullError(f"the dump cannot be kept: {error.strerror}."))

    def fail(self, error: HkkgError) -> None:
        if not self.done.done():
            self.done.set_exception(error)


def _overtaken() -> BusyError:
    return BusyError("the graph changed before it was written.", hint="Try again in a moment.")


def _compress(source: Path, target: Path, dump: Dump) -> Listed:
    with source.open("rb") as plain, target.open("wb") as file:
        dumps.compress(plain, file)
    with target.open("rb") as file:
        digest = sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return Listed(dump, target.stat().st_size, digest.hexdigest())


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
        name = request.path_params["name"]
        made = await self._dumps.made(dumps.find(name))
        digest = bytes.fromhex(made.listed.sha256)
        headers = {
            "ETag": f'"{made.listed.sha256[:32]}"',
            "Cache-Control": "no-cache",
            "Repr-Digest": f"sha-256=:{b64encode(digest).decode()}:",
        }
        if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return FileResponse(
            made.path,
            headers=headers,
            media_type=_content_type(made.listed.dump),
            filename=name,
            stat_result=os.stat(made.path),  # noqa: PTH116 - one call, of a file of our own
        )


def _content_type(dump: Dump) -> str:
    return dump.media_type if dump.compressed else f"{dump.media_type}; charset=utf-8"


def _has(header: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag in tags
