import pytest
from schedules.drawn import NO_COUNT, bad

from paceline.schedules import count_steps

EXAMPLES = {}
GOOD = {"examples": 100, "batch_size": 10}
BAD = [
    *bad(
        count_steps,
        GOOD,
        **dict.fromkeys(("examples", "batch_size", "epochs", "accumulation", "replicas"), NO_COUNT),
        drop_remainder=(1, None, "yes"),
    ),
    *bad(count_steps, {**GOOD, "drop_remainder": True}, batch_size=(101,)),
    *bad(count_steps, GOOD, accumulation=(11,)),
]


@pytest.mark.parametrize(
    ("arguments", "updates"),
    [
        ({}, 10),
        ({"examples": 101}, 11),
        ({"examples": 101, "drop_remainder": True}, 10),
        ({"epochs": 3, "accumulation": 4}, 7),
        ({"replicas": 4}, 3),
    ],
)
def test_updates_are_counted(arguments, updates):
    assert count_steps(**{**GOOD, **arguments}) == updates
