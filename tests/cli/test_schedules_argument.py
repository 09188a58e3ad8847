import os
from pathlib import Path

import pytest

from paceline.schedules import Chain, Constant, Recipe, cosine, save_schedule, wsd
from paceline_cli._schedules_argument import leave_peak_out, read_schedules


def test_a_name_stands_before_the_first_equals_sign() -> None:
    assert read_schedules(["fast = cosine(peak=1e-2, steps=10)"]) == {
        "fast": cosine(peak=1e-2, steps=10)
    }


@pytest.mark.parametrize(
    "text", ["wsd(peak=1e-2, steps=10)", "0.5 * wsd(peak=1e-2, steps=10)", " constant(peak=1) "]
)
def test_an_equals_sign_after_a_parenthesis_is_an_arguments(text: str) -> None:
    assert list(read_schedules([text])) == [text.strip()]


def test_schedules_keep_their_order_and_recipes_stay_recipes() -> None:
    read = read_schedules(["b=wsd(peak=1.0)", "a=constant(peak=1.0)", "c=wsd(peak=1.0, steps=9)"])
    assert list(read) == ["b", "a", "c"]
    assert isinstance(read["b"], Recipe)
    assert read["c"] == wsd(peak=1.0, steps=9)


def test_a_name_may_hold_spaces_and_any_letter() -> None:
    assert list(read_schedules(["größer & [red]=constant(peak=1)"])) == ["größer & [red]"]


def test_a_file_is_named_after_itself_or_as_asked(tmp_path: Path) -> None:
    chain = Constant(rate=0.1, steps=3) >> Constant(rate=0.2)
    file = tmp_path / "two steps.json"
    save_schedule(chain, file)
    read = read_schedules([str(file), f"mine={file}"])
    assert list(read) == ["two steps", "mine"]
    assert isinstance(read["mine"], Chain)
    assert read["mine"] == read["two steps"] == chain


def test_a_file_with_an_equals_sign_in_its_name_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_schedule(Constant(rate=0.1), "peak=0.1.json")
    assert read_schedules(["peak=0.1.json"]) == {"peak=0.1": Constant(rate=0.1)}


def test_a_file_that_holds_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "picture.json"
    file.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ValueError, match=r"picture\.json is not a schedule file"):
        read_schedules([str(file)])


def test_a_very_long_text_is_no_path() -> None:
    long = f"Tabulated(rates={[0.125] * 2000})"
    assert len(long) > os.pathconf("/", "PC_PATH_MAX")
    assert len(read_schedules([f"long={long}"])) == 1


def test_a_peak_is_given_to_what_leaves_it_out() -> None:
    texts = ["cosine()", "w=wsd(peak=0.5)"]
    assert read_schedules(texts, peak=0.03) == {"cosine()": cosine(peak=0.03), "w": wsd(peak=0.5)}


@pytest.mark.parametrize(
    ("texts", "out"),
    [
        (["cosine()"], True),
        (["cosine(peak=1)", "w=0.5 * warmup(steps=8)"], True),
        (["cosine(peak=1)", "noam(model_dim=8)"], False),
    ],
)
def test_what_leaves_its_peak_out_is_known(texts: list[str], out: bool) -> None:
    assert leave_peak_out(texts) is out
