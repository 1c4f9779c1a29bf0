"""The redirect rules for w3id.org that the documentation gives, run by Apache where it is installed."""

import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conftest import DEADLINE
from remote_support import free_port

PAGE = Path(__file__).resolve().parents[1] / "docs" / "linked-data.md"
SERVICE = "https://hkkg.example/"
APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")
CONFIGURATION = """\
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
DocumentRoot {folder}/root
AllowEncodedSlashes NoDecode
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""
LEAD_ON = [
    "id/university-of-hong-kong",
    "id/university-of-hong-kong.ttl",
    "doc/hong-kong?page=2&page_size=10",
    "passage/tkp-2026.1553-1574",
    "concept/exactly",
    "graph/data/takungpao-2026/laboratories",
    "graph/my%20file",
    "shape/prefixes",
    "ontology",
    "ontology.ttl",
    "ontology/0.1.0",
    "ontology?format=turtle",
    "context.jsonld",
    "questions/laboratories-by-university",
    "catalog",
    "catalog/0.1.0",
    "dump/hkkg-stated.nq.gz",
    "sparql?query=ASK%20%7B%7D",
    ".well-known/void",
    "id/%E9%A6%99%E6%B8%AF",
    "id/what%3Fnow",
    "id/a%2Fb",
    "",
]
LEAD_NOWHERE = ["elsewhere", "ontologies", "id", "ids/x"]

needs_apache = pytest.mark.skipif(not APACHE, reason="Apache is not installed")


def rules():
    (block,) = re.findall(r"```apache\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return block


@contextmanager
def apache(folder):
    """Run Apache with the rules in the folder that stands for w3id.org/hkkg."""
    place = folder / "root" / "hkkg"
    place.mkdir(parents=True)
    (place / ".htaccess").write_text(rules(), encoding="utf-8")
    port = free_port()
    configuration = folder / "apache.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, modules=MODULES), encoding="utf-8"
    )
    process = subprocess.Popen([APACHE, "-X", "-f", configuration], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + DEADLINE
        while process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), DEADLINE).close()
                break
            except OSError:
                time.sleep(0.02)
        assert process.poll() is None, process.stderr.read().decode()
        yield f"http://127.0.0.1:{port}/hkkg/"
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)


@pytest.fixture(scope="module")
def w3id(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apache")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:
        parent.chmod(0o755)
    with apache(folder) as address:
        yield address


@pytest.mark.needs_apache
@needs_apache
@pytest.mark.parametrize("path", LEAD_ON)
def test_an_iri_leads_to_the_service(w3id, path):
    response = httpx.get(w3id + path)
    assert response.status_code == 303
    assert response.headers["location"] == SERVICE + path


@pytest.mark.needs_apache
@needs_apache
@pytest.mark.parametrize("path", LEAD_NOWHERE)
def test_what_is_no_iri_of_the_graph_leads_nowhere(w3id, path):
    assert httpx.get(w3id + path).status_code == 404


def test_the_rules_cover_every_place_of_the_service(packaged):
    """Where Apache is not installed, each condition is held against request lines here."""
    conditions = [
        re.compile(text)
        for text in re.findall(r'^RewriteCond %\{THE_REQUEST\} "(.*)"$', rules(), re.MULTILINE)
    ]
    for path in LEAD_ON:
        matches = [
            found for condition in conditions if (found := condition.search(f"GET /hkkg/{path} HTTP/1.1"))
        ]
        assert len(matches) == 1, path
        assert (matches[0].groups() or ("",))[0] == path.partition("?")[0]
    for path in LEAD_NOWHERE:
        assert not any(condition.search(f"GET /hkkg/{path} HTTP/1.1") for condition in conditions), path
    names = {
        q.subject.value for q in packaged.quads() if q.subject.value.startswith("https://w3id.org/hkkg/")
    }
    for name in names:
        path = name.removeprefix("https://w3id.org/hkkg/").partition("#")[0]
        assert any(condition.search(f"GET /hkkg/{path} HTTP/1.1") for condition in conditions), name
