import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_NUMBER_ABOVE_ZERO, NO_RATE, bad, lengths, rates

from paceline.schedules import Power, power

EXAMPLES = {"power": Power(start=0.1, exponent=-0.5, timescale=10, steps=30)}
GOOD = {"start": 1.0, "exponent": -0.5}
LAW = {"peak": 1.0, "batch_size": 8}
BAD = [
    *bad(Power, GOOD, start=NO_RATE, exponent=(-101, 101, 1.0, "a", None), steps=NO_COUNT),
    *bad(Power, GOOD, timescale=NO_NUMBER_ABOVE_ZERO),
    (Power, {"start": 1.0, "exponent": 90.0, "steps": 10**6}, "exponent"),
    *bad(power, LAW, peak=NO_RATE, batch_size=(*NO_COUNT, None), steps=NO_COUNT, decay=NO_LENGTH),
    *bad(power, LAW, sequence_length=(*NO_COUNT, None), slope=NO_NUMBER_ABOVE_ZERO),
    *bad(power, LAW, exponent=(1, -11, "a", None), warmup=NO_LENGTH, floor=(*NO_RATE, 2.0)),
]


def leaf(length):
    return st.one_of(
        st.builds(
            Power,
            start=rates,
            exponent=st.floats(-3, 0),
            timescale=st.floats(0.5, 1e6),
            steps=length,
        ),
        st.builds(Power, start=rates, exponent=st.floats(0, 2), steps=lengths),
    )


def recipe():
    return st.builds(power, peak=st.floats(1e-4, 10), batch_size=st.integers(1, 4096))


def test_a_power_of_the_time_counts_from_one():
    np.testing.assert_allclose(
        Power(start=0.1, exponent=2.0, steps=3)(np.arange(4)), [0.1, 0.4, 0.9, 1.6]
    )


def test_the_law_counts_the_tokens_from_the_beginning():
    schedule = power(peak=0.02, batch_size=128, sequence_length=4096, steps=10_000, decay=0)
    tokens = 128 * 4096 * np.arange(1, 10_001)
    law = np.minimum(0.02, 128 * 4.6 * tokens**-0.51)
    np.testing.assert_allclose(schedule(np.arange(10_000))[100:], law[100:], rtol=1e-12)


def test_the_decay_begins_where_the_law_is():
    schedule = power(peak=0.02, batch_size=128, sequence_length=4096, steps=10_000)
    around = schedule(np.array([8_999, 9_000, 9_001, 10_000]))
    assert 0 < around[0] - around[1] < 1e-3 * around[0]
    assert around[3] == 0
