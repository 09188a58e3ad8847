"""A report as a picture: its first screens in a browser."""

import shutil
from pathlib import Path

_WIDTH, _HEIGHT = 1280, 1830


def photograph(report: Path, picture: Path) -> None:
    """Write the upper part of `report`, as Chromium shows it, to `picture`."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("The picture of the report needs Chromium: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        page.goto(report.resolve().as_uri())
        charts = page.locator(".chart")
        page.locator(".chart[data-drawn]").nth(charts.count() - 1).wait_for(state="attached")
        page.screenshot(path=picture)
        browser.close()
