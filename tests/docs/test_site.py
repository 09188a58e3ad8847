"""The site builds without a warning, and its pages work from a folder, without a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PAGES = (
    "index.html",
    "how_to/range_test.html",
    "playground/index.html",
    "reference/cli.html",
    "reference/python/paceline.tuning.html",
    "reference/schedules/recipes/wsd.html",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site: once for all the processes of a test run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "site"
    with filelock.FileLock(shared / "site.lock"):
        if not folder.exists():
            call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
            quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
            done = subprocess.run(call, cwd=ROOT, env=quiet, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            assert "WARNING" not in done.stderr
    return folder


class Opened:
    """A page in the browser, and what went wrong there."""

    def __init__(self, browser, path, *, width=1280, scheme="light"):
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.set_default_timeout(10_000)
        self.problems, self.requests = [], []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def is_sound(self):
        assert self.problems == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:"))] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        assert self.page.evaluate(broken) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_elsewhere_and_fits(browser, site, page, width, scheme) -> None:
    opened = Opened(browser, site / page, width=width, scheme=scheme)
    opened.page.wait_for_load_state("networkidle")
    opened.is_sound()
    opened.page.close()


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loads = r'<(?:script|img|iframe|source)[^>]*\ssrc="(?:https?:)?//|<link[^>]*href="https?://'
    asking = [path for path in site.rglob("*.html") if re.search(loads, path.read_text("utf-8"))]
    assert not asking


def test_every_document_has_a_page(site: Path) -> None:
    documents = [path.relative_to(ROOT / "docs") for path in ROOT.glob("docs/**/*.md")]
    pages = {
        (path.parent / "index.html" if path.name == "README.md" else path.with_suffix(".html"))
        for path in documents
    }
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_a_link_to_an_example_leads_to_its_code(browser, site) -> None:
    opened = Opened(browser, site / "how_to" / "range_test.html")
    opened.page.get_by_role("link", name="examples/11_range_test.py").click()
    assert "import paceline" in opened.page.locator("pre").inner_text()
    opened.is_sound()


def test_the_search_finds_a_page_without_a_server(browser, site) -> None:
    opened = Opened(browser, site / "index.html")
    opened.page.locator(".md-search__input").click()
    opened.page.keyboard.type("plateau")
    first = opened.page.locator(".md-search-result__link").first
    first.wait_for()
    assert "plateau" in first.inner_text().lower()
    opened.is_sound()


def test_dark_and_light_can_be_chosen(browser, site) -> None:
    opened = Opened(browser, site / "index.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = opened.page.evaluate(paper)
    opened.page.get_by_title("Switch to dark").click()
    assert opened.page.evaluate(paper) != light


def curve(page) -> str:
    return page.locator("#chart .curve").get_attribute("points")


def test_the_playground_is_used_by_keyboard(browser, site) -> None:
    page = Opened(browser, site / "playground" / "index.html").page
    page.get_by_label("Recipe", exact=True).select_option("cosine")
    assert page.locator("#line code").inner_text() == (
        "schedule = paceline.cosine(peak=0.01, steps=10_000, warmup=0.05)"
    )
    before = curve(page)
    page.get_by_label("Peak", exact=True).press("ArrowRight")
    assert "peak=0.012" in page.locator("#line code").inner_text()
    page.get_by_label("Steps").press("ArrowLeft")
    assert "steps=8000" in page.locator("#line code").inner_text()
    page.get_by_label("Warm-up").press("Home")
    assert "warmup" not in page.locator("#line code").inner_text()
    assert curve(page) != before
    page.get_by_label("Step", exact=True).press("End")
    assert page.locator("#reading").inner_text() == "8,000: rate 0"
    linear = curve(page)
    page.get_by_label("logarithmic rate").press("Space")
    assert curve(page) != linear


def test_the_rate_under_the_pointer_is_read(browser, site) -> None:
    page = Opened(browser, site / "playground" / "index.html").page
    box = page.locator("#chart").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    assert page.locator("#reading").inner_text().endswith(": rate 0.01")


def test_the_line_is_copied(browser, site) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((site / "playground" / "index.html").as_uri())
    page.get_by_label("Recipe", exact=True).select_option("linear")
    page.locator("#line button").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == "schedule = paceline.linear(peak=0.01, steps=10_000, warmup=0.05)"
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_recipe_of_the_playground_fits(browser, site, width) -> None:
    opened = Opened(browser, site / "playground" / "index.html", width=width)
    select = opened.page.get_by_label("Recipe", exact=True)
    for recipe in select.locator("option").all_inner_texts():
        select.select_option(recipe)
        opened.is_sound()
        assert "NaN" not in curve(opened.page)
