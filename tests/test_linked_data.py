"""Linked data over HTTP: every IRI of the graph at an address, in every format, with what clients need."""

import json
import re
import shutil
import subprocess
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
import rdflib
import rdflib.compare
from pyld import jsonld

from conftest import DEADLINE, SMALL, serving
from hkkg import formats, vocab
from hkkg.store import DefaultGraph, NamedNode, isomorphic, parse
from hkkg.web.addresses import local
from remote_support import always, answering

CLIENTS = Path(__file__).with_name("clients")
MODULES = CLIENTS / "node_modules"
NAMESPACE = "https://w3id.org/hkkg/"
PUBLIC = "https://graph.example/"
HTML = "text/html"
SUFFIXES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "html": HTML,
}
PATHS = [
    "doc/skl-agrobiotechnology",
    "doc/skl-agrobiotechnology-at-cuhk",
    "doc/article-topic",
    "doc/discrepancy-i-01",
    "passage/tkp-2026.4-10",
    "concept/agricultural-biotechnology",
    "graph/data/takungpao-2026/space",
    "shape/prefixes",
    "ontology",
]
OWN = """\
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
hk:old owl:deprecated true ; dcterms:isReplacedBy hk:new ; skos:prefLabel "Old"@en .
hk:gone owl:deprecated true .
hk:new skos:prefLabel "New"@en .
hk:香港 skos:prefLabel "香港"@zh-Hant .
<https://w3id.org/hkkg/id/a%20b> skos:prefLabel "with a space"@en .
<https://w3id.org/hkkg/id/report.ttl> skos:prefLabel "named like a file"@en .
<https://w3id.org/hkkg/id/what?now> skos:prefLabel "with a question"@en ;
    skos:related <javascript:alert(1)> , <https://w3id.org/hkkg/id/x'onclick='alert(1)> ;
    skos:note "<script>alert(1)</script>\\"'><img src=x onerror=alert(1)>"@en .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A client of a graph with retired and oddly named resources, and one too large for a description."""
    folder = tmp_path_factory.mktemp("linked")
    (folder / "own.ttl").write_text(OWN, encoding="utf-8")
    lines = (f'<x:s{n}> <x:p> "{n}" .\n' for n in range(20_001))
    (folder / "large.nt").write_text("".join(lines), encoding="utf-8")
    with serving(folder, "--public-url", PUBLIC) as (_, address), httpx.Client(base_url=address) as made:
        yield made


def accept(media_type):
    return {"Accept": media_type}


def media_type_and_text(response):
    """Put the context into JSON-LD, as no parser here fetches it."""
    kind = response.headers["content-type"].partition(";")[0]
    if kind != "application/ld+json":
        return kind, response.text
    document = response.json()
    context = httpx.get(document["@context"]).json()
    return kind, json.dumps({**document, "@context": context["@context"]})


def as_quads(response):
    """The default graph of an answer."""
    kind, text = media_type_and_text(response)
    known = formats.by_name(kind, formats.RDF_FORMATS)
    quads = parse(text.encode(), known, source="answer")
    return [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def as_graph(response):
    """The default graph of an answer, as rdflib reads it."""
    kind, text = media_type_and_text(response)
    if kind in {"application/trig", "application/n-quads"}:
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format="trig" if "trig" in kind else "nquads")
        return dataset.default_graph
    return rdflib.Graph().parse(data=text, format="nt" if "triples" in kind else kind)


def links(response):
    """The Link header as pairs of relation and address, with the media type of alternates."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', response.headers["link"])
    return {(rel, media_type): address for address, rel, media_type in found}


def test_a_thing_leads_to_its_document(client, server):
    response = client.get("/id/university-of-hong-kong?lang=en", headers=accept("application/rdf+xml"))
    assert response.status_code == 303
    assert response.headers["location"] == f"{server}doc/university-of-hong-kong?lang=en"
    assert "Accept" in response.headers["vary"]
    followed = client.get(response.headers["location"], headers=accept("application/rdf+xml"))
    assert followed.headers["content-type"] == "application/rdf+xml"
    suffixed = client.get("/id/university-of-hong-kong.nt")
    assert suffixed.headers["location"] == f"{server}doc/university-of-hong-kong.nt"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("text/*;q=0.1, application/n-triples;q=0.2", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/n-quads, */*;q=0", "application/n-quads"),
        ("image/png, text/turtle;q=0.001", "text/turtle"),
    ],
)
@pytest.mark.parametrize("path", ["/doc/innohk", "/ontology"])
def test_negotiation(client, path, header, expected):
    path = "/doc/hong-kong-innoex" if path.startswith("/doc") else path
    request = client.build_request("GET", path)
    del request.headers["accept"]
    if header:
        request.headers["accept"] = header
    response = client.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == expected
    assert response.headers["content-location"].endswith(
        next(s for s, t in SUFFIXES.items() if t == expected)
    )


@pytest.mark.parametrize("header", ["image/png", "text/turtle;q=0", "nonsense", ";;,q=", "text/turtlex"])
def test_what_nobody_can_read_is_not_sent(client, header):
    response = client.get("/doc/hong-kong", headers=accept(header))
    assert response.status_code == 406
    for suffix, media_type in SUFFIXES.items():
        assert f"{media_type} (.{suffix})" in response.json()["hint"]


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers_alike_in_every_format(client, path):
    answers = {}
    for suffix, media_type in SUFFIXES.items():
        response = client.get(f"/{path}.{suffix}", headers=accept("image/png"))
        assert response.status_code == 200, suffix
        assert response.headers["content-type"].partition(";")[0] == media_type
        others = [client.get(f"/{path}", headers=accept(media_type)), client.get(f"/{path}?format={suffix}")]
        for other in others:
            # The links to other languages of a page tell how it was asked for.
            assert other.content == response.content or suffix == "html"
            assert other.headers["content-type"] == response.headers["content-type"]
        answers[suffix] = response
    graphs = {suffix: as_quads(r) for suffix, r in answers.items() if suffix != "html"}
    first = graphs.pop("ttl")
    assert len(first) > 5
    for suffix, graph in graphs.items():
        assert isomorphic(graph, first), suffix


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's parsers make a ConjunctiveGraph
def test_rdflib_reads_the_same_in_every_format(client):
    graphs = [as_graph(client.get(f"/doc/article-topic.{suffix}")) for suffix in SUFFIXES if suffix != "html"]
    assert len(graphs[0]) > 50
    assert all(rdflib.compare.isomorphic(graph, graphs[0]) for graph in graphs[1:])


def test_headers_lead_on(client, server):
    response = client.get("/doc/hong-kong", headers=accept("text/turtle"))
    found = links(response)
    assert found["canonical", ""] == f"{server}doc/hong-kong"
    assert found["describes", ""] == f"{NAMESPACE}id/hong-kong"
    assert found["describedby", ""] == f"{server}.well-known/void"
    assert found["license", ""].startswith("https://creativecommons.org/")
    alternates = {media_type: address for (rel, media_type), address in found.items() if rel == "alternate"}
    assert alternates == {
        media_type: f"{server}doc/hong-kong.{suffix}" for suffix, media_type in SUFFIXES.items()
    }
    assert {"Accept", "Accept-Language"} <= set(response.headers["vary"].split(", "))
    assert response.headers["access-control-allow-origin"] == "*"


def test_conditional_requests(client):
    first = client.get("/doc/hong-kong", headers=accept("text/turtle"))
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    assert parsedate_to_datetime(changed)
    for condition in (
        {"If-None-Match": f'"x", {tag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": changed},
    ):
        response = client.get("/doc/hong-kong", headers={**accept("text/turtle"), **condition})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
        assert response.headers["vary"].startswith("Accept, Accept-Language")
    stale = ({"If-None-Match": '"x"'}, {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"})
    for condition in (
        *stale,
        {"If-Modified-Since": "yesterday"},
        {"If-None-Match": '"x"', "If-Modified-Since": changed},
    ):
        response = client.get("/doc/hong-kong", headers={**accept("text/turtle"), **condition})
        assert (response.status_code, response.content) == (200, first.content)


def test_entity_tags_tell_formats_languages_and_pages_apart(client):
    asked = [
        ("/doc/hong-kong", "text/turtle", "en"),
        ("/doc/hong-kong", "application/ld+json", "en"),
        ("/doc/hong-kong", HTML, "en"),
        ("/doc/hong-kong", HTML, "zh-Hant"),
        ("/doc/hong-kong?page_size=10&page=2", "text/turtle", "en"),
        ("/doc/shenzhen", "text/turtle", "en"),
        ("/context.jsonld", "application/ld+json", "en"),
    ]
    tags = {
        client.get(path, headers={"Accept": kind, "Accept-Language": language}).headers["etag"]
        for path, kind, language in asked
    }
    assert len(tags) == len(asked)


def test_a_write_changes_the_entity_tag(tmp_path):
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    environment = {"HKKG_UPDATE_TOKEN": "linked"}
    update = {"Content-Type": "application/sparql-update", "Authorization": "Bearer linked"}
    with (
        serving(path, "--writable", "--no-gate", environment=environment) as (_, address),
        httpx.Client(base_url=address) as client,
    ):
        before = client.get("/doc/yin-hejun.nt")
        text = f'INSERT DATA {{ <{vocab.HK}yin-hejun> <x:p> "added" }}'
        assert client.post("/update", content=text, headers=update).status_code == 204
        condition = {"If-None-Match": before.headers["etag"]}
        after = client.get("/doc/yin-hejun.nt", headers=condition)
        assert after.status_code == 200
        assert '"added"' in after.text
        assert '"added"' not in before.text


@pytest.mark.parametrize("path", ["doc/hong-kong", "doc/hong-kong.html", "ontology", "context.jsonld"])
def test_head_and_options(client, path):
    whole, head = client.get(f"/{path}"), client.head(f"/{path}")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == whole.headers[name]
    options = client.options(f"/{path}")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    assert client.options(f"/{path}", headers=asked).headers["access-control-allow-origin"] == "*"
    assert client.post(f"/{path}").status_code == 405


def test_an_unknown_name_offers_the_nearest(client):
    response = client.get("/doc/universty-of-hong-kong", headers=accept("application/ld+json, */*;q=0.1"))
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert f"{NAMESPACE}id/university-of-hong-kong" in response.json()["nearest"]
    page = client.get("/doc/universty-of-hong-kong", headers=accept(HTML))
    assert page.status_code == 404
    assert 'href="/doc/university-of-hong-kong"' in page.text


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/doc/%zz", 400, "hexadecimal"),
        ("/doc/%E9%A6", 400, "UTF-8"),
        ("/id/%", 400, "hexadecimal"),
        ("/doc/hong-kong?page=%ff", 400, "UTF-8"),
        ("/doc/hong-kong?page=abc", 400, "'abc' is no whole number"),
        ("/doc/hong-kong?page=0", 400, "'0' is no whole number"),
        ("/doc/hong-kong?page=-1", 400, "no whole number"),
        ("/doc/hong-kong?page=" + "9" * 5000, 400, "no whole number"),
        ("/doc/hong-kong?page=99", 400, "there is no page 99"),
        ("/doc/hong-kong?page_size=100000", 400, "there is no page 1 of 100000"),
        ("/doc/hong-kong?format=docx", 400, "there is no format 'docx'"),
        ("/doc/", 404, "names no resource"),
        ("/doc/" + "x" * 50_000, 404, "does not speak of"),
        ("/doc/a/b/c", 404, "does not speak of"),
        ("/graph/data/nothing", 404, "does not speak of"),
        ("/ontology/9.9.9", 404, "does not speak of"),
        ("/ontology/hostedBy", 404, "does not speak of"),
        ("/concept/.ttl", 404, "does not speak of"),
        ("/doc/%00", 404, "does not speak of"),
        ("/doc/%0d%0aSet-Cookie:x", 404, "there is nothing at"),
    ],
)
def test_bad_addresses(client, path, status, detail):
    url = httpx.URL(str(client.base_url).rstrip("/")).copy_with(raw_path=path.encode())
    response = client.get(url, headers=accept("application/json"))
    assert response.status_code == status
    assert detail in response.json()["detail"]
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("place", ["doc", "passage", "concept", "graph", "shape", "id"])
def test_nothing_is_reflected_as_markup(client, place):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    for path in (
        f"/{place}/{quote(evil)}",
        f"/{place}/x?format={quote(evil)}",
        f"/{place}/x?page={quote(evil)}",
    ):
        response = client.get(path, headers=accept(HTML), follow_redirects=True)
        assert response.status_code in {400, 404}
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text


def test_literals_and_iris_of_the_graph_are_no_markup(own):
    page = own.get("/doc/what%3Fnow.html")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert 'href="javascript:' not in page.text
    assert "'onclick='" not in page.text.replace("&#39;", "")
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/doc/%E9%A6%99%E6%B8%AF", "香港"),
        ("/doc/%E9%A6%99%E6%B8%AF.ttl", "香港"),
        ("/doc/a%20b.ttl", "with a space"),
        ("/doc/report.ttl", "named like a file"),
        ("/doc/report.ttl.ttl", "named like a file"),
        ("/doc/what%3Fnow.ttl", "with a question"),
    ],
)
def test_odd_names(own, path, name):
    response = own.get(path, headers=accept("text/turtle"))
    assert response.status_code == 200
    assert f'"{name}"' in response.text
    assert all(address.isascii() for address in links(response).values())


def test_a_retired_name(own):
    for suffix in ("ttl", "jsonld", "html"):
        response = own.get(f"/doc/old.{suffix}", headers={"If-None-Match": "*"})
        assert response.status_code == 410
        assert "new" in response.text
        assert links(response)["http://purl.org/dc/terms/isReplacedBy", ""] == vocab.HK + "new"
    graph = rdflib.Graph().parse(data=own.get("/doc/old.ttl").text)
    assert (
        rdflib.URIRef(vocab.HK + "old"),
        rdflib.DCTERMS.isReplacedBy,
        rdflib.URIRef(vocab.HK + "new"),
    ) in graph
    assert 'href="/doc/new"' in own.get("/doc/old.html").text
    assert own.get("/doc/gone").status_code == 410
    assert own.get("/doc/new").status_code == 200


def test_public_addresses(own):
    """Whatever sends others here is written with the public address; pages link within the service."""
    assert own.get("/id/new").headers["location"] == f"{PUBLIC}doc/new"
    response = own.get("/doc/new.jsonld")
    assert response.json()["@context"] == f"{PUBLIC}context.jsonld"
    addresses = {
        address for (rel, _), address in links(response).items() if rel not in {"describes", "license"}
    }
    assert all(address.startswith(PUBLIC) for address in addresses)
    assert f"<{PUBLIC}doc/new>" in own.get("/doc/new.nt").text
    assert PUBLIC not in own.get("/doc/new.html").text


def test_a_host_that_is_none(client):
    response = client.get("/doc/hong-kong", headers={"Host": 'a"><b', "Accept": "application/json"})
    assert response.status_code == 400


def test_a_large_graph_is_streamed(own):
    name = next(iri for iri in graph_names(own) if iri.endswith("large"))
    path = f"/graph/{name.removeprefix(vocab.GRAPH)}"
    response = own.get(path, headers=accept("application/n-triples"))
    assert response.status_code == 307
    target = response.headers["location"]
    assert target.startswith(f"{PUBLIC}graph-store?")
    streamed = own.get("/graph-store?" + urlsplit(target).query)
    assert streamed.text.count("\n") == 20_001
    assert own.get(f"{path}.html?page=101").status_code == 200


def graph_names(client):
    page = client.get("/graph/", headers=accept(HTML)).text
    return re.findall(rf'title="({re.escape(vocab.GRAPH)}[^"]+)"', page)


def test_graphs_hold_their_whole_content(client, packaged):
    for name in (vocab.GRAPH + "data/takungpao-2026/space", vocab.INFERRED_GRAPH):
        response = client.get(str(local(name)) + ".nq")
        assert response.status_code == 200
        quads = parse(response.content, formats.NQUADS, source=name)
        held = [quad for quad in quads if quad.graph_name == NamedNode(name)]
        assert len(held) == sum(1 for _ in packaged.quads(graph=NamedNode(name))) > 100


def test_the_ontology_holds_every_term_and_has_a_version(client):
    whole = as_graph(client.get("/ontology.ttl"))
    version = whole.value(rdflib.URIRef(f"{NAMESPACE}ontology"), rdflib.OWL.versionIRI)
    path = "/" + version.removeprefix(NAMESPACE)
    assert len(as_graph(client.get(f"{path}.ttl"))) == len(whole)
    assert links(client.get(path))["canonical", ""].endswith("/ontology")


def test_a_wrapped_endpoint_says_that_it_describes_nothing():
    with (
        answering(always(b"{}")) as endpoint,
        serving("--endpoint", endpoint) as (_, address),
        httpx.Client(base_url=address) as client,
    ):
        for path in ("/doc/hong-kong", "/ontology", "/context.jsonld"):
            response = client.get(path, headers=accept("application/json"))
            assert response.status_code == 501
            assert "DESCRIBE" in response.json()["hint"]


def test_json_ld_needs_the_live_service_alone(client, server):
    """PyLD reads a document from the service, and its context from where the document says."""
    fetched = []

    def load(url, _):
        assert url.startswith(server), f"{url} is elsewhere"
        fetched.append(url)
        response = httpx.get(url, headers=accept("application/ld+json"))
        kind = response.headers["content-type"]
        return {"contextUrl": None, "documentUrl": url, "document": response.json(), "contentType": kind}

    address = f"{server}doc/skl-agrobiotechnology-at-cuhk.jsonld"
    nquads = jsonld.to_rdf(address, {"documentLoader": load, "format": "application/n-quads"})
    assert fetched == [address, f"{server}context.jsonld"]
    read = rdflib.Graph().parse(data=nquads, format="nt")
    assert rdflib.compare.isomorphic(read, as_graph(client.get("/doc/skl-agrobiotechnology-at-cuhk.ttl")))


def test_the_context_is_served_where_it_stays(client):
    response = client.get("/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    assert response.json()["@context"]["hostedBy"] == {"@id": "hkkg:hostedBy", "@type": "@id"}
    again = client.get("/context.jsonld", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
DATA = re.compile(r"\.(ttl|jsonld|nt|rdf|trig|nq)$|[?&]format=")
LANGUAGE = re.compile(r"(?<=[?&])lang=[\w-]*&?|[?&]lang=[\w-]*$")


def crawl(server):
    """Follow every link within the service from the home page on, and return the status of each address.

    Links are followed in one language, as those of the others are the same; downloads are left out.
    """
    statuses, pending = {}, {server}
    headers = {"Accept": f"{HTML}, */*;q=0.5", "Accept-Language": "en"}
    with httpx.Client(timeout=DEADLINE, headers=headers, follow_redirects=True) as client:
        while pending:
            address = pending.pop()
            response = client.get(address)
            statuses[address.removeprefix(server)] = response.status_code
            if response.headers["content-type"].startswith(HTML):
                found = {urljoin(address, unescape(link)) for link in LINK.findall(response.text)}
                found = {LANGUAGE.sub("", link).rstrip("?&") for link in found}
                pending |= {link for link in found if link.startswith(server) and not DATA.search(link)}
                pending = {link for link in pending if link.removeprefix(server) not in statuses}
    return statuses


def test_the_tree_that_the_guide_shows_is_what_comes(client):
    guide = (Path(__file__).parents[1] / "docs" / "linked-data.md").read_text(encoding="utf-8")
    shown = json.loads(guide.partition("```json\n")[2].partition("```")[0])
    served = client.get(f"/doc/{shown['id'].removeprefix('hk:')}.jsonld").json()
    assert urlsplit(shown.pop("@context")).path == urlsplit(served.pop("@context")).path
    assert shown.pop("included") == []
    assert served.pop("included")
    assert served == shown


@pytest.fixture(scope="module")
def crawled(server):
    return crawl(server)


def test_a_crawl_by_links_alone_reaches_every_resource(crawled, packaged):
    reached = {urlsplit(address).path for address in crawled}
    subjects = {quad.subject.value for quad in packaged.quads() if isinstance(quad.subject, NamedNode)}
    places = {str(local(iri)).partition("#")[0].lstrip("/") for iri in subjects if local(iri)}
    assert len(places) > 1_000
    assert sorted(places - reached) == []


def test_no_link_is_dead(crawled):
    dead = {address for address, status in crawled.items() if status >= 400}
    assert dead == set()


needs_links = pytest.mark.skipif(
    not (MODULES / "@comunica" / "query-sparql-link-traversal").exists() or not shutil.which("curl"),
    reason="the JavaScript clients are not installed: npm ci --prefix tests/clients",
)


@pytest.mark.needs_node
@needs_links
def test_comunica_follows_links(server):
    """From an installation to the payload, to who developed it, to the university's identifiers elsewhere."""
    query = f"""PREFIX hk: <{vocab.HK}> PREFIX hkkg: <{vocab.HKKG}> PREFIX schema: <{vocab.SCHEMA}>
        SELECT DISTINCT ?outside {{ hk:tianyun-camera-in-shenzhou-23 hkkg:payload ?camera .
            ?camera hkkg:developedBy ?who . ?who schema:sameAs ?outside }} LIMIT 2"""
    start = vocab.HK + "tianyun-camera-in-shenzhou-23"
    command = [MODULES / ".bin" / "node", CLIENTS / "follow.mjs", server, NAMESPACE, query, start]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=DEADLINE * 2, check=True)
    found = json.loads(run.stdout)
    assert {row["outside"] for row in found["rows"]} == {
        "https://ror.org/00q4vv597",
        "http://www.wikidata.org/entity/Q1333303",
    }
    followed = (
        start,
        vocab.HK + "tianyun-camera",
        vocab.HK + "hong-kong-university-of-science-and-technology",
    )
    assert set(followed) <= set(found["fetched"])
