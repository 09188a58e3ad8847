"""How a search shares out its budget, and its seeds."""

SHARES = {1: (1.0,), 2: (0.4, 0.6), 3: (0.15, 0.35, 0.5)}
"""Of the budget, by the number of horizons: what each may take, the shortest first.

On digits with batches of 16 (264 schedules, 12 seeds), the ranks after a third of the horizon agree
with the true ones by 0.86 (SGD) and 0.78 (AdamW), those after a ninth by 0.30 and 0.49.
"""

REFINED, REPEATED = 0.1, 0.3
"""Of the budget of the whole horizon, for peaks around the best, and for the best on more seeds."""

MORE_SEEDS = 10_000
"""The first of them is so far above the seed of the search: beyond those of the confirmation."""

RATES_TESTED = {"a decade apart": (8, 10), "around the best": (5, 40)}
"""Of `find`: how many rates, and for how many updates each."""

RANGE_TEST = sum(rates * updates for rates, updates in RATES_TESTED.values())
"""Updates that `find` takes, where it does not have to widen its range."""
