import numpy as np
import pytest

from paceline.charts import sparkline, sparkline_svg


def test_a_rising_line_climbs_through_every_block():
    assert sparkline(np.arange(800), width=8) == "▁▂▃▄▅▆▇█"


def test_a_constant_is_full_and_a_zero_is_empty():
    assert sparkline(np.full(100, 3e-4), width=5) == "█████"
    assert sparkline(np.zeros(100), width=5) == "▁▁▁▁▁"


def test_it_is_as_wide_as_asked_or_as_the_values():
    assert len(sparkline(np.arange(1_000), width=24)) == 24
    assert len(sparkline([1.0, 2.0], width=24)) == 2
    assert sparkline([]) == ""


def test_what_is_not_finite_is_blank():
    assert sparkline([1.0, float("nan"), float("inf")]) == "█  "


def test_a_width_of_nothing_is_refused():
    with pytest.raises(ValueError, match="width >= 1; got width=0"):
        sparkline([1.0], width=0)


def test_the_svg_holds_one_line_of_its_colour():
    picture = sparkline_svg(np.linspace(0, 1, 50), color="#0077bb")
    assert picture.startswith("<svg")
    assert 'stroke="#0077bb"' in picture
    assert "<text" not in picture
