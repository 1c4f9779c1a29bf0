"""The service that the conformance tests run against: one for all of them, empty and writable."""

import pytest

from conformance import targets


@pytest.fixture(scope="session")
def service():
    """Yield a service of an empty store, to be loaded by each test."""
    with targets.serving() as running:
        yield running
