import numpy as np
from charts.drawing import marks, rows, texts

from paceline.charts import rate_chart, rate_strip

FALLING = {"cosine": 0.05 * (1 + np.cos(np.pi * np.arange(1_001) / 1_000)), "low": np.full(9, 1e-3)}


def test_the_switch_makes_whole_decades_of_the_axis():
    found = texts(rate_chart(FALLING), rate_axis="log")
    assert {"1e-5", "1e-4", "0.001", "0.01", "0.1"} <= {text.replace("e−", "e-") for text in found}
    assert not {"0.05", "0.02"} & set(found)


def test_a_rate_of_zero_is_on_no_log_axis():
    chart = rate_chart({"a": [0.1, 0.01, 0.0]})
    assert [row["log_rate"] for row in rows(chart) if "log_rate" in row] == [-1, -2, None]
    (line,) = marks(chart, "line mark", rate_axis="log")
    assert line.get("d").count("L") == 1


def test_a_curve_thinned_for_both_axes_is_right_on_a_log_axis_too():
    chart = rate_chart(FALLING)
    drawn = [(row["step"], row["log_rate"]) for row in rows(chart)
             if row.get("variant") == "cosine" and row["log_rate"] is not None]  # fmt: skip
    steps, logs = np.array(drawn).T
    every = np.arange(int(steps[-1]) + 1)
    exact = np.log10(FALLING["cosine"][: len(every)])
    assert np.abs(np.interp(every, steps, logs) - exact).max() < 0.02


def test_all_rates_of_zero_or_none_can_be_drawn_on_both_axes():
    for rates in ({"a": [0.0, 0.0]}, {"a": []}, {}):
        for axis in ("linear", "log"):
            assert "learning rate" in texts(rate_chart(rates), rate_axis=axis)


def test_a_strip_is_low_and_light():
    strip = rate_strip({f"wave {i}": np.sin(np.arange(90_000) / 9) ** 2 for i in range(10)})
    assert strip.to_dict()["height"] < 100
    assert len(rows(strip)) < 10 * 400 + 200
