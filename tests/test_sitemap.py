"""The sitemap and robots.txt: every page in three languages, split where the list is long."""

from xml.etree import ElementTree as ET

import pytest

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.web import sitemap

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(scope="module")
def urls(client):
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    return ET.fromstring(answer.content).findall(f"{SITEMAP}url")  # noqa: S314 - our own


def places(urls):
    return [url.findtext(f"{SITEMAP}loc") for url in urls]


def test_pages_and_questions_are_listed_once_each(server, urls):
    found = places(urls)
    assert len(found) == len(set(found))
    wanted = {"", "ontology", "catalog", "dump/", "questions/laboratories-by-university"}
    assert {server + path for path in wanted} <= set(found)


def test_every_page_that_is_listed_answers(client, server, urls):
    one_of_each_kind = {place.removeprefix(server).split("/")[0]: place for place in places(urls)}
    for place in one_of_each_kind.values():
        assert client.get(place, headers={"Accept": "text/html"}).status_code == 200, place


def test_each_page_has_its_three_languages_and_a_date(client, urls):
    for url in urls:
        place = url.findtext(f"{SITEMAP}loc")
        links = {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
        assert links == {tag: f"{place}?lang={tag}" for tag in vocab.LANGUAGES}
        assert url.findtext(f"{SITEMAP}lastmod") == "2026-11-23"
    page = client.get(f"{places(urls)[0]}?lang=zh-Hans", headers={"Accept": "text/html"})
    assert '<html lang="zh-Hans">' in page.text


def test_a_long_list_is_split(monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 2)
    paths = [f"/doc/thing-{n}" for n in range(5)]
    index = ET.fromstring(sitemap.whole("http://h/", paths, None))  # noqa: S314 - our own
    parts = [e.text for e in index.iter(f"{SITEMAP}loc")]
    assert parts == [f"http://h/sitemap-{n}.xml" for n in (1, 2, 3)]
    written = "".join(sitemap.part("http://h/", paths, None, number) for number in "123")
    assert [written.count(f"<loc>http://h{path}<") for path in paths] == [1] * 5
    assert "lastmod" not in written


@pytest.mark.parametrize("number", ["0", "4", "x", "-1", "²"])
def test_a_part_that_is_none_is_unknown(monkeypatch, number):
    monkeypatch.setattr(sitemap, "MOST", 2)
    with pytest.raises(UnknownResourceError):
        sitemap.part("http://h/", ["/a", "/b", "/c", "/d", "/e"], None, number)


def test_a_short_list_has_no_parts(client):
    assert client.get("/sitemap-1.xml").status_code == 404


def test_addresses_are_written_as_xml_and_as_uris():
    written = sitemap.urlset("http://h/", ["/doc/天&%20"], None)
    (place,) = [e.text for e in ET.fromstring(written).iter(f"{SITEMAP}loc")]  # noqa: S314 - our own
    assert place == "http://h/doc/%E5%A4%A9%26%20"


def test_crawlers_are_told_what_to_leave(client, server):
    text = client.get("/robots.txt").text
    assert "Disallow: /sparql?\n" in text
    assert f"\nSitemap: {server}sitemap.xml\n" in text
    assert client.head("/robots.txt").content == b""
