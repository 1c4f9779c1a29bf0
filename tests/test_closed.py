"""The service is closed: no request makes it open a connection or a file that nobody allowed."""

import socket
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from remote_support import always, answering
from service_support import QUERY, TURTLE, UPDATE, WRITING, numbered, problem, serving, until

SELECT = "SELECT * {{ {} }}"
SERVICES = (
    "SERVICE <BAIT> { ?s ?p ?o }",
    "service silent <BAIT> { ?s ?p ?o }",
    "FILTER(1<'>') SERVICE <BAIT> { ?s ?p ?o } #'\n",
    'FILTER(1<2)#>"""\n SERVICE <BAIT> { ?s ?p ?o } #"""\n',
    "SERVICE#\n<BAIT>#\n{ ?s ?p ?o }",
    "SERVICE\t<BAIT>{?s?p?o}",
    "VALUES ?x { <BAIT> } SERVICE ?x { ?s ?p ?o }",
    "BIND(<BAIT> AS ?x) SERVICE SILENT ?x { ?s ?p ?o }",
    "{ SELECT * { SERVICE <BAIT> { ?s ?p ?o } } }",
    "FILTER EXISTS { SERVICE <BAIT> { ?s ?p ?o } }",
    "FILTER NOT EXISTS { SERVICE SILENT <BAIT> {} }",
    "OPTIONAL { SERVICE <BAIT> { ?s ?p ?o } }",
    "?s ?p ?o MINUS { SERVICE <BAIT> { ?s ?p ?o } }",
    "GRAPH ?g { SERVICE <BAIT> { ?s ?p ?o } }",
    "SERVICE b: { ?s ?p ?o }",
    r"SERVICE <\u0068ttp://BAREBAIT> { ?s ?p ?o }",
    r"\u0053ERVICE <BAIT> { ?s ?p ?o }",
    "SERVICE: { ?s ?p ?o }",
    "?s ?p trueSERVICE: { ?s ?p ?o }",
    "SERVICE 、: { ?s ?p ?o }",
    "SERVICE b:、 { ?s ?p ?o }",
    "VALUES ?x\u0300 { <BAIT> } SERVICE ?x\u0300 { ?s ?p ?o }",
    "?s <x:p>? b:a.b.SERVICE <BAIT> { ?s ?p ?o }",
)
PREFIXES = "PREFIX b: <BAIT> PREFIX : <BAIT> PREFIX 、: <BAIT>"
FORMS = (
    "SELECT * {{ {} }}",
    "ASK {{ {} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {} }}",
    "DESCRIBE ?s WHERE {{ {} }}",
)
DATASETS = (
    "FROM <BAIT>",
    "FROM NAMED <BAIT>",
    "FROM <BAIT> FROM <BAITx>",
    "FROM <FILE>",
    "FROM NAMED <FILE>",
    "FROM <FILE> FROM <BAIT>",
)
UPDATES = (
    "LOAD <BAIT>",
    "load silent <BAIT> into graph <x:loaded>",
    "LOAD#\n<BAIT>",
    "LOAD <FILE>",
    "LOAD SILENT <FILE> INTO GRAPH <x:loaded>",
    "PREFIX b: <BAIT> LOAD b:",
    "PREFIX : <BAIT> LOAD:",
    "PREFIX 、: <BAIT> LOAD 、:",
    "INSERT DATA { <x:a> <x:b> 1 } ; LOAD <BAIT>",
    "INSERT DATA { <x:a> <x:b> '''LOAD''' } ; LOAD <BAIT> ; INSERT DATA { <x:c> <x:d> 1 }",
    r"L\u004FAD <BAIT>",
    r"LOAD <\u0068ttp://BAREBAIT>",
    r"LOAD SILENT <\U00000068ttp://BAREBAIT>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <BAIT> { ?s ?p ?o } }",
    "DELETE { ?s ?p ?o } WHERE { SERVICE SILENT <BAIT> { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } USING <BAIT> WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } USING NAMED <BAIT> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH <BAIT> DELETE { ?s ?p 'none' } WHERE { ?s ?p 'none' }",
    "COPY <BAIT> TO <x:copied>",
    "ADD SILENT <BAIT> TO <x:copied>",
    "CLEAR SILENT GRAPH <BAIT>",
    "CREATE SILENT GRAPH <BAIT>",
)
DOCUMENTS = {
    "context": ("application/ld+json", '{"@context": "BAIT", "@id": "x:a", "x:b": 1}'),
    "contexts": ("application/ld+json", '{"@context": ["BAIT", {"b": "x:b"}], "b": 1}'),
    "import": ("application/ld+json", '{"@context": {"@version": 1.1, "@import": "BAIT"}, "x:b": 1}'),
    "entity": (
        "application/rdf+xml",
        '<!DOCTYPE r SYSTEM "BAIT"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    ),
    "external": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY e SYSTEM "FILE"> <!ENTITY % p SYSTEM "BAIT"> %p;]><r:RDF xmlns:r="x:"/>',
    ),
    "base": (TURTLE, "@base <BAIT> . <a> <b> <c> . <> <http://www.w3.org/2002/07/owl#imports> <BAIT> ."),
    "shapes": (
        TURTLE,
        '[ <http://www.w3.org/ns/shacl#select> "SELECT * { SERVICE <BAIT> { ?s ?p ?o } }" ] .',
    ),
}


class Bait:
    """An address that nobody may connect to, and a file that nobody may read."""

    def __init__(self, listener, file):
        self._listener = listener
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        self.file = file

    def put_in(self, text):
        bare = self.address.removeprefix("http://")
        return (
            text.replace("BAREBAIT", bare).replace("BAIT", self.address).replace("FILE", self.file.as_uri())
        )

    def is_untouched(self):
        """Whether nobody has connected, as a connection of one's own shows that one would be seen."""
        with closing(socket.create_connection(self._listener.getsockname())) as own:
            connection, peer = self._listener.accept()
            connection.close()
            return peer == own.getsockname()


@pytest.fixture(scope="module")
def bait(tmp_path_factory):
    file = tmp_path_factory.mktemp("bait") / "secret.ttl"
    file.write_text("<x:secret> <x:told> 'secret' .", encoding="utf-8")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(10)
        yield Bait(listener, file)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    path = tmp_path_factory.mktemp("closed") / "graph.ttl"
    path.write_text(numbered(50), encoding="utf-8")
    with serving(path, "--writable", "--no-gate") as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_happens(service, bait):
    yield
    assert bait.is_untouched()
    assert not service.ask("{ <x:secret> ?p ?o } UNION { GRAPH ?g { <x:secret> ?p ?o } }")
    assert "Traceback" not in service.errors


def ways(service, query):
    """Send a query in every way that leads to the engine."""
    for accept in ("*/*", "text/html"):
        yield service.client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        yield service.client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    yield service.client.get("/sparql", params={"query": query, "format": "html"})
    yield service.client.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY})


@pytest.mark.parametrize("pattern", SERVICES)
def test_service_is_refused_in_every_form_and_way(service, bait, pattern):
    for query in [bait.put_in(f"{PREFIXES} {form.format(pattern)}") for form in FORMS]:
        for response in ways(service, query) if "SELECT * {" in query else [service.query(query, "*/*")]:
            assert response.status_code in {400, 403}, response.text


def test_service_in_a_query_that_is_cached_or_shared(service, bait):
    query = bait.put_in("SELECT * { SERVICE <BAIT> { ?s ?p ?o } }")
    for _ in range(3):
        assert "SERVICE" in problem(service.query(query), 403)["detail"]


@pytest.mark.parametrize("clause", DATASETS)
def test_from_fetches_and_reads_nothing(service, bait, clause):
    query = bait.put_in(f"SELECT ?s ?o {clause} {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
    for response in ways(service, query):
        assert response.status_code == 200
        assert "secret" not in response.text.replace(quote("secret"), "").replace(bait.file.name, "")


@pytest.mark.parametrize("name", ["BAIT", "FILE"])
def test_graphs_named_by_a_request_are_not_fetched(service, bait, name):
    iri = bait.put_in(name)
    for parameter in ("default-graph-uri", "named-graph-uri"):
        found = service.client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", parameter: iri})
        assert found.json()["boolean"] is False
    assert service.client.get("/graph-store", params={"graph": iri}).status_code == 404
    assert service.client.head("/graph-store", params={"graph": iri}).status_code == 404
    gone = service.client.delete("/graph-store", params={"graph": iri}, headers=WRITING)
    assert gone.status_code == 404
    for path in (
        f"/graph-store/{iri}",
        f"/graph-store/{quote(iri, safe='')}",
        "/graph-store/../../etc/hostname",
    ):
        assert service.client.get(path).status_code == 404


@pytest.mark.parametrize("text", UPDATES)
def test_updates_fetch_and_read_nothing(service, bait, text):
    before = service.client.get("/health").json()["triples"]
    headers = {"Content-Type": UPDATE, **WRITING}
    response = service.client.post("/update", content=bait.put_in(text), headers=headers)
    assert response.status_code in {204, 400, 403, 422}, response.text
    if "LOAD" in text or "SERVICE" in text:
        assert "SILENT" in text.upper() or response.status_code in {400, 403}
    assert service.client.get("/health").json()["triples"] == before
    using = {
        "update": "INSERT { <x:a> <x:from> ?o } WHERE { ?s ?p ?o }",
        "using-graph-uri": bait.put_in("BAIT"),
    }
    assert service.client.post("/update", data=using, headers=WRITING).status_code == 204
    assert not service.ask("<x:a> <x:from> ?o")


@pytest.mark.parametrize(("media_type", "text"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents_fetch_and_read_nothing(service, bait, media_type, text):
    headers = {"Content-Type": media_type, **WRITING}
    for path in ("/graph-store?graph=x:document", "/validate"):
        method = "POST" if path == "/validate" else "PUT"
        response = service.client.request(method, path, content=bait.put_in(text), headers=headers)
        assert response.status_code in {200, 201, 204, 400, 422}, response.text
        assert "'secret'" not in response.text
    service.client.delete("/graph-store?graph=x:document", headers=WRITING)


def test_a_worker_has_no_number_left_for_a_connection(service):
    """A second wall behind the refusals: the kernel's."""
    service.busy_worker(least=0)
    nursery = service.nursery()
    until(lambda: all(is_walled_in(pid) for pid in service.workers() if pid != nursery))


def is_walled_in(pid):
    """Whether each number that a process may give to a file is taken; also if it is gone meanwhile."""
    try:
        limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()
        used = {int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return True
    most = next(int(line.split()[3]) for line in limits if line.startswith("Max open files"))
    return set(range(most)) <= used


def test_no_connection_leads_anywhere_but_to_clients(service):
    """After all that was asked: who is connected to the service has come to it."""
    port = service.place[1]
    for pid in (service.process.pid, *service.workers()):
        for local, remote in connections(pid):
            assert local == port, remote


def connections(pid):
    """Return the ports of each TCP connection that a process has, its own and the other."""
    links = [entry.readlink().name for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
    own = {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:[")}
    for line in Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[9] in own and fields[3] == "01":
            yield tuple(int(address.rpartition(":")[2], 16) for address in fields[1:3])


@contextmanager
def federated(tmp_path, *hosts):
    path = tmp_path / "graph.ttl"
    path.write_text(numbered(5), encoding="utf-8")
    options = [option for host in hosts for option in ("--allow-service", host)]
    with serving(path, "--no-inference", *options) as running:
        yield running


ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"from afar"}}]}}'


def test_a_host_that_is_listed_may_be_called(tmp_path):
    with answering(always(ROW)) as remote, federated(tmp_path, "127.0.0.1") as running:
        query = f"SELECT ?x {{ SERVICE <{remote}> {{ ?s ?p ?x }} }}"
        assert running.query(query).text.split("\r\n")[:2] == ["x", "from afar"]
        assert "from afar" in running.query(query, "text/html").text
        other = query.replace("127.0.0.1", "127.0.0.2")
        assert "not among the hosts" in problem(running.query(other), 403)["detail"]
        variable = f"SELECT ?x {{ VALUES ?r {{ <{remote}> }} SERVICE ?r {{ ?s ?p ?x }} }}"
        problem(running.query(variable), 403)


def test_a_listed_name_of_a_private_address_may_not_be_called(tmp_path, bait):
    with federated(tmp_path, "localhost") as running:
        address = bait.address.replace("127.0.0.1", "localhost")
        for accept in ("application/json", "text/html"):
            response = running.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", accept)
            assert response.status_code == 403
            assert "private" in response.text
    with answering(always(ROW)) as remote, federated(tmp_path, "localhost", "127.0.0.1", "::1") as running:
        query = f"SELECT ?x {{ SERVICE <{remote.replace('127.0.0.1', 'localhost')}> {{ ?s ?p ?x }} }}"
        assert running.query(query).status_code == 200


@pytest.mark.parametrize(
    "trick",
    [
        r"<http://BARE\u002F@127.0.0.1/>",
        r"<\u0068ttp://BARE/>",
        "<http://127.0.0.1@BARE/>",
        "<http://127.0.0.1:80@BARE/>",
        "<http://localhost/?@127.0.0.1>",
        "<http://localhost#@127.0.0.1>",
    ],
)
def test_no_trick_leads_to_another_host(tmp_path, bait, trick):
    elsewhere = bait.address.removeprefix("http://").rstrip("/").replace("127.0.0.1", "localhost")
    with federated(tmp_path, "127.0.0.1") as running:
        query = f"SELECT * {{ SERVICE {trick.replace('BARE', elsewhere)} {{ ?s ?p ?o }} }}"
        assert running.query(query).status_code in {400, 403}


@pytest.mark.parametrize(
    "pattern",
    [
        'FILTER("SERVICE#" != "") SERVICE <BAIT> { ?s ?p ?o } OPTIONAL { GRAPH\n<http://127.0.0.1/> {} }',
        "SERVICE <http://127.0.0.1:1/> {} SERVICE <BAIT> { ?s ?p ?o }",
        "SERVICE: { ?s ?p ?o }",
        "SERVICE 、: { ?s ?p ?o }",
        "?s <x:p>? :a.b.SERVICE <BAIT> { ?s ?p ?o }",
    ],
)
def test_no_trick_hides_a_call_behind_a_host_that_is_listed(tmp_path, bait, pattern):
    elsewhere = bait.address.replace("127.0.0.1", "localhost")
    with federated(tmp_path, "127.0.0.1") as running:
        query = f"PREFIX : <BAIT> PREFIX 、: <BAIT> SELECT * {{ {pattern} }}".replace("BAIT", elsewhere)
        assert running.query(query).status_code in {400, 403}


def test_updates_call_nobody_even_so(tmp_path, bait):
    path = tmp_path / "graph.ttl"
    path.write_text(numbered(5), encoding="utf-8")
    options = ("--writable", "--no-gate", "--allow-service", "127.0.0.1")
    with serving(path, *options) as running:
        update = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{bait.address}> {{ ?s ?p ?o }} }}"
        problem(running.update(update), 403)
