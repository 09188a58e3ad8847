import pytest
from schedules.drawn import NO_COUNT, NO_RATE, bad

from paceline.schedules import scale_peak

EXAMPLES = {}
GOOD = {"peak": 0.1, "from_batch": 256, "to_batch": 512}
BAD = bad(
    scale_peak,
    GOOD,
    peak=NO_RATE,
    from_batch=(*NO_COUNT, None),
    to_batch=(*NO_COUNT, None),
    rule=("cubic", 3, None),
)


def test_the_rate_follows_the_batch_or_its_root():
    assert scale_peak(0.1, 256, 1024) == pytest.approx(0.4)
    assert scale_peak(0.1, 1024, 256, rule="sqrt") == pytest.approx(0.05)
