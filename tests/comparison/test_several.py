import math

import numpy as np
import pytest
from comparison.simulated import HORIZON, comparison, rates_by_name
from hypothesis import given
from hypothesis import strategies as st

from paceline.comparison import SeveralTasks
from paceline.comparison._several import performance_profile

TIME = st.one_of(st.just(math.inf), st.floats(1.0, 1e4))
TIMES = st.dictionaries(
    st.text(max_size=3), st.fixed_dictionaries({"a": TIME, "b": TIME, "c": TIME}), min_size=1
)


@given(TIMES)
def test_a_profile_is_the_share_of_tasks_within_a_factor_of_the_best(times):
    found = performance_profile(times)
    assert (found.factors[0], found.factors[-1]) == (1.0, 4.0)
    for name, shares in found.shares.items():
        assert np.all(np.diff(shares) >= 0)
        for factor, share in zip(found.factors, shares, strict=True):
            within = [
                each[name] / min(each.values()) <= factor
                for each in times.values()
                if math.isfinite(each[name])
            ]
            assert share == pytest.approx(sum(within) / len(times))
    reached = sum(any(map(math.isfinite, each.values())) for each in times.values())
    assert sum(share[0] for share in found.shares.values()) >= reached / len(times) - 1e-9


def several():
    slow = {name: 0.7 * rates for name, rates in rates_by_name().items()}
    return SeveralTasks(results={"digits": comparison(), "mnist": comparison(slow, 8)})


def test_the_schedules_are_those_that_all_tasks_have():
    few = {name: rates_by_name()[name] for name in ("wsd", "constant-high", "cosine")}
    found = SeveralTasks(results={"digits": comparison(), "mnist": comparison(few, 8)})
    assert found.schedules == ["constant-high", "cosine", "wsd"]


def test_the_first_sentence_says_on_how_many_tasks_a_schedule_is_better():
    first, second, third = several().verdict_sentences
    assert first.endswith(" is better than the baseline on 2 of 2 tasks, and worse on none.")
    assert "corrected" in second
    assert third.startswith("Fastest to the target, on ")


def test_without_evidence_none_is_named():
    same = {name: np.full(HORIZON, 0.1) for name in ("a", "b")}
    found = SeveralTasks(results={"one": comparison(same, 3), "two": comparison(same, 3)})
    assert found.verdict_sentences[0].startswith("On none of 2 tasks is a schedule shown")


def test_one_task_or_none_in_common_is_refused():
    with pytest.raises(ValueError, match=r"need 2 or more; got \['digits'\]"):
        SeveralTasks(results={"digits": comparison()})
    other = {"other": np.full(HORIZON, 0.1)}
    with pytest.raises(ValueError, match="digits, mnist have no schedule in common"):
        SeveralTasks(results={"digits": comparison(), "mnist": comparison(other, 1)})
