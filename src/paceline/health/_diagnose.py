"""The verb: what is wrong in a training, read off its logged curves."""

from typing import Any

from paceline.callbacks import RateRecorder
from paceline.health._annealing import decays_too_early, under_annealed
from paceline.health._finding import Finding
from paceline.health._overfitting import overfitting
from paceline.health._plateau import plateau
from paceline.health._read import read_curves
from paceline.health._reading import Reading
from paceline.health._too_high import diverged, no_warmup, rate_too_high
from paceline.health._too_low import rate_too_low
from paceline.schedules import Schedule

_SLOW = (decays_too_early, rate_too_low, under_annealed, plateau)
"""Each would also show signs of those behind it, so that the first is the cause."""


def diagnose(
    logged: Any,
    *,
    recorder: RateRecorder | None = None,
    schedule: Schedule | None = None,
    steps: int | None = None,
) -> list[Finding]:
    """Return what is wrong in a training that was logged, the likeliest cause first.

    "rate_too_high": the loss jumped, rose again or is not finite, and ended poor. "no_warmup": it
    spiked in the first 1 % of the updates, at a rate that began near its peak. "rate_too_low": half
    of its fall took long, and the rest was no slower. "decays_too_early": the rate is near zero,
    and the loss flat, for much of the run. "under_annealed": the rate stays high to the end.
    "plateau": the loss stopped falling, or never fell. "overfitting": the validation loss rises
    while the training loss falls. An empty list means that none of these was seen, not that the
    settings are the best: factors of 3 are mostly not seen.

    Without the rate it can't see "decays_too_early", "under_annealed" and "no_warmup", and from
    epochs' means only a jump that lasts: log the rate and the loss of every update.

    confidence = 1 - 0.5 * threshold/value, capped at 0.99, says how far the evidence is beyond the
    threshold of the finding. It is no probability.

    Args:
        logged: what `model.fit` returned, or its `history`; the path of a CSV file, such as
            `keras.callbacks.CSVLogger` writes, or of a TensorBoard folder; a trial's outcome; or
            `paceline.health.Curves`.
        recorder: the `RateRecorder` that `fit` had, for the rate of every update of a history.
        schedule: the schedule, where the rate was not logged; a recipe is bound to `steps`.
        steps: how many updates the training was to make; None: those that are logged.

    Returns:
        One `Finding` for each cause, with its confidence and the numbers it was read from.

    Raises:
        TypeError: what holds no curves.
        ValueError: no training loss; fewer than 10 that are finite, or a first one that is not;
            places that do not grow; a schedule beside rates that were logged.
        FileNotFoundError: no such file or folder.
        ImportError: a TensorBoard folder where TensorBoard is not installed.

    Example:
        >>> import paceline
        >>> losses = [2.3 - 0.001 * epoch for epoch in range(100)]  # hardly falls
        >>> for finding in diagnose({"loss": losses, "learning_rate": [1e-5] * 100}):
        ...     print(finding)
        The rate is too low: the loss was still on its way down. Half of its fall from 2.3 to 2.205
        took 48 % of the rates' sum, nine tenths took 86 %.
        Train with 10 times the rate: schedule = 10 * schedule

    Source: median and MAD as in Leys et al., "Detecting outliers", 2013; Kendall, "A new measure of
    rank correlation", 1938. The thresholds are measured: see the benchmark `diagnose_quality`.
    """
    curves = read_curves(logged, recorder=recorder, schedule=schedule, steps=steps)
    if end := diverged(curves):
        return [end]
    reading = Reading(curves)
    high = rate_too_high(reading)
    found = [high, no_warmup(reading)]
    if high is None:
        found += [overfitting(reading), next(filter(None, (see(reading) for see in _SLOW)), None)]
    return sorted((one for one in found if one), key=lambda one: -one.confidence)
