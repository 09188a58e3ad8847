"""What the store keeps of searches: what each had decided."""

from pathlib import Path

import pytest
from execution import raw
from execution.old_store import of_format_1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paceline.execution import Store

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def a_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("searches") / "s.sqlite"


@given(plain=st.dictionaries(st.text(), PLAIN, max_size=4))
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_json_can_hold_comes_back_as_it_was(
    plain: dict[str, object], a_store: Path
) -> None:
    with Store(a_store) as store:
        store.put_search("a", plain, task="t", task_key="k")
        assert store.search("a") == plain


def test_a_search_is_found_by_its_identity_as_it_was_last_written(place: str) -> None:
    with Store(place) as store:
        assert store.search("a") is None
        store.put_search("a", {"rungs": [1, 0.5]}, task="t", task_key="k")
        store.put_search("b", {}, task="t", task_key="k")
        store.put_search("a", {"rungs": [1, 0.5, None]}, task="t", task_key="k")
    with Store(place, read_only=True) as store:
        assert store.search("a") == {"rungs": [1, 0.5, None]}
        assert store.search("b") == {}


def test_searches_are_listed_the_one_that_started_last_first(place: str) -> None:
    with Store(place) as store:
        assert store.searches() == ([], 0)
        store.put_search("a", {"n": 1}, task="t", task_key="k")
        store.put_search("b", {"n": 2}, task="u", task_key="l")
        store.put_search(
            "a", {"n": 3}, task="t", task_key="k"
        )  # goes on, and starts no second time
    with Store(place, read_only=True) as store:
        (second, first), damaged = store.searches()
    assert damaged == 0
    assert (first.identity, first.task, first.task_key, first.plain) == ("a", "t", "k", {"n": 3})
    assert (second.identity, second.task, second.task_key) == ("b", "u", "l")
    assert first.started < second.started
    with Store(place) as store:  # started again
        store.put_search("a", {"n": 4}, task="t", task_key="k")
        assert [each.identity for each in store.searches()[0]] == ["a", "b"]


@pytest.mark.parametrize("how", [b"", b"junk", "half"])
def test_a_search_that_is_damaged_is_as_if_it_had_decided_nothing_and_that_is_said(
    how: bytes | str, place: str
) -> None:
    told: list[str] = []
    with Store(place) as store:
        store.put_search("a", {"n": 1}, task="t", task_key="k")
        store.put_search("b", {"n": 2}, task="t", task_key="k")
    raw.harm(place, "paceline_searches.content", how)
    with Store(place, read_only=True, say=told.append) as store:
        assert store.search("a") == {"n": 1}
        assert told == []
        assert store.search("b") is None
        found, damaged = store.searches()
    assert told == ["Note: what the search had decided can't be read; it decides again."]
    assert ([each.identity for each in found], damaged) == (["a"], 1)


def test_a_store_from_before_searches_is_read_as_one_without_and_goes_on(place: str) -> None:
    Store(place).close()
    raw.run(place, "DROP TABLE paceline_searches")
    with Store(place, read_only=True) as store:
        assert (store.searches(), store.search("a")) == (([], 0), None)
    with Store(place) as store:
        store.put_search("a", {"n": 1}, task="t", task_key="k")
        assert len(store.searches()[0]) == 1
    assert raw.run(place, "SELECT value FROM paceline") == [("2",)]


def test_a_store_of_the_first_format_is_read_as_one_without_searches(tmp_path: Path) -> None:
    of_format_1(tmp_path / "s.sqlite")
    with Store(tmp_path / "s.sqlite", read_only=True) as store:
        assert store.searches() == ([], 0)
