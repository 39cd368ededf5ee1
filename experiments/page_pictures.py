"""Take the pictures of the page that the docs show: python experiments/page_pictures.py.

Needs Chromium. The page is built, opened as a reader would see it, and photographed in light and
dark, on a desk and on a phone.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from sim import page

DOCS = Path(__file__).parents[1] / "docs"
DESK, PHONE = (1100, 900), (390, 844)

#: Name, address, screen, scheme, what is done first, and how much of the page is kept.
PICTURES = (
    ("chain", "chain", DESK, "light", "", 1046),
    ("twin", "twin", DESK, "dark", "", 1040),
    ("session", "session", PHONE, "light", "", 1034),
    ("lesson", "lessons&lesson=cutting", PHONE, "dark", "finish", 1540),
)


#: Enough colours for flat areas, lines and text.
COLOURS = 200


def finish(tab: Page) -> None:
    """Make a prediction, and run the lesson."""
    tab.locator(".lesson [type=radio]").first.check()
    tab.locator(".lesson form button").click()
    tab.wait_for_selector(".verdict")


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driven:
        url = page.write(Path(folder)).as_uri()
        browser = driven.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, view, (width, height), scheme, first, kept in PICTURES:
            screen = {"width": width, "height": height}
            tab = browser.new_page(viewport=screen, color_scheme=scheme)
            tab.goto(f"{url}#{view}")
            tab.wait_for_selector("html[data-ready]")
            if first == "finish":
                finish(tab)
            tab.wait_for_timeout(800)  # links change their width slowly
            seen = Image.open(io.BytesIO(tab.screenshot(full_page=True))).convert("RGB")
            top = seen.height - kept if first else 0
            seen = seen.crop((0, max(0, top), seen.width, min(seen.height, max(0, top) + kept)))
            few = seen.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)
            few.save(DOCS / f"page-{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
