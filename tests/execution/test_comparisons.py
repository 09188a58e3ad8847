"""What the store keeps of comparisons, and how it is read beside its writer."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

import numpy as np
import pytest
from execution import raw
from execution.old_store import of_format_1
from execution.tiny import outcome

from paceline.execution import Store, StoredComparison, StoreError


def comparison(**changes: object) -> StoredComparison:
    fields = {
        "task": "t",
        "task_key": "k",
        "keys": ["1", "2"],
        "protocol": {"metric": "loss", "seeds": [0, 2**63 - 1], "environment": {"cores": "2"}},
        "arrays": {"a": np.array([0.1, 0.2]), "": np.empty(0)},
    }
    return StoredComparison(**(fields | changes))


def same(one: StoredComparison, other: StoredComparison) -> bool:
    np.testing.assert_equal(dict(one.arrays), dict(other.arrays))
    names = ("task", "task_key", "keys", "protocol")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_comparisons_are_found_as_they_were_the_last_start_first(place: str) -> None:
    first, second = comparison(), comparison(task="u", keys=["3"])
    with Store(place) as store:
        assert store.comparisons() == ([], 0)
        store.put_comparison(first)
        store.put_comparison(second)
    with Store(place) as store:
        found, damaged = store.comparisons()
    assert damaged == 0
    assert len(found) == 2
    assert same(found[0], second)
    assert same(found[1], first)
    assert found[0].started.endswith("+00:00")


def test_the_same_comparison_takes_the_place_of_its_earlier_start(place: str) -> None:
    again = comparison(protocol={**comparison().protocol, "environment": {"cores": "8"}})
    other = comparison(protocol={**comparison().protocol, "metric": "accuracy"})
    with Store(place) as store:
        for each in (comparison(), other, again):
            store.put_comparison(each)
        found, _ = store.comparisons()
    assert len(found) == 2
    assert same(found[0], again)
    assert same(found[1], other)


@pytest.mark.parametrize("how", [b"", b"junk", "half"])
def test_a_comparison_that_is_damaged_is_counted_and_not_found(
    how: bytes | str, place: str
) -> None:
    with Store(place) as store:
        store.put_comparison(comparison())
    raw.harm(place, "paceline_comparisons.protocol", how)
    with Store(place, read_only=True) as store:
        assert store.comparisons() == ([], 1)


def test_every_outcome_is_read_results_or_not(place: str) -> None:
    with Store(place) as store:
        for status in ("done", "diverged", "failed", "lost"):
            store.put(status, outcome(status=status), task="t", task_key="k")
        found, damaged = store.find(["done", "diverged", "failed", "lost", "another"], failed=True)
    assert {key: item.status for key, item in found.items()} == {key: key for key in found}
    assert (len(found), damaged) == (4, 0)


def test_a_store_is_read_beside_its_writer(place: str) -> None:
    with Store(place) as writer:
        writer.put("1", outcome(), task="t", task_key="k")
        with Store(place, read_only=True) as reader:
            assert list(reader.find(["1", "2"], failed=True)[0]) == ["1"]
            writer.put("2", outcome(), task="t", task_key="k")
            writer.put_comparison(comparison())
            assert list(reader.find(["1", "2"], failed=True)[0]) == ["1", "2"]
            assert len(reader.comparisons()[0]) == 1
            with pytest.raises(StoreError, match="can't be written"):
                reader.put("3", outcome(), task="t", task_key="k")
        writer.put("3", outcome(), task="t", task_key="k")
        assert len(writer.trials()) == 3


def test_what_a_writer_that_was_killed_had_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "killed").mkdir()
    with Store(tmp_path / "s.sqlite") as writer:
        writer.put("1", outcome(), task="t", task_key="k")
        for end in ("", "-wal"):
            shutil.copy(tmp_path / f"s.sqlite{end}", tmp_path / "killed" / f"s.sqlite{end}")
    with Store(tmp_path / "killed" / "s.sqlite", read_only=True) as store:
        assert list(store.find(["1"], failed=True)[0]) == ["1"]


def test_a_store_on_a_disk_that_is_only_to_be_read_is_read_and_nothing_is_made(
    small_disk: Path,
) -> None:
    place = small_disk / "archive # 100 %?" / "s.sqlite"
    with Store(place) as writer:
        writer.put("1", outcome(), task="t", task_key="k")
    before = sorted(place.parent.iterdir())
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Store(place, read_only=True) as store:
        assert list(store.find(["1"], failed=True)[0]) == ["1"]
        assert sorted(place.parent.iterdir()) == before


def test_reading_makes_no_file_and_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "trials.sqlite").touch()
    (tmp_path / "folder").mkdir()
    for name, told in {
        "missing.sqlite": "missing.sqlite is not there. Name the one that 'paceline compare' wrote",
        "no/folder.sqlite": "is not there",
        "out": r"out is a folder\. Name the file in it: .*out/trials\.sqlite",
        "out/trials.sqlite": "trials.sqlite is empty",
        "folder": "directory",
    }.items():
        with pytest.raises(StoreError, match=told):
            Store(tmp_path / name, read_only=True)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert names == {"out", "out/trials.sqlite", "folder"}


def test_a_store_of_the_first_format_is_read_and_goes_on_as_the_second(tmp_path: Path) -> None:
    of_format_1(tmp_path / "s.sqlite")
    before = (tmp_path / "s.sqlite").read_bytes()
    with Store(tmp_path / "s.sqlite", read_only=True) as store:
        found, damaged = store.find(["key"], failed=True)
        assert (store.comparisons(), len(store.trials())) == (([], 0), 1)
    assert (tmp_path / "s.sqlite").read_bytes() == before
    assert damaged == 0
    np.testing.assert_equal(found["key"].validation, {"top/1": np.array([0.4])})
    assert (found["key"].losses.tolist(), found["key"].seconds) == ([1.0], 1.5)
    for _ in range(2):
        with Store(tmp_path / "s.sqlite") as store:
            assert list(store.find(["key"])[0]) == ["key"]
            store.put_comparison(comparison())
            assert len(store.comparisons()[0]) == 1
    connection = sqlite3.connect(tmp_path / "s.sqlite")
    assert connection.execute("select value from paceline").fetchall() == [("2",)]
    connection.close()
