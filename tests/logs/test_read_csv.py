"""What is written to a CSV file comes back; what is no log is refused by what it holds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs.written import columns, write

from paceline.logs import read_csv

NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))


@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=30),
    separator=st.sampled_from([",", ";", "\t", "|", " "]),
    comma=st.booleans(),
    first=st.sampled_from(["", "\ufeff"]),
)
def test_a_file_comes_back_as_it_was_written(
    rows: list[tuple[float, float]],
    separator: str,
    comma: bool,
    first: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def cell(value: float) -> str:
        return f"{value:.6f}".replace(".", "," if comma and separator != "," else ".")

    lines = [separator.join([str(step), *map(cell, row)]) for step, row in enumerate(rows)]
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    log = read_csv(write(path, first + separator.join(["step", "lr", "loss"]), *lines))
    assert list(log.roles.items()) == [("step", "update"), ("lr", "rate"), ("loss", "loss")]
    for column, name in enumerate(["lr", "loss"]):
        np.testing.assert_array_equal(log.read(name).values, [row[column] for row in rows])
        np.testing.assert_array_equal(log.read(name).places, np.arange(len(rows)))


def test_cells_may_be_left_out_and_things_named_otherwise(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "Step,train/loss,LR,valid_loss,host",
        "0,2.0,0.1,,a", "10,1.5,0.05,NA,b", "20,1.2,,1.7", "", "30,nan,,,b",
    )  # fmt: skip
    log = read_csv(path)
    np.testing.assert_array_equal(log.training_loss().values, [2.0, 1.5, 1.2, np.nan])
    np.testing.assert_array_equal(log.track("rate").places, [0, 10])
    np.testing.assert_array_equal(log.track("validation").places, [20])
    assert log.track("epoch") is None
    with pytest.raises(ValueError, match="numbers in column 'host'"):
        log.read("host")


def test_epochs_end_where_they_are_counted_and_rows_without_a_count_are_updates(
    tmp_path: Path,
) -> None:
    losses = [3.0, 2.0, 1.0]
    for first in (0, 1):
        epochs = columns(tmp_path / "a.csv", epoch=range(first, first + 3), loss=losses)
        np.testing.assert_array_equal(read_csv(epochs).training_loss().places, [1, 2, 3])
        assert read_csv(epochs).training_loss().unit == "epoch"
    rows = read_csv(columns(tmp_path / "b.csv", loss=losses)).training_loss()
    np.testing.assert_array_equal(rows.places, [0, 1, 2])
    assert rows.unit == "update"


def test_a_loss_of_minus_infinity_is_no_empty_cell(tmp_path: Path) -> None:
    log = read_csv(columns(tmp_path / "a.csv", step=[0, 1], loss=["1.0", "-inf"]))
    assert len(log.training_loss()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 lines"),
        ("epoch,loss", "has 1 line."),
        ("epoch,accuracy,mae\n0,1,2", "has 'epoch', 'accuracy', 'mae'"),
        ("epoch,loss\n0,1.0\n1,high", "'high' in line 3"),
        ("epoch,loss\n0,1.0\nepoch,loss\n0,1.0", "If two files were joined there, keep one"),
        ("epoch,loss\n0,\n1,", "is empty"),
        ("step,loss\n0,1,5\n1,1,4", "Where decimals have a comma, separate by semicolons"),
        ("step;loss\n0;1,5\n1;1.234,5", "'1.234,5' in line 3"),
        ("step;loss\n0;1,5\n1;1.5", "'1.5' in line 3"),
        ("step,loss,loss\n0,1,2\n1,1,2", "one column 'loss'"),
    ],
)
def test_a_bad_file_is_refused_with_what_it_has(text: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", text)
    with pytest.raises(ValueError, match=words) as error:
        read_csv(path).training_loss()
    assert str(path) in str(error.value)


def test_what_is_no_file_or_no_text_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(FileNotFoundError, match="No file"):
            read_csv(path)
    (tmp_path / "a.npz").write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match="is no text"):
        read_csv(tmp_path / "a.npz")
