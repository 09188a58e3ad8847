import io

import numpy as np
import pytest
from charts.drawing import NASTY_NAMES, ink, png_size, texts
from comparison.simulated import HORIZON, comparison, failed, rates_by_name, trial
from rich.console import Console

from paceline.comparison import Cell
from paceline.reporting import write_charts


def _printed(result, width=100):
    console = Console(file=io.StringIO(), width=width, legacy_windows=False)
    console.print(result.table())
    return console.file.getvalue()


def test_a_row_holds_what_the_table_shows():
    row = comparison().table().rows[0]
    assert row.variant == "cosine"
    assert row.expression == "cosine(peak=0.3, steps=360)"
    assert not row.is_baseline
    assert row.primary == Cell(mean="0.9721", interval="[0.9714, 0.9727]", reach="± 0.0007")
    assert row.difference == Cell(mean="+0.05032", interval="[0.04468, 0.05597]", reach="± 0.00564")
    assert (row.verdict, row.corrected_p) == ("better", "0.039")
    assert list(row.others) == ["loss"]
    assert (row.steps_to_target, row.reached) == ("108", "8 of 8")
    assert (row.trials, row.troubled) == ("8 done", False)


def test_rows_come_in_the_order_of_the_summaries_and_the_baseline_has_no_difference():
    result = comparison()
    rows = result.table().rows
    assert [row.variant for row in rows] == [row.variant for row in result.summaries]
    assert [row.variant for row in rows if row.difference is None] == [result.baseline]


def test_a_target_that_most_never_reached_reads_as_more_than_the_horizon():
    rows = {row.variant: row for row in comparison().table().rows}
    assert (rows["constant-low"].steps_to_target, rows["constant-low"].reached) == (
        "> 360",
        "0 of 8",
    )


def test_a_variant_with_a_diverged_seed_has_no_interval_and_says_why():
    rates = {"hot": np.full(HORIZON, 0.1), "cold": np.full(HORIZON, 0.05)}
    outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(3)]
    outcomes[0] = trial("hot", np.full(HORIZON, 0.5), 0)
    outcomes[4] = failed("cold", 1, "no")
    rows = {row.variant: row for row in comparison(rates, 3, outcomes).table().rows}
    assert rows["hot"].primary.interval == ""
    assert (rows["hot"].trials, rows["cold"].trials) == ("2 done, 1 diverged", "2 done, 1 failed")
    assert rows["hot"].troubled


def test_the_terminal_table_fits_into_80_columns_without_cutting_a_number():
    text = _printed(comparison(), width=80)
    assert max(map(len, text.splitlines())) <= 80
    for part in ("0.9721", "± 0.0007", "+0.05032", "better", "p 0.039", "baseline", "> 360"):
        assert part in text


def test_the_terminal_table_survives_any_name():
    rates = dict.fromkeys(["\x1b[31mred", *NASTY_NAMES], np.full(HORIZON, 0.1))
    text = _printed(comparison(rates, 1))
    assert "[red]markup" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("seeds", [1, 8])
def test_the_pictures_are_written_and_show_something(seeds, tmp_path):
    paths = write_charts(comparison(seeds=seeds), tmp_path / "new")
    assert [path.name for path in paths] == ["rates.png", "losses.png", "final.png", "forest.png"]
    for path in paths:
        assert png_size(path.read_bytes())[0] > 1_300
        assert ink(path.read_bytes()) > 50


def test_of_fifty_variants_the_best_ten_and_the_baseline_are_drawn():
    noise = np.random.default_rng(0)
    rates = {f"rate {i}": np.full(HORIZON, noise.uniform(0.01, 0.3)) for i in range(50)}
    result = comparison(rates, 1)
    best = [row.variant for row in result.summaries]
    drawn = [text for text in texts(result.charts()["final"]) if text.startswith("rate ")]
    assert drawn == [name for name in best if name in {"rate 0", *best[:10]}]


def test_a_task_without_validation_data_has_no_validation_chart():
    rates = rates_by_name()
    outcomes = [trial(name, rates[name], 0, validation={}) for name in rates]
    result = comparison(rates, 1, outcomes, metric="training_loss", higher_is_better=False)
    assert list(result.charts()) == ["forest", "final", "beats", "losses", "rates"]
    assert result.table().rows[0].primary.mean != "–"


@pytest.mark.parametrize(("per_epoch", "horizon", "window"), [
    (18, 360, 18), (18, 1_800, 18), (10_000, 10_000, 500), (1, 100_000, 500), (3, 5, 1),
])  # fmt: skip
def test_a_point_of_the_training_curve_is_an_epoch_where_that_gives_20_to_200(
    per_epoch, horizon, window
):
    from paceline.comparison._charts import training_window

    assert training_window(horizon, per_epoch) == window
