"""Take docs/images/*.png, pictures of pages, from a service and with a browser of its own: `make docs`.

Without Chromium it says so and leaves the pictures as they are.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = Path(__file__).with_name("images")
COMMAND = Path(sys.executable).with_name("hkkg")
PAGES = {"home": "?lang=en", "entity": "doc/university-of-hong-kong?lang=zh-Hant"}
SIZE = "1280,1500"
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--virtual-time-budget=5000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    f"--window-size={SIZE}",
)


def main() -> None:
    """Take the pictures."""
    browser = shutil.which("chromium")
    if browser is None:
        print("Chromium is not installed: docs/images is left as it is", file=sys.stderr)  # noqa: T201 - to a person
        return
    IMAGES.mkdir(exist_ok=True)
    with serving() as address:
        for name, path in PAGES.items():
            take(browser, address + path, IMAGES / f"{name}.png")


@contextmanager
def serving() -> Iterator[str]:
    """Serve the packaged graph on a free port, and yield the address."""
    command = [str(COMMAND), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as service:  # noqa: S603 - our own
        assert service.stdout is not None  # noqa: S101 - it is a pipe
        try:
            line = service.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http://"))
        finally:
            service.terminate()


def take(browser: str, url: str, target: Path) -> None:
    """Take a picture of a page; a page that is not there, or a browser that fails, ends the script."""
    urllib.request.urlopen(url, timeout=60).close()  # noqa: S310 - our own service
    with TemporaryDirectory() as profile:
        command = [browser, *OPTIONS, f"--user-data-dir={profile}", f"--screenshot={target}", url]
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - found on the PATH


if __name__ == "__main__":
    main()
