"""The engine of a worker over a generation in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import formats, search
from hkkg.errors import (
    FederationRefusedError,
    NotAcceptableError,
    QuerySyntaxError,
    UnknownResourceError,
)
from hkkg.generations import DEFAULT
from hkkg.search import NAMING, LabelIndex, WholeNames, is_small
from hkkg.store import Dataset, DefaultGraph, EmbeddedStore, NamedNode
from hkkg.store.tokens import brackets, calls_service, dataset_of, depth, prologue
from hkkg.workers.federation import refuse_strange_services

if TYPE_CHECKING:
    from hkkg.config import Settings
    from hkkg.formats import Format
    from hkkg.store import Answer, BlankNode
    from hkkg.store.remote_answer import RemoteAnswer
    from hkkg.workers.calls import GraphCall, QueryCall
    from hkkg.workers.output import Output
    from hkkg.workers.relay import Relay

_SEVERAL: Final = 2


class EmbeddedEngine:
    """Evaluates over an embedded store.

    Args:
        store: one generation, which nobody changes in this process.
        settings: of the service.
    """

    def __init__(self, store: EmbeddedStore, settings: Settings) -> None:
        """Take the store."""
        self.store = self._store = store
        search.prepare()  # workers open no files
        self.index = self._labels = LabelIndex(store) if is_small(store) else None
        self._settings = settings
        # Where the quads are kept with a union that a query is not to see.
        self._standard = _apart_from_default(store) if store.union and settings.standard_default else None
        # Names that a query does not see name nothing.
        is_whole = self._standard is None and is_small(store, NAMING)
        self.names = WholeNames(store) if is_whole else None
        self.reaches_out = bool(settings.services)
        self._relay = _relay(settings) if settings.services else None

    @property
    def labels(self) -> LabelIndex:
        """Its labels, to be searched; very many are indexed when the first search of this process comes."""
        if self._labels is None:
            self._labels = LabelIndex(self._store)
        return self._labels

    def answer(self, call: QueryCall) -> Answer:
        """Answer a query.

        Raises:
            HkkgError: it is not to be answered; its type says why.
        """
        refuse_dangers(call.text, self._settings)
        if self._relay and calls_service(call.text):
            return self._relay.answer(call.text, lambda text: self._evaluated(call, text))
        return self._evaluated(call, call.text)

    def _evaluated(self, call: QueryCall, text: str) -> Answer:
        asked = (call.default_graphs, call.named_graphs)
        base = call.base or None
        default, named = asked if any(asked) else _dataset(text, base)
        if len(set(default)) > 1:
            # The engine gives a triple once for each of the graphs that hold it, and a merge has it once.
            merged = self._store.merged(default, named)
            names: list[NamedNode | BlankNode] = [NamedNode(name) for name in dict.fromkeys(named)]
            return merged.query(text, dataset=Dataset([DefaultGraph()], names), base=base)
        if any(asked) or any(len(set(names)) < len(names) for names in (default, named)):
            return self._store.query(text, dataset=Dataset.of(default, named), base=base)
        own = None if default or named else self._standard
        return self._store.query(text, dataset=own, base=base)

    def graph(self, call: GraphCall, output: Output) -> None:
        """Answer with a graph.

        Raises:
            UnknownResourceError: there is no such graph.
        """
        name = call.name or (DEFAULT.value if self._standard else None)
        if name is not None and not self._store.has_graph(NamedNode(name)) and call.name:
            raise UnknownResourceError(f"there is no graph <{name}>.")
        output.format = call.format
        self._store.write_graph(name, formats.by_name(call.format, formats.RDF_FORMATS), output)


def _apart_from_default(store: EmbeddedStore) -> Dataset:
    return Dataset([DEFAULT], [NamedNode(name) for name in store.graphs() if name != DEFAULT.value])


def _relay(settings: Settings) -> Relay:
    from hkkg.workers.relay import Relay  # noqa: PLC0415 - its HTTP client is slow to import

    return Relay(settings)


def _dataset(text: str, base: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of a query's FROM and FROM NAMED clauses, as the engine reads them."""
    default, named = dataset_of(text)
    if max(len(default), len(named)) < _SEVERAL:
        return default, named
    names = " ".join(f"({name} AS ?g{number})" for number, name in enumerate((*default, *named)))
    try:
        ((*terms,),) = EmbeddedStore().query(f"{prologue(text)} SELECT {names} {{}}", base=base).table().rows
    except QuerySyntaxError:
        return (), ()  # and so says the query itself, in its own words
    iris = [term.value for term in terms if isinstance(term, NamedNode)]
    return tuple(iris[: len(default)]), tuple(iris[len(default) :])


def chosen_format(call: QueryCall, answer: Answer | RemoteAnswer) -> Format:
    """Choose the format of an answer once it is known what it is.

    Raises:
        NotAcceptableError: the client accepts none for it.
    """
    wanted = call.graph if answer.is_graph else call.table
    if wanted is None:
        known = ", ".join(offered.media_type for offered in answer.offered)
        raise NotAcceptableError("the answer cannot be sent as asked.", hint=f"It can be: {known}.")
    return formats.by_name(wanted, answer.offered)


def refuse_dangers(text: str, settings: Settings) -> None:
    """Refuse a query that would send requests elsewhere or nest deeper than the engine's parser can stand.

    Raises:
        FederationRefusedError: it has a SERVICE clause for a host that is not allowed.
        QuerySyntaxError: it is nested too deeply.
    """
    if calls_service(text):
        if not settings.services:
            raise FederationRefusedError(
                "SERVICE is not allowed here: the service sends no requests elsewhere.",
                hint="Run the query with a federated query engine of your own, against this endpoint.",
            )
        refuse_strange_services(text, settings.services)
    most = settings.limits.nesting
    if len(text) > most and brackets(text) > most and depth(text) > most:
        raise QuerySyntaxError(f"the query is nested deeper than {most} brackets.", hint="Write it flatter.")
