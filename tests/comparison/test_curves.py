"""The curve of a variant is the mean over its seeds, where they had the same rates."""

import dataclasses

import numpy as np
import pytest
from comparison.outcomes import failed, outcome, result

from paceline.forecast import Curve


def test_a_variant_has_the_mean_over_its_seeds() -> None:
    trials = [outcome("a", 0, [2.0, 1.0]), outcome("a", 1, [3.0, 2.0], losses=np.full(20, 0.5))]
    found = result(*trials, outcome("b", 0, [4.0, 3.0])).curves()
    assert list(found) == [curve.name for curve in found.values()] == ["a", "b"]
    each = [Curve.from_outcome(trial) for trial in trials]
    np.testing.assert_allclose(found["a"].losses, (each[0].losses + each[1].losses) / 2)
    np.testing.assert_array_equal(found["a"].rates, each[0].rates)
    measured = result(*trials).curves(loss="val_loss")
    np.testing.assert_array_equal(measured["a"].losses, [2.5, 1.5])
    np.testing.assert_array_equal(measured["a"].steps, [9, 19])


def test_what_did_not_end_well_is_left_out_and_told() -> None:
    diverged = outcome("a", 1, [9.0, 9.0], status="diverged")
    bad = [diverged, failed("a", 2), dataclasses.replace(diverged, variant="b", seed=0)]
    found = result(outcome("a", 0, [2.0, 1.0]), *bad).curves()
    assert list(found) == ["a"]
    assert found["a"].notes == ("2 of 3 seeds did not end well, and are left out.",)
    with pytest.raises(ValueError, match="needs a trial that ended well"):
        result(*bad).curves()


def test_seeds_of_different_rates_have_a_curve_each() -> None:
    cut = np.repeat([0.1, 0.05], 10)
    found = result(outcome("a", 0, [2.0, 1.0]), outcome("a", 1, [2.0, 1.0], rates=cut)).curves()
    assert list(found) == ["a/0", "a/1"]
    np.testing.assert_array_equal(found["a/1"].rates, cut[:19])
