"""A schedule gives the rate of every update."""

import keras
import numpy as np
import pytest

from paceline.logs import scheduled
from paceline.schedules import Linear, cosine


def test_a_recipe_is_bound_to_the_updates_and_a_schedule_holds_its_end() -> None:
    recipe = scheduled(cosine(peak=0.1), 50, owner="me")
    np.testing.assert_array_equal(recipe, cosine(peak=0.1, steps=50)(np.arange(50)))
    held = scheduled(Linear(start=1.0, end=0.0, steps=2), 4, owner="me")
    np.testing.assert_array_equal(held, [1.0, 0.5, 0.0, 0.0])


def test_what_is_no_schedule_of_paceline_is_refused() -> None:
    with pytest.raises(TypeError, match=r"me needs schedule.*from_keras"):
        scheduled(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5), 4, owner="me")
