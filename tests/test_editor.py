"""The query editor in a real browser: run by keyboard, drawn, shared, and refused in its place."""

import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from browser_support import NARROW, flaws, scrolls_sideways, violations

EDITOR = Path(__file__).resolve().parents[1] / "src" / "hkkg" / "web" / "static" / "editor" / "editor.js"
pytestmark = [
    pytest.mark.needs_chromium,
    pytest.mark.needs_node,
    pytest.mark.skipif(not EDITOR.is_file(), reason="the editor is not built: make install, with npm"),
]
COUNTS = "query?question=award-winning-projects-by-university"
UNIVERSITIES = """\
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
SELECT ?university { ?university a hkkg:University } ORDER BY ?university LIMIT 3"""


def text(page):
    return page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def write(page, query):
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)


def answered(page):
    page.locator(".yasr_results > *").first.wait_for()
    return page.locator(".yasr_results")


def assert_fits_a_phone(page):
    page.set_viewport_size(NARROW)
    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_it_answers_by_keyboard_alone(visits):
    page = visits.open("/query")
    page.get_by_role("textbox", name="The query").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(UNIVERSITIES)
    page.keyboard.press("Control+Enter")
    rows = answered(page).locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == 3
    link = rows.first.get_by_role("link")
    assert link.inner_text() == "The Chinese University of Hong Kong"
    assert link.get_attribute("href") == "/doc/chinese-university-of-hong-kong"


def test_tab_leaves_it(visits):
    page = visits.open("/query")
    page.get_by_role("textbox", name="The query").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


def test_a_question_is_opened_edited_and_drawn(visits):
    page = visits.open("/query")
    page.get_by_label("Filter").fill("how many award-winning projects")
    page.get_by_role("link", name="In how many award-winning projects").click()
    answered(page).locator("tbody tr").first.wait_for()
    assert "GROUP BY" in text(page)
    assert "#+" not in text(page)
    page.get_by_role("button", name="Chart").click()
    assert page.locator(".bar").count() == 3
    page.get_by_label("Numbers of").select_option(label="scholars")
    widths = page.locator(".bar rect").evaluate_all("all => all.map(one => one.getAttribute('width'))")
    assert widths == ["100%", "50%", "50%"]
    write(page, text(page) + "LIMIT 2")
    page.get_by_role("button", name="Run").click()
    page.locator(".bar").nth(2).wait_for(state="detached")
    assert page.locator(".bar").count() == 2


def test_dates_are_laid_along_a_line(visits):
    page = visits.open("/query?question=policy-timeline")
    answered(page)
    page.get_by_role("button", name="Timeline").click()
    page.locator(".timeline li").first.wait_for()
    times = page.locator(".timeline time").all_inner_texts()
    assert times == sorted(times)
    assert page.locator(".axis circle").count() == len(times) > 3
    assert_fits_a_phone(page)


def test_a_built_graph_is_drawn_and_leads_on(visits):
    page = visits.open("/query?question=award-network")
    answered(page)
    page.get_by_role("button", name="Graph").click()
    node = page.locator(".graph a").first
    node.wait_for()
    assert node.get_attribute("href").startswith("/doc/")
    assert page.locator(".graph line").count() > 5
    assert_fits_a_phone(page)


def test_a_yes_or_no_is_said(visits):
    page = visits.open(f"/query?query={quote('ASK { ?s ?p ?o }')}")
    assert answered(page).inner_text() == "Yes"


def test_columns_sort_as_what_they_hold(visits):
    page = visits.open(f"/query?query={quote('SELECT ?n { VALUES ?n { 10 9 100 } }')}")
    heading = answered(page).get_by_role("button", name="n")
    heading.click()
    assert page.locator("tbody td").all_inner_texts() == ["9", "10", "100"]
    heading.click()
    assert page.locator("tbody td").all_inner_texts() == ["100", "10", "9"]
    assert page.locator("th").get_attribute("aria-sort") == "descending"


def test_a_link_shares_the_query(visits):
    page = visits.open("/query")
    write(page, UNIVERSITIES)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_role("link", name="link to this query")
    link.wait_for()
    shared = link.get_attribute("href")
    assert parse_qs(urlsplit(shared).query)["query"] == [UNIVERSITIES]
    other = visits.open(shared)
    assert answered(other).locator("tbody tr").count() == 3
    assert text(other) == UNIVERSITIES
    fragment = visits.open(f"/query#query={quote(UNIVERSITIES)}")
    assert answered(fragment).locator("tbody tr").count() == 3


def test_a_shared_link_opens_without_scripts(visits):
    page = visits.open(f"/query?query={quote(UNIVERSITIES)}", java_script_enabled=False)
    assert page.get_by_role("textbox", name="The query").input_value() == UNIVERSITIES
    page.get_by_role("button", name="Run").click()
    assert page.locator("tbody tr").count() == 3


def test_the_query_is_kept_between_visits(visits):
    page = visits.open("/query")
    write(page, UNIVERSITIES)
    page.wait_for_function("() => JSON.stringify(localStorage).includes('LIMIT 3')")
    page.goto("/query")
    assert text(page) == UNIVERSITIES


def test_an_error_is_shown_at_its_place(visits):
    visits.forgiven = ("400",)
    page = visits.open("/query")
    write(page, "SELECT ?s {\n  ?s ?p ?o\n  FILTER(?o > )\n}")
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    assert "Line 3" in alert.inner_text()
    line = page.locator(".CodeMirror-line", has_text="FILTER")
    assert page.locator(".error-line").count() == 1
    assert page.locator(".error-place").count() == 1
    marked = page.locator(".error-line").bounding_box()["y"]
    assert abs(marked - line.bounding_box()["y"]) < 3
    write(page, UNIVERSITIES)
    assert page.locator(".error-line").count() == 0


def test_completion_offers_our_terms(visits):
    page = visits.open("/query")
    for typed, offered in (
        ("hkkg:StateKeyLab", "hkkg:StateKeyLaboratory"),
        ("laborator", "hkkg:Laboratory"),
        ("全國重點", "hkkg:StateKeyLaboratory"),
        ("香港大学", "hk:university-of-hong-kong"),
    ):
        write(page, "SELECT * { ?s a ")
        page.keyboard.type(typed)
        hint = page.locator(".CodeMirror-hint", has_text=re.compile(re.escape(offered) + r"\b")).first
        hint.click()
        page.wait_for_function(
            "wanted => document.querySelector('.CodeMirror').CodeMirror.getValue().includes(wanted)",
            arg=f"PREFIX {offered.partition(':')[0]}: <https://w3id.org/hkkg/",
        )
        assert f"a {offered}" in text(page)


def test_downloads_are_the_services_own_formats(visits):
    page = visits.open(f"/query?query={quote(UNIVERSITIES)}")
    answered(page)
    links = page.locator("#editor-downloads a")
    assert links.all_inner_texts() == ["CSV", "TSV", "JSON", "XML"]
    with page.expect_download() as download:
        links.first.click()
    content = Path(download.value.path()).read_text(encoding="utf-8")
    assert content.splitlines()[1] == "https://w3id.org/hkkg/id/chinese-university-of-hong-kong"


def test_what_literals_hold_stays_text(visits):
    planted = 'SELECT ("<img src=x onerror=alert(1)>{{n}}" AS ?text) (5 AS ?n) {}'
    page = visits.open(f"/query?query={quote(planted)}")
    assert answered(page).locator("td").first.inner_text() == "<img src=x onerror=alert(1)>{{n}}"
    page.get_by_role("button", name="Chart").click()
    assert page.locator(".bar dt").inner_text() == "<img src=x onerror=alert(1)>{{n}}"


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_it_speaks_the_readers_language(visits, language):
    page = visits.open(COUNTS, language=language)
    answered(page).locator("tbody tr").first.wait_for()
    words = page.locator("main").inner_text()
    assert ("圖表" if language == "zh-Hant" else "图表") in words
    for left in ("rows", "Table", "Run", "results"):
        assert left not in words


def test_it_is_accessible(visits):
    page = visits.open(COUNTS)
    answered(page).locator("tbody tr").first.wait_for()
    assert flaws(page) == []
    for view, drawn in (("Chart", ".bar"), ("As sent", ".yasr_results pre")):
        page.get_by_role("button", name=view).click()
        page.locator(drawn).first.wait_for()
        assert_fits_a_phone(page)
