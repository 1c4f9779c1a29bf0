"""The engine of a worker over a remote SPARQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import formats
from hkkg.store.remote import RemoteEngine
from hkkg.workers.engine import chosen_format, refuse_dangers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hkkg.config import Settings
    from hkkg.workers.calls import FunctionCall, GraphCall, QueryCall
    from hkkg.workers.output import Output

_DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_NAMED = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"


class EndpointEngine:
    """Passes queries on to an endpoint, and its answers back while they arrive.

    Args:
        url: of the endpoint.
        settings: of the service.
        functions: what a call may name; each takes this engine first, in place of a store.
    """

    reaches_out = True

    def __init__(self, url: str, settings: Settings, functions: Mapping[str, Callable[..., object]]) -> None:
        """Take the address; nothing is sent yet."""
        self._remote = RemoteEngine(url, timeout=settings.limits.seconds, credentials=settings.credentials)
        self._settings = settings
        self._functions = functions

    def query(self, call: QueryCall, output: Output) -> None:
        """Answer a query.

        Raises:
            HkkgError: it is not to be answered, or the endpoint did not; its type says why.
        """
        refuse_dangers(call.text, self._settings)
        text = f"BASE <{call.base}>\n{call.text}" if call.base else call.text
        answer = self._remote.answer(text, default_graphs=call.default_graphs, named_graphs=call.named_graphs)
        target = chosen_format(call, answer)
        output.format = target.name
        output.is_table = answer.kind == "table"
        answer.write(target, output)

    def graph(self, call: GraphCall, output: Output) -> None:
        """Answer with a graph; the endpoint tells no empty one from one that is not there."""
        text = _DEFAULT if call.name is None else _NAMED.format(name=call.name)
        answer = self._remote.answer(text)
        output.format = call.format
        answer.write(formats.by_name(call.format, formats.RDF_FORMATS), output)

    def function(self, call: FunctionCall) -> object:
        """Answer with a value."""
        return self._functions[call.function](self._remote, *call.arguments)
