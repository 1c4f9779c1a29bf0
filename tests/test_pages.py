"""The home page, the timeline and the network: what they say, from the graph that is served."""

import re
import socket
from contextlib import closing
from html import unescape

import httpx
import pytest

from conftest import DEADLINE, serving
from service_support import received
from service_support import serving as running

HKKG = "https://w3id.org/hkkg/ontology#"
PREFIXES = """\
@prefix concept: <https://w3id.org/hkkg/concept/> .
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATED = """\
hk:hearing a hkkg:Event ; hkkg:date "2031-05"^^xsd:gYearMonth ;
    hkkg:notBefore "2031-05-01"^^xsd:date ; hkkg:notAfter "2031-05-31"^^xsd:date ;
    skos:prefLabel "<b>Hearing</b>"@en .
hk:deadline a hkkg:Target ; hkkg:notAfter "2035-12-31"^^xsd:date ; hkkg:date "2035"^^xsd:gYear ;
    hkkg:modality concept:planned ; skos:prefLabel "Deadline"@en .
hk:nonsense a hkkg:Event ; hkkg:notAfter "soon" .
"""
FIGURE = """\
hk:power a hkkg:Observation ; hkkg:indicator hk:indicator-computing-power ; hkkg:about hk:machine ;
    hkkg:value 70 ; hkkg:modality concept:planned .
hk:odd a hkkg:Observation ; hkkg:indicator hk:indicator-computing-power ; hkkg:about hk:machine ;
    hkkg:value "many" .
hk:machine skos:prefLabel "Machine"@en .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A client of a service of a few dated things and figures of another graph."""
    path = tmp_path_factory.mktemp("pages") / "own.ttl"
    path.write_text(PREFIXES + DATED + FIGURE, encoding="utf-8")
    with serving(path) as (_, address), httpx.Client(base_url=address) as client:
        yield client


def seen(client, path, language="en"):
    """What a page says, without its markup."""
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == 200, response.text
    main = re.search(r"<main.*</main>", response.text, re.DOTALL)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["more than 5,200", "180,000 PFLOPS by 2032 planned", "15th", "HK$73 billion", "5 1 new"]),
        ("zh-HK", ["逾5,200家", "180,000 PFLOPS 到2032年 計劃", "第15位", "730億港元", "5 1 所新建"]),
        ("zh-CN", ["逾5,200家", "180,000 PFLOPS 到2032年 计划", "第15位", "730亿港元", "5 1 所新建"]),
    ],
)
def test_the_charts_tell_figures_with_comparator_time_and_modality(client, language, said):
    text = seen(client, "/", language)
    assert [words for words in said if words not in text] == []


def test_charts_lead_to_things_records_and_passages(client):
    page = client.get("/").text
    for place in (
        "/doc/sandy-ridge-data-facility-cluster",
        "/doc/sandy-ridge-data-facility-cluster-target-computing-power",
        "/passage/tkp-2026.936-970",
        "/doc/university-of-hong-kong",
    ):
        assert f'href="{place}"' in page


def test_what_is_planned_or_computed_is_drawn_in_another_form(client):
    page = client.get("/").text
    forms = re.findall(r'<rect class="bar bar--(\w+)"', page)
    assert set(forms) == {"measured", "planned", "claimed", "part"}
    assert page.count('fill="url(#plan)"') == forms.count("planned") == 4


def test_home_of_another_graph_shows_its_own_figures_and_no_more(small):
    page = small.get("/").text
    assert re.findall(r'id="(chart_\w+)"', page) == ["chart_computing"]
    text = seen(small, "/")
    assert "Machine 70 planned" in text
    assert "many" not in text
    assert 'href="/questions/' not in page


def test_home_of_an_empty_service_says_how_to_ask_it():
    with serving("--empty") as (_, address), httpx.Client(base_url=address) as client:
        text = seen(client, "/")
        assert "In figures" not in text
        assert "curl -s" in text
        assert "nothing with a date" in seen(client, "/timeline")
        assert "no universities" in seen(client, "/network")


def test_pages_work_over_an_endpoint(server):
    with running("--endpoint", f"{server}sparql") as service:
        assert "180,000 PFLOPS by 2032 planned" in seen(service.client, "/")
        assert "Launch: Hong Kong Youth S&T Innovation satellite" in seen(service.client, "/timeline")
        assert "State Key Laboratory of Liver Research hosted by" in seen(service.client, "/network")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["June 2023", "as of the middle of 2026", "before 2030", "recently (2025)", "end of 2024"]),
        ("zh-HK", ["2023年6月", "截至2026年中", "2030年之前", "近日（2025年）", "2024年底"]),
        ("zh-CN", ["2023年6月", "截至2026年中", "2030年之前", "近日（2025年）", "2024年底"]),
    ],
)
def test_the_timeline_keeps_the_precision_of_the_source(client, language, said):
    text = seen(client, "/timeline", language)
    assert [words for words in said if words not in text] == []


def test_the_timeline_shows_every_dated_record(client):
    count = "SELECT (COUNT(DISTINCT ?r) AS ?n) { ?r <https://w3id.org/hkkg/ontology#notAfter> ?last }"
    answer = client.get("/sparql", params={"query": count, "format": "csv"}).text
    assert client.get("/timeline").text.count('class="happenings__when"') == int(answer.split()[1])


def happenings(client, **filters):
    page = client.get("/timeline", params=filters)
    assert page.status_code == 200
    return re.findall(r'class="happenings__what"><a href="/doc/([^"?]+)', page.text)


def test_the_timeline_is_filtered_by_kind_and_year(client):
    signings = happenings(client, kind="Signing")
    assert len(signings) == 6
    assert happenings(client, kind=f"{HKKG}Signing") == signings
    assert happenings(client, kind="hkkg:Signing", year="2023") == signings
    assert happenings(client, kind="Signing", year="2022") == []
    assert happenings(client, year="2024", kind="Launch") == ["hong-kong-youth-science-satellite-launch"]


def test_a_filter_that_excludes_everything_offers_the_way_back(client):
    text = seen(client, "/timeline?kind=Signing&year=2022")
    assert "Nothing is of this kind and this year. Show all" in text
    assert "Nothing is of this kind" in seen(client, "/timeline?kind=%3Cscript%3E")


@pytest.mark.parametrize("year", ["soon", "20255", "２０２５", "-203"])
def test_a_year_that_is_none_is_refused_with_a_page(client, year):
    response = client.get("/timeline", params={"year": year}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "is not a year" in response.text
    assert "Write four digits" in response.text


def test_nothing_of_an_address_is_reflected_unescaped(server):
    host, port = server.removeprefix("http://").rstrip("/").split(":")
    with closing(socket.create_connection((host, int(port)), DEADLINE)) as connection:
        connection.sendall(
            b'GET /timeline?kind="><script>x</script>&year= HTTP/1.1\r\n'
            b"Host: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        )
        answer = received(connection).decode()
    assert answer.startswith("HTTP/1.1 200")
    assert "&lt;script&gt;" in answer
    assert "<script>x" not in answer


def test_the_timeline_of_another_graph_shows_what_it_can_date(small):
    text = seen(small, "/timeline")
    assert "2031 May 2031" in text
    assert "2035 2035 Deadline" in text
    assert "nonsense" not in text
    assert "<b>Hearing" not in small.get("/timeline").text


def test_the_network_has_every_laboratory_and_links_it_to_its_hosts(client):
    page = client.get("/network").text
    assert page.count('data-column="laboratories"') == 15
    assert page.count("network__link--hostedBy") == 16
    assert 'href="/doc/skl-liver-research"' in page
    assert page == client.get("/network").text


def test_the_network_speaks_the_language_of_the_page(client):
    text = seen(client, "/network", "zh-HK")
    assert "肝病研究全國重點實驗室" in text
    assert "State Key Laboratory" not in text
