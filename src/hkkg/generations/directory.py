"""The folder of a durable store: a snapshot of one generation, and a change for each generation since.

Each file is written beside its place, made durable and renamed, so that it is there whole or not at all. The
rename of its change is what makes a generation current. Each file ends with its own checksum. A change begins
with that of the change before it, and so does a snapshot, which stands for all changes up to one.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hkkg.errors import Place, StoreDamagedError, StoreFullError, StoreUnusableError
from hkkg.generations.layout import Layout, read_layout, write_layout
from hkkg.generations.patches import read_patch, write_patch
from hkkg.generations.sealing import (
    RESTORE,
    checksum,
    head_of_change,
    head_of_snapshot,
    out_of_place,
    seal,
    unseal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hkkg.store import Change, EmbeddedStore

_ABOUT: Final = "hkkg-store.json"
_LOCK: Final = "lock"
_PARTIAL: Final = ".partial"
_SNAPSHOT: Final = re.compile(r"snapshot-(\d{10})\.nq")
_CHANGE: Final = re.compile(r"change-(\d{10})\.rdfp")
_MOST_CHANGES: Final = 1_000
_UNCHANGED: Final = "Nothing was changed."
_DOUBTFUL: Final = "The update is not in force, but it may be when the store is opened again."


class Directory:
    """A folder that one process at a time has open.

    Args:
        path: the folder; it is made if there is none.

    Attributes:
        layout: how the store was made; None if the folder holds none yet.

    Raises:
        StoreUnusableError: another process has it open, it is of another version, or no store at all.
        StoreDamagedError: the description of the store is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        """Open the folder and lock it."""
        self.path = path
        self._state = secrets.token_hex(32)
        self._check_contents()
        self._lock = self._locked()
        self.layout: Layout | None = None
        if os.path.lexists(path / _ABOUT):
            self.layout = read_layout(self._read(_ABOUT), str(path / _ABOUT))
            self._sweep()
        self._settle()

    def _locked(self) -> int:
        try:
            lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._unusable(f"the folder cannot be used: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise self._unusable(
                "another process has this store open.", hint="Stop it, or choose another folder with --store."
            ) from None
        return lock

    def _unusable(self, message: str, hint: str | None = None) -> StoreUnusableError:
        return StoreUnusableError(message, place=Place(str(self.path)), hint=hint)

    def _check_contents(self) -> None:
        """Refuse a folder in which somebody keeps something else, or the rest of a store."""
        try:
            self._make()
            names = {entry.name for entry in self.path.iterdir()}
        except OSError as error:
            raise self._unusable(f"the folder cannot be used: {error.strerror}.") from None
        first, about = snapshot_name(0), _ABOUT + _PARTIAL
        # As far as a process that was killed has come: the description is written first, and named last.
        begun = {_LOCK, about, first + _PARTIAL, *([first] if about in names else ())}
        if _ABOUT in names or names <= begun:
            return
        if any(map(_SNAPSHOT.fullmatch, names)):
            place = Place(str(self.path / _ABOUT))
            raise StoreDamagedError("the file is missing.", place=place, hint=RESTORE)
        message = "the folder holds something else than a store."
        raise self._unusable(message, hint="Choose an empty folder.")

    def _make(self) -> None:
        """Make the folder, and its entry durable: without that, what is in it may be lost with it."""
        missing = [path for path in (self.path, *self.path.parents) if not path.exists()]
        if missing:
            self.path.mkdir(parents=True, exist_ok=True)
        for path in missing:
            _make_entries_durable(path.parent)

    def _sweep(self) -> None:
        """Take away what a process was writing when it was killed: nobody was told that it was stored."""
        for path in self.path.glob(f"*{_PARTIAL}"):
            if _is_own(path.name.removesuffix(_PARTIAL)):
                with suppress(OSError):
                    path.unlink()

    def _settle(self) -> None:
        """Make durable what is there before anybody sees it: a process may have been killed before it was."""
        try:
            _make_entries_durable(self.path)
        except OSError as error:
            raise self._unusable(f"the folder cannot be made durable: {error.strerror}.") from None

    def begin(self, store: EmbeddedStore, layout: Layout) -> None:
        """Write generation 0.

        Raises:
            StoreFullError: there is no room.
            StoreUnusableError: the folder cannot be made durable.
        """
        self._prepare(_ABOUT, write_layout(layout))
        self._settle()  # a snapshot without it would be taken for the rest of a store
        self.write_snapshot(store, 0)
        self._publish(_ABOUT)

    def load(self, store: EmbeddedStore, apart: tuple[str, ...]) -> int:
        """Fill an empty store with the current generation, and return its number.

        Raises:
            StoreDamagedError: a file is missing or damaged.
        """
        snapshots = sorted(self._numbers(_SNAPSHOT))
        if not snapshots:
            raise StoreDamagedError("there is no snapshot.", place=Place(str(self.path)))
        number = snapshots[-1]
        name = snapshot_name(number)
        source = str(self.path / name)
        head, _, quads = unseal(self._read(name), source).partition(b"\n")
        if not head.startswith(head_of_snapshot(number)):
            raise out_of_place(source)
        self._state = head.removeprefix(head_of_snapshot(number)).decode()
        if len(snapshots) > 1 and not self._ends_with_state(number):
            raise out_of_place(source)
        store.restore(quads, source=source, apart=apart)
        for change in self._changes_after(number):
            store.apply(change)
            number += 1
        self.forget_before(snapshots[-1])
        return number

    def _ends_with_state(self, number: int) -> bool:
        """Whether the change that led to a snapshot is there: else it is none of what is to be forgotten."""
        name = change_name(number)
        if number not in self._numbers(_CHANGE):
            return False
        sealed = self._read(name)
        unseal(sealed, str(self.path / name))
        return checksum(sealed) == self._state

    def _changes_after(self, number: int) -> Iterator[Change]:
        later = sorted(n for n in self._numbers(_CHANGE) if n > number)
        for expected, found in enumerate(later, number + 1):
            name = change_name(expected)
            if found != expected:
                raise StoreDamagedError("the file is missing.", place=Place(str(self.path / name)))
            yield self._next_change(self._read(name), str(self.path / name))

    def _next_change(self, sealed: bytes, source: str) -> Change:
        patch = unseal(sealed, source)
        if not patch.startswith(head_of_change(self._state)):
            raise out_of_place(source)
        self._state = checksum(sealed)
        return read_patch(patch, source)

    def _numbers(self, pattern: re.Pattern[str]) -> list[int]:
        matches = (pattern.fullmatch(entry.name) for entry in self.path.iterdir())
        return [int(found[1]) for found in matches if found]

    def _read(self, name: str) -> bytes:
        path = self.path / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise StoreDamagedError(
                f"the file cannot be read: {error.strerror}.", place=Place(str(path))
            ) from None

    def write_change(self, change: Change, number: int) -> None:
        """Make a generation durable, and current for every later opening.

        Raises:
            StoreFullError: there is no room; the generation was not made.
        """
        sealed = seal(head_of_change(self._state) + write_patch(change))
        self._write(change_name(number), sealed)
        self._state = checksum(sealed)

    def write_snapshot(self, store: EmbeddedStore, number: int) -> None:
        """Write a generation whole, so that what came before it can be forgotten.

        Raises:
            StoreFullError: there is no room.
        """
        head = head_of_snapshot(number) + self._state.encode() + b"\n"
        self._write(snapshot_name(number), seal(head + store.snapshot()))

    def wants_snapshot(self, number: int) -> bool:
        """Whether reading the changes since the last snapshot has come to take as long as reading it.

        A folder that cannot be read wants none: the next change will say so to whoever sends it.
        """
        try:
            snapshot = max(self._numbers(_SNAPSHOT))
            sizes = [(self.path / change_name(n)).stat().st_size for n in range(snapshot + 1, number + 1)]
            whole = (self.path / snapshot_name(snapshot)).stat().st_size
        except (OSError, ValueError):
            return False
        return len(sizes) >= _MOST_CHANGES or sum(sizes) > max(whole // 2, 1 << 20)

    def forget_before(self, number: int) -> None:
        """Delete what a snapshot has made superfluous; what cannot be deleted now is so another time.

        Snapshots go before the changes by which the one that stays is known to follow them.
        """
        self._sweep()
        with suppress(OSError):
            for pattern, name, kept in (
                (_SNAPSHOT, snapshot_name, number),
                (_CHANGE, change_name, number + 1),
            ):
                for old in self._numbers(pattern):
                    if old < kept:
                        (self.path / name(old)).unlink()
                _make_entries_durable(self.path)

    def _write(self, name: str, data: bytes) -> None:
        self._prepare(name, data)
        self._publish(name)

    def _prepare(self, name: str, data: bytes) -> None:
        """Write a file beside its place."""
        partial = self.path / (name + _PARTIAL)
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise self._full(error, _UNCHANGED) from None

    def _publish(self, name: str) -> None:
        """Put a file that was written into its place."""
        try:
            (self.path / (name + _PARTIAL)).rename(self.path / name)
            _make_entries_durable(self.path)
        except OSError as error:
            raise self._full(error, _UNCHANGED if self._take_back(name) else _DOUBTFUL) from None

    def _take_back(self, name: str) -> bool:
        """Take away a file that could not be made durable, and say whether that is certain to last.

        If it is not, the file may be there at the next opening, unless another has taken its place by then:
        the next change is of the same name.
        """
        try:
            for path in (self.path / (name + _PARTIAL), self.path / name):
                path.unlink(missing_ok=True)
            _make_entries_durable(self.path)
        except OSError:
            return False
        return True

    def _full(self, error: OSError, outcome: str) -> StoreFullError:
        return StoreFullError(
            f"the store cannot be written: {error.strerror}. {outcome}",
            place=Place(str(self.path)),
            hint="Make room on the disk, or see what is wrong with it, and try again.",
        )


def _make_entries_durable(path: Path) -> None:
    """Make durable which files a folder holds."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_own(name: str) -> bool:
    return name == _ABOUT or any(pattern.fullmatch(name) for pattern in (_SNAPSHOT, _CHANGE))


def snapshot_name(number: int) -> str:
    """Name the file of a snapshot."""
    return f"snapshot-{number:010}.nq"


def change_name(number: int) -> str:
    """Name the file of the change that leads to a generation."""
    return f"change-{number:010}.rdfp"
