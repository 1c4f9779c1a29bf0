"""The tools of a language model, called by the protocol's own client over both transports."""

import asyncio
import csv
import io
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from conftest import DEADLINE, HKKG
from hkkg import questions

mcp = pytest.importorskip("mcp")

TOOLS = {
    "check_query",
    "describe",
    "find_questions",
    "run_query",
    "run_question",
    "schema",
    "search",
    "why",
}
LABORATORIES = "SELECT ?l ?u { ?l a hkkg:StateKeyLaboratory ; hkkg:hostedBy ?u }"
PREFIXES = "PREFIX hkkg: <https://w3id.org/hkkg/ontology#>\nPREFIX hk: <https://w3id.org/hkkg/id/>\n"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def stdio(*arguments):
    parameters = mcp.StdioServerParameters(command=HKKG, args=["mcp", *map(str, arguments)])
    return mcp.Client(parameters, read_timeout_seconds=DEADLINE * 2)


@asynccontextmanager
async def over_http(*arguments):
    command = [HKKG, "mcp", "--http", "--port", "0", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        url = (await process.stdout.readline()).decode().split()[-1]
        async with mcp.Client(url) as client:
            yield client
    finally:
        process.terminate()
        await process.communicate()


def calling(connect, work):
    """Run some calls of a client."""

    async def run():
        async with connect() as client:
            return await work(client)

    return asyncio.run(run())


async def answer(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    found = result.structured_content
    return found["result"] if set(found) == {"result"} else found


async def refusal(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text


@pytest.mark.parametrize("connect", [stdio, over_http], ids=["stdio", "HTTP"])
def test_each_tool_answers_over_each_transport(connect):
    async def work(client):
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        assert all(tool.description and tool.annotations.read_only_hint for tool in listed)
        found = await answer(client, "search", text="港大")
        assert found["results"][0]["id"] == "hk:university-of-hong-kong"
        described = await answer(client, "describe", thing="港大", language="zh-Hant")
        assert described["names"]["en"] == "The University of Hong Kong"
        assert described["passages"]
        assert any("hkkg:hostedBy" in line for each in described["mentions"] for line in each["statements"])
        assert "hkkg:StateKeyLaboratory (" in await answer(client, "schema")
        offered = await answer(client, "find_questions", text="how many laboratories has each university")
        assert "laboratories-by-university" in [each["name"] for each in offered["questions"]]
        rows = await answer(client, "run_question", name="laboratories-by-university")
        assert rows["rows"]
        checked = await answer(client, "check_query", query=PREFIXES + LABORATORIES)
        assert checked == {"valid": True, "problems": []}
        rows = await answer(client, "run_query", query=PREFIXES + LABORATORIES, limit=3)
        assert len(rows["rows"]) == 3
        assert rows["is_cut"]
        assert rows["total"] == 16
        assert all(passage["id"].startswith("passage:") for passage in rows["passages"])
        assert rows["passages"]
        first = rows["rows"][0]
        told = await answer(client, "why", subject=first["l"], predicate="hkkg:hostedBy", object=first["u"])
        assert "passage:" in told

    calling(connect, work)


def test_what_a_model_gets_wrong_is_told_so_that_it_can_put_it_right():
    async def work(client):
        update = "INSERT DATA { <x:a> <x:b> <x:c> }"
        assert "only read" in await refusal(client, "run_query", query=update)
        checked = await answer(client, "check_query", query=update)
        assert not checked["valid"]
        typo = PREFIXES + "SELECT ?l {\n  ?l hkkg:hostedBi ?u .\n}"
        (problem,) = (await answer(client, "check_query", query=typo))["problems"]
        assert "hkkg:hostedBy" in problem["nearest"]
        assert (problem["line"], problem["column"]) == (4, 6)
        (problem,) = (await answer(client, "check_query", query="SELECT ?l {"))["problems"]
        assert problem["line"] == 1
        assert "no stored question" in await refusal(client, "run_question", name="nothing")
        assert "parameter" in await refusal(
            client, "run_question", name="laboratories-in-a-field", parameters={"x": "y"}
        )
        assert "zzzz" in await refusal(client, "describe", thing="zzzz")
        assert "from 1 to" in await refusal(client, "search", text="a", limit=10_000)
        assert "characters" in await refusal(client, "search", text="a" * 100_000)
        assert "Nearest" in await refusal(client, "search", text="a", of_class="hkkg:Universty")
        assert await refusal(client, "run_query", query="SELECT ?x { ?x ?y ?z }", limit="many")
        service = "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"
        assert "SERVICE" in await refusal(client, "run_query", query=service)

    calling(stdio, work)


def test_a_query_that_never_ends_is_ended_and_the_next_is_answered():
    async def work(client):
        assert "took more than 1 seconds" in await refusal(client, "run_query", query=CROSS)
        assert (await answer(client, "run_query", query="ASK {}"))["boolean"] is True

    calling(lambda: stdio("--timeout", 1), work)


def test_thousands_of_calls_at_once_are_answered_or_refused():
    async def work(client):
        calls = [client.call_tool("run_query", {"query": f"SELECT ({n} AS ?n) {{}}"}) for n in range(2_000)]
        results = await asyncio.gather(*calls)
        assert all("busy" in r.content[0].text for r in results if r.is_error)
        assert any(not r.is_error for r in results)
        assert (await answer(client, "run_query", query="ASK {}"))["boolean"] is True

    calling(stdio, work)


def test_files_of_ones_own(small_file):
    async def work(client):
        found = await answer(client, "search", text="城市大學")
        assert found["results"][0]["id"] == "hk:city-university-of-hong-kong"
        assert "no stored questions" in await refusal(client, "find_questions", text="laboratories")

    calling(lambda: stdio(small_file), work)


def test_a_file_that_cannot_be_read_is_refused():
    result = subprocess.run(
        [HKKG, "mcp", "nothing.ttl"], capture_output=True, encoding="utf-8", timeout=DEADLINE, check=False
    )
    assert result.returncode == 2
    assert "nothing.ttl" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_the_extra_it_says_how_to_install_it():
    hidden = "import sys; sys.modules['mcp'] = None; sys.argv = ['hkkg', 'mcp']"
    code = f"{hidden}; from hkkg.cli import main; main()"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 2
    assert "pip install 'hkkg[mcp]'" in result.stderr


def test_with_these_tools_alone_each_stored_question_can_be_answered(project):
    """By its words in two languages it is found, and it has as many answers as are stored."""

    async def work(client):
        missed = []
        for question in questions.all_questions():
            for language, text in question.question.items():
                found = await answer(client, "find_questions", text=text, language=language)
                if question.name not in [each["name"] for each in found["questions"]]:
                    missed.append((question.name, language))
            rows = await answer(client, "run_question", name=question.name, limit=200)
            if "rows" in rows:
                assert rows["total"] == stored_rows(project, question.name), question.name
        assert missed == []

    calling(stdio, work)


def stored_rows(project, name):
    text = (project / "tests" / "answers" / f"{name}.tsv").read_text(encoding="utf-8")
    return len(list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))) - 1
