"""The plan of a comparison: every variant with every seed, each trial under its key."""

import dataclasses
import numbers
from collections.abc import Mapping, Sequence

from paceline.comparison._numbers import plural
from paceline.comparison._power import fewest_seeds
from paceline.comparison._subject import Subject
from paceline.comparison._variants import as_variants, expression_of
from paceline.execution import Plan
from paceline.schedules import Schedule
from paceline.trials import Trial, Variant, variant_identity


@dataclasses.dataclass(frozen=True, kw_only=True)
class ComparisonPlan:
    """What a comparison runs, and what has to be said before it does."""

    subject: Subject
    execution: Plan
    variants: dict[str, Variant]
    identities: dict[str, str]
    """The hash of each variant, by its name."""
    expressions: dict[str, str]
    """What was asked for, by the variant's name: a recipe as it stood before it was bound."""
    seeds: tuple[int, ...]
    baseline: str
    again: tuple[int, ...]
    """Other seeds, on which the baseline is trained once more; empty without an A/A run."""
    notes: tuple[str, ...]


def plan_comparison(
    subject: Subject,
    schedules: Mapping[str, Schedule | Variant],
    *,
    seeds: int | Sequence[int],
    baseline: str | None,
    a_a: bool = False,
) -> ComparisonPlan:
    """Return the plan; the trials are in the order of the seeds, so that results come in pairs."""
    horizon = subject.task.horizon
    variants = as_variants(schedules, horizon)
    chosen = as_seeds(seeds)
    first = _known(baseline, variants)
    again = as_seeds([seed + max(chosen) + 1 for seed in chosen]) if a_a else ()
    identities = {key: variant_identity(item, horizon) for key, item in variants.items()}
    trials = {
        subject.key(
            variant, variants[variant], identities[variant], seed=seed, horizon=horizon
        ): Trial(variant=variant, seed=seed)
        for seed in (*chosen, *again)
        for variant in (variants if seed in chosen else (first,))
    }
    return ComparisonPlan(
        subject=subject,
        execution=subject.plan(variants, trials),
        variants=variants,
        identities=identities,
        expressions={key: expression_of(item) for key, item in schedules.items()},
        seeds=chosen,
        baseline=first,
        again=again,
        notes=(*_short(variants, horizon), *_few(len(variants) - 1, len(chosen))),
    )


def as_seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """Return the seeds that `seeds` means: 0 ... n-1 for a count n, or those of a list.

    Raises:
        ValueError: a count below 1, an empty list, a seed that is negative or named twice.
    """
    if isinstance(seeds, numbers.Integral) and not isinstance(seeds, bool):
        if seeds < 1:
            raise ValueError(f"compare needs seeds >= 1; got seeds={seeds!r}. Give 8, say.")
        return tuple(range(int(seeds)))
    if isinstance(seeds, bool | str | float) or not hasattr(seeds, "__iter__"):
        raise TypeError(
            f"compare needs seeds, a count or a list of seeds; got seeds={seeds!r}. Give 8, say."
        )
    chosen = tuple(seeds)  # type: ignore[arg-type]
    whole = all(isinstance(seed, numbers.Integral) and 0 <= seed < 2**63 for seed in chosen)
    if not chosen or not whole or len(set(chosen)) < len(chosen):
        raise ValueError(
            f"compare needs different seeds, whole numbers of 0 or more; got seeds={seeds!r}."
        )
    return tuple(int(seed) for seed in chosen)


def _known(baseline: str | None, variants: Mapping[str, Variant]) -> str:
    if baseline is not None and baseline not in variants:
        raise ValueError(
            f"The baseline {baseline!r} is none of the schedules: {', '.join(variants)}."
        )
    return next(iter(variants)) if baseline is None else baseline


def _few(comparisons: int, seeds: int) -> list[str]:
    needed = fewest_seeds(comparisons)
    if not comparisons or seeds >= needed:
        return []
    return [
        f"{plural(seeds, 'seed')} can never reach a verdict on {plural(comparisons, 'comparison')} "
        f"to the baseline; {needed} are the fewest that can."
    ]


def _short(variants: Mapping[str, Variant], horizon: int) -> list[str]:
    notes = []
    for name, variant in variants.items():
        length = variant.schedule.length
        if length is not None and length < horizon:
            notes.append(
                f"{name} is {length} steps long, the training {horizon}: it holds its last rate "
                "from there on."
            )
    return notes
