"""The OpenAPI document, the page made of it, and the service held to it by Schemathesis."""

import warnings

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from conftest import DEADLINE, serving
from hkkg import questions

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of what it imports
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

HOSTED = "/api/questions/laboratories-of-a-university"
CHECKED = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture
def document(server):
    return httpx.get(f"{server}openapi.json", timeout=DEADLINE).json()


def bounded(examples):
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def complaints(operation):
    """Call an operation with what its document allows, and say what it answers that is not documented."""

    # The questions are many and alike; the protocols are few.
    @bounded(2 if operation.path.startswith("/api/questions/") else 10)
    @given(case=operation.as_strategy())
    def call(case):
        case.call_and_validate(checks=CHECKED, timeout=4 * DEADLINE)

    try:
        call()
    except (FailureGroup, Failure) as failure:
        return [f"{operation.label}: {failure}"]
    return []


def test_the_service_answers_as_it_is_documented(server):
    schema = schemathesis.openapi.from_url(f"{server}openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 2 * len(questions.names())
    assert [said for operation in operations for said in complaints(operation)] == []


def test_an_undocumented_answer_is_found(server, document):
    del document["paths"]["/health"]["get"]["responses"]["200"]
    schema = schemathesis.openapi.from_dict({**document, "paths": {"/health": document["paths"]["/health"]}})
    schema.config.update(base_url=server)
    (operation,) = (found.ok() for found in schema.get_all_operations())
    assert "Undocumented status code" in complaints(operation)[0]


def test_each_question_is_described_by_its_own_header(document):
    for question in questions.all_questions():
        described = document["paths"][f"/api/questions/{question.name}"]["get"]
        assert described["summary"] == question.question["en"]
        names = [parameter["name"] for parameter in described["parameters"]]
        assert [p.name for p in question.parameters] == names[: len(question.parameters)]
    (university, *_) = document["paths"][HOSTED]["get"]["parameters"]
    assert university["schema"]["default"] == "hk:university-of-hong-kong"
    assert university["x-description"]["zh-Hans"] == "大学。"
    assert (
        "laboratory, name, field, new" in document["paths"][HOSTED]["get"]["responses"]["200"]["description"]
    )
    dates = document["paths"]["/api/questions/happenings-between-two-dates"]["get"]["parameters"]
    assert [parameter["schema"]["format"] for parameter in dates[:2]] == ["date", "date"]


def test_the_document_names_every_address_of_the_protocols(document, server):
    described = {"/sparql", "/update", "/graph-store", "/validate", "/health", "/metrics", "/api/questions"}
    assert described <= document["paths"].keys()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": server.rstrip("/")}]


def test_a_client_that_has_the_document_gets_none(server):
    first = httpx.get(f"{server}openapi.json", timeout=DEADLINE)
    again = httpx.get(f"{server}openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("lang", "word", "question"),
    [
        ("en", "The API", "Which State Key Laboratories does the University of Hong Kong host"),
        ("zh-Hant", "應用程式介面", "香港大學設有哪些全國重點實驗室"),
        ("zh-Hans", "应用程序接口", "香港大学设有哪些全国重点实验室"),
    ],
)
def test_the_page_shows_every_question_in_three_scripts(server, lang, word, question):
    shown = httpx.get(f"{server}docs", params={"lang": lang}, timeout=DEADLINE).text
    assert f"<h1>{word}</h1>" in shown
    assert question in shown
    for name in questions.names():
        assert f'id="{name}"' in shown
    assert "<script" not in shown[shown.index("<main") :]


def test_a_service_of_other_data_describes_no_questions(small_file):
    with serving(small_file) as (_, address):
        found = httpx.get(f"{address}openapi.json", timeout=DEADLINE).json()
    assert "/sparql" in found["paths"]
    assert not [path for path in found["paths"] if path.startswith("/api/questions/")]
