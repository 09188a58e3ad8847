"""Is the rate too low: is the loss still falling in nearly a straight line?"""

from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety
from paceline.health._too_high import rebounds

_HALF = 0.125
"""Of the progress, by which a good run has done half of its fall: on the tuning set good runs took
3 to 13 %, those at a tenth of the rate 12 to 51 %."""
_EPOCH_HALF = 0.2
"""The same of epochs' means, the first of which is after most of the fall: 12 to 17 %."""
_STRAIGHT = 0.26
"""Half of the fall's progress over nine tenths': 0.56 on a straight line, 0.30 on an exponential;
good runs level off sooner and gain from the decay, at 0.1 to 0.25, all but one of 32."""
_HIGH = 0.5
"""Of the loss at the start: where so much is left, noise hides the shape of the fall."""
_FAR = 0.35
"""From here the line is nearly straight, and the rate is off by more than a few times."""


def rate_too_low(reading: Reading) -> Finding | None:
    """Return that the fall took most of the run, and was nearly as steep at its end."""
    slow = slow_fall(reading)
    if slow is None:
        return None
    half, most, confidence = slow
    times = 10 if half >= _FAR else 3
    of = "the run" if reading.rates is None else "the rates' sum"
    return Finding(
        name="rate_too_low",
        found=(
            f"The rate is too low: the loss was still on its way down. Half of its fall from "
            f"{reading.text(reading.start)} to {reading.text(reading.end)} took {100 * half:.0f} % "
            f"of {of}, nine tenths took {100 * most:.0f} %."
        ),
        remedy=f"Train with {times} times the rate: schedule = {times} * schedule",
        confidence=confidence,
        evidence={"half": half, "nine_tenths": most},
    )


def slow_fall(reading: Reading) -> tuple[float, float, float] | None:
    """Return the progress at half and nine tenths of a fall that took long, and the surety."""
    if not reading.falls or rebounds(reading)[0]:
        return None
    half, most = reading.progress_at(0.5), reading.progress_at(0.9)
    threshold = _HALF if reading.curves.unit == "update" else _EPOCH_HALF
    is_straight = half >= _STRAIGHT * most or reading.end > _HIGH * reading.start
    if half < threshold or not is_straight:
        return None
    return half, most, surety(half, threshold)
