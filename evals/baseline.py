"""The baseline: what was accepted, small and sorted, one line a case, so that a change of it reads in review."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from evals.gate_rules import GateRules
from evals.runfile import DatasetRecord, Record, Run
from evals.scoring import METRICS, Outcome
from qa.errors import ConfigurationError

DIGITS = 4
ALL = tuple(metric.name for metric in METRICS)


class Standing(StrEnum):
    """What a case came to over its attempts. Flaky: it passed and failed."""

    PASSED = "passed"
    FAILED = "failed"
    FLAKY = "flaky"
    ERROR = "error"
    NOT_MEASURED = "not_measured"


class AcceptedCase(Record):
    id: str
    standing: Standing
    metrics: dict[str, float]
    """Only those that the gate names, and that have a value."""
    answer: str


class Baseline(Record):
    format: Literal[1] = 1
    dataset: DatasetRecord
    model: str
    figures: dict[str, float]
    cases: list[AcceptedCase]

    def values(self, metric: str) -> dict[str, float | None]:
        return {case.id: case.metrics.get(metric) for case in self.cases}


def standing(run: Run, case_id: str) -> Standing:
    """An error outweighs, since nothing is known of that attempt; a case that was never asked is not measured."""
    outcomes = {attempt.outcome for attempt in run.attempts_of(case_id)}
    if Outcome.ERROR in outcomes:
        return Standing.ERROR
    if outcomes == {Outcome.PASSED, Outcome.FAILED}:
        return Standing.FLAKY
    return Standing(outcomes.pop()) if len(outcomes) == 1 else Standing.NOT_MEASURED


def shown_answer(run: Run, case_id: str) -> str:
    """The answer to show for a case: of its first attempt that did not pass, else of its first."""
    attempts = run.attempts_of(case_id)
    worst = next((attempt for attempt in attempts if attempt.outcome is not Outcome.PASSED), None)
    attempt = worst or next(iter(attempts), None)
    if attempt is None:
        return ""
    return str(attempt.answer["answer"]) if attempt.answer else f"error: {attempt.error}"


def of_run(run: Run, names: Iterable[str] = ALL) -> Baseline:
    """What a run would be accepted as, whatever became of it: comparing two runs goes this way too."""
    held = {name: run.values(name) for name in sorted(names)}
    cases = [
        AcceptedCase(
            id=case.id,
            standing=standing(run, case.id),
            metrics={name: round(value, DIGITS) for name, of in held.items() if (value := of[case.id]) is not None},
            answer=shown_answer(run, case.id),
        )
        for case in sorted(run.cases, key=lambda case: case.id)
    ]
    means = {name: _mean(of) for name, of in held.items()}
    figures = {name: round(mean, DIGITS) for name, mean in means.items() if mean is not None}
    return Baseline(dataset=run.dataset, model=shown_model(run), figures=figures, cases=cases)


def accept(run: Run, rules: GateRules) -> Baseline:
    """Raises ConfigurationError for a run that does not stand for the whole set."""
    errors = sorted({attempt.case_id for attempt in run.attempts if attempt.outcome is Outcome.ERROR})
    if errors:
        raise ConfigurationError(f"a run with errors cannot be a baseline: {', '.join(errors)}")
    if run.partial or not run.finished:
        raise ConfigurationError("a part of the cases cannot be a baseline: run all of them, without --tag and --limit")
    return of_run(run, rules.metrics)


def dumps(baseline: Baseline) -> str:
    """JSON with one line a figure and one line a case."""
    head = {"format": baseline.format, "dataset": baseline.dataset.model_dump(), "model": baseline.model}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    figures = ",\n".join(f"  {json.dumps(name)}: {value}" for name, value in sorted(baseline.figures.items()))
    cases = ",\n".join("  " + json.dumps(case.model_dump(mode="json"), ensure_ascii=False) for case in baseline.cases)
    return ",\n".join(
        ["{\n" + lines[0], *lines[1:], f' "figures": {{\n{figures}\n }}', f' "cases": [\n{cases}\n ]\n}}\n']
    )


def load(path: Path) -> Baseline:
    """Raises ConfigurationError for what is not there or no baseline."""
    try:
        return Baseline.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"there is no baseline {path}: write one with `qa eval accept RUN -o {path}`"
        ) from error
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"{path} is not a baseline of format 1: {str(error).splitlines()[0]}") from error


def _mean(values: dict[str, float | None]) -> float | None:
    known = [value for value in values.values() if value is not None]
    return sum(known) / len(known) if known else None


def shown_model(run: Run) -> str:
    """The model that answered; "none" where nothing was answered."""
    return next((str(attempt.answer["model"]) for attempt in run.attempts if attempt.answer), "none")
