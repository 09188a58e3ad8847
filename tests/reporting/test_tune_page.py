import dataclasses
import math

import pytest
from charts.drawing import NASTY_NAMES, png_size
from reporting.opened import Opened
from tuning.made import HORIZON, made_trial, tuned

from paceline.reporting import report, write_charts

_OF_THE_SEARCH = ("schedule", "search", "progress", "rung-1", "rung-2", "budget")
_OF_THE_CONFIRMATION = ("forest", "final", "losses", "survival", "gap")
PWN = "</script><script>window.pwned = 1</script>"


@pytest.fixture(scope="module")
def result():
    return tuned()


@pytest.fixture(scope="module")
def page(result, tmp_path_factory):
    return report(result, tmp_path_factory.mktemp("reports") / "tune.html")


def _failed(result, error):
    trial = made_trial(result.trials[0].point, HORIZON, "promote", "accuracy", status="failed",
                       value=math.inf, error=error)  # fmt: skip
    return dataclasses.replace(result, trials=(*result.trials, trial, trial))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_it_draws_the_charts_of_the_search_and_of_its_confirmation(browser, page, width, scheme):
    opened = Opened(browser, page, width=width, scheme=scheme).is_sound(page)
    drawn = opened.page.evaluate("[...document.querySelectorAll('.chart')].map(chart => chart.id)")
    assert set(drawn) == {f"chart-{name}" for name in (*_OF_THE_SEARCH, *_OF_THE_CONFIRMATION)}
    opened.page.close()


def test_its_first_sentence_is_the_verdict_and_its_facts_are_the_cost(browser, page, result):
    opened = Opened(browser, page)
    assert result.verdict.startswith(opened.page.locator("h1").inner_text())
    assert result.verdict.endswith(opened.page.locator(".details").inner_text())
    facts = opened.page.locator(".facts").inner_text()
    for fact in ("60 full runs", f"{result.runs:,.1f} full runs", f"{len(result.trials)}", "8"):
        assert fact in facts
    opened.page.close()


def test_what_stands_below_a_title_is_a_line_and_not_its_letters(browser, result, tmp_path):
    alone = dataclasses.replace(result, best=result.baseline)  # then the schedule's chart has one
    page = report(alone, tmp_path / "alone.html")
    opened = Opened(browser, page)
    figure = opened.page.locator("figure", has=opened.page.locator("#chart-schedule"))
    assert "l · i" not in figure.inner_text()
    assert "linear to zero" in figure.inner_text()
    opened.page.close()


def test_the_schedule_is_copied_as_a_line_of_python(browser, page, result):
    for broken in (False, True):
        opened = Opened(browser, page)
        if broken:
            opened.page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
        assert opened.page.locator(".line").inner_text().strip() == result.best.code
        opened.page.locator("#copy-line").click()
        opened.page.locator("#copied-line", has_text="Copied").wait_for()
        opened.page.evaluate(
            "document.body.append(Object.assign(document.createElement('textarea'), {id: 'to'}))"
        )
        opened.page.locator("#to").focus()
        opened.page.keyboard.press("Control+V")
        assert opened.page.locator("#to").input_value() == result.best.code
        opened.page.close()


def test_the_picker_chooses_among_the_confirmed_and_leaves_the_search_alone(browser, page, result):
    opened = Opened(browser, page)
    other = next(name for name in result.confirmation.schedules if name != "linear to zero")
    opened.page.locator("#picker").get_by_label(other, exact=True).uncheck()
    opened.settle()
    assert other not in opened.labels("losses", "legend-label")
    assert other in opened.labels("search", "legend-label")
    assert len(opened.labels("rung-1", "legend-label")) == len(result.families)
    assert opened.problems == []
    opened.page.close()


def test_the_mouse_reads_the_chosen_dot_and_a_family_is_singled_out(browser, tmp_path):
    result = tuned(finalists=0)
    opened = Opened(browser, report(result, tmp_path / "tune.html"))
    ring = opened.page.locator("#chart-search path[stroke='#737373'][aria-roledescription]").first
    ring.scroll_into_view_if_needed()
    box = ring.bounding_box()
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tooltip = opened.page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")
    assert repr(result.best.recipe) in tooltip.inner_text()
    legend = "#chart-search .role-legend-label text"
    opened.page.locator(legend, has_text="wsd").click()
    opened.wait_for("#chart-search path[aria-roledescription='circle'][opacity='0.08']", 20)
    assert opened.problems == []
    opened.page.close()


def test_values_of_the_search_come_after_the_result_and_are_marked(browser, page, result):
    opened = Opened(browser, page)
    headings = opened.page.locator("h2").all_inner_texts()
    assert headings.index("Confirmed on 8 fresh seeds") < headings.index("How it was found")
    assert headings.index("How it was found") < headings.index("The best of the search")
    assert "None of this is the result" in opened.page.locator("#search").inner_text()
    best = opened.page.locator("section", has=opened.page.locator("#best"))
    assert "look better than they are" in best.inner_text()
    rows = best.locator("tbody tr")
    counts = [int(row.split()[-1]) for row in rows.all_inner_texts()]
    assert len(counts) == min(30, len({each.point for each in result.trials
                                       if each.horizon == HORIZON}))  # fmt: skip
    assert counts == sorted(counts, reverse=True)
    opened.page.close()


def test_the_protocol_names_seeds_horizons_families_peaks_and_command(browser, page, result):
    opened = Opened(browser, page)
    protocol = opened.page.locator(".protocol").inner_text()
    for fact in (
        "validation accuracy, higher is better",
        "0; the best also 10000, 10001",
        "1, 2, 3, 4, 5, 6, 7, 8; one seed gives",
        "40, 120, 360 updates",
        ", ".join(result.families),
        "0.02 to 2; the range test suggests 0.2",
        "sign-flip test",
        "Linux x86_64, 2 cores",
        result.command,
    ):
        assert fact in protocol
    opened.page.close()


def test_on_paper_it_is_light_whole_and_without_buttons(browser, page):
    opened = Opened(browser, page, width=718, scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert opened.page.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
    for hidden in ("#copy-line", "#copy-csv", "#picker", ".vega-bindings"):
        assert not opened.page.locator(hidden).first.is_visible()
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.close()


def test_without_a_confirmation_it_says_that_there_is_no_result(browser, tmp_path):
    path = report(tuned(finalists=0), tmp_path / "tune.html")
    opened = Opened(browser, path).is_sound(path)
    assert "which is no result" in opened.page.locator("h1").inner_text()
    assert "Not confirmed" in opened.page.locator("h2").all_inner_texts()
    assert opened.page.content().count("one of 32 or more for 8, enough for a verdict") == 1
    assert opened.page.locator("#schedules, #trials, #picker").count() == 0
    opened.page.close()


POOR = {
    "one family": lambda: tuned(families=("linear",), finalists=1),
    "one horizon": lambda: tuned(trials=20, horizons=(HORIZON,)),
    "five trials": lambda: tuned(trials=17, metric="loss"),
    "widened": lambda: tuned(edge="low"),
    "all diverged but one": lambda: _all_diverged_but_one(),
}


def _all_diverged_but_one():
    result = tuned(trials=30)
    lost = [
        dataclasses.replace(
            trial, result=dataclasses.replace(trial.result, status="diverged", value=math.inf)
        )
        for trial in result.trials[1:]
    ]
    return dataclasses.replace(result, trials=(result.trials[0], *lost))


@pytest.mark.parametrize("which", POOR)
def test_a_poor_search_still_makes_a_sound_page(browser, tmp_path, which):
    path = report(POOR[which](), tmp_path / "poor.html")
    Opened(browser, path, width=390).is_sound(path).page.close()


def test_what_failed_is_told_with_its_error_and_how_often(browser, result, tmp_path):
    path = report(_failed(result, "ResourceExhaustedError: 3 GB"), tmp_path / "failed.html")
    opened = Opened(browser, path).is_sound(path)
    (row,) = opened.page.locator("#errors tbody tr").all_inner_texts()
    assert row.split("\t") == ["ResourceExhaustedError: 3 GB", "2"]
    opened.page.close()


@pytest.mark.parametrize("name", [PWN, *NASTY_NAMES[:6], "y" * 500])
def test_names_errors_and_commands_are_shown_and_never_run(browser, result, tmp_path, name):
    nasty = dataclasses.replace(
        _failed(result, name),
        task=name,
        budget=name,
        command=name,
        environment={name: name},
    )
    path = report(nasty, tmp_path / "nasty.html")
    opened = Opened(browser, path, width=390).is_sound(path)
    assert opened.page.evaluate("window.pwned") is None
    assert name[:20].split("\n")[0] in opened.page.locator(".over").inner_text()
    opened.page.close()


def test_it_has_no_eval_and_asks_for_nothing(page):
    text = page.read_text(encoding="utf-8")
    assert text.count("window.vegaEmbed=") == 1
    assert "unsafe-eval" not in text.split("<style>")[0]


def test_ten_thousand_trials_stay_below_2_mb(tmp_path):
    path = report(tuned(trials=10_000), tmp_path / "big.html")
    assert path.stat().st_size < 2_000_000


def test_the_pictures_of_a_search_are_the_schedule_the_search_and_the_confirmation(
    result, tmp_path
):
    drawn = write_charts(result, tmp_path / "new")
    assert [path.name for path in drawn] == [
        "schedule.png",
        "search.png",
        "final.png",
        "forest.png",
    ]
    for path in drawn:
        assert png_size(path.read_bytes())[0] > 1_300
    alone = write_charts(tuned(finalists=0), tmp_path / "alone")
    assert [path.name for path in alone] == ["schedule.png", "search.png"]
