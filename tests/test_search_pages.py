"""The search page and the previews of reconciliation in a real browser."""

import pytest

from browser_support import flaws

pytestmark = pytest.mark.needs_chromium


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("path", ["/search", "/search?q=香港", "/search?q=Polytecnic", "/search?q=zzzzzz"])
def test_the_search_page_has_no_flaw(visits, path, language):
    assert flaws(visits.open(path, language=language)) == []


def test_the_search_works_without_scripts(visits):
    page = visits.open("/search", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("港科大")
    page.locator("main button").click()
    assert page.locator(".found h2").first.inner_text().startswith("The Hong Kong University of Science")
    assert page.locator(".found mark").all_inner_texts()[:2] == ["港科", "大"]


def test_a_preview_fits_its_frame(visits):
    view = {"width": 430, "height": 220}
    page = visits.open("/reconcile/preview?id=zhu-yuntian&lang=zh-Hant", view=view)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
