import numpy as np
from charts.drawing import marks, texts

from paceline.charts import beats_chart

NAMES = ["a", "b", "c"]
BEATS = [[np.nan, 0.9, 0.5], [0.1, np.nan, 0.25], [0.5, 0.75, np.nan]]


def test_every_pair_has_its_number_and_the_diagonal_is_blank():
    numbers = [
        text
        for text in texts(beats_chart(BEATS, NAMES, metric="loss"))
        if "." in text and text[0].isdigit()
    ]
    assert sorted(numbers) == ["0.10", "0.25", "0.50", "0.50", "0.75", "0.90"]


def test_the_middle_has_no_colour_and_the_sides_have_two():
    cells = marks(beats_chart(BEATS, NAMES, metric="loss"), "rect mark")
    strengths = {(cell.get("fill"), float(cell.get("opacity"))) for cell in cells}
    assert ("#0077bb", 0.0) in strengths
    assert max(strength for fill, strength in strengths if fill == "#d55e00") > 0.5


def test_rows_and_columns_are_numbered_in_the_order_in_which_they_are_shown():
    found = texts(beats_chart(BEATS, NAMES, metric="loss"), shown=["c", "a"])
    assert [text for text in found if "   " in text] == ["1   c", "2   a"]
    assert {"0.50"} == {text for text in found if text.startswith("0.")}
