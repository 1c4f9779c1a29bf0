"""The frame around every page, in a real browser: its links, languages, search, colours and widths."""

from urllib.parse import parse_qs, urlsplit

import pytest

from browser_support import flaws

pytestmark = pytest.mark.needs_chromium
QUESTION = "/questions/rankings-of-a-place?place=hk:hong-kong"


@pytest.mark.parametrize("path", ["/questions", QUESTION, "/sparql", "/validate"])
@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_a_page_has_no_flaw(visits, path, language):
    page = visits.open(path, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert flaws(page) == []


def test_a_page_of_an_error_has_no_flaw(visits):
    visits.forgiven = ("404",)
    page = visits.open("/no-such-page")
    assert "no-such-page" in page.locator(".error").inner_text()
    assert flaws(page) == []


def test_a_flaw_is_found(visits):
    page = visits.open("/sparql")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"data:,\" width=1000 height=9>'")
    assert {flaw.split(": ")[0] for flaw in flaws(page)} == {"image-alt", "on a phone"}


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
