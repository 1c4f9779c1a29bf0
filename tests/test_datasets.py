"""The dataset in VoID, DCAT and schema.org: what is said is true, of the right form, and negotiated."""

import json
import re
from datetime import date

import httpx
import pytest
import rdflib
from rdflib.namespace import SDO

from conftest import DEADLINE, serving
from dataset_support import HOME, PREFIXES, graph, problems, unknown_terms, without
from hkkg import formats, vocab
from hkkg.datasets import dcat, dumps, releases, statistics, void, writing
from hkkg.datasets.address import Address
from hkkg.datasets.dcat import Catalogue
from hkkg.datasets.dumps import Listed
from hkkg.datasets.releases import Release
from hkkg.store import NamedNode, isomorphic, parse
from remote_support import oxigraph

AT = Address("https://example.org/")
DIGEST = "0123456789abcdef" * 4
FIRST = Release("0.9.0", date(2026, 1, 31), "a" * 64)
SECOND = Release("0.9.1", date(2026, 2, 28), "b" * 64, "https://example.org/archive")


@pytest.fixture(scope="module")
def counted(packaged):
    return statistics.measure(packaged)


@pytest.fixture(scope="module")
def described(counted):
    return graph(writing.dump(void.describe(counted, AT), formats.TURTLE))


@pytest.fixture(scope="module")
def catalogue(counted):
    files = tuple(Listed(dump, 1000, DIGEST) for dump in dumps.ALL)
    version = releases.identify("1.0.0", DIGEST, (FIRST, SECOND))
    quads = dcat.describe(Catalogue(AT, counted, files, version, "2026-11-23"))
    return graph(writing.dump(quads, formats.TURTLE))


def triples(answer, known):
    return [quad.triple for quad in parse(answer.content, known, source="answer")]


def ask(described, pattern):
    return bool(described.query(f"{PREFIXES} ASK {{ {pattern} }}"))


def test_both_descriptions_have_the_form_that_they_should(described, catalogue):
    assert problems(described) == set()
    assert problems(catalogue) == set()


@pytest.mark.parametrize(
    ("update", "complaint"),
    [
        ("DELETE WHERE { catalog:dataset dcterms:license ?x }", "foaf/0.1/primaryTopic"),
        ("DELETE WHERE { catalog:dataset void:triples ?x }", "foaf/0.1/primaryTopic"),
        ("DELETE WHERE { catalog:dataset void:dataDump ?x }", "foaf/0.1/primaryTopic"),
        ("DELETE WHERE { ?part void:class ?x }", "foaf/0.1/primaryTopic"),
        ("DELETE WHERE { ?links void:objectsTarget ?x }", "void#objectsTarget"),
        ("DELETE WHERE { ?links void:linkPredicate ?x }", "void#linkPredicate"),
        ("DELETE { ?d dcterms:title ?x } WHERE { ?d a void:DatasetDescription ; dcterms:title ?x }", "title"),
    ],
)
def test_what_void_lacks_is_found(described, update, complaint):
    assert any(path.endswith(complaint) for path in problems(without(described, update)))


@pytest.mark.parametrize(
    ("update", "complaint"),
    [
        ("DELETE WHERE { ?c dcat:service ?x }", "service"),
        ("DELETE WHERE { ?x a foaf:Agent }", "publisher"),
        ("DELETE WHERE { ?d dcat:byteSize ?x }", "byteSize"),
        (
            "DELETE { ?d dcat:byteSize ?x } INSERT { ?d dcat:byteSize 3 } WHERE { ?d dcat:byteSize ?x }",
            "byteSize",
        ),
        ("DELETE WHERE { ?d dcat:mediaType ?x }", "mediaType"),
        ("DELETE WHERE { ?c spdx:algorithm ?x }", "checksum"),
        ("DELETE WHERE { ?c spdx:checksumValue ?x }", "checksum"),
        ("DELETE WHERE { ?d prov:wasDerivedFrom ?x }", "wasDerivedFrom"),
        ("DELETE WHERE { ?v dcterms:identifier ?x }", "identifier"),
        ('INSERT { ?v dcat:version "next" } WHERE { ?v dcat:version ?x }', "version"),
        ("DELETE WHERE { ?s dcat:endpointURL ?x }", "endpointURL"),
    ],
)
def test_what_the_catalogue_lacks_is_found(catalogue, update, complaint):
    found = problems(without(catalogue, update))
    assert any(path.endswith(complaint) for path in found), found


def test_every_term_is_in_its_vocabulary(described, catalogue):
    assert unknown_terms(described) == set()
    assert unknown_terms(catalogue) == set()


def test_a_term_that_does_not_exist_is_found(catalogue):
    wrong = without(catalogue, "INSERT DATA { catalog:dataset dcat:isVersionOf catalog:dataset }")
    assert unknown_terms(wrong) == {"http://www.w3.org/ns/dcat#isVersionOf"}


def test_figures_are_those_that_a_query_counts(packaged, described):
    query = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?s_) (COUNT(DISTINCT ?o) AS ?o_) { ?s ?p ?o }"
    ((triples, subjects, objects),) = packaged.query(query).table().rows
    pattern = f"catalog:dataset void:triples {triples.value} ; void:distinctSubjects {subjects.value} ; "
    assert ask(described, pattern + f"void:distinctObjects {objects.value} .")
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{vocab.HKKG}StateKeyLaboratory> }}"
    ((laboratories,),) = packaged.query(query).table().rows
    wanted = f"[] void:class <{vocab.HKKG}StateKeyLaboratory> ; void:entities {laboratories.value} ."
    assert ask(described, wanted)


def test_each_graph_that_a_plain_query_sees_is_a_part_with_its_licence_and_speaker(packaged, described):
    seen = [iri for iri in packaged.graphs() if packaged.in_union(NamedNode(iri))]
    assert seen
    assert all(ask(described, f"catalog:dataset void:subset <{iri}> .") for iri in seen)
    ror = f"<{vocab.GRAPH}data/ror/organizations>"
    assert ask(described, f"{ror} dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> .")
    assert ask(described, f"{ror} prov:wasAttributedTo <{vocab.HK}research-organization-registry> .")


def test_links_are_counted_by_property_and_target(packaged, described):
    query = (
        "SELECT (COUNT(*) AS ?n) { ?s <https://schema.org/sameAs> ?o FILTER(CONTAINS(STR(?o), 'ror.org')) }"
    )
    ((number,),) = packaged.query(query).table().rows
    wanted = f"[] void:linkPredicate <https://schema.org/sameAs> ; void:triples {number.value} ; "
    assert ask(described, wanted + 'void:objectsTarget [ void:uriSpace "https://ror.org/" ] .')


def test_versions_follow_each_other(catalogue):
    served, second, first = (f"<{HOME}catalog/{v}>" for v in ("1.0.0+0123456789ab", "0.9.1", "0.9.0"))
    assert ask(catalogue, f"catalog:dataset dcat:hasCurrentVersion {served} .")
    assert ask(catalogue, f"{served} dcat:previousVersion {second} . {second} dcat:previousVersion {first} .")
    assert ask(catalogue, f"{second} dcat:landingPage <https://example.org/archive> .")
    assert ask(catalogue, f'{first} dcterms:identifier "sha256:{"a" * 64}" .')


def test_a_graph_with_the_digest_of_a_release_is_that_release():
    version = releases.identify("1.0.0", SECOND.sha256, (FIRST, SECOND))
    assert (version.name, version.issued, version.previous) == ("0.9.1", SECOND.issued, FIRST)


def test_a_list_of_releases_is_read():
    text = '[[release]]\nversion = "0.9.0"\nissued = 2026-01-31\nsha256 = "' + "a" * 64 + '"\n'
    assert releases.read(text) == (FIRST,)


def test_every_version_that_the_changelog_dates_is_in_the_list(project):
    dated = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d", (project / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert set(dated) <= {release.version for release in releases.released()}


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
def test_a_description_says_the_same_in_every_format(client, path):
    wanted = triples(client.get(path), formats.TURTLE)
    for known in formats.RDF_FORMATS:
        answer = client.get(path, headers={"Accept": known.media_type})
        assert answer.headers["content-type"].startswith(known.media_type)
        assert isomorphic(triples(answer, known), wanted), known.name


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
def test_what_is_served_conforms(client, path):
    found = graph(client.get(path).text)
    assert problems(found) == set()
    assert unknown_terms(found) == set()


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog", "/dump/"])
@pytest.mark.parametrize("language", vocab.LANGUAGES)
def test_a_browser_gets_a_page(client, path, language):
    answer = client.get(path, params={"lang": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text


def test_what_cannot_be_sent_is_refused_with_what_can(client):
    answer = client.get("/catalog", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["hint"]
    assert client.get("/catalog", params={"format": "pdf"}).status_code == 400


def test_a_description_that_the_client_has_is_not_sent_again(client):
    etag = client.get("/.well-known/void").headers["etag"]
    again = client.get("/.well-known/void", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/.well-known/void")
    assert (head.content, int(head.headers["content-length"])) == (
        b"",
        len(client.get("/.well-known/void").content),
    )


def test_each_distribution_can_be_downloaded_and_has_its_size_and_checksum(client):
    found = graph(client.get("/catalog").text)
    rows = found.query(
        PREFIXES + "SELECT ?url ?size ?sum { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; "
        "spdx:checksum/spdx:checksumValue ?sum }"
    )
    listed = {row["name"]: row for row in client.get("/dump/").json()["files"]}
    assert len(rows) == len(dumps.ALL)
    for url, size, checksum in rows:
        row = listed[str(url).rpartition("/")[2]]
        # rdflib turns hexBinary into bytes.
        assert (row["byteSize"], row["sha256"]) == (int(size), checksum.toPython().hex())
        assert client.head(str(url)).headers["content-length"] == str(size)


def test_the_version_that_is_served_has_an_address(client):
    (version,) = {
        str(row[0])
        for row in graph(client.get("/catalog").text).query(
            PREFIXES + "SELECT ?v { ?d dcat:hasCurrentVersion ?v }"
        )
    }
    path = "/catalog/" + version.removeprefix(f"{HOME}catalog/")
    assert client.get(path).text == client.get("/catalog").text
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200


def test_a_version_that_is_kept_no_more_is_gone(client):
    answer = client.get("/catalog/0.1.0+0123456789ab")
    assert answer.status_code == 410
    assert "Served here now: 0.1.0+" in answer.json()["hint"]
    page = client.get("/catalog/0.1.0+0123456789ab", headers={"Accept": "text/html"})
    assert (page.status_code, "0.1.0+0123456789ab" in page.text) == (410, True)


@pytest.mark.parametrize("version", ["7.0.0", "0.1.0+nonsense", "%3Cscript%3E", "0.1.0+0123456789AB"])
def test_a_version_that_never_was_is_unknown(client, version):
    answer = client.get(f"/catalog/{version}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_the_description_is_in_the_store_outside_what_a_plain_query_sees(client):
    pattern = "?d a <http://rdfs.org/ns/void#DatasetDescription>"
    named = {"query": f"ASK {{ GRAPH <{vocab.VOID_GRAPH}> {{ {pattern} }} }}"}
    assert client.get("/sparql", params=named).json()["boolean"]
    assert not client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"}).json()["boolean"]


def test_the_home_page_describes_the_dataset_to_search_engines(client):
    page = client.get("/", headers={"Accept": "text/html", "Accept-Language": "zh-HK"}).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found = json.loads(block)
    assert found["@type"] == "Dataset"
    assert found["name"] == void.TITLES["zh-Hant"]
    assert {download["encodingFormat"] for download in found["distribution"]} >= {
        "text/turtle",
        "application/gzip",
    }
    keys = {key for key in found if not key.startswith("@")} | set(found["distribution"][0]) - {"@type"}
    assert keys <= set(SDO.__annotations__)
    assert "https://creativecommons.org/licenses/by/4.0/" in found["license"]


def test_texts_of_the_graph_cannot_end_the_block():
    from hkkg.web.pages import _environment  # noqa: PLC0415 - the filter as the pages have it

    template = _environment().get_template("dataset_head.html")
    written = template.render(
        dataset={"license": ["javascript:alert(1)"], "name": "</script><script>alert(1)"}
    )
    assert written.count("<script") == 1
    assert 'href="javascript' not in written


def test_addresses_are_those_under_which_the_public_knows_the_service(small_file):
    public = "https://data.example.org/"
    with (
        serving("--public-url", public, str(small_file)) as (_, address),
        httpx.Client(base_url=address) as client,
    ):
        found = graph(client.get("/.well-known/void").text)
        names = {str(s) for s in found.subjects(rdflib.RDF.type, rdflib.VOID.DatasetDescription)}
        assert names == {f"{public}.well-known/void"}
        assert ask(found, f"[] void:sparqlEndpoint <{public}sparql> .")
        assert unknown_terms(found) == set()
        assert "ld+json" in client.get("/", headers={"Accept": "text/html"}).text
        for path in ("/catalog", "/dump/", "/.well-known/void"):
            assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
        assert client.get("/catalog").status_code == 200


def test_a_host_that_is_none_is_refused(client):
    answer = client.get("/.well-known/void", headers={"Host": "a<b>"})
    assert answer.status_code == 400


def test_an_update_shows_in_the_description_and_in_the_files():
    token = {"Authorization": "Bearer secret", "Content-Type": "application/sparql-update"}
    options = ("--writable", "--no-gate", "--empty", "--default-graph", "union")
    with (
        serving(*options, environment={"HKKG_UPDATE_TOKEN": "secret"}) as (_, address),
        httpx.Client(base_url=address, timeout=DEADLINE) as client,
    ):
        assert client.get("/dump/hkkg.nt").content == b""
        before = client.get("/dump/").json()
        answer = client.post(
            "/update", content="INSERT DATA { GRAPH <x:g> { <x:a> <x:b> <x:c> } }", headers=token
        )
        assert answer.is_success
        assert client.get("/dump/hkkg.nt").text == "<x:a> <x:b> <x:c> .\n"
        assert client.get("/dump/hkkg-stated.nq").text == "<x:a> <x:b> <x:c> <x:g> .\n"
        assert client.get("/dump/").json() != before
        assert ask(graph(client.get("/.well-known/void").text), "[] void:property <x:b> ; void:triples 1 .")


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/void",
        "/catalog",
        "/catalog/1",
        "/dump/",
        "/dump/hkkg.nt",
        "/dump/SHA256SUMS",
        "/ontology",
        "/why?s=hk:a&p=a&o=hk:b",
    ],
)
def test_in_front_of_another_endpoint_it_says_that_it_has_none(path, remote):
    answer = remote.get(path)
    assert answer.status_code == 501
    assert "endpoint" in answer.json()["detail"]


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    with (
        oxigraph(tmp_path_factory.mktemp("oxigraph") / "store") as url,
        serving("--endpoint", f"{url}/query") as (_, address),
        httpx.Client(base_url=address, timeout=DEADLINE) as client,
    ):
        yield client


def test_the_home_page_in_front_of_another_endpoint_says_nothing_of_its_dataset(remote):
    answer = remote.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, "ld+json" in answer.text) == (200, False)
