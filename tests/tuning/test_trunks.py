import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from trials.small_tasks import COMPILED, small_task, trainer
from trials.test_trunks import counted, ends

from paceline.tuning._families import FAMILIES, Point
from paceline.tuning._space import space_around
from paceline.tuning._trunks import rates_of, updates_together, with_branches

PLANS = st.integers(1, 4).flatmap(
    lambda epochs: st.lists(
        st.lists(st.sampled_from([0.1, 0.2]), min_size=3 * epochs, max_size=3 * epochs),
        min_size=1,
        max_size=4,
    )
)
SPACE = space_around(0.1, tuple(FAMILIES))
WSD = SPACE.default("wsd", 0.1)


@given(PLANS)
def test_together_they_take_what_each_epoch_that_differs_takes(plans: list[list[float]]) -> None:
    rates = [np.array(plan, np.float32) for plan in plans]
    found = updates_together(rates, epoch=3)
    prefixes = {
        (epoch, rate[: 3 * epoch + 3].tobytes())
        for rate in rates
        for epoch in range(len(rate) // 3)
    }
    assert found == 3 * len(prefixes)
    assert len(rates[0]) <= found <= sum(map(len, rates))


def test_what_is_counted_is_what_the_loop_trains() -> None:
    if COMPILED == "fit":
        return
    runs = trainer(small_task())
    trials = ends(0.2, 0.4, 0.7, horizon=33)
    plans = [trial.schedule(np.arange(33)).astype(np.float32) for trial in trials]
    samples = counted(runs)
    runs.run_together(trials)
    assert sum(-(-each // 8) for each in samples) == updates_together(plans, epoch=6)


def test_a_plateau_bears_other_decays_and_they_cost_less_than_each_alone() -> None:
    horizon, epoch = 400, 20
    family = with_branches(WSD, horizon, epoch=epoch)
    assert family[0] == WSD
    assert len(family) > 1
    assert {point.peak for point in family} == {WSD.peak}
    assert {dict(point.parameters)["warmup"] for point in family} == {0.05}
    plans = [rates_of(point, horizon) for point in family]
    assert updates_together(plans, epoch=epoch) < 0.6 * horizon * len(family)


def test_what_shares_nothing_bears_no_branches() -> None:
    assert with_branches(WSD, 400, epoch=400) == [WSD]
    for name in FAMILIES:
        if name != "wsd":
            point: Point = SPACE.default(name, 0.1)
            assert with_branches(point, 400, epoch=20) == [point]


def test_a_branch_differs_from_its_trunk_by_the_decay_only() -> None:
    shape = dict(WSD.parameters)["shape"]
    for one, other in itertools.combinations(with_branches(WSD, 400, epoch=20), 2):
        assert one != other
        assert dict(one.parameters)["shape"] == dict(other.parameters)["shape"] == shape
