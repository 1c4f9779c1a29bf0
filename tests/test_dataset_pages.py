"""The pages of the dataset, the ontology and explanations, in a real browser."""

import pytest

from browser_support import flaws

pytestmark = pytest.mark.needs_chromium
WHY = "/why?s=hk:tianyun-camera&p=hkkg:installedOn&o=hk:shenzhou-23"


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/dump/", "en"),
        ("/.well-known/void", "zh-Hant"),
        ("/catalog", "zh-Hans"),
        ("/ontology", "zh-Hans"),
        ("/why", "en"),
        (WHY, "zh-Hant"),
    ],
)
def test_a_page_has_no_flaw(visits, path, language):
    page = visits.open(path, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert flaws(page) == []


def test_pages_of_what_is_wrong_or_gone_have_no_flaw(visits):
    visits.forgiven = ("404", "410")
    assert flaws(visits.open("/catalog/0.1.0+000000000000")) == []
    page = visits.open("/why?s=hk:tianyun-cammera&p=hkkg:installedOn&o=hk:shenzhou-23")
    assert "hk:tianyun-camera" in page.get_by_role("alert").inner_text()
    assert flaws(page) == []


def test_a_triple_is_explained_from_the_form_down_to_a_passage(visits):
    page = visits.open("/why")
    for name, text in (
        ("Subject", "tianyun-camera"),
        ("Predicate", "installedOn"),
        ("Object", "hk:shenzhou-23"),
    ):
        page.get_by_label(name).fill(text)
    page.get_by_role("button", name="Explain").click()
    assert page.locator(".why-premises").count() == 2
    assert page.locator("a.passage").first.get_attribute("href").startswith("/passage/tkp-2026.")


def test_the_diagram_leads_to_a_term(visits):
    page = visits.open("/ontology")
    page.locator(".onto-picture").get_by_role("link", name="State Key Laboratory").click()
    assert page.url.endswith("#StateKeyLaboratory")
    assert "State Key Laboratory" in page.locator(":target h3").inner_text()
