import dataclasses
import html
import re

import numpy as np
import pytest
from charts.drawing import NASTY_NAMES
from comparison.simulated import HORIZON, comparison, failed, rates_by_name, trial
from range_test.results import ALL, replayed
from reporting.opened import Opened

from paceline.comparison import SeveralTasks, verdict_sentences
from paceline.reporting import report


def _simulated(tmp_path_factory, name, result):
    return report(result, tmp_path_factory.mktemp("reports") / name)


def _six_by_eight():
    rates = rates_by_name()
    outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(8)]
    outcomes[3] = trial("constant-high", np.full(HORIZON, 0.4), 3)
    outcomes[5] = failed("constant-high", 5, "ResourceExhaustedError: <tensor> of 3 GB")
    return comparison(rates, 8, outcomes)


@pytest.fixture(scope="module")
def six_by_eight(tmp_path_factory):
    return _simulated(tmp_path_factory, "six.html", _six_by_eight())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_it_draws_every_chart_without_error_or_request(browser, six_by_eight, width, scheme):
    opened = Opened(browser, six_by_eight, width=width, scheme=scheme).is_sound(six_by_eight)
    assert opened.page.locator(".chart svg.marks").count() == 7
    opened.page.close()


def test_its_first_sentence_is_the_verdict(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    assert opened.page.locator("h1").inner_text() == verdict_sentences(_six_by_eight())[0]
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
    for hidden in (".chart summary", "#picker", "#copy-csv", ".vega-bindings"):
        assert not opened.page.locator(hidden).first.is_visible()
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.close()


def test_the_mouse_reads_a_chart_and_the_legend_singles_out(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    opened.page.locator("#chart-rates svg.marks").hover(position={"x": 500, "y": 100})
    tooltip = opened.page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")
    cells = tooltip.locator("td").all_inner_texts()
    read = dict(zip(cells[::2], cells[1::2], strict=True))
    assert 100 < float(read["updates"]) < 200
    assert float(read["constant-high"]) == 0.3
    assert list(read)[1] == "cosine"
    opened.page.locator("#chart-rates .role-legend-label text", has_text="wsd").click()
    opened.wait_for("#chart-rates .mark-line path[opacity='0.1']", 5)
    assert opened.problems == []
    opened.page.close()


def test_the_switch_makes_a_log_axis_of_rates(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    assert "0.25" in opened.labels("rates")
    opened.page.get_by_label("log", exact=True).check()
    opened.page.locator("#chart-rates .role-axis-label text", has_text="1e-5").wait_for()
    assert "0.25" not in opened.labels("rates")
    assert opened.problems == []
    opened.page.close()


def test_losses_and_rates_zoom_together_and_a_plain_wheel_scrolls(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    page = opened.page
    page.evaluate("document.getElementById('chart-losses').scrollIntoView()")
    box = page.locator("#chart-losses svg.marks").bounding_box()
    place = box["x"] + 500, box["y"] + 400
    updates = ["0", "50", "100", "150", "200", "250", "300", "350"]

    def axes():
        found = opened.labels("losses")
        starts = [i for i, text in enumerate(found) if text in updates and text != "0"]
        return len([i for i in starts if i - 1 not in starts]), set(found)

    page.mouse.move(*place)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 60)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == before + 60
    assert set(updates) <= axes()[1]

    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == before + 60
    zoomed = opened.labels("losses")
    assert zoomed.count("350") == 0
    assert zoomed.count("150") == 3

    page.mouse.down()
    page.mouse.move(place[0] - 300, place[1], steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert opened.labels("losses") != zoomed

    page.mouse.dblclick(*place)
    page.wait_for_timeout(400)
    assert opened.labels("losses").count("350") == 3
    assert opened.problems == []
    page.close()


def test_a_finger_scrolls_over_a_chart_that_can_be_zoomed(browser, six_by_eight):
    context = browser.new_context(has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(six_by_eight.as_uri())
    page.locator("#chart-losses[data-drawn]").wait_for()
    page.evaluate("document.getElementById('chart-losses').scrollIntoView()")
    before = page.evaluate("scrollY")
    session = context.new_cdp_session(page)
    for kind, y in [("Start", 400), *(("Move", y) for y in range(390, 190, -10)), ("End", None)]:
        points = [] if y is None else [{"x": 200, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        page.wait_for_timeout(10)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before + 100
    context.close()


def test_the_picker_chooses_what_every_chart_shows(browser, six_by_eight):
    opened = Opened(browser, six_by_eight)
    for name in ("wsd", "constant-low"):
        opened.page.locator("#picker").get_by_label(name).uncheck()
    opened.settle()
    left = ["cosine", "step", "exponential", "constant-high"]
    for chart in ("rates", "losses", "survival"):
        assert opened.labels(chart, "legend-label") == left
    for chart in ("forest", "final", "gap"):
        assert [text for text in opened.labels(chart) if text[0].isalpha()] == left
    assert len(opened.labels("beats")) == 8
    assert opened.page.locator("#picker output").inner_text() == "4 of 6"
    assert opened.problems == []
    opened.page.close()


def test_copy_as_csv_copies_what_to_csv_writes(browser, six_by_eight, tmp_path):
    for broken in (False, True):
        opened = Opened(browser, six_by_eight)
        if broken:  # a page from a disk may have no clipboard of its own
            opened.page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
        opened.page.locator("#copy-csv").click()
        opened.page.locator("#copied-csv", has_text="Copied 49 lines").wait_for()
        opened.page.evaluate(
            "document.body.append(Object.assign(document.createElement('textarea'), {id: 'to'}))"
        )
        opened.page.locator("#to").focus()
        opened.page.keyboard.press("Control+V")
        pasted = opened.page.locator("#to").input_value()
        assert pasted.splitlines() == _six_by_eight().csv().splitlines()
        assert opened.problems == []
        opened.page.close()


@pytest.fixture(scope="module")
def fifty(tmp_path_factory):
    rates = {f"rate {i}": np.full(HORIZON, 0.01 + i * 0.004) for i in range(50)}
    return _simulated(tmp_path_factory, "fifty.html", comparison(rates, 1))


def test_of_fifty_the_best_are_drawn_and_others_are_searched_for(browser, fifty):
    opened = Opened(browser, fifty)
    chips, search = opened.page.locator(".chip:visible"), opened.page.get_by_role("searchbox")
    shown = opened.labels("rates", "legend-label")
    assert 10 <= len(shown) <= 11
    assert "rate 0" in shown
    assert chips.all_inner_texts() == shown
    (other,) = [name for name in ("rate 48", "rate 49", "rate 2") if name not in shown][:1]
    search.fill(other)
    opened.page.get_by_label(other, exact=True).check()
    opened.settle()
    assert other in opened.labels("rates", "legend-label")
    assert any(other in text for text in opened.labels("final"))
    opened.page.locator("h1").click()
    opened.page.wait_for_timeout(100)
    assert chips.count() == len(shown) + 1
    assert opened.problems == []
    opened.page.close()


def test_no_more_than_twelve_are_drawn_at_once_and_never_none(browser, fifty):
    opened = Opened(browser, fifty)
    page = opened.page
    page.get_by_role("searchbox").focus()
    while page.locator(".chip input:not(:checked):enabled").count():
        page.locator(".chip input:not(:checked):enabled").first.check()
    assert page.locator(".chip input:checked").count() == 12
    opened.settle()
    assert len(opened.labels("rates", "legend-label")) == 12
    for _ in range(11):
        page.locator(".chip input:checked").first.uncheck()
    assert page.locator(".chip input:checked").is_disabled()
    opened.settle()
    assert len(opened.labels("losses", "legend-label")) == 1
    assert opened.problems == []
    page.close()


def _tasks():
    halved = {name: rates / 2 for name, rates in rates_by_name().items()}
    return {"examples/<a>.py": comparison(seeds=6), "b.py": comparison(halved, 6)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_several_tasks_make_a_sound_page_with_verdicts_and_links(browser, tmp_path, width, scheme):
    several = SeveralTasks(results=_tasks())
    path = report(several, tmp_path / "all.html", links={"b.py": "b%20c/report.html?a=1&b"})
    opened = Opened(browser, path, width=width, scheme=scheme).is_sound(path)
    assert opened.page.locator("h1").inner_text() == several.verdict_sentences[0]
    link = opened.page.locator("#tasks a")
    assert link.get_attribute("href") == "b%20c/report.html?a=1&b"
    assert "examples/<a>.py" in opened.page.locator("#tasks thead").inner_text()
    assert opened.page.locator("#tasks tbody tr").count() == len(several.schedules)
    assert opened.page.locator("#tasks .pill").count() == 2 * len(several.schedules)
    opened.page.close()


def test_the_noise_floor_of_an_a_a_run_has_its_section(browser, tmp_path):
    rates = rates_by_name()
    again = tuple(trial("constant-high", rates["constant-high"], seed) for seed in range(8, 16))
    with_floor, without = comparison(again=again), comparison()
    for result, count in ((with_floor, 1), (without, 0)):
        path = report(result, tmp_path / "floor.html")
        opened = Opened(browser, path).is_sound(path)
        assert opened.page.locator("#noise").count() == count
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


@pytest.mark.parametrize("width", [390, 1280])
def test_names_that_differ_only_at_their_end_stay_apart_in_every_chart(browser, tmp_path, width):
    rates = {f"cosine with a very long name {i}": np.full(HORIZON, 0.1 + i / 20) for i in range(3)}
    opened = Opened(browser, report(comparison(rates, 2), tmp_path / "l.html"), width=width)
    for chart in ("forest", "final", "gap"):
        labels = [text for text in opened.labels(chart) if "…" in text]
        assert sorted(text[-1] for text in labels) == ["0", "1", "2"]
    assert {text[-1] for text in opened.labels("rates", "legend-label")} == {"0", "1", "2"}
    opened.page.close()


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
    "constant metric": lambda: comparison(
        HOT, 2, [trial(name, HOT[name], seed, status="done", losses=np.ones(HORIZON),
                       validation={"accuracy": np.full(20, 0.5), "loss": np.full(20, 0.7)})
                 for name in HOT for seed in range(2)]),
    "one schedule": lambda: comparison({"a": np.full(HORIZON, 0.1)}, 2),
    "no validation data": lambda: comparison(
        HOT, 1, [trial(name, HOT[name], 0, status="done", losses=np.ones(HORIZON), validation={})
                 for name in HOT],
        metric="training_loss", higher_is_better=False, target=np.nan, margin=np.nan),
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
