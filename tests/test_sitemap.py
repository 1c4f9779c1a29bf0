"""The sitemap and robots.txt: every page in three languages, split where the list is long."""

from xml.etree import ElementTree as ET

import httpx
import pytest

from conftest import DEADLINE
from hkkg import vocab
from hkkg.web import sitemap

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, timeout=DEADLINE) as client:
        yield client


@pytest.fixture(scope="module")
def urls(client):
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    return ET.fromstring(answer.content).findall(f"{SITEMAP}url")  # noqa: S314 - our own


def places(urls):
    return [url.findtext(f"{SITEMAP}loc") for url in urls]


def test_pages_and_questions_are_listed_once_each(client, urls):
    found = places(urls)
    base = str(client.base_url)
    assert len(found) == len(set(found))
    assert {base, f"{base}/ontology", f"{base}/catalog", f"{base}/dump/"} <= {
        p.removesuffix("/") if p == base + "/" else p for p in found
    }
    assert f"{base}/questions/laboratories-by-university" in found


def test_every_page_that_is_listed_answers(client, urls):
    pages = [p for p in places(urls) if p.removeprefix(str(client.base_url)) in sitemap.PAGES]
    kinds = {}
    for place in places(urls):
        kinds.setdefault(place.removeprefix(str(client.base_url)).split("/")[1], place)
    for place in {*pages, *kinds.values()}:
        assert client.get(place, headers={"Accept": "text/html"}).status_code == 200, place


def test_each_page_has_its_three_languages_and_a_date(client, urls):
    for url in urls:
        place = url.findtext(f"{SITEMAP}loc")
        links = {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
        assert links == {tag: f"{place}?lang={tag}" for tag in vocab.LANGUAGES}
        assert url.findtext(f"{SITEMAP}lastmod") == "2026-11-23"
    page = client.get(f"{places(urls)[0]}?lang=zh-Hans", headers={"Accept": "text/html"})
    assert '<html lang="zh-Hans">' in page.text


def test_a_long_list_is_split(client, monkeypatch):
    paths = [f"/doc/thing-{n}" for n in range(5)]
    monkeypatch.setattr(sitemap, "MOST", 2)
    written = sitemap.index("http://h/", range(1, 4), None)
    assert [e.text for e in ET.fromstring(written).iter(f"{SITEMAP}loc")] == [  # noqa: S314 - our own
        f"http://h/sitemap-{n}.xml" for n in (1, 2, 3)
    ]
    assert "lastmod" not in sitemap.urlset("http://h/", paths, None)
    assert client.get("/sitemap-1.xml").status_code == 404
    assert client.get("/sitemap-x.xml").status_code == 404


def test_addresses_are_written_as_xml_and_as_uris():
    written = sitemap.urlset("http://h/", ["/doc/天&%20"], None)
    (place,) = [e.text for e in ET.fromstring(written).iter(f"{SITEMAP}loc")]  # noqa: S314 - our own
    assert place == "http://h/doc/%E5%A4%A9%26%20"


def test_crawlers_are_told_what_to_leave(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /sparql?\n" in text
    assert f"Sitemap: {client.base_url}/sitemap.xml" in text.replace("//sitemap", "/sitemap")
    assert client.head("/robots.txt").content == b""
