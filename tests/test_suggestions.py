"""Suggestions while a name is typed into a search box, in a real browser (WAI-ARIA APG, combobox)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from browser_support import flaws
from service_support import serving

pytestmark = pytest.mark.needs_chromium
HKU = "/doc/university-of-hong-kong"
COUNTS = {"en": "Suggestions: {}", "zh-Hant": "建議：{} 項", "zh-Hans": "建议：{} 项"}


class Box:
    """A search box of a page, and what it asks for."""

    def __init__(self, page, place="header"):
        self.page = page
        self.input = page.locator(place).get_by_role("combobox")
        self.options = page.locator(place).get_by_role("option")
        self.list = page.locator(place).get_by_role("listbox")
        self.status = page.locator(place).get_by_role("status")
        self.asked = []
        page.on("request", self._hear)

    def _hear(self, request):
        parts = urlsplit(request.url)
        if parts.path == "/api/search":
            self.asked += parse_qs(parts.query)["q"]

    def type(self, text):
        """Type, and wait for what is suggested."""
        with self.page.expect_response("**/api/search?*"):
            self.input.press_sequentially(text)
        self.list.wait_for()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def active(self):
        """The text of the option that the box says is active, if there is one."""
        name = self.input.get_attribute("aria-activedescendant")
        selected = self.page.locator('[role=option][aria-selected="true"]')
        assert selected.count() == (name is not None)
        assert name is None or selected.get_attribute("id") == name
        return name and selected.inner_text()

    @property
    def is_open(self):
        assert (self.input.get_attribute("aria-expanded") == "true") == self.list.is_visible()
        return self.list.is_visible()


@pytest.mark.parametrize(
    ("language", "text", "name", "kind"),
    [
        ("en", "港大", "The University of Hong Kong", "university"),
        ("zh-Hant", "HKU", "香港大學", "大學"),
        ("zh-Hans", "xianggang daxue", "香港大学", "大学"),
    ],
)
def test_a_name_in_any_script_is_suggested_in_the_language_of_the_page(visits, language, text, name, kind):
    box = Box(visits.open("/validate", language=language))
    box.type(text)
    first = box.options.first
    assert first.inner_text().startswith(name)
    assert first.inner_text().endswith(kind)
    assert first.locator(f"[lang={language}]").first.inner_text() == name
    count = box.options.count()
    assert box.status.inner_text() == COUNTS[language].format(count)
    assert box.list.get_attribute("id") == box.input.get_attribute("aria-controls")


def test_the_keyboard_walks_through_the_options_and_back_to_the_box(visits):
    box = Box(visits.open("/validate"))
    box.type("hong kong uni")
    texts = box.options.all_inner_texts()
    assert (box.active, box.is_open) == (None, True)
    walked = []
    for _ in range(len(texts) + 1):
        box.press("ArrowDown")
        walked.append(box.active)
    assert walked == [*texts, None]
    box.press("ArrowUp")
    assert box.active == texts[-1]
    box.press("Home")
    assert (box.active, box.is_open) == (None, True)
    assert box.input.input_value() == "hong kong uni"
    assert box.page.evaluate("document.activeElement.selectionStart") == 0


def test_enter_goes_to_the_page_of_the_active_option(visits):
    box = Box(visits.open("/validate?lang=zh-Hant"))
    box.type("HKU")
    box.press("ArrowDown", "Enter")
    box.page.wait_for_url(f"**{HKU}?lang=zh-Hant")


def test_a_click_goes_to_the_page_of_an_option(visits):
    box = Box(visits.open("/validate"))
    box.type("HKU")
    box.options.first.click()
    box.page.wait_for_url(f"**{HKU}")


def test_enter_without_an_active_option_sends_the_form(visits):
    box = Box(visits.open("/validate"))
    box.type("HKU")
    box.press("ArrowDown", "ArrowUp", "Enter")
    box.page.wait_for_url("**/search?q=HKU")


def test_escape_closes_the_list_and_keeps_the_text(visits):
    box = Box(visits.open("/validate"))
    box.type("HKU")
    box.press("ArrowDown", "Escape")
    assert (box.active, box.is_open, box.input.input_value()) == (None, False, "HKU")
    box.press("Alt+ArrowDown")
    box.list.wait_for()
    assert box.active is None
    box.press("Alt+ArrowUp")
    assert not box.is_open
    box.press("ArrowDown")
    box.list.wait_for()
    assert box.active.startswith("The University of Hong Kong")
    box.press("Escape", "Escape")
    assert box.input.input_value() == ""


def test_the_list_closes_when_the_box_is_left_or_emptied(visits):
    box = Box(visits.open("/validate"))
    box.type("HKU")
    box.input.fill("")
    assert not box.is_open
    box.type("HKU")
    box.press("Tab")
    assert not box.is_open


def test_what_is_typed_quickly_is_asked_once_and_older_requests_are_given_up(visits):
    page = visits.open("/validate")
    box = Box(page)
    box.type("hong kong")
    assert box.asked == ["hong kong"]
    held, given_up = [], []
    page.on("requestfailed", lambda request: given_up.append(request.url))
    page.route("**/api/search?q=slow*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    box.input.fill("slow")
    page.wait_for_timeout(300)
    assert len(held) == 1
    with page.expect_event("requestfailed"):
        box.input.fill("PolyU")
    box.options.filter(has_text="Polytechnic").first.wait_for()
    assert [parse_qs(urlsplit(url).query)["q"] for url in given_up] == [["slow"]]


def test_nothing_is_asked_while_an_input_method_composes(visits):
    page = visits.open("/validate")
    box = Box(page)
    box.input.focus()
    method = page.context.new_cdp_session(page)
    for composed in ("g", "ga", "gang", "港d", "港da"):
        method.send("Input.imeSetComposition", {"text": composed, "selectionStart": 0, "selectionEnd": 0})
    page.wait_for_timeout(300)
    assert (box.asked, box.input.input_value()) == ([], "港da")
    with page.expect_response("**/api/search?*"):
        method.send("Input.insertText", {"text": "港大"})
    box.list.wait_for()
    assert box.asked == ["港大"]
    assert box.options.first.inner_text().startswith("The University of Hong Kong")


def test_a_key_of_the_input_method_chooses_nothing(visits):
    box = Box(visits.open("/validate"))
    box.type("港大")
    box.press("ArrowDown")
    chosen = box.active
    box.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "cancelable": True})
    box.input.dispatch_event("keydown", {"key": "Escape", "keyCode": 229, "cancelable": True})
    assert (box.active, urlsplit(box.page.url).path) == (chosen, "/validate")


@pytest.mark.parametrize(
    ("path", "place", "language"),
    [("/", "main", "zh-Hant"), ("/search?q=香港", "main", "zh-Hans"), ("/validate", "header", "en")],
)
def test_an_open_list_has_no_flaw(visits, path, place, language):
    box = Box(visits.open(path, language=language), place)
    box.input.fill("")
    box.type("香港科")
    box.press("ArrowDown")
    assert flaws(box.page) == []
    assert box.is_open


def test_a_service_without_an_index_has_a_plain_box(visits, server):
    visits.forgiven = ("501",)
    with serving("--endpoint", f"{server}sparql") as service:
        page = visits.open("/validate", address=service.address)
        page.locator("header").get_by_role("combobox").press_sequentially("HKU")
        plain = page.locator("header").get_by_role("searchbox")
        plain.wait_for()
        plain.press("End")
        plain.press_sequentially(" x")
        plain.press("ArrowDown")
        assert page.locator("header [role=option]").count() == 0
        plain.press("Escape")
        assert plain.input_value() == ""
