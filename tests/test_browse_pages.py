"""The lists of what the graph holds over HTTP: counts, filters, orders, pages, and wrong addresses."""

import html
import re

import httpx
import pytest

from conftest import DEADLINE, serving
from hkkg import vocab
from hkkg.web.addresses import local

HTML = {"Accept": "text/html"}
LABORATORIES = "/browse/StateKeyLaboratory"
LINK = re.compile(r'<th scope="row"><a href="([^"?]+)')
MEMBERS = """
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing {{ ?thing a {name} }}
"""
LISTED = (
    "hkkg:Entity",
    "hkkg:Record",
    "hkkg:Passage",
    "hkkg:EditorialNote",
    "skos:Concept",
    "skos:ConceptScheme",
)


@pytest.fixture(scope="module")
def site(server):
    with httpx.Client(base_url=server, headers=HTML, timeout=DEADLINE) as client:
        yield client


@pytest.fixture(scope="module")
def wrapping(server):
    wrapped = serving("--endpoint", f"{server}sparql")
    with wrapped as (_, address), httpx.Client(base_url=address, headers=HTML, timeout=DEADLINE) as client:
        yield client


def page(client, address, status=200, **parameters):
    response = client.get(address, params=parameters or None)
    assert response.status_code == status, response.text
    return response.text


def rows(markup):
    return [html.unescape(address) for address in LINK.findall(markup)]


def members(store, name):
    return {row[0].value for row in store.query(MEMBERS.format(name=name)).table().rows}


def walk(client, address):
    """Follow a list from page to page by its own links; return the addresses of its members."""
    found = []
    while address:
        shown = page(client, address)
        found += rows(shown)
        following = re.search(r'<a rel="next" href="([^"]+)"', shown)
        address = html.unescape(following[1]) if following else None
    return found


@pytest.mark.parametrize("lang", vocab.LANGUAGES)
def test_the_overview_counts_the_members_of_each_class(site, packaged, lang):
    shown = page(site, "/browse", lang=lang)
    for name in ("University", "StateKeyLaboratory", "Scholar", "Claim", "Passage", "PolicyDocument"):
        count = len(members(packaged, f"hkkg:{name}"))
        assert re.search(rf'href="/browse/{name}\?lang={lang}">[^<]+</a> <span class="count">{count}<', shown)


def test_the_overview_leads_to_every_named_graph(site, packaged):
    shown = page(site, "/browse")
    for name in packaged.graphs():
        assert f'href="/graph/{name.removeprefix(vocab.GRAPH)}"' in shown or name.startswith(vocab.SHAPE)


@pytest.mark.parametrize("name", LISTED)
def test_a_list_has_every_member_once(site, packaged, name):
    found = walk(site, f"/browse/{name.removeprefix('hkkg:')}")
    assert len(found) == len(set(found))
    assert set(found) == {local(iri) for iri in members(packaged, name)}


@pytest.mark.parametrize("lang", vocab.LANGUAGES)
def test_names_are_in_the_language_of_the_page(site, lang):
    name = {"en": "State Key Laboratory of Liver Research", "zh-Hant": "肝病研究全國重點實驗室"}
    assert f">{name.get(lang, '肝病研究全国重点实验室')}</a>" in page(site, LABORATORIES, lang=lang)


def test_a_filter_leaves_those_that_fit_and_says_how_many(site):
    shown = page(site, LABORATORIES, lang="en", hostedBy="university-of-hong-kong")
    assert len(rows(shown)) == 5
    assert "5 of 15" in shown
    offered = re.search(
        r'value="university-of-hong-kong" checked> <span>[^<]+</span> <span class="count">(\d+)', shown
    )
    assert offered[1] == "5"


def test_values_of_one_filter_add_up_and_filters_narrow_each_other(site):
    one = rows(page(site, LABORATORIES, hostedBy="university-of-hong-kong"))
    two = rows(
        page(site, f"{LABORATORIES}?hostedBy=university-of-hong-kong&hostedBy=city-university-of-hong-kong")
    )
    assert set(one) < set(two)
    both = rows(page(site, LABORATORIES, hostedBy="university-of-hong-kong", inField="concept:liver-disease"))
    assert len(both) <= len(one)


def test_a_filter_counts_what_choosing_it_would_leave(site):
    shown = page(site, "/browse/Claim", lang="en")
    for value, count in re.findall(
        r'name="claimKind" value="([^"]+)"> <span>[^<]+</span> <span class="count">(\d+)', shown
    ):
        assert len(rows(page(site, "/browse/Claim", claimKind=value))) == int(count)


@pytest.mark.parametrize("text", ["liver", "LIVER", "肝病", "肝病研究全国"])
def test_text_is_looked_for_in_every_script(site, text):
    assert rows(page(site, LABORATORIES, q=text)) == ["/doc/skl-liver-research"]


def test_years_come_from_the_records_of_a_thing(site):
    found = rows(page(site, "/browse/PolicyDocument", year="2022"))
    assert found == ["/doc/hong-kong-innovation-and-technology-blueprint"]


def test_filters_that_exclude_everything_say_so_and_lead_back(site):
    shown = page(site, LABORATORIES, lang="en", hostedBy="lai-ka-ying")
    assert "Nothing fits all of these filters." in shown
    assert f'<a href="{LABORATORIES}?lang=en">Clear all filters</a>' in shown


def test_a_list_is_sorted_by_date_or_by_how_much_is_recorded(site):
    dated = rows(page(site, "/browse/Event", sort="date"))
    assert dated.index("/doc/blueprint-issued-by-government-of-hong-kong") < dated.index(
        "/doc/hetao-hong-kong-park-opening"
    )
    sized = page(site, "/browse/Place", sort="size")
    assert rows(sized)[0] == "/doc/hong-kong"


def test_figures_are_a_column_of_their_own(site):
    assert "<td>HK$20 million</td>" in page(site, "/browse/Observation", lang="en")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/browse/StateKeyLaboratry", 404, "hkkg:StateKeyLaboratory"),
        ("/browse/x:y", 400, "hkkg knows no prefix x:"),
        ("/browse/Claim?colour=red", 400, "this list has no filter colour"),
        ("/browse/Claim?sort=colour", 400, "this list has no order colour"),
        ("/browse/Claim?page=two", 400, "no number of a page"),
        ("/browse/Claim?page=0", 400, "no number of a page"),
        ("/browse/Claim?page=7", 404, "The last one is 1."),
        ("/browse/Claim?claimKind=%ff", 400, ""),
        ("/browse/%ff", 404, ""),
        ("/browse?class=no%20iri", 400, ""),
    ],
)
def test_a_wrong_address_is_answered_with_what_would_be_right(site, address, status, words):
    shown = html.unescape(page(site, address, status))
    assert words in shown
    assert "Traceback" not in shown


def test_a_filter_that_is_no_iri_fits_nothing(site):
    assert "<table" not in page(site, LABORATORIES, hostedBy="no iri <>")


def test_an_empty_filter_is_none(site):
    assert len(rows(page(site, f"{LABORATORIES}?q=&hostedBy="))) == 15


def test_a_foreign_graph_has_its_own_classes(tmp_path):
    path = tmp_path / "foreign.ttl"
    path.write_text("<http://a.example/x> a <http://a.example/C> .", encoding="utf-8")
    with serving(path) as (_, address), httpx.Client(base_url=address, headers=HTML) as client:
        assert 'href="/browse?class=http%3A%2F%2Fa.example%2FC"' in page(client, "/browse")
        assert rows(page(client, "/browse?class=http%3A%2F%2Fa.example%2FC")) == ["/resource"]


def test_an_empty_graph_says_so():
    with serving("--empty") as (_, address), httpx.Client(base_url=address, headers=HTML) as client:
        assert "The graph is empty." in page(client, "/browse?lang=en")


def test_without_inference_lists_hold_the_members_of_narrower_classes_too():
    with serving("--no-inference") as (_, address), httpx.Client(base_url=address, headers=HTML) as client:
        assert len(rows(page(client, "/browse/Organization"))) == 44
        shown = page(client, "/doc/skl-liver-research?lang=en")
        assert "hosts" in shown
        assert "badge-inferred" not in shown


@pytest.mark.parametrize("address", ["/browse", "/browse/Claim", "/resource?iri=http://a.example/"])
def test_a_wrapped_endpoint_is_asked_by_query_and_has_no_pages(wrapping, address):
    assert "passes queries on to an endpoint" in page(wrapping, address, 501)
