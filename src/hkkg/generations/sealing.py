"""Files that end with their own checksum and begin with that of the one before, so that each has a place."""

from __future__ import annotations

import hashlib
from typing import Final

from hkkg.errors import Place, StoreDamagedError

_SEAL: Final = b"# sha256 "
RESTORE: Final = "Restore the folder from a backup; nothing in it was changed."


def seal(body: bytes) -> bytes:
    """Append the SHA-256 digest of a document to it, as a comment."""
    return body + _SEAL + hashlib.sha256(body).hexdigest().encode() + b"\n"


def checksum(sealed: bytes) -> str:
    """Return the digest that a sealed document ends with."""
    return sealed[sealed.rindex(_SEAL) + len(_SEAL) :].decode().strip()


def unseal(data: bytes, source: str) -> bytes:
    """Take the digest off again.

    Raises:
        StoreDamagedError: the document is not what was sealed.
    """
    at = data.rfind(_SEAL)
    if at < 0 or seal(data[:at]) != data:
        raise StoreDamagedError(
            "the file is damaged: its checksum does not fit what it holds.", place=Place(source), hint=RESTORE
        )
    return data[:at]


def out_of_place(source: str) -> StoreDamagedError:
    """Say of a whole file that it belongs to another generation, or to another store."""
    return StoreDamagedError(
        "the file does not follow the one before it: it is of another generation, or of another store.",
        place=Place(source),
        hint=RESTORE,
    )


def head_of_snapshot(number: int) -> bytes:
    """Write how the snapshot of a generation begins, before the name of that."""
    return f"# generation {number} ".encode()


def head_of_change(before: str) -> bytes:
    """Write how a change begins: the name of the generation before it, in RDF Patch's header for that."""
    return f'H prev "{before}" .\n'.encode()
