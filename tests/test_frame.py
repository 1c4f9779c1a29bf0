"""The frame around every page, in a real browser: its links, languages, search, colours and widths."""

from urllib.parse import parse_qs, urlsplit

import pytest

from browser_support import NARROW, WIDE, flaws, scrolls_sideways, violations

pytestmark = pytest.mark.needs_chromium
QUESTION = "/questions/rankings-of-a-place?place=hk:hong-kong"


PAGES = ("/", "/docs", "/timeline", "/network", "/questions", QUESTION, "/sparql", "/validate")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_flaw(visits, path):
    assert flaws(visits.open(path)) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("language", "scheme", "view"), [("zh-Hant", "dark", WIDE), ("zh-Hans", "light", NARROW)]
)
def test_a_page_has_no_flaw_in_chinese(visits, path, language, scheme, view):
    page = visits.open(path, language=language, scheme=scheme, view=view)
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_a_page_of_an_error_has_no_flaw(visits):
    visits.forgiven = ("404",)
    page = visits.open("/no-such-page")
    assert "no-such-page" in page.locator(".error").inner_text()
    assert flaws(page) == []


def test_a_flaw_is_found(visits):
    page = visits.open("/sparql")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"data:,\"><canvas width=1000>'")
    assert {flaw.split(": ")[0] for flaw in flaws(page)} == {
        "image-alt",
        "on a phone in the dark",
        "on a phone",
    }


def test_a_fault_is_found(visits):
    page = visits.open("/sparql")
    page.evaluate("console.error('a complaint'); setTimeout(() => location.assign('http://elsewhere.test/'))")
    page.wait_for_event("requestfailed")
    found, visits.faults[:] = list(visits.faults), []
    assert found == ["the console: a complaint", "a request to elsewhere: http://elsewhere.test/"]


def test_the_language_switch_keeps_the_page_and_its_parameters(visits):
    page = visits.open(QUESTION)
    page.get_by_role("link", name="繁體").click()
    asked = parse_qs(urlsplit(page.url).query)
    assert asked == {"place": ["hk:hong-kong"], "lang": ["zh-Hant"]}
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    page.get_by_role("link", name="简体").click()
    assert parse_qs(urlsplit(page.url).query) == {"place": ["hk:hong-kong"], "lang": ["zh-Hans"]}


def test_a_chosen_language_is_kept_from_page_to_page(visits):
    page = visits.open("/validate?lang=zh-Hans")
    page.get_by_role("link", name="问题").first.click()
    assert urlsplit(page.url).query == "lang=zh-Hans"
    page.locator(".grid a").first.click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_first_thing_that_the_keyboard_reaches_skips_to_the_content(visits):
    page = visits.open("/questions")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def opacity(page, name):
    return float(page.get_by_role("link", name=name).evaluate("node => getComputedStyle(node).opacity"))


def test_the_network_shows_the_neighbours_of_what_is_pointed_at(visits):
    page = visits.open("/network")
    page.get_by_role("link", name="State Key Laboratory of Liver Research").hover()
    assert opacity(page, "The University of Hong Kong") == 1
    assert opacity(page, "Lingnan University") < 0.5
    page.mouse.move(0, 0)
    assert opacity(page, "Lingnan University") == 1


def test_the_network_is_walked_by_keyboard_and_leads_on(visits):
    page = visits.open("/network")
    page.get_by_role("link", name="State Key Laboratory of Liver Research").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.column") == "universities"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.column") == "universities"
    there = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{there}")


def test_the_network_is_filtered_and_searched(visits):
    page = visits.open("/network")
    page.get_by_role("checkbox", name="Scholars").uncheck()
    assert page.get_by_role("link", name="Yang Jun").count() == 0
    page.get_by_label("Find by name").fill("polytechnic")
    assert page.get_by_role("status").inner_text() == "1 / 31"
    assert opacity(page, "State Key Laboratory of Ultra-precision Machining Technology") == 1
    assert opacity(page, "State Key Laboratory of Liver Research") < 0.5


def test_the_network_is_read_without_a_script(visits):
    page = visits.open("/network", java_script_enabled=False)
    assert page.get_by_role("link", name="State Key Laboratory of Liver Research").count() == 1
    assert not page.locator(".network-tools").is_visible()
    page.get_by_text("As a table").click()
    assert page.get_by_role("row", name="State Key Laboratory of Liver Research hosted by").is_visible()


def test_the_timeline_is_filtered_by_its_form(visits):
    page = visits.open("/timeline")
    page.get_by_role("combobox", name="Kind").select_option("Signing")
    page.get_by_role("combobox", name="Year").select_option("2023")
    page.get_by_role("button", name="Show").click()
    assert parse_qs(urlsplit(page.url).query) == {"kind": ["Signing"], "year": ["2023"]}
    assert page.locator(".happenings > li").count() == 6
    page.get_by_role("link", name="Show all").click()
    assert page.locator(".happenings > li").count() > 6


def test_a_chart_opens_its_table(visits):
    page = visits.open("/")
    chart = page.get_by_role("figure", name="Computing power, now and planned")
    chart.get_by_text("As a table").click()
    row = chart.get_by_role("row", name="Sandy Ridge data facility cluster")
    assert "180,000 PFLOPS" in row.inner_text()
    assert "by 2032" in row.inner_text()


@pytest.mark.parametrize("place", ["header", "main"])
def test_a_search_is_sent_where_it_is_answered(visits, place):
    page = visits.open("/?lang=zh-Hant")
    page.locator(place).get_by_role("combobox").fill("港大")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["zh-Hant"], "q": ["港大"]}


@pytest.mark.parametrize("path", ["/", "/doc/university-of-hong-kong", "/timeline"])
def test_a_page_on_paper_has_no_forms_and_dark_words(visits, path):
    page = visits.open(path)
    page.emulate_media(media="print")
    assert page.locator("form:visible, button:visible").count() == 0
    assert page.locator(".wordmark small").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"


def test_forced_colours_have_no_gradient_behind_words(visits):
    page = visits.open("/", forced_colors="active")
    assert page.locator(".hero").evaluate("e => getComputedStyle(e).borderImageSource") == "none"


def test_the_picture_of_a_neighbourhood_is_seen_whole_beside_its_column(visits):
    page = visits.open("/doc/university-of-hong-kong", view={"width": 1100, "height": 900})
    frame = page.locator(".neighbourhood")
    assert frame.evaluate("e => e.scrollWidth - e.clientWidth") == 0
