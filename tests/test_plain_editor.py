"""Where npm is not there to build the editor, `/query` is a plain form, and nothing else changes."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest

from conftest import DEADLINE, PROJECT, serving, wait_for

RUN = "import sys; from hkkg.cli import main; sys.argv[0] = 'hkkg'; main()"
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory):
    """A client of a service that runs from a checkout in which the editor was never built."""
    checkout = tmp_path_factory.mktemp("checkout")
    left_out = shutil.ignore_patterns("editor", "node_modules", "__pycache__")
    shutil.copytree(PROJECT / "src" / "hkkg", checkout / "src" / "hkkg", ignore=left_out)
    for folder in ("data", "ontology", "queries"):
        (checkout / folder).symlink_to(PROJECT / folder)
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    command = [sys.executable, "-c", RUN, "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", env=environment, cwd=checkout
    ) as process:
        address = re.search(r"http://\S+/", process.stdout.readline())[0]
        wait_for(f"{address}health")
        with httpx.Client(base_url=address, headers=BROWSER, timeout=DEADLINE) as client:
            yield client
        process.terminate()


def test_the_plain_form_answers(unbuilt):
    page = unbuilt.get("/query?question=laboratory-count-agrees").text
    assert "<script" not in page[page.index("<main") :]
    form = re.search(r'<form id="query-form" action="([^"]+)">', page)
    query = unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1])
    answer = unbuilt.get(form[1], params={"query": query, "format": "html"})
    assert answer.status_code == 200
    assert "<strong>true</strong>" in answer.text


def test_it_says_that_it_is_plain(unbuilt):
    assert "plain form" in unbuilt.get("/query?lang=en").text


def test_make_says_so_without_npm(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "find", "make"):
        (tools / tool).symlink_to(shutil.which(tool))
    checkout = tmp_path / "checkout"
    editor = Path("src/hkkg/web/editor")
    left_out = shutil.ignore_patterns("node_modules")
    shutil.copytree(PROJECT / editor, checkout / editor, ignore=left_out)
    shutil.copy(PROJECT / "Makefile", checkout)
    built = "src/hkkg/web/static/editor/editor.js"
    made = subprocess.run(
        ["make", built], cwd=checkout, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "There is no npm to build the query editor: /query is a plain form.\n"


def test_a_wrapped_endpoint_is_completed_from_and_has_no_questions(server):
    with serving("--endpoint", f"{server}sparql") as (_, address), httpx.Client(base_url=address) as client:
        kinds = {term["kind"] for term in client.get("/query/terms.json").json()["terms"]}
        assert kinds == {"class", "property"}
        assert 'id="editor-questions"' not in client.get("/query", headers=BROWSER).text
        assert "0 of 0 questions" in client.get("/questions?lang=en", headers=BROWSER).text


def test_what_is_known_of_one_graph_does_not_stand_for_another(server, small_file):
    tag = httpx.get(f"{server}query/terms.json", timeout=DEADLINE).headers["etag"]
    with serving(small_file) as (_, address):
        found = httpx.get(f"{address}query/terms.json", headers={"If-None-Match": tag}, timeout=DEADLINE)
        assert (found.status_code, len(found.json()["terms"]) < 100) == (200, True)


def test_names_in_other_data_stay_text(tmp_path):
    planted = tmp_path / "planted.ttl"
    planted.write_text(
        "<http://e.test/x> a <http://www.w3.org/2002/07/owl#Class> ;"
        ' <http://www.w3.org/2000/01/rdf-schema#label> "</script><script>alert(1)</script>"@en .\n'
    )
    with serving(planted) as (_, address), httpx.Client(base_url=address) as client:
        found = client.get("/query/terms.json")
        assert found.headers["content-type"] == "application/json"
        assert {term["curie"] for term in found.json()["terms"] if term["kind"] == "class"} == {
            "<http://e.test/x>"
        }
