"""The IRIs of a dataset and its parts, and the addresses at which a service has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from hkkg import vocab

HOME: Final = "https://w3id.org/hkkg/"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a dataset is named and served.

    Attributes:
        base: the address of the service, with a slash at its end.
        home: what the IRIs of the dataset and its parts begin with, with a slash at its end: the permanent
            address of the packaged graph, and the service's own for any other.
    """

    base: str = HOME
    home: str = HOME

    @property
    def catalog(self) -> str:
        """The IRI of the catalogue."""
        return f"{self.home}catalog#catalog"

    @property
    def dataset(self) -> str:
        """The IRI of the dataset, whatever its version."""
        return f"{self.home}catalog#dataset"

    @property
    def stated(self) -> str:
        """The IRI of the part that is stated, without what reasoning adds."""
        return f"{self.home}catalog#stated"

    @property
    def service(self) -> str:
        """The IRI of the SPARQL service as part of the catalogue."""
        return f"{self.home}catalog#sparql"

    @property
    def void(self) -> str:
        """The IRI of the description in VoID."""
        return f"{self.home}.well-known/void"

    @property
    def is_permanent(self) -> bool:
        """Whether the IRIs outlive this service."""
        return self.home == HOME

    def part(self, kind: str, iri: str) -> str:
        """Name the part of the dataset that has to do with a term."""
        curie = vocab.curie(iri)
        return f"{self.home}catalog#{kind}/{quote(curie.strip('<>'), safe=':/')}"

    def links(self, predicate: str, host: str) -> str:
        """Name the links by a property to a host."""
        return f"{self.part('links', predicate)}/{quote(host)}"

    def target(self, host: str) -> str:
        """Name the dataset of others that links lead to."""
        return f"{self.home}catalog#target/{quote(host)}"

    def version(self, version: str) -> str:
        """Return the IRI of a version."""
        return f"{self.home}catalog/{quote(version, safe='+')}"

    def dump(self, name: str) -> str:
        """Return the address of a bulk file."""
        return f"{self.base}dump/{name}"


def host_of(iri: str) -> str:
    """Return the host of an IRI; nothing if it has none."""
    return urlsplit(iri).netloc
