"""The engine of a worker over a remote SPARQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.errors import FederationRefusedError
from hkkg.store.remote import RemoteEngine
from hkkg.store.tokens import prologue, unescaped
from hkkg.workers.engine import refuse_dangers
from hkkg.workers.forwarding import refuse_reaching_out

if TYPE_CHECKING:
    from hkkg.config import Settings
    from hkkg.store.remote_answer import RemoteAnswer
    from hkkg.workers.calls import GraphCall, QueryCall
    from hkkg.workers.output import Output

_DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_NAMED = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
_HELD: Final = "ASK { GRAPH %s { ?s ?p ?o } }"
_MOST_REMEMBERED: Final = 1_000
_LONGEST_REMEMBERED: Final = 2_000


class EndpointEngine:
    """Passes queries on to an endpoint, and its answers back while they arrive.

    Args:
        url: of the endpoint.
        settings: of the service.
    """

    reaches_out = True
    store = None
    labels = index = names = None

    def __init__(self, url: str, settings: Settings) -> None:
        """Take the address; nothing is sent yet."""
        self._remote = RemoteEngine(url, timeout=settings.limits.seconds, credentials=settings.credentials)
        self._settings = settings
        self._held: set[str] = set()

    def answer(self, call: QueryCall) -> RemoteAnswer:
        """Answer a query.

        Raises:
            HkkgError: it is not to be answered, or the endpoint did not; its type says why.
        """
        for text in {call.text, unescaped(call.text)}:  # an endpoint may read escapes before all else
            refuse_dangers(text, self._settings)
            for name in refuse_reaching_out(text):
                self._refuse_foreign_graph(name, prologue(text), call.base)
        for iri in (*call.default_graphs, *call.named_graphs):
            self._refuse_foreign_graph(f"<{iri}>", "", call.base)
        return self._remote.answer(
            call.text,
            default_graphs=call.default_graphs,
            named_graphs=call.named_graphs,
            base=call.base,
        )

    def _refuse_foreign_graph(self, name: str, before: str, base: str) -> None:
        """Refuse a graph of a dataset that the endpoint does not hold: it might fetch it."""
        question = before + _HELD % name
        known = f"{base} {question}"
        if known in self._held:
            return
        if not self._remote.answer(question, base=base).boolean:
            raise FederationRefusedError(
                f"the endpoint holds no graph {name}, and is not asked to fetch it.",
                hint="Name graphs that it holds; SELECT DISTINCT ?g { GRAPH ?g {} } lists them.",
            )
        if len(self._held) < _MOST_REMEMBERED and len(known) < _LONGEST_REMEMBERED:
            self._held.add(known)

    def graph(self, call: GraphCall, output: Output) -> None:
        """Answer with a graph; the endpoint tells no empty one from one that is not there."""
        text = _DEFAULT if call.name is None else _NAMED.format(name=call.name)
        answer = self._remote.answer(text)
        output.format = call.format
        answer.write(formats.by_name(call.format, formats.RDF_FORMATS), output)
