import csv
import dataclasses
import json

import numpy as np
import pytest
from charts.drawing import ink, png_size
from range_test.results import ALL, COARSE, FINE, NAN, START, STRONG, flat, replayed, swept

import paceline
from paceline.charts import save_chart
from paceline.range_test import Suggestion


def _rows(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_the_verdict_names_the_rate_its_band_and_its_strength():
    assert replayed().verdict == (
        "Suggestion: 0.11 (between 0.08 and 0.26). Strong: after 40 updates the loss on the probe "
        "had fallen by 91 %."
    )


def test_without_a_suggestion_the_verdict_is_the_reason():
    assert flat().verdict == f"No suggestion: {flat().reason}"


@pytest.mark.parametrize(("repeats", "said"), [
    ((0.1, 0.12, 0.2), "The 3 repeats suggest 0.1, 0.12, 0.2."),
    ((0.02, NAN, 0.2), "Unreliable: the 3 repeats suggest 0.02, none, 0.2, 1.0 decades apart."),
])  # fmt: skip
def test_repeats_that_are_half_a_decade_apart_are_called_unreliable(repeats, said):
    found = replayed(repeats=repeats)
    assert said in found.verdict
    assert ("unreliable" in repr(found)) is ("Unreliable" in said)


def test_the_verdict_ends_with_what_there_is_to_know():
    assert replayed(reason="The minimum is at the end.").verdict.endswith(
        "91 %. The minimum is at the end."
    )


@pytest.mark.parametrize("which", ALL)
def test_a_sketch_fits_80_columns_and_shows_every_loss(which):
    found = ALL[which]()
    lines = str(found).splitlines()
    assert max(map(len, lines)) <= 80
    assert found.verdict.split()[0] in lines[0]
    measured = 24 if found.sweep else sum(len(each.rates) for each in found.replays)
    table = lines[lines.index("") + 2 :]
    assert len([line for line in table if len(line.split()) >= 3]) >= measured


def test_a_sketch_marks_the_suggestion_at_its_place_and_the_band():
    lines = replayed().sketch().splitlines()
    (mark,) = (i for i, line in enumerate(lines) if line.startswith("▶"))
    assert lines[mark].split() == ["▶", "0.11", "suggested"]
    assert [line.split()[1] for line in lines if line.startswith("│ ")][:2] == ["0.1", "0.22"]
    assert lines[mark - 1].split()[1:3] == ["0.1", "40"]


def test_the_longest_bar_of_a_sketch_is_the_largest_fall_and_noise_has_none():
    longest = max(replayed().sketch().splitlines(), key=lambda line: line.count("█"))
    assert "0.2269" in longest
    assert "█" not in flat().sketch()


def test_a_loss_that_is_not_finite_is_said_so():
    losses = np.where(COARSE.rates > 0.5, np.nan, COARSE.losses)
    found = replayed(replays=(dataclasses.replace(COARSE, losses=losses), FINE))
    assert found.sketch().count("not finite") == 2


def test_the_bounds_make_a_cyclic_schedule_that_starts_where_the_loss_begins_to_fall():
    bounds = replayed().bounds()
    assert bounds["peak"] == STRONG.rate
    # a tenth of the fall, 0.0804, is between the falls at 0.001 (0.0268) and 0.01 (0.1886)
    low = 10 ** (-3 + (0.08039 - 0.0268) / (0.1886 - 0.0268))
    assert bounds["start_factor"] * bounds["peak"] == pytest.approx(low, rel=1e-3)
    made = paceline.cyclic(**bounds, steps=80)
    assert made(0) == pytest.approx(low, rel=1e-3)
    assert made(10) == pytest.approx(STRONG.rate)


def test_bounds_never_start_above_the_peak():
    low = Suggestion(rate=1e-4, low=1e-5, high=1e-3, drop=0.2, strength="strong")
    assert replayed(suggestion=low).bounds() == {"peak": 1e-4, "start_factor": 1.0}


def test_bounds_of_a_sweep_are_read_off_its_probe():
    bounds = swept().bounds()
    assert 1e-3 < bounds["start_factor"] * bounds["peak"] < 0.06


def test_bounds_without_a_suggestion_say_why_and_what_else():
    with pytest.raises(ValueError, match=r"there is none: No rate from .* already\?\. Try other"):
        flat().bounds()


def test_the_familiar_rules_read_a_sweep_and_refuse_replays():
    found = swept().rules()
    assert list(found) == ["valley", "minimum", "steep"]
    assert all(1e-4 < rate < 1 for rate in found.values())
    with pytest.raises(ValueError, match=r'needs a sweep; .* method="sweep"'):
        replayed().rules()


@pytest.mark.parametrize("which", ALL)
def test_every_result_becomes_a_picture(which, tmp_path):
    data = save_chart(ALL[which]().chart(), tmp_path / "find.png").read_bytes()
    assert png_size(data)[0] > 1_300
    assert ink(data) > 50


def test_the_title_of_the_chart_is_the_verdict():
    assert replayed().chart().to_dict()["title"]["text"] == [
        "0.11, strong: the probe loss fell by 91 %"
    ]
    title = flat().chart().to_dict()["title"]
    assert title["text"] == ["No suggestion: no rate lowers the loss"]
    assert title["subtitle"][0].startswith("No rate from")


def test_what_there_is_to_know_stands_below_the_title():
    title = replayed(reason="The minimum is at the end.").chart().to_dict()["title"]
    assert title["subtitle"][0] == "The minimum is at the end."


def test_a_sweep_beside_replays_shares_the_axis_of_rates_and_the_colours():
    both = replayed().chart(sweep=swept()).to_dict()
    axes = [panel["layer"][-1]["encoding"]["x"] for panel in both["vconcat"]]
    layers = [layer["encoding"] for panel in both["vconcat"] for layer in panel["layer"]]
    domains = {str(each["x"]["scale"]["domain"]) for each in layers if "scale" in each.get("x", {})}
    assert len(both["vconcat"]) == len(axes) == 2
    assert len(domains) == 1
    names = {str(each["color"]["scale"]["domain"]) for each in layers if "color" in each}
    assert names == {"['10 updates', '40 updates', 'probe loss', 'training loss']"}


def test_replays_are_no_sweep_to_draw_beside():
    with pytest.raises(ValueError, match='method="sweep"'):
        replayed().chart(sweep=replayed())


@pytest.mark.parametrize("which", ALL)
def test_the_numbers_go_into_a_csv_file_and_into_json(which, tmp_path):
    found = ALL[which]()
    with found.to_csv(tmp_path / "find.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    measured = [found.sweep] if found.sweep else found.replays
    assert len(rows) == sum(len(each.rates) for each in measured)
    assert list(rows[0]) == ["rate", "updates", "loss", "good"]
    told = found.to_dict()
    assert json.loads(json.dumps(told))["problem"] == found.problem
    assert (told["suggestion"] is None) is (found.suggestion is None)


def test_the_csv_file_of_replays_is_sorted_by_rate(tmp_path):
    with replayed().to_csv(tmp_path / "find.csv").open(newline="") as file:
        rates = [float(row["rate"]) for row in csv.DictReader(file)]
    assert rates == sorted(rates)


def test_the_start_is_a_line_of_its_own():
    assert any(
        row.get("label", "").startswith(f"{START:.4g}\n") for row in _rows(replayed().chart())
    )
