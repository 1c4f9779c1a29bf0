"""The tools, by the Model Context Protocol, over standard input and output or HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from hkkg import __version__, asking, questions, vocab
from hkkg.errors import HkkgError, WorkerFailedError
from hkkg.mcp.functions import FUNCTIONS, MOST_ROWS, SEARCHING, within
from hkkg.workers.calls import FunctionCall
from hkkg.workers.pool import Pool

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from hkkg.asking import Asker, Reported
    from hkkg.config import Settings

Language = Annotated[
    Literal["en", "zh-Hans", "zh-Hant"], Field(description="The language of names: en, zh-Hant or zh-Hans.")
]
_MOST_FOUND: Final = 50
_MOST_QUESTIONS: Final = 10
_READS: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
_INSTRUCTIONS: Final = """\
The open knowledge graph of Hong Kong's innovation and technology: scholars, universities, laboratories,
projects, missions, policies and figures, in English and Chinese, each fact cited to its passage.

For a question, call find_questions first: many are stored, with a query that is known to be right, which
run_question runs. Otherwise search for the things, read schema, write SPARQL, check_query it, run_query it.
Cite the passages that come with each answer. What is marked as claimed, planned or expected is no fact.
"""


class Tools:
    """The tools over one graph, which answer under the service's limits.

    Args:
        settings: what graph it is, and within which limits it answers.

    Raises:
        HkkgError: the graph cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        """Start the processes that hold the graph."""
        asking.prepare()
        self._is_lost = False
        self._pool = Pool(settings, FUNCTIONS, lambda _: None, self._lose, SEARCHING)
        self._packaged = self._pool.ready.packaged
        self._asker: asyncio.Future[Asker] | None = None

    def _lose(self) -> None:
        self._is_lost = True

    async def begin(self) -> None:
        """Begin to answer, on the running event loop."""
        await self._pool.begin()

    async def _ask(self, function: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the function returns
        try:
            if self._is_lost:
                raise WorkerFailedError("the process that holds the graph has ended.")
            return await self._pool.value(FunctionCall(function, arguments), "model")
        except HkkgError as error:
            raise ToolError(str(error)) from None

    async def search(
        self,
        text: Annotated[str, Field(description="A name or a part of one in any script, or pinyin.")],
        of_class: Annotated[
            str | None,
            Field(description="Only of this class: a CURIE such as hkkg:University, or a label."),
        ] = None,
        language: Language = "en",
        limit: Annotated[int, Field(description=f"How many at most, up to {_MOST_FOUND}.")] = 10,
    ) -> dict[str, Any]:
        """Find things of the graph by any of their names, misspelt ones too."""
        _checked(limit, 1, _MOST_FOUND, "limit")
        found: dict[str, Any] = await self._ask("search", text, of_class, language, limit)
        return found

    async def describe(
        self,
        thing: Annotated[str, Field(description="A CURIE such as hk:innoex, an IRI, or a name.")],
        language: Language = "en",
        page: Annotated[int, Field(description="Of what points to the thing, from 1.")] = 1,
    ) -> dict[str, Any]:
        """Describe a thing: what is stated of it and by whom, its records, and the passages to cite."""
        found: dict[str, Any] = await self._ask("describe", thing, language, page)
        return found

    async def schema(self, language: Language = "en") -> str:
        """Read the prefixes, classes and properties of the graph, and how facts are modelled, in a page."""
        found: str = await self._ask("outline", language)
        return found

    async def find_questions(
        self,
        text: Annotated[str, Field(description="What is asked, in English or Chinese, or key words of it.")],
        language: Language | None = None,
        limit: Annotated[int, Field(description=f"How many at most, up to {_MOST_QUESTIONS}.")] = 5,
    ) -> dict[str, Any]:
        """Find stored questions like a question in words, each with its parameters and its SPARQL."""
        _checked(limit, 1, _MOST_QUESTIONS, "limit")
        if not self._packaged:
            raise ToolError("this graph has no stored questions; write SPARQL for run_query.")
        asker = await self._learnt()
        try:
            understood = asker.understand(text, language)
        except HkkgError as error:
            raise ToolError(str(error)) from None
        report = asking.report(asker, understood, language)
        return {
            "confidence": report.confidence.value,
            "questions": [_offered(each) for each in report.questions[:limit]],
        }

    async def run_question(
        self,
        name: Annotated[str, Field(description="The name of a stored question, as find_questions gives it.")],
        parameters: Annotated[
            dict[str, str] | None,
            Field(description="Values by parameter; things by CURIE."),
        ] = None,
        language: Language = "en",
        limit: Annotated[int, Field(description=f"How many rows at most, up to {MOST_ROWS}.")] = 50,
    ) -> dict[str, Any]:
        """Answer a stored question, with its values, and with the passages behind the answer."""
        _checked(limit, 1, MOST_ROWS, "limit")
        if not self._packaged:
            raise ToolError("this graph has no stored questions.")
        try:
            question = questions.find_question(name)
            query = question.bind((parameters or {}).items())
        except HkkgError as error:
            raise ToolError(str(error)) from None
        given = tuple(iri for value in (parameters or {}).values() if (iri := vocab.expand(value)))
        found: dict[str, Any] = await self._ask("run", query, limit, language, given)
        return found

    async def check_query(
        self, query: Annotated[str, Field(description="SPARQL 1.1; every prefix must be declared.")]
    ) -> dict[str, Any]:
        """Check a query without running it: its syntax, and whether the graph knows what it names."""
        found: dict[str, Any] = await self._ask("check", query)
        return found

    async def run_query(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE.")],
        language: Language = "en",
        limit: Annotated[int, Field(description=f"How many rows at most, up to {MOST_ROWS}.")] = 50,
    ) -> dict[str, Any]:
        """Run a query under limits of time and memory; the answer has the passages behind it."""
        _checked(limit, 1, MOST_ROWS, "limit")
        found: dict[str, Any] = await self._ask("run", query, limit, language, ())
        return found

    async def why(
        self,
        subject: Annotated[str, Field(description="A CURIE or an IRI.")],
        predicate: Annotated[str, Field(description="A CURIE, an IRI, or a.")],
        object: Annotated[str, Field(description='A CURIE, an IRI, or a literal such as "text"@en.')],  # noqa: A002 - RDF's word
        language: Language = "en",
    ) -> str:
        """Explain a triple: the passages that state it, or the rule and premises it follows from."""
        found: str = await self._ask("explain", subject, predicate, object, language)
        return found

    async def _learnt(self) -> Asker:
        if self._asker is None or (self._asker.done() and self._asker.exception()):
            self._asker = asyncio.ensure_future(self._ask("asker"))
        return await asyncio.shield(self._asker)

    @property
    def every(self) -> tuple[Callable[..., Awaitable[Any]], ...]:
        """All tools."""
        return (
            self.find_questions,
            self.run_question,
            self.search,
            self.describe,
            self.schema,
            self.check_query,
            self.run_query,
            self.why,
        )


def _checked(number: int, least: int, most: int, what: str) -> None:
    try:
        within(number, least, most, f"the {what}")
    except HkkgError as error:
        raise ToolError(str(error)) from None


def _offered(found: Reported) -> dict[str, Any]:
    return {
        "name": found.question,
        "question": found.words,
        "parameters": {given.parameter: given.value for given in found.given},
        "missing": list(found.missing),
        "sparql": found.sparql,
    }


def create_server(tools: Tools) -> MCPServer:
    """Make a server of tools that have begun or will begin on its event loop."""
    server = MCPServer(
        "hkkg",
        title="Hong Kong's innovation and technology",
        version=__version__,
        instructions=_INSTRUCTIONS,
        log_level="ERROR",
    )
    for tool in tools.every:
        server.add_tool(tool, annotations=_READS)
    return server


async def serve_stdio(tools: Tools) -> None:
    """Serve over standard input and output until the client closes them."""
    await tools.begin()
    await create_server(tools).run_stdio_async()


async def serve_http(tools: Tools, listener: socket.socket) -> None:
    """Serve over streamable HTTP at `/mcp` until a signal ends the process."""
    await tools.begin()
    app = create_server(tools).streamable_http_app(host=listener.getsockname()[0])
    config = uvicorn.Config(app, log_level="error", access_log=False, ws="none", server_header=False)
    await uvicorn.Server(config).serve(sockets=[listener])
