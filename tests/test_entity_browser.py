"""The pages about things and the lists in a real browser: links, languages, the picture, and axe."""

import pytest

from browser_support import NARROW, flaws, scrolls_sideways

ENTITY = "/doc/university-of-hong-kong"
PAGES = (
    "/browse",
    "/browse/Observation",
    "/browse/StateKeyLaboratory?hostedBy=lai-ka-ying",
    "/doc/hong-kong",
    "/doc/hong-kong-current-computing-power-derived",
    "/passage/tkp-2026.971-983",
    "/concept/more-than",
    "/resource?iri=http%3A%2F%2Fqudt.org%2Fvocab%2Funit%2FHR",
)


def heading(page):
    return page.locator("h1").inner_text()


def view_box(page):
    return page.locator(".neighbourhood svg").get_attribute("viewBox")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(visits, address, language):
    assert flaws(visits.open(address, language=language)) == []


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_no_page_scrolls_sideways_on_a_phone(visits, language):
    page = visits.open("/doc/hong-kong", language=language, view=NARROW)
    assert not scrolls_sideways(page)


def test_a_reader_comes_from_the_home_page_to_a_passage(visits):
    page = visits.open()
    page.get_by_role("link", name="Browse").first.click()
    page.get_by_role("link", name="State Key Laboratory", exact=True).click()
    page.get_by_role("link", name="State Key Laboratory of Liver Research").click()
    assert heading(page) == "State Key Laboratory of Liver Research"
    page.get_by_role("link", name="肝病研究 3484–3495").first.click()
    assert heading(page) == "Passage 3484–3495"


def test_a_name_in_the_picture_leads_to_its_page(visits):
    page = visits.open(ENTITY)
    page.locator(".neighbourhood .node", has_text="Yang Jun").click()
    assert heading(page) == "Yang Jun"


def test_the_language_is_switched_and_kept(visits):
    page = visits.open(ENTITY)
    page.get_by_role("link", name="繁體").click()
    assert heading(page) == "香港大學"
    page.locator(".neighbourhood .node", has_text="楊峻").click()
    assert heading(page) == "楊峻"
    assert page.locator("html").get_attribute("lang") == "zh-Hant"


def test_the_picture_is_zoomed_by_buttons_and_keys_and_set_back(visits):
    page = visits.open(ENTITY)
    whole = view_box(page)
    page.get_by_role("button", name="Zoom in").click()
    assert view_box(page) != whole
    page.get_by_role("button", name="Start again").click()
    assert view_box(page) == whole
    page.locator(".neighbourhood .node").first.focus()
    page.keyboard.press("+")
    assert view_box(page) != whole
    page.keyboard.press("0")
    assert view_box(page) == whole


def test_arrow_keys_walk_through_the_picture_and_light_its_lines(visits):
    page = visits.open(ENTITY)
    nodes = page.locator(".neighbourhood .node")
    nodes.first.focus()
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.dataset.node")
    assert focused == nodes.nth(1).get_attribute("data-node")
    assert page.locator(".edge.is-lit").get_attribute("data-node") == focused


def test_a_drag_moves_the_picture_and_follows_no_link(visits):
    page = visits.open(ENTITY)
    whole = view_box(page)
    box = page.locator(".neighbourhood .node").first.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50, steps=4)
    page.mouse.up()
    assert view_box(page) != whole
    assert page.url.endswith(ENTITY)


def test_filters_work_as_a_plain_form_without_scripts(visits):
    page = visits.open("/browse/StateKeyLaboratory", java_script_enabled=False)
    page.locator("input[value=university-of-hong-kong]").check()
    page.get_by_role("button", name="Apply").first.click()
    assert page.locator("tbody tr").count() == 5


def test_the_picture_is_there_without_scripts(visits):
    page = visits.open(ENTITY, java_script_enabled=False)
    assert page.locator(".neighbourhood button").count() == 0
    page.locator(".neighbourhood .node", has_text="Yang Jun").click()
    assert heading(page) == "Yang Jun"
