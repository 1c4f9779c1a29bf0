"""A remote endpoint as the commands reach it: by its URL, with credentials from the environment."""

from __future__ import annotations

import os
from typing import Final

from hkkg.config import ENDPOINT_TIMEOUT, Credentials
from hkkg.errors import ParameterError
from hkkg.store.remote import RemoteEngine

_TOKEN: Final = "HKKG_ENDPOINT_TOKEN"  # noqa: S105 - a variable's name
_USER: Final = "HKKG_ENDPOINT_USER"
_PASSWORD: Final = "HKKG_ENDPOINT_PASSWORD"  # noqa: S105 - a variable's name


def credentials() -> Credentials | None:
    """Read what opens the endpoint from the environment, where no list of processes shows it.

    Raises:
        ParameterError: there are two of them, or a half.
    """
    token, user, password = (os.environ.get(name) or None for name in (_TOKEN, _USER, _PASSWORD))
    if token and user:
        raise ParameterError(f"{_TOKEN} and {_USER} are both set.", hint="Unset one of them.")
    if (user is None) != (password is None):
        raise ParameterError(f"of {_USER} and {_PASSWORD} only one is set.", hint="Set both.")
    return Credentials(token, user, password) if token or user else None


def engine(url: str, timeout: float = ENDPOINT_TIMEOUT) -> RemoteEngine:
    """Make an engine of an endpoint.

    Raises:
        ParameterError: the URL is not one of HTTP, or the environment gives half of the credentials.
    """
    return RemoteEngine(url, timeout=timeout, credentials=credentials())
