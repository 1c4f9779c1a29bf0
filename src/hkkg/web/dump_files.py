"""The files of the whole graph, each made once for each generation, in a worker."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from anyio import to_thread

from hkkg.datasets import dumps
from hkkg.datasets.dumps import Dump, Listed
from hkkg.errors import BusyError, NotOfferedError, StoreFullError
from hkkg.workers.calls import StreamCall

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from threading import Event

    from hkkg.errors import HkkgError
    from hkkg.web.service import Service
    from hkkg.workers.calls import Answered
    from hkkg.workers.output import Output
    from hkkg.workers.worker import Engine

T = TypeVar("T")

_PIECE: Final = 1 << 20
_LENGTH: Final = 8
_CLIENT: Final = "dumps"
"""As whom dumps wait for a worker: beside the clients, none of which has such a name."""
_KEPT: Final = 2
_TRIES: Final = 3


def write_dumps(engine: Engine, output: Output, name: str) -> None:
    """Write the group of a dump to a stream, each file after its length, in a worker."""
    assert engine.store is not None  # noqa: S101 - nobody asks where the graph is elsewhere
    for data in dumps.write(engine.store, dumps.find(name).group):
        output.write(len(data).to_bytes(_LENGTH, "big"))
        for start in range(0, len(data), _PIECE):
            output.write(data[start : start + _PIECE])


class NamelessFile:
    """A temporary file that no folder lists, so that nothing is left of it, whichever way the service ends.

    It is closed, and its room free, once nobody holds it.

    Attributes:
        file: to write it.
    """

    def __init__(self) -> None:
        """Make it, empty.

        Raises:
            OSError: it cannot be made.
        """
        self.file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed as said
        weakref.finalize(self, _close, self.file)

    @property
    def path(self) -> Path:
        """Where what was written can be read, as often as it is opened."""
        return Path(f"/proc/self/fd/{self.file.fileno()}")


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # what is left to be written may find no room
        file.close()


@dataclass(frozen=True, slots=True)
class Made:
    """A dump, and the file in which it lies."""

    listed: Listed
    file: NamelessFile


class Dumps:
    """The dumps of a service's current generation.

    Args:
        service: whose graph is written.
    """

    def __init__(self, service: Service) -> None:
        """Begin without any."""
        self._service = service
        self._tasks: dict[tuple[int, Dump], asyncio.Task[Any]] = {}
        self._turn = asyncio.Lock()  # of the places for long queries they take one

    async def made(self, dump: Dump, generation: int | None = None) -> Made:
        """Return a dump of a generation, made now unless it is there; without a number, of the current one.

        Raises:
            NotOfferedError: the graph is behind another endpoint.
            BusyError: the graph changed before this generation could be written.
            HkkgError: it could not be made; the type says why.
        """
        self._refuse_remote()
        number = self._service.answering.generation if generation is None else generation
        if dump.compressed:
            return await self._once(number, dump, lambda: self._compress(dump, number))
        group = await self._once(number, dump.group[0], lambda: self._write(dump.group, number))
        return group[dump.group.index(dump)]

    async def _once(self, generation: int, dump: Dump, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Make something once for a generation; whoever asks meanwhile waits, and a failure is forgotten."""
        key = (generation, dump)
        task = self._tasks.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._tasks[key] = asyncio.ensure_future(make())
            self._forget_old()
        made: T = await asyncio.shield(task)
        return made

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
            raise NotOfferedError(
                "this service stands in front of another endpoint, and has no dumps of its graph.",
                hint="Ask for what you need by CONSTRUCT, or at that endpoint's own addresses.",
            )

    def _forget_old(self) -> None:
        """Forget what was made or has failed for generations before the last two."""
        newest = sorted({generation for generation, _ in self._tasks})[-_KEPT:]
        self._tasks = {key: task for key, task in self._tasks.items() if key[0] in newest or not task.done()}

    async def _compress(self, dump: Dump, generation: int) -> Made:
        source = await self.made(dump.plain, generation)
        return await to_thread.run_sync(_compress, source.file, dump, self._service.ending)

    async def _write(self, group: tuple[Dump, ...], generation: int) -> tuple[Made, ...]:
        async with self._turn:
            if generation != self._service.answering.generation:
                raise _overtaken()
            return await self._spool(_Spool(group, generation), group)

    async def _spool(self, spool: _Spool, group: tuple[Dump, ...]) -> tuple[Made, ...]:
        call = StreamCall("dumps", (group[0].name,))
        job = self._service.lanes.submit(call, spool, _CLIENT, self._service.settings.limits.dump_seconds)
        try:
            return await spool.done
        finally:
            self._service.lanes.cancel(job)


class _Spool:
    """Takes the answer of a worker into files, as it comes."""

    def __init__(self, group: tuple[Dump, ...], generation: int) -> None:
        self.done: asyncio.Future[tuple[Made, ...]] = asyncio.get_running_loop().create_future()
        self._generation = generation
        self._waiting = list(reversed(group))
        self._made: list[Made] = []
        self._head = b""
        self._file: _File | None = None

    def whole(self, answered: Answered, body: bytes | memoryview, generation: int) -> None:
        self.start(answered, generation)
        self.part(body)
        self.end(answered)

    def start(self, _: Answered, generation: int) -> None:
        if generation != self._generation:
            self.fail(_overtaken())

    def part(self, data: bytes | memoryview) -> None:
        try:
            rest = memoryview(data)
            while rest and not self.done.done():
                rest = self._into_file(rest) if self._file else self._into_head(rest)
        except OSError as error:
            self.fail(_unkept(error))

    def _into_head(self, data: memoryview) -> memoryview:
        wanted = _LENGTH - len(self._head)
        self._head += data[:wanted]
        if len(self._head) == _LENGTH:
            size = int.from_bytes(self._head, "big")
            self._file = _File(self._waiting.pop(), size)
            self._head = b""
            self._end_file()
        return data[wanted:]

    def _into_file(self, data: memoryview) -> memoryview:
        assert self._file is not None  # noqa: S101 - its only caller has seen it
        rest = self._file.take(data)
        self._end_file()
        return rest

    def _end_file(self) -> None:
        if self._file and self._file.is_whole:
            self._made.append(self._file.made())
            self._file = None

    def end(self, _: Answered) -> None:
        if not self.done.done():
            self.done.set_result(tuple(self._made))

    def fail(self, error: HkkgError) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class _File:
    """A dump that is being written."""

    def __init__(self, dump: Dump, size: int) -> None:
        self._dump = dump
        self._nameless = NamelessFile()
        self._digest = sha256()
        self._size = self._left = size

    @property
    def is_whole(self) -> bool:
        return not self._left

    def take(self, data: memoryview) -> memoryview:
        """Write what belongs to it, and return the rest."""
        own = data[: self._left]
        self._nameless.file.write(own)
        self._digest.update(own)
        self._left -= len(own)
        return data[len(own) :]

    def made(self) -> Made:
        self._nameless.file.flush()
        return Made(Listed(self._dump, self._size, self._digest.hexdigest()), self._nameless)


def _unkept(error: OSError) -> StoreFullError:
    return StoreFullError(f"the dump cannot be kept: {error.strerror}.")


def _overtaken() -> BusyError:
    return BusyError("the graph changed before it was written.", hint="Try again in a moment.")


class _Interruptible:
    """A file that is read only as long as the service does not end, which would wait for whoever reads it."""

    def __init__(self, file: IO[bytes], ending: Event) -> None:
        self._file = file
        self._ending = ending

    def read(self, size: int = -1, /) -> bytes:
        if self._ending.is_set():
            raise BusyError("the service ends.", hint="Try again in a moment.")
        return self._file.read(size)


def _compress(source: NamelessFile, dump: Dump, ending: Event) -> Made:
    """Compress a file into another.

    Raises:
        BusyError: the service ends.
        StoreFullError: there is no room for it.
    """
    digest = sha256()
    try:
        target = NamelessFile()
        with source.path.open("rb") as plain:
            dumps.compress(_Interruptible(plain, ending), target.file)
        target.file.flush()
        with target.path.open("rb") as file:
            reading = _Interruptible(file, ending)
            while piece := reading.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise _unkept(error) from None
    return Made(Listed(dump, target.file.tell(), digest.hexdigest()), target)
