"""Does an optimizer function use the rate that it is given?"""

import weakref
from typing import Any

from paceline.health._optimizers import inner_optimizers, rate_text
from paceline.trials._errors import TaskError
from paceline.trials._rate_feed import RateFeed
from paceline.trials._variant import OptimizerOf


def check_uses_rate(optimizer: OptimizerOf, *, owner: str = "Task") -> None:
    """Look whether the optimizer that the function returns keeps the rate that it is given.

    Raises:
        TaskError: it does not, so that every schedule would train alike.
    """
    rates = _rates_instead(optimizer)
    if rates:
        names, texts = " and ".join(rates), " and ".join(rates.values())
        raise TaskError(
            f"{owner} needs an optimizer that uses the rate it is given; got {names}, and {texts}. "
            f"Write optimizer=lambda rate: {next(iter(rates))}(rate)."
        )


def _rates_instead(optimizer: OptimizerOf) -> dict[str, str]:
    """Return what rates there are instead of the given one, by the class of their optimizer.

    Nothing where it is used, where none can be read, and where the function fails: `build` says so.
    """
    given = RateFeed()
    kept = weakref.ref(given)
    try:
        made = optimizer(given)
    except Exception:
        return {}
    del given  # whoever uses it holds it, however deep inside
    if kept() is not None:
        return {}
    readable = [each for each in inner_optimizers(made) if hasattr(each, "_learning_rate")]
    return {_name(each): rate_text(each) for each in readable}


def _name(optimizer: Any) -> str:
    return type(getattr(optimizer, "optimizer", optimizer)).__name__  # inside ours that steer
