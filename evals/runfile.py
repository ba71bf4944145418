"""What one run leaves behind: every answer, what it was scored, and all that is needed to measure the same again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Case
from evals.product import Json
from evals.scoring import Outcome, Values
from qa.errors import ConfigurationError

FORMAT = 1


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DatasetRecord(Record):
    """sha256: of the cases' content, whatever their order or the file's spacing. size: of the whole set."""

    name: str
    sha256: str
    size: int


class Excerpt(Record):
    """A stretch of an article with its cited and gold sentences; ranges are relative to `text`."""

    article_id: str
    text: str
    cited: list[tuple[int, int, int]]
    """start, end, number"""
    gold: list[tuple[int, int]]


class Attempt(Record):
    """One case asked once. answer: the contract's JSON; None where there was an error."""

    case_id: str
    repeat: int
    outcome: Outcome
    error: str | None = None
    answer: Json | None = None
    standalone: Json | None = None
    metrics: Values = {}
    excerpts: list[Excerpt] = []
    claims: list[tuple[float, bool]] = []
    """Of each claim that can be judged: the product's score, and whether it was right."""

    @property
    def key(self) -> tuple[str, int]:
        return (self.case_id, self.repeat)


class CaseRecord(Record):
    """What the report and the gate need of a case. unit: its conversation, or itself."""

    id: str
    tags: list[str]
    question: str
    reference_answer: str
    key_facts: list[list[str]]
    gold: list[list[dict[str, str]]]
    answerable: bool
    why_not: str | None
    unit: str
    turn: int


class Run(Record):
    """A run file. partial: some cases were left out by tag or number, or were not reached."""

    format: Literal[1] = 1
    created_at: str
    finished: bool = False
    partial: bool = False
    repeats: int = 1
    dataset: DatasetRecord
    product: Json
    articles: str
    """sha256 over the ids and versions of every article"""
    prompts: dict[str, str]
    versions: dict[str, str]
    machine: dict[str, Any]
    cases: list[CaseRecord]
    attempts: list[Attempt] = []

    def values(self, metric: str) -> dict[str, float | None]:
        """The value of a metric by case: the mean over its attempts."""
        held: dict[str, list[float]] = {case.id: [] for case in self.cases}
        for attempt in self.attempts:
            value = attempt.metrics.get(metric)
            if value is not None:
                held[attempt.case_id].append(value)
        return {case: sum(values) / len(values) if values else None for case, values in held.items()}

    def units(self) -> dict[str, str]:
        return {case.id: case.unit for case in self.cases}

    def attempts_of(self, case_id: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.case_id == case_id]


def case_record(case: Case) -> CaseRecord:
    """The case as the run file keeps it."""
    gold = [[{"file": quote.file, "quote": quote.quote} for quote in group] for group in case.gold]
    return CaseRecord(
        id=case.id, tags=list(case.tags), question=case.question, reference_answer=case.reference_answer or "",
        key_facts=[list(wordings) for wordings in case.key_facts], gold=gold, answerable=case.answerable,
        why_not=case.why_not, unit=case.conversation or case.id, turn=case.turn or 1,
    )  # fmt: skip


def content_hash(cases: Iterable[Case]) -> str:
    """sha256 over the cases, sorted."""
    lines = sorted(json.dumps(asdict(case), sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def save(run: Run, path: Path) -> None:
    """Writes it whole or not at all, so that a run that is killed leaves the last good state."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def load(path: Path) -> Run:
    """Raises ConfigurationError for what is no run file."""
    try:
        return Run.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigurationError(f"there is no run file {path}: write one with `qa eval run -o {path}`") from error
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"{path} is not a run file of format {FORMAT}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
