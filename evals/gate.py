"""The gate: what got worse against a baseline, case by case and metric by metric, and whether that stops a release."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from evals.baseline import DIGITS, AcceptedCase, Baseline, Standing, of_run
from evals.bootstrap import Interval, UnitValues, by_unit, interval, paired_interval
from evals.gate_rules import GateRules, MetricRule
from evals.runfile import Run
from evals.scoring import METRICS, Metric
from qa.errors import ConfigurationError

SHOWN_ONLY = MetricRule(tolerance=math.inf)
"""For a metric that the rules do not name."""


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case whose standing changed, with the answers side by side."""

    id: str
    question: str
    old: Standing
    new: Standing
    old_answer: str
    new_answer: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of a run: its mean over `measured` of `cases` cases, and against the baseline where there is one.

    change, spread: new − old over the cases that both hold, with its paired interval.
    regressed: worse by more than the rule tolerates, and surely so. breach: the floor or ceiling it broke, in words.
    """

    metric: Metric
    value: float | None
    around: Interval | None
    measured: int
    cases: int
    old: float | None = None
    change: float | None = None
    spread: Interval | None = None
    regressed: bool = False
    breach: str | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a run."""

    figures: tuple[Figure, ...]
    regressions: tuple[CaseChange, ...] = ()
    improvements: tuple[CaseChange, ...] = ()
    flaky: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    """Cases that failed every time, whether or not they did before."""
    errors: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    unfinished: bool = False
    gated: bool = False

    @property
    def could_not_run(self) -> bool:
        return bool(self.errors) or self.unfinished

    @property
    def is_blind(self) -> bool:
        """Whether a figure that the gate needs has no value."""
        return self.gated and any(figure.missing for figure in self.figures)

    @property
    def fell_short(self) -> bool:
        worse = any(figure.regressed or figure.breach for figure in self.figures)
        return self.gated and (bool(self.regressions) or worse)

    @property
    def exit_code(self) -> int:
        """0 fine; 1 a regression or under a floor; 2 could not run, or a needed metric was not measured.

        A product that stops citing leaves no citations to measure: the cases that broke are the news then, so 1.
        """
        if self.could_not_run:
            return 2
        return 1 if self.fell_short else 2 * self.is_blind


def judge(run: Run, rules: GateRules, baseline: Baseline | None = None) -> Verdict:
    """Raises ConfigurationError for a baseline of another dataset."""
    now = of_run(run, rules.metrics)
    standings = {case.id: case.standing for case in now.cases}
    if baseline is not None:
        check_same_dataset(run, baseline)
    changes = _changes(run, now, baseline) if baseline else []
    return Verdict(
        figures=tuple(_figure(metric, run, rules, baseline) for metric in METRICS),
        regressions=tuple(change for change in changes if change.new is Standing.FAILED),
        improvements=tuple(change for change in changes if change.new is Standing.PASSED),
        flaky=_with(standings, Standing.FLAKY),
        failing=_with(standings, Standing.FAILED),
        errors=_with(standings, Standing.ERROR),
        unmeasured=_with(standings, Standing.NOT_MEASURED),
        unfinished=not run.finished,
        gated=baseline is not None,
    )


def check_same_dataset(run: Run, baseline: Baseline) -> None:
    """Raises ConfigurationError, saying how the two differ."""
    if run.dataset.sha256 == baseline.dataset.sha256:
        return
    old, new = {case.id for case in baseline.cases}, {case.id for case in run.cases}
    raise ConfigurationError(
        f"the baseline is of another dataset: {baseline.dataset.name!r} with {baseline.dataset.size} cases "
        f"({baseline.dataset.sha256[:12]}) against {run.dataset.name!r} with {run.dataset.size} "
        f"({run.dataset.sha256[:12]}); {len(new - old)} cases are new to it, {len(old - new)} are not in this run. "
        "If the cases were changed on purpose, look at the run and take it with `qa eval accept RUN`"
    )


def _with(standings: Mapping[str, Standing], wanted: Standing) -> tuple[str, ...]:
    return tuple(case for case, held in standings.items() if held is wanted)


def _changes(run: Run, now: Baseline, baseline: Baseline) -> list[CaseChange]:
    """Passed to failed or failed to passed; flaky on either side is no change, since chance may have made it."""
    before = {case.id: case for case in baseline.cases}
    questions = {case.id: case.question for case in run.cases}
    sure = {Standing.PASSED, Standing.FAILED}
    pairs = [(before[case.id], case) for case in now.cases if case.id in before]
    return [
        _change(old, new, questions[new.id])
        for old, new in pairs
        if old.standing is not new.standing and {old.standing, new.standing} <= sure
    ]


def _change(old: AcceptedCase, new: AcceptedCase, question: str) -> CaseChange:
    return CaseChange(new.id, question, old.standing, new.standing, old.answer, new.answer)


def _figure(metric: Metric, run: Run, rules: GateRules, baseline: Baseline | None) -> Figure:
    rule = rules.metrics.get(metric.name, SHOWN_ONLY)
    values, units = run.values(metric.name), run.units()
    held = by_unit(values, units, sorted(set(units.values())))
    measured = sum(value is not None for value in values.values())
    bare = Figure(metric, held.mean, interval(held, rules.sampling), measured, len(values))
    if baseline is None:
        return bare
    return _against(bare, run, rules, rule, baseline)


def _against(bare: Figure, run: Run, rules: GateRules, rule: MetricRule, baseline: Baseline) -> Figure:
    old, new = _pair(bare.metric.name, run, baseline)
    known = old.mean is not None and new.mean is not None
    change = new.mean - old.mean if old.mean is not None and new.mean is not None else None
    spread = paired_interval(old, new, rules.sampling) if known else None
    return Figure(
        bare.metric, bare.value, bare.around, bare.measured, bare.cases, old.mean, change, spread,
        regressed=_is_worse(bare.metric, rule, change, spread),
        breach=None if run.partial else _breach(bare, rule),
        missing=rule.needed and bare.value is None and not run.partial,
    )  # fmt: skip


def _pair(name: str, run: Run, baseline: Baseline) -> tuple[UnitValues, UnitValues]:
    """Old and new over the cases that both hold, in one order of units."""
    old, new, units = baseline.values(name), run.values(name), run.units()
    both = [case for case in new if case in old]
    order = sorted({units[case] for case in both})
    return (
        by_unit({case: old[case] for case in both}, units, order),
        by_unit({case: _rounded(new[case]) for case in both}, units, order),
    )


def _rounded(value: float | None) -> float | None:
    """As the baseline keeps it, so that rounding is no change."""
    return None if value is None else round(value, DIGITS)


def _is_worse(metric: Metric, rule: MetricRule, change: float | None, spread: Interval | None) -> bool:
    if change is None or spread is None:
        return False
    loss = change if metric.lower_is_better else -change
    surely = spread.low > 0 if metric.lower_is_better else spread.high < 0
    return loss > rule.tolerance and surely


def _breach(figure: Figure, rule: MetricRule) -> str | None:
    if figure.value is None:
        return None
    if rule.floor is not None and figure.value < rule.floor:
        return f"under its floor of {rule.floor:g}"
    if rule.ceiling is not None and figure.value > rule.ceiling:
        return f"over its ceiling of {rule.ceiling:g}"
    return None
