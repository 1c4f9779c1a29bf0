"""Writes that depend on what a graph is: no client overwrites what another has written meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service_support import TURTLE, WRITING, problem, serving

PLACE = "/graph-store?graph=x:conditional"
NTRIPLES = {"Accept": "application/n-triples"}


@pytest.fixture(scope="module")
def service():
    with serving("--empty", "--writable", "--no-gate") as running:
        yield running


@pytest.fixture(autouse=True)
def graph(service):
    """A graph of one triple, as it is before each test."""
    assert put(service, "one").status_code in {201, 204}


def put(service, value, method="PUT", place=PLACE, **conditions):
    headers = {name.replace("_", "-"): tag for name, tag in conditions.items()}
    content = None if method == "DELETE" else f'<x:a> <x:b> "{value}" .'
    return service.client.request(
        method, place, content=content, headers={"Content-Type": TURTLE, **WRITING, **headers}
    )


def read(service, **headers):
    return service.client.get(PLACE, headers={**NTRIPLES, **headers})


def tag(service, **headers):
    return read(service, **headers).headers["etag"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_graph_that_is_as_it_was_read_is_written(service, method):
    assert put(service, "two", method, If_Match=tag(service)).status_code == 204


@pytest.mark.parametrize("headers", [{"Accept": TURTLE}, {"Accept-Encoding": "gzip"}, {}])
def test_the_tag_of_any_format_and_encoding_will_do(service, headers):
    assert put(service, "two", If_Match=f'"other", {tag(service, **headers)}').status_code == 204


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_graph_that_has_changed_since_it_was_read_is_left_alone(service, method):
    before = tag(service)
    assert put(service, "of somebody else").status_code == 204
    problem(put(service, "two", method, If_Match=before), 412)
    assert '"of somebody else"' in read(service).text


@pytest.mark.parametrize("given", ['"nonsense"', "nonsense", 'W/"nonsense"', '""'])
def test_what_is_no_tag_of_the_graph_changes_nothing(service, given):
    problem(put(service, "two", If_Match=given), 412)
    assert '"one"' in read(service).text


def test_a_weak_tag_is_no_proof(service):
    problem(put(service, "two", If_Match=f"W/{tag(service)}"), 412)


def test_a_graph_may_have_to_be_there(service):
    assert put(service, "two", If_Match="*").status_code == 204
    problem(put(service, "two", place="/graph-store?graph=x:missing", If_Match="*"), 412)
    assert service.client.get("/graph-store?graph=x:missing").status_code == 404


def test_a_graph_may_have_to_be_new(service):
    problem(put(service, "two", If_None_Match="*"), 412)
    place = "/graph-store?graph=x:new"
    assert put(service, "two", place=place, If_None_Match="*").status_code == 201
    problem(put(service, "three", place=place, If_None_Match="*"), 412)


def test_a_graph_may_have_to_be_another_than_was_read(service):
    before = tag(service)
    problem(put(service, "two", If_None_Match=f"W/{before}"), 412)
    assert put(service, "two", If_None_Match='"other"').status_code == 204
    assert put(service, "three", If_None_Match=before).status_code == 204


def test_of_those_who_write_at_once_one_succeeds(service):
    before = tag(service)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: put(service, str(n), If_Match=before), range(8)))
    assert sorted(answer.status_code for answer in answers) == [204, *[412] * 7]


def test_of_those_who_make_a_graph_at_once_one_succeeds(service):
    place = "/graph-store?graph=x:race"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: put(service, n, place=place, If_None_Match="*"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[412] * 7]
