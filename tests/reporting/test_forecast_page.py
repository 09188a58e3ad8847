import dataclasses

import pytest
from charts.drawing import NASTY_NAMES, png_size
from forecast.forecasts import forecasts, law
from reporting.opened import Opened

from paceline.forecast import Forecasts
from paceline.forecast._fit_curves import LAWS
from paceline.reporting import report, write_charts
from paceline.reporting._forecast_page import _FORMULAS, _MEANINGS

PWN = "</script><script>window.pwned = 1</script>"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return report(forecasts(), tmp_path_factory.mktemp("reports") / "forecast.html")


def doubted(*warnings):
    told = {
        name: dataclasses.replace(each, warnings=warnings)
        for name, each in forecasts().forecasts.items()
    }
    return Forecasts(law=law(), forecasts=told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_it_draws_both_charts_without_error_or_request(browser, page, width, scheme):
    opened = Opened(browser, page, width=width, scheme=scheme).is_sound(page)
    drawn = opened.page.evaluate("[...document.querySelectorAll('.chart')].map(chart => chart.id)")
    assert drawn == ["chart-forecast", "chart-misses"]
    opened.page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_losses_at_the_end_are_within_the_page_and_in_the_colours_of_their_lines(
    browser, page, width
):
    opened = Opened(browser, page, width=width)
    ends = opened.page.locator("#chart-forecast .mark-text text[font-size='12.5px']")
    assert sorted(ends.all_text_contents()) == sorted(row.final for row in forecasts().rows)
    colours = {each.evaluate("node => getComputedStyle(node).fill") for each in ends.all()}
    assert len(colours) == 2
    right = max(each.bounding_box()["x"] + each.bounding_box()["width"] for each in ends.all())
    assert right <= width
    opened.page.close()


def test_its_first_sentence_is_the_verdict(browser, page):
    opened = Opened(browser, page)
    assert opened.page.locator("h1").inner_text() == forecasts().sentences[0]
    assert opened.page.locator(".details").inner_text() == " ".join(forecasts().sentences[1:])
    assert opened.page.locator("#warnings").count() == 0
    opened.page.close()


def test_every_warning_stands_right_below_the_verdict(browser, tmp_path):
    doubts = doubted("The peak is another.", f"A curve named {PWN} lies apart.")
    place = report(doubts, tmp_path / "doubted.html", name=PWN)
    opened = Opened(browser, place)
    shown = opened.page.locator("header + #warnings .caution").all_inner_texts()
    assert shown == [f"Warning. {warning}" for warning in doubts.warnings]
    assert "Mind the 2 warnings." in opened.page.locator(".details").inner_text()
    assert opened.page.evaluate("window.pwned") is None
    opened.page.close()


def test_the_tables_have_the_schedules_lowest_first_the_curves_and_the_parameters(browser, page):
    opened = Opened(browser, page)
    cells = opened.page.locator("#schedules tbody tr").all()
    for row, found in zip(forecasts().rows, cells, strict=True):
        text = found.inner_text()
        assert all(part in text for part in (row.name, row.final, row.interval, row.updates))
    curves = opened.page.locator("#curves tbody").inner_text()
    for each in law().curves:
        assert f"{law().left_out[each.name]:.2%}".replace("%", " %") in curves
    assert opened.page.locator("#parameters tbody tr").count() == len(law().parameters)
    assert "L(t) = L0 + A·S(t)^−α" in opened.page.locator("main").inner_text()
    opened.page.close()


def test_every_law_has_a_formula_and_every_parameter_a_meaning():
    assert set(LAWS) <= set(_FORMULAS)
    for each in LAWS.values():
        units = each.in_units(1.0, **dict.fromkeys(each.parameters, 0.5))
        assert set(units) <= set(_MEANINGS)


def test_each_schedule_is_copied_as_lines_of_python(browser, page):
    opened = Opened(browser, page)
    best, other = forecasts().ranked
    lines = opened.page.locator(".line[aria-label$='in Python']")
    assert lines.first.inner_text().strip() == forecasts().code(best)
    opened.page.locator("#code-1, #copy-code-1").first.click()
    opened.page.locator("#copied-code-1", has_text="Copied 3 lines").wait_for()
    opened.page.locator("summary", has_text="The other schedules").click()
    assert lines.nth(1).inner_text().strip() == forecasts().code(other)
    assert opened.problems == []
    opened.page.close()


def test_the_mouse_reads_the_forecasts(browser, page):
    opened = Opened(browser, page)
    opened.page.locator("#chart-forecast svg.marks").hover(position={"x": 900, "y": 100})
    tooltip = opened.page.locator("#vg-tooltip-element")
    tooltip.wait_for(state="visible")
    cells = tooltip.locator("td").all_inner_texts()
    read = dict(zip(cells[::2], cells[1::2], strict=True))
    assert 2 < float(read["cosine"]) < 4
    assert read["constant"] == "–"
    opened.page.close()


def test_on_paper_it_is_light_whole_and_without_buttons(browser, page):
    opened = Opened(browser, page, width=718, scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert opened.page.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
    for hidden in (".chart summary", "#copy-code-1"):
        assert not opened.page.locator(hidden).first.is_visible()
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.close()


def test_any_name_of_a_curve_or_a_schedule_is_shown_as_text(browser, tmp_path):
    told = forecasts().forecasts["wsd"]
    named = dict.fromkeys(NASTY_NAMES[:8], told)
    place = report(Forecasts(law=law(), forecasts=named), tmp_path / "nasty.html", name=PWN)
    opened = Opened(browser, place).is_sound(place)
    assert opened.page.evaluate("window.pwned") is None
    assert PWN in opened.page.title()
    opened.page.close()


def test_its_charts_are_written_as_pictures(tmp_path):
    written = write_charts(forecasts(), tmp_path)
    assert [path.name for path in written] == ["forecast.png", "misses.png"]
    for path in written:
        assert png_size(path.read_bytes())[0] > 1000
