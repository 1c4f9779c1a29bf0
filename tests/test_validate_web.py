"""`/validate` as its clients meet it: browsers, curl and programs, against a live server."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import httpx
import pytest

from hkkg import formats
from hkkg.config import Limits
from hkkg.errors import ShapesProblemError, SyntaxProblemError, TimeExceededError
from hkkg.store import EmbeddedStore, NamedNode, isomorphic, parse
from hkkg.validation.output import WRITERS
from hkkg.web import validator
from hkkg.web.validation_job import Job, Upload
from service_support import problem

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
LAUNCH = f"{PREFIXES}hk:x a hkkg:Launch .\n"
PERSON = f"{PREFIXES}ex:ann a ex:Person .\n"
NAMED = f'{PREFIXES}ex:ann a ex:Person ; ex:name "Ann" .\n'
SHAPES = f"""{PREFIXES}
ex:Person-shape a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:name-shape .
ex:name-shape sh:path ex:name ; sh:minCount 1 ; sh:message "Give a name."@en , "請寫名稱。"@zh-Hant .
"""
EVIL = "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql [ sh:select '''QUERY''' ] ."


def post(client, fields, **options):
    return client.post("/validate", data=fields, **options)


def own(client, data=PERSON, shapes=SHAPES, **fields):
    return post(client, {"data": data, "shapes": shapes, "format": "json", **fields})


class Page(HTMLParser):
    """The forms and texts of a page."""

    def __init__(self, response):
        super().__init__()
        self.tags, self.links = [], []
        self.marked, self.area = [], {}
        self._inside = None
        self.feed(response.text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._inside = (tag, dict(attributes).get("name"))

    def handle_endtag(self, _tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside and self._inside[0] == "mark":
            self.marked.append(data)
        if self._inside and self._inside[0] == "textarea":
            self.area[self._inside[1]] = data


def test_the_home_page_leads_here(client):
    assert ("a", {"href": "/validate"}) in Page(client.get("/")).tags
    assert ("a", {"href": "/validate?lang=en"}) in Page(client.get("/?lang=en")).tags


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Validation"), ("zh-Hant", "驗證"), ("zh-Hans", "验证")]
)
def test_get_is_a_form_in_three_languages(client, language, word):
    response = client.get("/validate", params={"lang": language})
    assert f"<h1>{word}</h1>" in response.text
    page = Page(response)
    names = {attributes.get("name") for _, attributes in page.tags}
    assert {"data", "file", "shapes", "shapes-file", "format", "engine"} <= names
    assert "<script" not in response.text[response.text.index("<main") :]
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_a_pasted_form_gets_a_page_with_the_line_and_the_text_again(client):
    response = post(client, {"data": LAUNCH, "shapes": ""}, headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<code>data:6:1</code>" in response.text
    page = Page(response)
    assert set(page.marked) == {"hk:x"}
    assert page.area["data"].strip() == LAUNCH.strip()


def test_a_page_in_chinese(client):
    response = client.post(
        "/validate?lang=zh-Hant", data={"data": PERSON, "shapes": SHAPES, "format": "html"}
    )
    assert "請寫名稱。" in response.text
    assert "違規" in response.text


def test_a_page_shows_what_was_sent_as_text(client):
    text = NAMED.replace("Ann", "<script>alert(1)</script>").replace("ex:name", "ex:nom")
    response = own(client, text, format="html")
    assert "<script>" not in response.text


@pytest.mark.parametrize(
    ("name", "by"),
    # GitHub's annotations have no media type of their own.
    [*((name, "format") for name in WRITERS), *((name, "accept") for name in WRITERS if name != "github")],
)
def test_every_format_of_the_command(client, name, by):
    fields = {"data": PERSON, "shapes": SHAPES, **({"format": name} if by == "format" else {})}
    response = post(client, fields, headers={"Accept": WRITERS[name].media_type} if by == "accept" else {})
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == WRITERS[name].media_type
    assert "Give a name." in response.text
    if name in {"json", "sarif"}:
        json.loads(response.text)
    if name == "junit":
        assert int(ET.fromstring(response.text).get("failures")) == 1  # noqa: S314 - our own report


@pytest.mark.parametrize("target", formats.RDF_FORMATS, ids=lambda f: f.name)
def test_every_rdf_format_holds_the_standard_report(client, target):
    def report(name):
        response = own(client, format=name.name)
        assert response.headers["content-type"].split(";")[0] == name.media_type
        return parse(response.content, name, source="report")

    quads = report(target)
    assert isomorphic(quads, report(formats.TURTLE))
    assert NamedNode("http://www.w3.org/ns/shacl#ValidationReport") in {quad.object for quad in quads}


def test_what_conforms_gets_200_too(client):
    response = own(client, NAMED)
    assert response.status_code == 200
    assert response.json()["conforms"] is True


def test_without_accept_the_report_is_text(client):
    response = post(client, {"data": PERSON, "shapes": SHAPES})
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "data:6:1: violation: <https://example.org/ann>" in response.text
    assert "Vary" in response.headers


def test_messages_are_in_the_language_that_is_accepted(client):
    response = post(client, {"data": PERSON, "shapes": SHAPES}, headers={"Accept-Language": "zh-HK"})
    assert "請寫名稱。" in response.text


def test_own_shapes_are_used_alone(client):
    (finding,) = own(client).json()["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("data", 6, 1)
    assert finding["messages"]["zh-Hant"] == "請寫名稱。"


def test_without_shapes_the_data_may_refer_to_the_packaged_graph(client):
    data = (
        f"{PREFIXES}hk:x a hkkg:Siting ; hkkg:sited hk:city-university-of-hong-kong ; hkkg:place hk:nowhere ."
    )
    found = post(client, {"data": data, "format": "json"}).json()["findings"]
    assert {f["value"] for f in found if f["path"] == "hkkg:place"} == {"https://w3id.org/hkkg/id/nowhere"}
    assert not [f for f in found if f["path"] == "hkkg:sited"]


@pytest.mark.parametrize("source", formats.RDF_FORMATS, ids=lambda f: f.name)
def test_a_body_by_its_content_type(client, source):
    turtle = b'<https://example.org/a> <https://w3id.org/hkkg/ontology#valeu> "1" .'
    body = EmbeddedStore().dump(source, parse(turtle, formats.TURTLE, source="data"))
    headers = {"Content-Type": source.media_type, "Accept": "application/json"}
    response = client.post("/validate", content=body, headers=headers)
    assert response.status_code == 200, response.text
    assert "hkkg/ontology#valeu" in response.text or "hkkg:valeu" in response.text


def test_files_uploaded_keep_their_names_and_formats(client):
    files = [
        ("file", ("數據.ttl", PERSON, "application/octet-stream")),
        (
            "file",
            (
                "C:\\folder\\more.nt",
                "<https://example.org/bob> a <https://example.org/Person> .".replace(
                    " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
                ),
            ),
        ),
        ("shapes-file", ("shapes.ttl", SHAPES)),
    ]
    response = client.post("/validate", files=files, data={"format": "json", "data": ""})
    assert {(f["file"], f["line"]) for f in response.json()["findings"]} == {("數據.ttl", 6), ("more.nt", 1)}


def test_a_form_as_a_browser_sends_it_with_no_file_chosen(client):
    boundary = "----WebKitFormBoundaryx"
    lines = []
    for name, value, file_name in [
        ("data", PERSON.replace("\n", "\r\n"), None),
        ("file", "", ""),
        ("shapes", SHAPES.replace("\n", "\r\n"), None),
        ("shapes-file", "", ""),
        ("format", "json", None),
    ]:
        extra = (
            f'; filename="{file_name}"\r\nContent-Type: application/octet-stream' if file_name == "" else ""
        )
        lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"{extra}', "", value]
    body = "\r\n".join([*lines, f"--{boundary}--", ""])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    response = client.post("/validate", content=body.encode(), headers=headers)
    assert [f["line"] for f in response.json()["findings"]] == [6]


@pytest.mark.parametrize("engine", ["auto", "pyshifty", "pyshacl"])
def test_the_engine_may_be_chosen(client, engine):
    assert len(own(client, engine=engine).json()["findings"]) == 1


def test_a_syntax_error_has_line_and_column(client):
    found = problem(own(client, f"{PREFIXES}ex:a ex:b\n  ex:c ex:d ."), 400)
    assert (found["source"], found["line"]) == ("data", 7)
    assert found["column"] > 1
    assert found["excerpt"] == "  ex:c ex:d ."


def test_a_syntax_error_in_the_shapes_names_them(client):
    assert problem(own(client, shapes="nonsense"), 400)["source"] == "shapes"


def test_every_document_with_a_syntax_error_is_named(client):
    found = problem(own(client, "nonsense", "nonsense"), 400)
    assert [each["source"] for each in found["problems"]] == ["data", "shapes"]
    assert found["line"] == 1


def test_a_syntax_error_on_a_page_keeps_the_text(client):
    response = own(client, "a <b>", format="html")
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert Page(response).area["data"].strip() == "a <b>"
    assert "data:1:1" in response.text


def test_too_much_413(client):
    body = b"# " + b"x" * Limits().request_bytes
    problem(client.post("/validate", content=body, headers={"Content-Type": "text/turtle"}), 413)


@pytest.mark.parametrize(
    "media_type", ["application/json", "image/png", "turtle", "", "text/turtle; charset=big5"]
)
def test_another_type_of_body_415(client, media_type):
    response = client.post("/validate", content=b"{}", headers={"Content-Type": media_type})
    assert problem(response, 415)["hint"]


def test_nothing_that_can_be_sent_406(client):
    response = post(client, {"data": PERSON}, headers={"Accept": "image/png"})
    assert "application/sarif+json" in problem(response, 406)["hint"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "nothing to validate"),
        ({"data": "  "}, "nothing to validate"),
        ({"data": PERSON, "shpaes": SHAPES}, "Did you mean shapes?"),
        ({"data": PERSON, "lang": "en"}, "no parameter"),
        ({"data": PERSON, "format": "poem"}, "sarif"),
        ({"data": PERSON, "engine": "steam"}, "pyshifty"),
        ({"data": PERSON, "file": "x"}, "holds no file"),
    ],
)
def test_a_form_that_is_wrong(client, fields, said):
    assert said in post(client, fields, headers={"Content-Type": FORM}).text


def part(name, value="", more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "does not use the boundary"),
        (b"--x\r\n", "has no end"),
        (b"--x\r\n\r\nno name\r\n--x--", "has no name"),
        (b"--y--", "does not use the boundary"),
        (part("data") * 101 + b"--x--", "more than 100 fields"),
        (part("data", more="; a" * 5_000) + b"--x--", "more than 10,000 bytes"),
    ],
)
def test_multipart_that_is_broken(client, body, said):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert said in problem(client.post("/validate", content=body, headers=headers), 400)["detail"]


def test_multipart_of_as_many_fields_as_may_be(client):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    body = part("data", PERSON) + part("shapes", SHAPES) + part("data") * 98 + b"--x--"
    assert client.post("/validate", content=body, headers=headers).status_code == 200


def test_multipart_without_a_boundary(client):
    body = part("data", PERSON) + b"--x--"
    response = client.post("/validate", content=body, headers={"Content-Type": "multipart/form-data"})
    assert "no boundary" in problem(response, 400)["detail"]


def test_multipart_with_a_file_in_another_encoding_415(client):
    body = part("file", PERSON, '; filename="a.ttl"\r\nContent-Type: text/turtle; charset=big5') + b"--x--"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert "big5" in problem(client.post("/validate", content=body, headers=headers), 415)["detail"]


def test_shapes_that_are_not_well_formed(client):
    shapes = f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql [ sh:select 'SELECT' ] ."
    assert "is not well-formed" in problem(own(client, shapes=shapes), 400)["detail"]


@pytest.mark.parametrize("engine", ["auto", "pyshifty", "pyshacl"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { SERVICE <TRAP> { $this ?p ?o } }",
        "SELECT $this { service silent <TRAP> { $this ?p ?o } }",
        "SELECT $this { FILTER(1<2)#>\n SERVICE <TRAP> { $this ?p ?o } #>\n}",
    ],
)
def test_service_is_refused(client, trap, engine, query):
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    shapes = PREFIXES + EVIL.replace("QUERY", query.replace("TRAP", address))
    assert "SERVICE" in problem(own(client, shapes=shapes, engine=engine), 400)["detail"]
    with pytest.raises(TimeoutError):
        trap.accept()


@pytest.mark.parametrize("engine", ["pyshifty", "pyshacl"])
def test_a_prefix_cannot_smuggle_a_service_in(client, trap, engine):
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    shapes = f"""{PREFIXES}
    ex: sh:declare [ sh:prefix "p" ; sh:namespace "x:> SELECT $this {{ SERVICE <{address}" ] .
    ex:S a sh:NodeShape ; sh:targetClass ex:Person ;
        sh:sparql [ sh:prefixes ex: ; sh:select "{{ $this ?p ?o }} }}" ] ."""
    problem(own(client, shapes=shapes, engine=engine), 400)
    with pytest.raises(TimeoutError):
        trap.accept()


@pytest.mark.parametrize("engine", ["pyshifty", "pyshacl"])
def test_from_reads_no_file_and_no_network(client, trap, tmp_path, engine):
    secret = tmp_path / "secret.ttl"
    secret.write_text('<https://example.org/ann> <https://example.org/secret> "found" .', encoding="utf-8")
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    query = f"SELECT $this ?value FROM <{secret.as_uri()}> FROM <{address}> {{ $this ex:secret ?value }}"  # noqa: S608 - it is meant to be an attack
    declared = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .\n'
    shapes = (
        PREFIXES
        + declared
        + EVIL.replace("QUERY", query).replace("sh:sparql [", "sh:sparql [ sh:prefixes ex: ;")
    )
    response = own(client, shapes=shapes, engine=engine)
    assert '"found' not in response.text
    with pytest.raises(TimeoutError):
        trap.accept()


def test_imports_are_refused(client, trap, tmp_path):
    other = tmp_path / "other.ttl"
    other.write_text(PERSON, encoding="utf-8")
    for address in (f"http://127.0.0.1:{trap.getsockname()[1]}/", other.as_uri()):
        disguise = f"<{address}> ex:a owl:Ontology . "
        text = f"{NAMED}{disguise}<https://example.org/> a owl:Ontology ; owl:imports <{address}> ."
        assert "owl:imports" in problem(own(client, text), 400)["detail"]
        assert (
            "owl:imports" in problem(own(client, shapes=SHAPES + text.replace(PREFIXES, "")), 400)["detail"]
        )
    with pytest.raises(TimeoutError):
        trap.accept()


def test_an_import_of_what_is_sent_is_no_matter(client):
    ontology = "<https://example.org/o> a owl:Ontology .\n"
    text = f"{NAMED}{ontology}ex: a owl:Ontology ; owl:imports <https://example.org/o> ."
    assert own(client, text).json()["conforms"] is True


def test_a_remote_json_ld_context_is_not_fetched(client, trap):
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    body = json.dumps({"@context": address, "@id": "x:a", "name": "x"}).encode()
    headers = {"Content-Type": "application/ld+json"}
    problem(client.post("/validate", content=body, headers=headers), 400)
    with pytest.raises(TimeoutError):
        trap.accept()


def job(data=PERSON, shapes=SHAPES, engine="auto", **limits):
    uploads = (Upload("data", data.encode()),), (Upload("shapes", shapes.encode()),)
    return Job(*uploads, engine, "json", "en", Limits(**limits))


RUNAWAY = f"""{PREFIXES}
ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:name ; sh:pattern "^(a+)+$" ] ."""


def test_a_validation_that_overruns_is_killed():
    data = NAMED.replace("Ann", "a" * 40 + "!")
    with pytest.raises(TimeExceededError, match="more than 3 seconds"):
        validator.run(job(data, RUNAWAY, "pyshacl", validation_seconds=3))


def test_a_validation_that_takes_too_much_memory_is_ended():
    with pytest.raises(TimeExceededError, match="MB"):
        validator.run(job(validation_bytes=50_000_000))


def test_shapes_that_are_nested_too_deeply():
    query = f"SELECT $this {{ {'{' * 390} $this ?p ?o {'}' * 390} }}"
    with pytest.raises(ShapesProblemError, match="nested too deeply"):
        validator.run(job(shapes=PREFIXES + EVIL.replace("QUERY", query), engine="pyshacl"))


def test_a_byte_order_mark_is_no_matter():
    assert validator.run(job("\ufeff" + PERSON))


def test_a_users_mistake_comes_back_from_the_process():
    with pytest.raises(SyntaxProblemError) as caught:
        validator.run(job("nonsense"))
    assert caught.value.place.line == 1
    with pytest.raises(ShapesProblemError):
        validator.run(job(shapes=PREFIXES + EVIL.replace("QUERY", "SELECT { SERVICE <x:y> { } }")))


def test_the_service_answers_while_it_validates(client, server):
    data = NAMED.replace("Ann", "a" * 40 + "!")
    with httpx.Client(base_url=server, timeout=0.5) as impatient, pytest.raises(httpx.TimeoutException):
        own(impatient, data, RUNAWAY, engine="pyshacl")
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_method_not_allowed_405(client, method):
    problem(client.request(method, "/validate"), 405)


def test_head_and_options(client):
    head, whole = client.head("/validate"), client.get("/validate")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    options = client.options("/validate")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert re.findall(r"text/turtle|multipart/form-data", options.headers["accept-post"])


def test_other_origins_may_ask(client):
    origin = {"Origin": "https://example.org"}
    preflight = client.options("/validate", headers={**origin, "Access-Control-Request-Method": "POST"})
    assert preflight.headers["access-control-allow-origin"] == "*"
    for data in (PERSON, "nonsense"):
        response = post(client, {"data": data}, headers=origin)
        assert response.headers["access-control-allow-origin"] == "*"
