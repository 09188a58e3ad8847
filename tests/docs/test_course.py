"""What each chapter of the course says follows from what its script prints."""

import os
import re

import pytest
from _build.shown import QUIET, Page
from _build.translated import ENGLISH
from docs.test_documents import without_figures

WORDS = "better|worse|practically equal|no evidence|baseline"


def printed(chapter: int) -> dict[str, str]:
    """Run the script of a chapter; return what each of its cells prints.

    The page has the words that were printed, and the charts that were drawn.
    """
    (path,) = ENGLISH.glob(f"{chapter}_*.md")
    page = Page(path)
    ran = page.run({**os.environ, **QUIET})
    assert without_figures(page.filled(ran)) == without_figures(page.text), "run: make docs"
    (script,) = ran.values()
    assert script.pictures.keys() == page.pictures.keys()
    return script.printed


def rows(table: str) -> dict[str, list[float]]:
    """Return the numbers of each row that begins with a name, below its last two blanks."""
    lines = (re.split(r"\s{2,}", line.strip().replace("%", "")) for line in table.splitlines())
    return {
        name: [float(cell) for cell in cells]
        for name, *cells in lines
        if cells and re.fullmatch(r"[\d.]+", cells[-1])
    }


def means(table: str) -> dict[str, float]:
    """Return the first number of each row of a result's table, by its name, in order."""
    found = re.findall(r"^ ?([a-z].*?) {2,}(\d\.\d+) .*", table, flags=re.MULTILINE)
    return {name: float(mean) for name, mean in found}


def verdicts(table: str) -> dict[str, str]:
    found = re.findall(rf"^ ?([a-z].*?) {{2,}}.* ({WORDS})\b", table, flags=re.MULTILINE)
    return dict(found)


def suggested(verdict: str) -> float:
    """Return the rate that a range test suggests."""
    return float(re.search(r"Suggestion: ([\d.]+) ", verdict)[1])


def test_the_first_chapter_finds_the_machine_ready() -> None:
    cells = printed(1)
    assert cells["Ask the doctor"].endswith("ready to train: True\n")
    assert cells["One update"] == "weights after one update: [0.6 1.2]\n"
    assert int(cells["A real model"].rstrip("%\n").rpartition(" ")[2]) > 80


def test_the_second_chapter_crawls_learns_oscillates_and_diverges() -> None:
    found = rows(printed(2)["What they do"])
    before, largest, last, rises = 0, 1, slice(2, 5), 5
    assert found["0.0001"][rises] == 0
    assert max(found["0.5"][last]) < 0.1 * found["0.5"][before]
    assert min(found["0.01"][last]) > 5 * max(found["0.5"][last])
    assert found["2"][rises] > 20
    assert found["10"][largest] > 10 * found["10"][before]
    assert found["10"][last] == pytest.approx([2.30] * 3, abs=0.02)


@pytest.mark.slow
def test_the_third_chapter_finds_a_rate_and_says_when_it_does_not_know() -> None:
    cells = printed(3)
    assert "trial and error: 0.1;" in cells["Trial and error"]
    assert 0.05 < suggested(cells["A range test"]) < 0.5
    assert 0.05 < suggested(cells["Five range tests"]) < 0.5
    unknown = cells["Questions without a good answer"]
    assert unknown.count("No suggestion") == 3
    assert "Weak" in unknown.splitlines()[-1]


@pytest.mark.slow
def test_in_the_fourth_chapter_the_falling_rate_ends_lowest() -> None:
    cells = printed(4)
    found = rows(cells["How far they get"])
    falling = found.pop("0.4 falling to 0")
    for column in (1, 2, 3):
        assert falling[column] < min(row[column] for row in found.values())
    assert found["fixed 0.4"][0] < found["fixed 0.05"][0]
    assert found["fixed 0.4"][3] > 2 * found["fixed 0.05"][3]
    assert cells["The verdict"].partition("Worse: ")[2].count("fixed") == 4


@pytest.mark.slow
def test_in_the_fifth_chapter_wrong_numbers_are_worse_and_the_shapes_hardly_differ() -> None:
    cells = printed(5)
    assert "last rate 0.0849" in cells["In Keras, and here"]
    numbers = cells["One number changed"]
    wrong = {"first rate x 5", "first rate / 10", "decay rate 0.0001", "decay steps / 10"}
    assert {name for name, verdict in verdicts(numbers).items() if verdict == "worse"} >= wrong
    assert verdicts(numbers)["in 3 stairs"] == "practically equal"
    assert means(numbers)["as in tutorials"] > means(numbers)["made for the run"]
    assert "constant             above half the peak 100%" in cells["Other shapes"]
    found = means(cells["The shapes compared"])
    constant = found.pop("constant")
    assert constant > 2 * max(found.values())
    good = [found[name] for name in ("linear", "cosine", "polynomial, power 2", "exponential")]
    assert max(good) - min(good) < 0.02 < constant - max(good)
    late = cells["A step too late"]
    assert "Keras      0.150 at 199, 0.150 at 200, 0.015 at 201" in late
    assert "exact      0.150 at 199, 0.015 at 200, 0.015 at 201" in late


@pytest.mark.slow
def test_in_the_sixth_chapter_each_shape_has_a_case_for_and_a_case_against() -> None:
    found = {
        line[:25].strip(): (*map(float, line[25:41].split()), line[41:60].strip())
        for line in printed(6)["Twelve answers"].splitlines()[1:]
    }
    better = {name for name, (*_, verdict) in found.items() if verdict == "better"}
    worse = {name for name, (*_, verdict) in found.items() if verdict == "worse"}
    assert better >= {
        "warm-up: deep, high peak",
        "cycles: peak too high",
        "restarts: stopped early",
        "one-cycle: no decay",
        "stable: low peak",
    }
    assert worse == {"cycles: peak good", "one-cycle: a decay", "stable: length known"}
    assert found["warm-up: deep, good peak"][0] < found["warm-up: deep, high peak"][1]


@pytest.mark.slow
def test_in_the_seventh_chapter_what_is_saved_comes_back() -> None:
    cells = printed(7)
    used = cells["Driven by a metric"]
    assert float(re.search(r"at most (\S+) apart", used)[1]) < 1e-8
    saved = cells["Save and load"]
    for line in saved.splitlines():
        if "next rate" in line:
            before, after = re.findall(r"\d\.\d+", line)
            assert before == after
    assert saved.count("loads as an equal: True") == 3
    function, unregistered, recipe = cells["What can't be saved"].splitlines()
    assert "register_keras_serializable" in function
    assert "'Unregistered'" in unregistered
    assert ".over(10_000)" in recipe
    assert "'mine>Parabola'" in cells["In another program"]


@pytest.mark.slow
def test_in_the_eighth_chapter_the_lowest_training_loss_generalises_worst() -> None:
    cells = printed(8)
    found = {
        line[:15].strip(): [float(each) for each in re.findall(r"\d+(?:\.\d+)?", line[15:])]
        for line in cells["Three effects"].splitlines()[3:]
    }
    speed, training, validation, accuracy = range(4)
    slow, usual = found["constant 0.005"], found["constant 0.05"]
    assert slow[speed] > 3 * usual[speed]
    assert slow[accuracy] < usual[accuracy]
    for large in (found["constant 0.2"], found["linear 0.2"]):
        assert large[training] < usual[training] < slow[training]
        assert large[validation] > usual[validation]
    noise = cells["The baseline against itself"]
    assert "no evidence" in noise or "practically equal" in noise
    assert 0.01 < suggested(cells["The range test"]) < 0.2
    assert cells["The choice"].splitlines()[-1].startswith("paceline.linear(")
