"""What a comparison was asked: with the outcomes, all that its result is made of."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.comparison._environment import environment_of
from paceline.comparison._margin import default_target, margin_of
from paceline.comparison._metric import TEST, check_metric, grows
from paceline.comparison._plan import ComparisonPlan
from paceline.comparison._result import ComparisonResult
from paceline.execution import StoredComparison
from paceline.trials import Outcome


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Protocol:
    """Everything of a `ComparisonResult` but the outcomes; fields of one name are the same."""

    task: str
    task_key: str
    """The hash of the task's code and data."""
    horizon: int
    metric: str
    higher_is_better: bool
    baseline: str
    target: float | None
    """The validation loss that was asked for; None: what the baseline's descent says."""
    margin: float | None
    """The difference that was said not to matter; None: what the rule says."""
    seeds: tuple[int, ...]
    again: tuple[int, ...]
    """Other seeds, on which the baseline is trained once more."""
    variants: dict[str, str]
    """By name, the hash of the variant's rates, optimizer and callbacks."""
    schedules: dict[str, str]
    rates: dict[str, npt.NDArray[np.float64]]
    environment: dict[str, str]
    command: str | None = None

    def result(self, outcomes: Iterable[Outcome]) -> ComparisonResult:
        """Return what a comparison found that was asked this and gave `outcomes`.

        Raises:
            ValueError: `metric` was not measured.
        """
        order = {variant: number for number, variant in enumerate(self.schedules)}
        ranked = sorted(outcomes, key=lambda item: (order[item.variant], item.seed))
        check_metric(self.metric, [name for item in ranked for name in _measured(item)])
        seeds, again = frozenset(self.seeds), frozenset(self.again)
        main = [item for item in ranked if item.seed in seeds]
        own = [item for item in main if item.variant == self.baseline]
        margin, rule = margin_of(self.margin, self.metric, own)
        return ComparisonResult(
            task=self.task,
            horizon=self.horizon,
            metric=self.metric,
            higher_is_better=self.higher_is_better,
            baseline=self.baseline,
            target=default_target(own) if self.target is None else self.target,
            margin=margin,
            margin_rule=rule,
            seeds=self.seeds,
            schedules=self.schedules,
            rates=self.rates,
            outcomes=tuple(main),
            again=tuple(item for item in ranked if item.seed in again),
            environment=self.environment,
            command=self.command,
        )

    def stored(self, keys: Sequence[str]) -> StoredComparison:
        """Return what the store keeps of it; `keys` are those of its trials."""
        asked = self._fields()
        return StoredComparison(
            task=asked.pop("task"),
            task_key=asked.pop("task_key"),
            keys=keys,
            arrays=asked.pop("rates"),
            protocol=asked,
        )

    @classmethod
    def of(cls, kept: StoredComparison) -> "Protocol":
        """Return the protocol that the store kept."""
        seeds = {name: tuple(kept.protocol[name]) for name in ("seeds", "again")}
        asked = {**kept.protocol, **seeds}
        return cls(task=kept.task, task_key=kept.task_key, rates=dict(kept.arrays), **asked)

    def _fields(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def _measured(outcome: Outcome) -> list[str]:
    return [*outcome.validation, *(f"{TEST}{name}" for name in outcome.test)]


def protocol_of(
    plan: ComparisonPlan,
    *,
    metric: str,
    target: float | None,
    margin: float | None,
    workers: int,
    command: str | None,
) -> Protocol:
    """Return what a comparison is asked that runs a plan on `workers` workers."""
    subject = plan.subject
    steps = np.arange(subject.task.horizon)
    return Protocol(
        task=subject.name,
        task_key=subject.task_key,
        horizon=int(subject.task.horizon),
        metric=metric,
        higher_is_better=grows(metric),
        baseline=plan.baseline,
        target=None if target is None else float(target),
        margin=None if margin is None else float(margin),
        seeds=plan.seeds,
        again=plan.again,
        variants=plan.identities,
        schedules=plan.expressions,
        rates={key: item.schedule(steps) for key, item in plan.variants.items()},
        environment=environment_of(subject, workers=workers),
        command=command,
    )
