import dataclasses
import html
import os
import re
import shutil

import numpy as np
import pytest
from charts.drawing import NASTY_NAMES
from comparison.simulated import HORIZON, comparison, failed, rates_by_name, trial
from playwright.sync_api import sync_playwright
from range_test.results import ALL, replayed

from paceline.reporting import report

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "The report is tested in Chromium, and it is missing."
        pytest.skip("the report is tested in Chromium, which this machine lacks")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


class Opened:
    """A report in the browser, and all that went wrong there."""

    def __init__(self, browser, path, *, width=1280, scheme="light"):
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.problems, self.requests = [], []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_function(
            "[...document.querySelectorAll('.chart')].every(chart => chart.dataset.drawn)"
        )

    def is_sound(self, path):
        assert self.problems == []
        assert [url for url in self.requests if not url.startswith("data:")] == [path.as_uri()]
        sizes = self.page.evaluate(
            "[...document.querySelectorAll('.chart')].map(chart => {"
            " const box = chart.querySelector('svg.marks').getBoundingClientRect();"
            " return [box.width, box.height]; })"
        )
        assert sizes
        assert all(width > 250 and height > 100 for width, height in sizes)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return self


def _simulated(tmp_path_factory, name, result):
    return report(result, tmp_path_factory.mktemp("reports") / name)


@pytest.fixture(scope="module")
def six_by_eight(tmp_path_factory):
    rates = rates_by_name()
    outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(8)]
    outcomes[3] = trial("constant-high", np.full(HORIZON, 0.4), 3)
    outcomes[5] = failed("constant-high", 5, "ResourceExhaustedError: <tensor> of 3 GB")
    return _simulated(tmp_path_factory, "six.html", comparison(rates, 8, outcomes))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_it_draws_every_chart_without_error_or_request(browser, six_by_eight, width, scheme):
    opened = Opened(browser, six_by_eight, width=width, scheme=scheme).is_sound(six_by_eight)
    assert opened.page.locator(".chart svg.marks").count() == 4
    opened.page.close()


def test_its_first_sentence_is_the_verdict(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    assert opened.page.locator("h1").inner_text() == (
        "7 seeds are too few for a verdict on 5 comparisons to the baseline constant-high: 8 are "
        "the fewest."
    )
    opened.page.close()


def test_diverged_and_failed_trials_are_in_sight_with_their_error(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    first = opened.page.locator("#trials tbody tr").all_inner_texts()[:3]
    assert "diverged" in first[0]
    assert "failed" in first[1]
    assert "ResourceExhaustedError: <tensor> of 3 GB" in first[2]
    opened.page.close()


def test_dark_paper_is_dark_and_its_text_is_light(browser, six_by_eight):
    opened = Opened(browser, six_by_eight, scheme="dark")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert opened.page.evaluate(style.format("body", "backgroundColor")) == "rgb(21, 23, 28)"
    label = "#chart-rates .role-legend-label text"
    assert opened.page.evaluate(style.format(label, "fill")) == "rgb(231, 233, 238)"
    opened.page.close()


def test_on_paper_it_is_light_whole_and_without_buttons(browser, six_by_eight):
    opened = Opened(browser, six_by_eight, width=718, scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert opened.page.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
    assert opened.page.evaluate(style.format(".scroll.tall", "overflowY")) == "visible"
    assert not opened.page.locator(".chart summary").first.is_visible()
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.close()


def test_the_mouse_reads_a_chart_and_the_legend_singles_out(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    opened.page.locator("#chart-rates svg.marks").hover(position={"x": 500, "y": 100})
    tooltip = opened.page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")
    assert "cosine" in tooltip.inner_text()
    lines = "[...document.querySelectorAll('#chart-rates .mark-line path')]"
    opened.page.locator("#chart-rates .role-legend-label text", has_text="wsd").click()
    opened.page.wait_for_function(
        f"{lines}.filter(line => line.getAttribute('opacity') === '0.1').length === 5"
    )
    assert opened.problems == []
    opened.page.close()


def test_names_and_errors_are_shown_and_never_run(browser, tmp_path):
    rates = dict.fromkeys(NASTY_NAMES[:9], np.full(HORIZON, 0.1))
    outcomes = [trial(name, rates[name], 0) for name in rates]
    outcomes.append(failed(NASTY_NAMES[1], 1, "</script><script>window.pwned = 1</script>"))
    result = comparison(
        rates,
        2,
        outcomes,
        task="</title><script>window.pwned = 1</script>",
        baseline=NASTY_NAMES[2],
        environment={name: name for name in NASTY_NAMES},
        command="<script>window.pwned = 1</script>",
    )
    path = report(result, tmp_path / "nasty.html")
    opened = Opened(browser, path).is_sound(path)
    assert opened.page.evaluate("window.pwned") is None
    assert opened.page.locator("b", has_text=NASTY_NAMES[1]).count() == 1
    opened.page.locator("#chart-rates svg.marks").hover(position={"x": 500, "y": 100})
    opened.page.locator("#vg-tooltip-element").wait_for(state="visible")
    assert opened.page.evaluate("window.pwned") is None
    assert opened.problems == []
    opened.page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_endless_names_do_not_widen_the_page(browser, tmp_path, width):
    rates = dict.fromkeys(NASTY_NAMES[9:], np.full(HORIZON, 0.1))
    path = report(comparison(rates, 1, schedules={name: name * 3 for name in rates},
                             task="y" * 500), tmp_path / "long.html")  # fmt: skip
    Opened(browser, path, width=width).is_sound(path).page.close()


HOT = {"a": np.full(HORIZON, 0.5), "b": np.full(HORIZON, 0.6)}
POOR = {
    "one seed": lambda: comparison(seeds=1),
    "all diverged": lambda: comparison(HOT, 2),
    "diverged at once": lambda: comparison(
        HOT, 1, [trial(name, HOT[name], 0, status="diverged", losses=np.array([np.nan]),
                       validation={}) for name in HOT]),
    "all failed": lambda: comparison(HOT, 1, [failed(name, 0, "no") for name in HOT]),
    "no trial": lambda: comparison(outcomes=[]),
    "NaN metric": lambda: comparison(
        HOT, 1, [trial(name, HOT[name], 0, status="done", losses=np.ones(HORIZON),
                       validation={"accuracy": np.full(20, np.nan)}) for name in HOT]),
    "50 variants": lambda: comparison(
        {f"rate {i}": np.full(HORIZON, 0.01 + i * 0.004) for i in range(50)}, 1),
}  # fmt: skip


@pytest.mark.parametrize("which", POOR)
def test_a_poor_result_still_makes_a_sound_report(browser, tmp_path, which):
    path = report(POOR[which](), tmp_path / "poor.html")
    Opened(browser, path).is_sound(path).page.close()


def test_ten_variants_and_ten_seeds_stay_below_3_mb(tmp_path):
    steps = np.arange(5_400)
    waves = {f"wave {i}": 0.05 + 0.04 * np.cos(steps * (i + 1) / 300) for i in range(10)}
    first = {name: trial(name, waves[name], 0) for name in waves}
    outcomes = [
        dataclasses.replace(first[name], seed=seed, losses=first[name].losses * (1 + 0.01 * seed))
        for name in waves
        for seed in range(10)
    ]
    path = report(comparison(waves, 10, outcomes), tmp_path / "big.html")
    assert 1_000_000 < path.stat().st_size < 3_000_000


def test_it_holds_vega_once_and_a_policy_without_eval(six_by_eight):
    page = six_by_eight.read_text(encoding="utf-8")
    assert page.count("window.vegaEmbed=") == 1
    policy = html.unescape(re.search(r'Policy" content="([^"]+)"', page).group(1))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert not re.search(r"""(src|href)=["'](?!data:)""", page.split("<script")[0])


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_another_ending_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match="A report is an HTML file; got 'report"):
        report(comparison(seeds=1), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_earlier_report_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "report.html"
    for _ in range(2):
        assert report(comparison(seeds=1), path) == path
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("which", ALL)
def test_a_range_test_makes_a_sound_page_of_its_own(browser, tmp_path, which, width):
    path = report(ALL[which](), tmp_path / "find.html", name="<digits> " + "y" * 200)
    opened = Opened(browser, path, width=width).is_sound(path)
    assert opened.page.locator("h1").inner_text() == ALL[which]().verdict.partition(" Strong")[0]
    assert "<digits>" in opened.page.locator(".over").inner_text()
    plot = "document.querySelector('.chart svg .mark-rule').getBoundingClientRect()"
    assert opened.page.evaluate(f"{plot}.width > 150") or which == "not the rate"
    opened.page.close()


def test_the_page_of_a_range_test_marks_what_is_good_and_names_what_is_lost(browser, tmp_path):
    path = report(ALL["not the rate"](), tmp_path / "lost.html")
    opened = Opened(browser, path)
    assert opened.page.locator("#measured tr.bad").count() == 8
    path = report(replayed(), tmp_path / "find.html")
    opened.page.goto(path.as_uri())
    good = opened.page.locator("#measured tr", has_text="good").all_inner_texts()
    assert [row.split()[0] for row in good] == ["0.1", "0.22"]
    opened.page.close()


def test_reason_and_name_of_a_range_test_are_shown_and_never_run(browser, tmp_path):
    nasty = "</script><script>window.pwned = 1</script>"
    path = report(replayed(reason=nasty), tmp_path / "nasty.html", name=nasty)
    opened = Opened(browser, path).is_sound(path)
    assert opened.page.evaluate("window.pwned") is None
    assert nasty in opened.page.locator(".details").inner_text()
    opened.page.close()
