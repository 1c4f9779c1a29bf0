"""A real browser for tests: pages that must neither complain nor reach out, and axe to judge them."""

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from conftest import DEADLINE

AXE = Path(__file__).with_name("clients") / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium")
LANGUAGES = {"en": "en-GB", "zh-Hant": "zh-HK", "zh-Hans": "zh-CN"}
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_WITHIN = {"data", "blob", "about"}


class Visits:
    """Pages of one test, and what went wrong in them: complaints of the console, requests to other hosts.

    A test that means to meet an error puts what the console says of it into `forgiven`.
    """

    def __init__(self, browser, address):
        self.faults = []
        self.forgiven = ()
        self._browser = browser
        self._address = address
        self._contexts = []

    def open(self, path="/", *, language="en", view=WIDE, scheme="light", address=None, **options):
        """Open a page of the server in a context of its own, and return it when it has loaded."""
        context = self._browser.new_context(
            viewport=view,
            locale=LANGUAGES[language],
            color_scheme=scheme,
            reduced_motion="reduce",
            base_url=address or self._address,
            **options,
        )
        self._contexts.append(context)
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        self._watch(page, address or self._address)
        page.goto(path)
        return page

    def _watch(self, page, address):
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"an error of the page: {error}"))
        host = urlsplit(address).netloc
        page.on("request", lambda request: self._see(request.url, host))

    def _hear(self, message):
        if message.type in {"error", "warning"} and not any(text in message.text for text in self.forgiven):
            self.faults.append(f"the console: {message.text}")

    def _see(self, url, host):
        parts = urlsplit(url)
        if parts.scheme not in _WITHIN and parts.netloc != host:
            self.faults.append(f"a request to elsewhere: {url}")

    def close(self):
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="module")
def browser():
    """Chromium, for the tests of one module: while it runs, no other event loop may run in this thread."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def visits(browser, server):
    """Open pages of the packaged graph's server; the test fails if any complains or reaches out."""
    visits = Visits(browser, server)
    yield visits
    visits.close()
    assert visits.faults == []


@pytest.fixture
def page(visits):
    """A page of a browser, at the home page."""
    return visits.open()


def violations(page):
    """Run axe over a page; return what it finds as lines of rule, help and the element."""
    if not AXE.is_file():
        pytest.skip("axe is not installed: npm ci --prefix tests/clients")
    page.evaluate(AXE.read_text(encoding="utf-8") + "; null")
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options}).then(result => result.violations)")
    return [
        f"{rule['id']}: {rule['help']}: {node['html']} ({node['failureSummary']})"
        for rule in found
        for node in rule["nodes"]
    ]


def scrolls_sideways(page):
    """Whether a page is wider than its window; what scrolls within the page is no matter."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def flaws(page):
    """Judge a page as it was opened, and on a phone in the dark; return what is wrong."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    found += [f"on a phone in the dark: {flaw}" for flaw in violations(page)]
    if scrolls_sideways(page):
        found.append("on a phone: the page scrolls sideways")
    return found
