"""What chapters 5 to 8 of the course say follows from what their scripts print."""

import re
from pathlib import Path

import pytest
from docs.test_tutorial import ran

pytestmark = pytest.mark.slow

WORDS = "better|worse|practically equal|no evidence|baseline"


def means(table: str) -> dict[str, float]:
    """Return the first number of each row of a result's table, by its name, in order."""
    found = re.findall(r"^ ?([a-z].*?) {2,}(\d\.\d+) .*", table, flags=re.MULTILINE)
    return {name: float(mean) for name, mean in found}


def verdicts(table: str) -> dict[str, str]:
    found = re.findall(rf"^ ?([a-z].*?) {{2,}}.* ({WORDS})\b", table, flags=re.MULTILINE)
    return dict(found)


def test_in_the_fifth_chapter_wrong_numbers_are_worse_and_the_shapes_hardly_differ(
    tmp_path: Path,
) -> None:
    keras, numbers, times, shapes, late = ran(5, tmp_path)
    assert "last rate 0.0849" in keras
    wrong = {"first rate x 5", "first rate / 10", "decay rate 0.0001", "decay steps / 10"}
    assert {name for name, verdict in verdicts(numbers).items() if verdict == "worse"} >= wrong
    assert verdicts(numbers)["in 3 stairs"] == "practically equal"
    assert means(numbers)["as in tutorials"] > means(numbers)["made for the run"]
    assert "constant             above half the peak 100%" in times
    found = means(shapes)
    constant = found.pop("constant")
    assert constant > 2 * max(found.values())
    good = [found[name] for name in ("linear", "cosine", "polynomial, power 2", "exponential")]
    assert max(good) - min(good) < 0.02 < constant - max(good)
    assert "Keras      0.150 at 199, 0.150 at 200, 0.015 at 201" in late
    assert "exact      0.150 at 199, 0.015 at 200, 0.015 at 201" in late


def test_in_the_sixth_chapter_each_shape_has_a_case_for_and_a_case_against(tmp_path: Path) -> None:
    (cases,) = ran(6, tmp_path)
    found = {
        line[:25].strip(): (*map(float, line[25:41].split()), line[41:60].strip())
        for line in cases.splitlines()[1:]
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


def test_in_the_seventh_chapter_what_is_saved_comes_back(tmp_path: Path) -> None:
    *_, used, saved, function, unregistered, recipe, elsewhere = ran(7, tmp_path)
    assert float(re.search(r"at most (\S+) apart", used)[1]) < 1e-8
    for line in saved.splitlines():
        if "next rate" in line:
            before, after = re.findall(r"\d\.\d+", line)
            assert before == after
    assert saved.count("loads as an equal: True") == 3
    assert "register_keras_serializable" in function
    assert "'Unregistered'" in unregistered
    assert ".over(10_000)" in recipe
    assert "'mine>Parabola'" in elsewhere


def test_in_the_eighth_chapter_the_lowest_training_loss_generalises_worst(tmp_path: Path) -> None:
    effects, noise, rate, _, _, answer = ran(8, tmp_path)
    found = {
        line[:15].strip(): [float(each) for each in re.findall(r"\d+(?:\.\d+)?", line[15:])]
        for line in effects.splitlines()[3:]
    }
    speed, training, validation, accuracy = range(4)
    slow, usual = found["constant 0.005"], found["constant 0.05"]
    assert slow[speed] > 3 * usual[speed]
    assert slow[accuracy] < usual[accuracy]
    for large in (found["constant 0.2"], found["linear 0.2"]):
        assert large[training] < usual[training] < slow[training]
        assert large[validation] > usual[validation]
    assert "no evidence" in noise or "practically equal" in noise
    assert 0.01 < float(re.search(r"Suggestion: ([\d.]+) ", rate)[1]) < 0.2
    assert answer.splitlines()[-1].startswith("paceline.linear(")
