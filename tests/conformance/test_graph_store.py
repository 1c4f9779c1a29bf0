"""The SPARQL 1.1 Graph Store HTTP Protocol, with graphs named directly, indirectly and by default."""

from urllib.parse import quote, urljoin

import pytest
from pyoxigraph import NamedNode

from conformance import compare, results, targets

TURTLE = "text/turtle"
PERSON = '@prefix : <http://example.org/> . :ann :card [ :says "Ann" ] .'
OTHER = '@prefix : <http://example.org/> . :bo :card [ :says "Bo" ] .'
BOTH = f"{PERSON}\n{OTHER}"
WRITTEN = {200, 204}
BOUNDARY = "a-boundary-of-the-test"


def multipart(*parts):
    """Write a multipart/form-data body of files, each with its media type and text."""
    lines = []
    for number, (media_type, text) in enumerate(parts):
        lines += [
            f"--{BOUNDARY}",
            f'Content-Disposition: form-data; name="part{number}"; filename="part{number}"',
            f"Content-Type: {media_type}",
            "",
            text,
        ]
    return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()


class Resource:
    """A graph under an address of the graph store."""

    def __init__(self, service, path):
        self.service, self.path = service, path

    def send(self, method, body=None, media_type=None, accept=None):
        headers = dict(self.service.writing) if method not in {"GET", "HEAD"} else {}
        headers |= {"Content-Type": media_type} if media_type else {}
        headers |= {"Accept": accept} if accept else {}
        return self.service.client.request(method, self.path, content=body, headers=headers)

    def put(self, body, media_type=TURTLE):
        return self.send("PUT", body, media_type)

    def post(self, body, media_type=TURTLE):
        return self.send("POST", body, media_type)

    def holds(self, turtle):
        """Check that the graph is this one, up to the names of blank nodes."""
        response = self.send("GET", accept=TURTLE)
        assert response.status_code == 200, response.text
        expected = results.read(turtle.encode(), TURTLE)
        return compare.difference(expected, results.read(response.content, TURTLE)) == ""


@pytest.fixture(autouse=True)
def empty(service):
    """Start each test from an empty store."""
    service.clear()


@pytest.fixture(params=["direct", "indirect"])
def named(request, service):
    """A named graph, under either kind of address."""
    path = (
        "graph-store/people/ann"
        if request.param == "direct"
        else "graph-store?graph=http://example.org/people"
    )
    return Resource(service, path)


@pytest.fixture(params=["direct", "indirect", "default"])
def resource(request, service):
    """A graph under each kind of address."""
    paths = {
        "direct": "graph-store/people/ann",
        "indirect": "graph-store?graph=http%3A%2F%2Fexample.org%2Fpeople",
        "default": "graph-store?default",
    }
    return Resource(service, paths[request.param])


@pytest.fixture
def default(service):
    """The default graph."""
    return Resource(service, "graph-store?default")


@pytest.fixture
def store(service):
    """The graph store itself."""
    return Resource(service, "graph-store")


# PUT and GET


def test_put_makes_a_graph(named):
    assert named.put(PERSON).status_code == 201
    assert named.holds(PERSON)


def test_put_in_the_default_graph(default):
    assert default.put(PERSON).status_code in {201, *WRITTEN}
    assert default.holds(PERSON)


def test_put_replaces_a_graph(resource):
    resource.put(PERSON)
    assert resource.put(OTHER).status_code in WRITTEN
    assert resource.holds(OTHER)


def test_put_of_a_part_is_refused(resource):
    resource.put(PERSON)
    headers = {**resource.service.writing, "Content-Type": TURTLE, "Content-Range": "bytes 0-1/9"}
    response = resource.service.client.put(resource.path, content=OTHER, headers=headers)
    assert response.status_code == 400
    assert resource.holds(PERSON)


def test_put_of_nothing_empties_a_graph(resource):
    resource.put(PERSON)
    assert resource.put("").status_code in WRITTEN
    assert resource.holds("")


def test_put_of_nothing_makes_an_empty_graph(named):
    assert named.put("").status_code == 201
    assert named.holds("")


def test_put_leaves_other_graphs_alone(service, default):
    one, other = (Resource(service, f"graph-store?graph=http://example.org/{name}") for name in "ab")
    one.put(PERSON)
    default.put(PERSON)
    other.put(OTHER)
    assert one.holds(PERSON)
    assert default.holds(PERSON)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/turtle; charset=utf-8", '<http://e.example/s> <http://e.example/p> "港" .'),
        ("application/n-triples", '<http://e.example/s> <http://e.example/p> "\\u6E2F" .'),
        (
            "application/rdf+xml",
            """<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">
            <r:Description r:about="http://e.example/s"><e:p>港</e:p></r:Description></r:RDF>""",
        ),
        ("application/ld+json", '{"@id": "http://e.example/s", "http://e.example/p": "港"}'),
    ],
)
def test_put_in_each_format(resource, media_type, body):
    assert resource.put(body.encode(), media_type).is_success
    assert resource.holds('<http://e.example/s> <http://e.example/p> "港" .')


@pytest.mark.parametrize("accept", [TURTLE, "application/n-triples", "application/rdf+xml"])
def test_get_in_each_format(resource, accept):
    resource.put(PERSON)
    response = resource.send("GET", accept=f"{accept};q=0.8, image/png")
    assert targets.media_type(response) == accept
    expected = results.read(PERSON.encode(), TURTLE)
    assert compare.difference(expected, results.read(response.content, accept)) == ""


def test_get_in_a_format_that_there_is_not(resource):
    resource.put(PERSON)
    assert resource.send("GET", accept="image/png").status_code == 406


def test_get_of_a_graph_that_is_not_there(named):
    assert named.send("GET").status_code == 404


def test_get_of_the_empty_default_graph(default):
    assert default.holds("")


def test_a_direct_graph_is_named_by_its_address(service):
    resource = Resource(service, "graph-store/people/ann")
    resource.put(PERSON)
    name = urljoin(str(service.client.base_url), "graph-store/people/ann")
    assert {quad.graph_name for quad in service.contents().quads} == {NamedNode(name)}
    assert Resource(service, f"graph-store?graph={quote(name, safe='')}").holds(PERSON)


@pytest.mark.parametrize("parameter", ["default", "graph=http://example.org/people", "rev=2"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_direct_graph_has_no_parameter(service, method, parameter):
    resource = Resource(service, "graph-store/people/ann")
    resource.put(PERSON)
    asked = Resource(service, f"{resource.path}?{parameter}")
    response = asked.send(method, OTHER if method in {"PUT", "POST"} else None, TURTLE)
    assert response.status_code == 400
    assert parameter.partition("=")[0] in response.json()["detail"]
    assert resource.holds(PERSON)
    assert len({quad.graph_name for quad in service.contents().quads}) == 1


def test_a_direct_graph_in_a_format_that_its_address_names(service):
    resource = Resource(service, "graph-store/people/ann")
    resource.put(PERSON)
    response = Resource(service, f"{resource.path}?format=jsonld").send("GET", accept=TURTLE)
    assert targets.media_type(response) == "application/ld+json"


@pytest.mark.parametrize("query", ["default", "graph=http%3A%2F%2Fexample.org%2Fpeople"])
def test_the_store_with_a_slash_at_its_end_is_the_store(service, query):
    Resource(service, f"graph-store/?{query}").put(PERSON)
    assert Resource(service, f"graph-store?{query}").holds(PERSON)
    assert Resource(service, f"graph-store/?{query}").send("DELETE").status_code in WRITTEN
    assert not service.contents().quads
    assert Resource(service, "graph-store/").put(PERSON).status_code == 400


def test_relative_iris_resolve_against_the_graph_s_address(service):
    Resource(service, "graph-store/people/ann").put("<> <#p> <bo> .")
    base = urljoin(str(service.client.base_url), "graph-store/people/")
    terms = {
        term.value
        for quad in service.contents().quads
        for term in (quad.subject, quad.predicate, quad.object)
    }
    assert terms == {f"{base}ann", f"{base}ann#p", f"{base}bo"}


# HEAD


def test_head_is_get_without_a_body(resource):
    resource.put(PERSON)
    got, head = (resource.send(method, accept=TURTLE) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers.get(name) == got.headers.get(name)


def test_head_of_a_graph_that_is_not_there(named):
    response = named.send("HEAD")
    assert (response.status_code, response.content) == (404, b"")


# DELETE


def test_delete(named):
    named.put(PERSON)
    assert named.send("DELETE").status_code in WRITTEN
    assert named.send("GET").status_code == 404


def test_delete_of_a_graph_that_is_not_there(named):
    assert named.send("DELETE").status_code == 404


def test_delete_twice(named):
    named.put(PERSON)
    assert [named.send("DELETE").is_success for _ in range(2)] == [True, False]


def test_delete_empties_the_default_graph(default):
    default.put(PERSON)
    assert default.send("DELETE").status_code in WRITTEN
    assert default.holds("")


def test_delete_leaves_other_graphs_alone(service):
    one, other = (Resource(service, f"graph-store?graph=http://example.org/{name}") for name in "ab")
    one.put(PERSON)
    other.put(OTHER)
    one.send("DELETE")
    assert other.holds(OTHER)


# POST


def test_post_makes_a_graph(named):
    assert named.post(PERSON).status_code == 201
    assert named.holds(PERSON)


def test_post_adds_to_a_graph(resource):
    resource.put(PERSON)
    assert resource.post(OTHER).status_code in WRITTEN
    assert resource.holds(BOTH)


def test_post_keeps_blank_nodes_apart(resource):
    body = "_:same <http://example.org/p> 1 ."
    resource.put(body)
    resource.post(body)
    assert resource.holds("[] <http://example.org/p> 1 . [] <http://example.org/p> 1 .")


def test_post_of_what_is_there_already(resource):
    body = "<http://example.org/s> <http://example.org/p> 1 ."
    resource.put(body)
    assert resource.post(body).status_code in WRITTEN
    assert resource.holds(body)


def test_post_of_nothing_changes_nothing(resource):
    resource.put(PERSON)
    assert resource.post("").status_code in WRITTEN
    assert resource.holds(PERSON)


def test_post_of_several_files(resource):
    resource.put("")
    body = multipart(
        (f"{TURTLE}; charset=utf-8", PERSON), ("application/n-triples", "_:b <http://e.example/p> _:b .")
    )
    assert resource.post(body, f"multipart/form-data; boundary={BOUNDARY}").status_code in WRITTEN
    assert resource.holds(f"{PERSON}\n_:b <http://e.example/p> _:b .")


def test_post_of_several_files_makes_a_graph(named):
    body = multipart((TURTLE, PERSON), (TURTLE, OTHER))
    assert named.post(body, f"multipart/form-data; boundary={BOUNDARY}").status_code == 201
    assert named.holds(BOTH)


def test_post_to_the_store_makes_a_graph_and_says_where(service, store):
    response = store.post(PERSON)
    assert response.status_code == 201
    location = urljoin(str(response.url), response.headers["Location"])
    assert Resource(service, location).holds(PERSON)
    assert Resource(service, f"graph-store?graph={quote(location, safe='')}").holds(PERSON)


def test_post_to_the_store_makes_another_graph_each_time(store):
    assert store.post(PERSON).headers["Location"] != store.post(PERSON).headers["Location"]


# Names of graphs


def test_the_address_is_decoded_once(service):
    once = Resource(service, "graph-store?graph=http://example.org/%41")
    twice = Resource(service, "graph-store?graph=http://example.org/%2541")
    once.put(PERSON)
    assert twice.put(OTHER).status_code == 201
    assert Resource(service, "graph-store?graph=http://example.org/A").holds(PERSON)
    names = {quad.graph_name.value for quad in service.contents().quads}
    assert names == {"http://example.org/A", "http://example.org/%41"}


def test_a_graph_s_name_beyond_ascii(service):
    named = Resource(service, f"graph-store?graph={quote('http://example.org/圖', safe='')}")
    assert named.put(PERSON).status_code == 201
    assert {quad.graph_name.value for quad in service.contents().quads} == {"http://example.org/圖"}


@pytest.mark.parametrize(
    "query",
    [
        "graph=relative",
        "graph=",
        "graph=http://example.org/a%20b",
        "graph=http://example.org/%FF",
        "graph=http://example.org/a&graph=http://example.org/b",
        "graph=http://example.org/a&default",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
def test_a_graph_that_is_not_well_named(service, query, method):
    body, media_type = (PERSON, TURTLE) if method in {"PUT", "POST"} else (None, None)
    response = Resource(service, f"graph-store?{query}").send(method, body, media_type)
    assert response.status_code == 400
    assert service.contents().quads == frozenset()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_store_itself_is_neither_replaced_nor_deleted(store, default, method):
    default.put(OTHER)
    body, media_type = (PERSON, TURTLE) if method == "PUT" else (None, None)
    assert store.send(method, body, media_type).status_code in {400, 405}
    assert default.holds(OTHER)


# What is refused


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (TURTLE, "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"),
        ("application/rdf+xml", PERSON),
        ("application/n-triples", PERSON),
        (TURTLE, f"{OTHER} undeclared:prefix :p 1 ."),
        (TURTLE, b'<http://e.example/s> <http://e.example/p> "\xff" .'),
    ],
    ids=["xml-as-turtle", "turtle-as-xml", "turtle-as-n-triples", "broken-turtle", "not-utf-8"],
)
def test_a_body_that_is_not_what_it_says_changes_nothing(resource, method, media_type, body):
    resource.put(PERSON)
    assert resource.send(method, body, media_type).status_code == 400
    assert resource.holds(PERSON)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("media_type", ["image/png", "text/csv", "nonsense", None])
def test_a_body_of_another_media_type(resource, method, media_type):
    resource.put(PERSON)
    assert resource.send(method, OTHER, media_type).status_code in ({415} if media_type else {400, 415})
    assert resource.holds(PERSON)


def test_one_broken_file_of_several_changes_nothing(resource):
    resource.put(PERSON)
    body = multipart((TURTLE, OTHER), (TURTLE, "broken"))
    assert resource.post(body, f"multipart/form-data; boundary={BOUNDARY}").status_code == 400
    assert resource.holds(PERSON)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_writing_without_the_token(service, resource, method):
    resource.put(PERSON)
    body, headers = (OTHER, {"Content-Type": TURTLE}) if method != "DELETE" else (None, {})
    assert service.client.request(method, resource.path, content=body, headers=headers).status_code == 401
    assert resource.holds(PERSON)
