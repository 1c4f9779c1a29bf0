"""The Reconciliation Service API 0.2, asked as its clients ask.

The requests are those that the specification (sections 3 to 7) and OpenRefine's documentation
(Reconciliation API, Suggest API, Data Extension API) print, about entities of this graph.
"""

import json

import httpx
import jsonschema
import pytest

from conftest import serving
from service_support import problem

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": "^https?://"}


def members(required, optional=()):
    """Describe an object that has these members and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **dict(optional)},
        "additionalProperties": False,
    }


BROADER = {"type": "array", "items": members({"id": TEXT, "name": TEXT}), "minItems": 1}
TYPE = members({"id": TEXT, "name": TEXT}, {"description": TEXT, "broader": BROADER})
FEATURE = members({"id": TEXT, "value": {"type": ["boolean", "number"]}})
CANDIDATE = members(
    {
        "id": TEXT,
        "name": TEXT,
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
    },
    {
        "description": {"type": "string"},
        "type": {"type": "array", "items": TYPE},
        "features": {"type": "array", "items": FEATURE},
    },
)
RESULT = members({"result": {"type": "array", "items": CANDIDATE}})
RESULTS = {"type": "object", "additionalProperties": RESULT}
SUGGEST = members(
    {"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}},
    {"flyout_service_url": URL, "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"}},
)
SETTING = members(
    {"name": TEXT, "label": TEXT, "type": {"enum": ["number", "text", "checkbox", "select"]}},
    {"default": {}, "help_text": TEXT, "choices": {"type": "array"}},
)
TEMPLATE = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
SIZE = {"type": "integer", "minimum": 1}
MANIFEST = members(
    {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "name": TEXT,
        "identifierSpace": URL,
        "schemaSpace": URL,
    },
    {
        "defaultTypes": {"type": "array", "items": TYPE, "uniqueItems": True},
        "documentation": URL,
        "logo": URL,
        "serviceVersion": TEXT,
        "view": members({"url": TEMPLATE}),
        "preview": members({"url": TEMPLATE, "width": SIZE, "height": SIZE}),
        "suggest": members({}, {"entity": SUGGEST, "property": SUGGEST, "type": SUGGEST}),
        "extend": members(
            {},
            {
                "propose_properties": members({"service_url": URL, "service_path": TEXT}),
                "property_settings": {"type": "array", "items": SETTING},
            },
        ),
        "batchSize": SIZE,
    },
)
SUGGESTED = members(
    {"id": TEXT, "name": TEXT},
    {"description": TEXT, "broader": BROADER, "notable": {"type": "array", "items": TYPE}},
)
SUGGESTIONS = members({"result": {"type": "array", "items": SUGGESTED}})
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$"}
CELL = {
    "oneOf": [
        members({"id": TEXT, "name": TEXT}),
        members({"str": {"type": "string"}}),
        members({"int": {"type": "integer"}}),
        members({"float": {"type": "number"}}),
        members({"date": MOMENT}),
    ]
}
ROW = {"type": "object", "additionalProperties": {"type": "array", "items": CELL}}
EXTENSION = members(
    {
        "meta": {"type": "array", "items": members({"id": TEXT, "name": TEXT}, {"type": TYPE})},
        "rows": {"type": "object", "additionalProperties": ROW},
    }
)
PROPOSAL = members(
    {"type": TEXT, "properties": {"type": "array", "items": members({"id": TEXT, "name": TEXT})}},
    {"limit": {"type": "integer"}},
)


def reconcile(client, path="/reconcile", **queries):
    response = client.post(path, data={"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    jsonschema.validate(response.json(), RESULTS)
    return {name: answer["result"] for name, answer in response.json().items()}


def extend(client, query, path="/reconcile"):
    response = client.post(path, data={"extend": json.dumps(query)})
    assert response.status_code == 200, response.text
    jsonschema.validate(response.json(), EXTENSION)
    return response.json()


def matched(candidates):
    return next((c["id"] for c in candidates if c["match"]), None)


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/zh-Hant", "/reconcile?lang=zh-Hans"])
def test_the_manifest_has_what_the_specification_asks_for(client, path):
    response = client.get(path)
    jsonschema.validate(response.json(), MANIFEST)
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "wrong", [{"versions": ["0.1"]}, {"name": ""}, {"view": {"url": "https://x/"}}, {"unheard_of": 1}]
)
def test_a_wrong_manifest_would_be_found(client, wrong):
    manifest = client.get("/reconcile").json()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest | wrong, MANIFEST)


def test_types_say_which_are_broader(client):
    types = {known["id"]: known for known in client.get("/reconcile").json()["defaultTypes"]}
    suggested = client.get("/reconcile/suggest/type", params={"prefix": "hkkg:University"}).json()["result"]
    assert types["hkkg:University"]["broader"] == suggested[0]["broader"]
    assert suggested[0]["broader"] == [{"id": "hkkg:Organization", "name": "organization"}]
    assert [kind["id"] for kind in types["hkkg:Person"]["broader"]] == ["hkkg:Agent"]
    assert "broader" not in types["hkkg:Entity"]


def test_every_address_of_the_manifest_answers(client):
    manifest = client.get("/reconcile").json()
    hku = "university-of-hong-kong"
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        assert client.get(template.replace("{{id}}", hku), follow_redirects=False).status_code in {200, 303}
    for kind, identifier in (("entity", hku), ("type", "hkkg:University"), ("property", "hkkg:hosts")):
        service = manifest["suggest"][kind]
        suggested = client.get(
            service["service_url"] + service["service_path"], params={"prefix": identifier}
        )
        jsonschema.validate(suggested.json(), SUGGESTIONS)
        assert suggested.json()["result"][0]["id"] == identifier
        flyout = service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", identifier)
        assert client.get(flyout).json()["id"] == identifier
    proposals = manifest["extend"]["propose_properties"]
    address = proposals["service_url"] + proposals["service_path"]
    answer = client.get(address, params={"type": "hkkg:University", "limit": 5}).json()
    jsonschema.validate(answer, PROPOSAL)
    assert len(answer["properties"]) == 5


def test_the_manifest_keeps_the_public_address():
    with serving("--public-url", "https://data.example.org/") as (_, address):
        manifest = httpx.get(f"{address}reconcile").json()
    assert manifest["view"]["url"] == "https://data.example.org/reconcile/view?id={{id}}"
    assert manifest["suggest"]["entity"]["service_url"] == "https://data.example.org"


def test_a_batch_is_answered_by_get_as_well(client):
    # OpenRefine's documentation, Multiple Query Mode.
    queries = '{ "q0" : { "query" : "港大" }, "q1" : { "query" : "SenseTime" } }'
    answer = client.get("/reconcile", params={"queries": queries}).json()
    jsonschema.validate(answer, RESULTS)
    assert {name: matched(a["result"]) for name, a in answer.items()} == {
        "q0": "university-of-hong-kong",
        "q1": "sensetime",
    }


def test_a_query_with_everything_is_answered(client):
    # OpenRefine's documentation, Query JSON Object: properties by p and by pid, values plain and reconciled.
    query = {
        "query": "State Key Laboratory of Liver Research",
        "limit": 3,
        "type": "hkkg:StateKeyLaboratory",
        "type_strict": "any",
        "properties": [
            {"p": "hosted by", "v": "HKU"},
            {"pid": "hkkg:hostedBy", "v": ["nobody", {"id": "university-of-hong-kong"}]},
        ],
    }
    (first, *_) = reconcile(client, q0=query)["q0"]
    assert (first["id"], first["match"], first["score"] > 99) == ("skl-liver-research", True, True)
    assert {"id": "type_match", "value": True} in first["features"]


@pytest.mark.parametrize("query", ["港大", '{"query": "港大", "type": "University"}'])
def test_old_clients_ask_one_query(client, query):
    answer = client.get("/reconcile", params={"query": query, "callback": "jsonp123", "_": "1764100000"})
    assert answer.headers["content-type"].startswith("application/javascript")
    body = answer.text.removeprefix("/**/jsonp123(").removesuffix(");")
    jsonschema.validate(json.loads(body), RESULT)
    assert matched(json.loads(body)["result"]) == "university-of-hong-kong"


@pytest.mark.parametrize("callback", ["alert(1)//", "a b", "", "1a", "x" * 101, "a.", "港"])
def test_a_callback_must_be_a_name(client, callback):
    problem(client.get("/reconcile", params={"query": "港大", "callback": callback}), 400)


def test_two_of_the_same_name_are_both_offered_and_none_is_chosen(client):
    query = {"query": "全國重點實驗室", "type": ["skos:Concept", "hkkg:Group"], "type_strict": "any"}
    candidates = reconcile(client, q=query)["q"]
    assert {c["id"].rpartition("/")[2] for c in candidates[:2]} == {
        "state-key-laboratory",
        "state-key-laboratories-in-hong-kong",
    }
    assert matched(candidates) is None


@pytest.mark.parametrize("name", ["Polytecnic University", "港科", "zhuyuntian", "香港"])
def test_what_is_not_certain_is_no_match(client, name):
    candidates = reconcile(client, q={"query": name, "type": "hkkg:University", "type_strict": "should"})["q"]
    assert candidates
    assert matched(candidates) is None


def test_a_property_that_speaks_against_it_is_no_match(client):
    query = {"query": "朱運田", "properties": [{"pid": "hkkg:memberOf", "v": "香港大學"}]}
    (first, *_) = reconcile(client, q=query)["q"]
    assert (first["id"], first["match"]) == ("zhu-yuntian", False)
    assert [f["value"] < 95 for f in first["features"] if f["id"] == "property:hkkg:memberOf"] == [True]


@pytest.mark.parametrize("empty", ["", "  ", [], ["", {"id": ""}]])
def test_an_empty_cell_speaks_neither_for_nor_against(client, empty):
    query = {"query": "朱運田", "properties": [{"pid": "hkkg:memberOf", "v": empty}]}
    assert reconcile(client, q=query) == reconcile(client, q={"query": "朱運田"})


def test_a_limit_beyond_what_is_given_is_no_error(client):
    assert len(reconcile(client, q={"query": "香港", "limit": 10**9})["q"]) > 10


def test_properties_alone_find_candidates(client):
    query = {"properties": [{"pid": "hkkg:wikidata", "v": "Q15568"}]}
    (first, *_) = reconcile(client, q=query)["q"]
    assert first["id"] == "university-of-hong-kong"


@pytest.mark.parametrize(
    ("strictness", "ids"), [("any", {"hong-kong"}), ("all", set()), ("should", {"hong-kong"})]
)
def test_types_bind_as_strictly_as_is_asked(client, strictness, ids):
    query = {
        "query": "香港",
        "type": ["hkkg:Region", "hkkg:University"],
        "type_strict": strictness,
        "limit": 1,
    }
    assert {c["id"] for c in reconcile(client, q=query)["q"]} == ids


@pytest.mark.parametrize(
    "identifier",
    [
        "university-of-hong-kong",
        "hk:university-of-hong-kong",
        "https://w3id.org/hkkg/id/university-of-hong-kong",
    ],
)
def test_an_identifier_finds_its_entity(client, identifier):
    (only,) = reconcile(client, q={"query": identifier})["q"]
    assert (only["id"], only["score"], only["match"]) == ("university-of-hong-kong", 100, True)
    suggested = client.get("/reconcile/suggest/entity", params={"prefix": identifier}).json()["result"]
    assert suggested[0]["id"] == "university-of-hong-kong"


COLUMN = """\
香港大學|university-of-hong-kong
The University of Hong Kong|university-of-hong-kong
香港大学|university-of-hong-kong
HKU|university-of-hong-kong
港大|university-of-hong-kong
香港中文大學|chinese-university-of-hong-kong
香港中文大学|chinese-university-of-hong-kong
Chinese University of Hong Kong|chinese-university-of-hong-kong
CUHK|chinese-university-of-hong-kong
香港科技大學|hong-kong-university-of-science-and-technology
Hong Kong University of Science & Technology|hong-kong-university-of-science-and-technology
HKUST|hong-kong-university-of-science-and-technology
香港理工大學|hong-kong-polytechnic-university
香港理工大学|hong-kong-polytechnic-university
PolyU|hong-kong-polytechnic-university
The Hong Kong Polytechnic University|hong-kong-polytechnic-university
香港城市大學|city-university-of-hong-kong
City University of Hong Kong|city-university-of-hong-kong
城大|city-university-of-hong-kong
香港浸會大學|hong-kong-baptist-university
香港浸会大学|hong-kong-baptist-university
HKBU|hong-kong-baptist-university
嶺南大學|lingnan-university
Lingnan University|lingnan-university
香港教育大學|education-university-of-hong-kong
EdUHK|education-university-of-hong-kong
朱運田|zhu-yuntian
朱运田|zhu-yuntian
Zhu Yuntian|zhu-yuntian
Yuntian Zhu|zhu-yuntian
李相崧|li-xiangsong
Xiang-Song Li|li-xiangsong
林振陽|lin-zhenyang
林振阳|lin-zhenyang
Zhenyang Lin|lin-zhenyang
楊峻|yang-jun
Jun Yang|yang-jun
陰和俊|yin-hejun
阴和俊|yin-hejun
Hejun Yin|yin-hejun
黎家盈|lai-ka-ying
LAI Ka Ying|lai-ka-ying
創新科技署|innovation-and-technology-commission
Innovation and Technology Commission|innovation-and-technology-commission
香港生成式人工智能研發中心|hkgai
HKGAI|hkgai
商湯科技|sensetime
數碼港|cyberport
Cyberport|cyberport
合成化學全國重點實驗室|skl-synthetic-chemistry
State Key Laboratory of Translational Oncology|skl-translational-oncology
"""


def test_a_column_in_three_scripts_is_matched_and_extended(client):
    rows = [line.split("|") for line in COLUMN.splitlines()]
    queries = {f"q{number}": {"query": name} for number, (name, _) in enumerate(rows)}
    answers = reconcile(client, **queries)
    wrong = [
        (name, matched(answers[f"q{number}"]))
        for number, (name, expected) in enumerate(rows)
        if matched(answers[f"q{number}"]) != expected
    ]
    assert len(rows) >= 50
    assert wrong == []
    ids = sorted({expected for _, expected in rows})
    extended = extend(client, {"ids": ids, "properties": [{"id": "hkkg:ror"}, {"id": "hkkg:memberOf"}]})
    assert set(extended["rows"]) == set(ids)
    assert extended["rows"]["university-of-hong-kong"]["hkkg:ror"] == [{"str": "https://ror.org/02zhqgq86"}]
    assert extended["rows"]["zhu-yuntian"]["hkkg:memberOf"] == [
        {"id": "city-university-of-hong-kong", "name": "City University of Hong Kong"}
    ]


def test_values_are_told_as_what_they_are(client):
    query = {
        "ids": ["university-of-hong-kong", "tkp-2026-section-figures", "no-such-thing"],
        "properties": [
            {"id": "hkkg:hosts", "settings": {"limit": "2"}},
            {"id": "skos:prefLabel"},
            {"id": "hkkg:sectionEnd"},
            {"id": "schema:sameAs", "settings": {"limit": 1}},
        ],
    }
    answer = extend(client, query, "/reconcile/zh-Hant")
    rows = answer["rows"]
    hosted = rows["university-of-hong-kong"]["hkkg:hosts"]
    assert ["全國重點實驗室" in cell["name"] for cell in hosted] == [True, True]
    assert rows["university-of-hong-kong"]["skos:prefLabel"] == [{"str": "香港大學"}]
    assert isinstance(rows["tkp-2026-section-figures"]["hkkg:sectionEnd"][0]["int"], int)
    assert rows["no-such-thing"] == {p["id"]: [] for p in query["properties"]}
    hosts = answer["meta"][0]
    assert hosts["type"]["id"] == "hkkg:StateKeyLaboratory"


def test_suggestions_go_on_from_a_cursor(client):
    first, second = (
        client.get("/reconcile/suggest/entity", params={"prefix": "實驗室", "cursor": n}).json()["result"]
        for n in (0, 5)
    )
    assert first[5:10] == second[:5]


def test_suggestions_pass_over_what_other_clients_send(client):
    parameters = {
        "prefix": "hong",
        "type": "hkkg:University",
        "type_strict": "any",
        "spell": "always",
        "_": "1",
    }
    found = client.get("/reconcile/suggest/entity", params=parameters).json()["result"]
    assert {t["id"] for entity in found for t in entity["notable"]} == {"hkkg:University"}


def test_a_preview_may_be_framed_and_no_other_page(client):
    preview = client.get("/reconcile/preview", params={"id": "zhu-yuntian", "lang": "zh-Hans"})
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    assert '<html lang="zh-Hans">' in preview.text
    assert "朱运田" in preview.text
    assert "frame-ancestors 'none'" in client.get("/search").headers["content-security-policy"]


def test_the_language_of_the_path_or_the_header_is_kept(client):
    by_path = reconcile(client, "/reconcile/zh-Hant", q={"query": "HKU"})["q"]
    by_header = client.get(
        "/reconcile", params={"query": "HKU"}, headers={"Accept-Language": "zh-CN"}
    ).json()["result"]
    assert (by_path[0]["name"], by_header[0]["name"]) == ("香港大學", "香港大学")


@pytest.mark.parametrize(
    ("queries", "told"),
    [
        ("{q0", "not JSON"),
        ("[]", "no object of queries"),
        ('{"q0": 3}', "no JSON object"),
        ('{"q0": {"query": "a"}, "q0": {"query": "b"}}', "twice"),
        ('{"q0": {}}', "neither a query nor properties"),
        ('{"q0": {"query": "a", "limit": 0}}', "limit is not a whole number of 1 or more"),
        ('{"q0": {"query": "a", "limit": 1.5}}', "limit is not a whole number of 1 or more"),
        ('{"q0": {"query": "a", "limit": 1e999}}', "limit is not a whole number of 1 or more"),
        ('{"q0": {"query": "a", "limit": ' + "1" * 9_999 + "}}", "too long"),
        ('{"\\ud800": {"query": 3}}', "\\\\ud800"),
        ('{"q0": {"query": "a", "limit": NaN}}', "NaN"),
        ('{"q0": {"query": "a", "limit": true}}', "limit"),
        ('{"q0": {"query": "a", "typ": "b"}}', "no member 'typ'"),
        ('{"q0": {"query": "a", "type": [3]}}', "type is not"),
        ('{"q0": {"query": "a", "type_strict": "none"}}', "type_strict is not"),
        ('{"q0": {"query": "a", "properties": [{"pid": "hkkg:hosts"}]}}', "no value v"),
        ('{"q0": {"query": "a", "properties": [{"pid": "hkkg:hosts", "v": {"name": "x"}}]}}', "v is not"),
        ("[" * 100_000, "nested"),
        (json.dumps({"q0": {"query": "x" * 100_000}}), "100,000 characters"),
    ],
)
def test_what_is_no_batch_is_refused(client, queries, told):
    told_text = json.dumps(problem(client.post("/reconcile", data={"queries": queries}), 400))
    assert told in told_text


@pytest.mark.parametrize("query", ["\u200f港大\u200e", "港\x00大", "HKU\x1b[2J"])
def test_what_has_no_shape_does_no_harm(client, query):
    assert isinstance(reconcile(client, q={"query": query})["q"], list)


def test_a_lone_surrogate_in_json_is_passed_over(client):
    answer = client.post("/reconcile", data={"queries": '{"q0": {"query": "\\ud800港大"}}'})
    assert matched(answer.json()["q0"]["result"]) == "university-of-hong-kong"
    wanted = '{"ids": ["\\ud800"], "properties": [{"id": "hkkg:ror"}]}'
    assert client.post("/reconcile", data={"extend": wanted}).json()["rows"] == {"\ud800": {"hkkg:ror": []}}


def test_an_unknown_type_or_property_is_told_with_the_nearest(client):
    typed = {"q0": {"query": "a", "type": "hkkg:Univresity"}}
    assert (
        "hkkg:University"
        in problem(client.post("/reconcile", data={"queries": json.dumps(typed)}), 404)["hint"]
    )
    wanted = {"ids": ["hkgai"], "properties": [{"id": "hkkg:hostdBy"}]}
    assert (
        "hkkg:hostedBy"
        in problem(client.post("/reconcile", data={"extend": json.dumps(wanted)}), 404)["hint"]
    )


def test_what_is_too_much_is_refused_with_the_limit(client):
    size = client.get("/reconcile").json()["batchSize"]
    batch = {f"q{number}": {"query": "港大"} for number in range(10_000)}
    told = problem(client.post("/reconcile", data={"queries": json.dumps(batch)}), 413)
    assert f"Send {size} at most" in told["hint"]
    wanted = {"ids": ["x"] * 1_001, "properties": []}
    problem(client.post("/reconcile", data={"extend": json.dumps(wanted)}), 413)
    assert len(reconcile(client, **dict(list(batch.items())[:size]))) == size


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("POST", {"json": {"q0": {"query": "x"}}}, 415),
        ("POST", {"data": {}}, 400),
        ("POST", {"data": {"queries": "{}", "extend": "{}"}}, 400),
        ("POST", {"data": {"querys": "{}"}}, 400),
        ("POST", {"data": {"extend": '{"ids": "x", "properties": []}'}}, 400),
        ("POST", {"data": {"extend": '{"ids": [], "properties": [{"id": ""}]}'}}, 400),
        ("GET", {"params": {"queries": ["{}", "{}"]}}, 400),
        ("GET", {"params": {"lang": "fr"}}, 400),
        ("DELETE", {}, 405),
    ],
)
def test_a_wrong_request_is_told_so(client, method, options, status):
    problem(client.request(method, "/reconcile", **options), status)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("suggest/entity", 400),
        ("suggest/thing?prefix=a", 400),
        ("suggest/entity?prefix=a&cursor=-1", 400),
        ("flyout/entity?id=nothing", 404),
        ("preview?id=nothing", 404),
        ("preview?id=%3C%22%3E", 404),
        ("view?id=http://example.org/x", 404),
        ("properties?type=Nothing", 404),
        ("properties?type=hkkg:University&limit=0", 400),
    ],
)
def test_what_is_not_there_is_told_so(client, path, status):
    problem(client.get(f"/reconcile/{path}"), status)


def test_a_browser_of_another_site_may_ask(client):
    headers = {"Origin": "https://refine.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/reconcile", headers=headers)
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
