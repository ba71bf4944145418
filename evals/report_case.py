"""One case as the report shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evals.runfile import Attempt, CaseRecord, Excerpt, Run


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that is marked in one way. kind: "", "cited", "gold" or "cited gold"."""

    text: str
    kind: str
    numbers: str


@dataclass(frozen=True, slots=True)
class ExcerptView:
    article_id: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class AttemptView:
    repeat: int
    outcome: str
    error: str | None
    answer: str | None
    status: str
    reason: str | None
    rewritten: str | None
    excerpts: tuple[ExcerptView, ...]
    nearest: tuple[dict[str, Any], ...]
    metrics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    place: int
    id: str
    tags: tuple[str, ...]
    question: str
    standing: str
    answerable: bool
    why_not: str | None
    reference: str
    facts: tuple[tuple[str, ...], ...]
    old_answer: str | None
    attempts: tuple[AttemptView, ...]


def case_view(place: int, run: Run, case: CaseRecord, standing: str, old_answer: str | None) -> CaseView:
    """place: its number in the dataset, for the anchor. old_answer: of the baseline; None without one."""
    return CaseView(
        place, case.id, tuple(case.tags), case.question, str(standing), case.answerable, case.why_not,
        case.reference_answer, tuple(tuple(wordings) for wordings in case.key_facts), old_answer,
        tuple(_attempt(attempt) for attempt in run.attempts_of(case.id)),
    )  # fmt: skip


def _attempt(attempt: Attempt) -> AttemptView:
    answer = attempt.answer or {}
    rewritten = answer.get("standalone_question")
    values = sorted((name, value) for name, value in attempt.metrics.items() if value is not None)
    return AttemptView(
        attempt.repeat, str(attempt.outcome), attempt.error, answer.get("answer"), str(answer.get("status", "")),
        answer.get("reason"), None if rewritten == answer.get("question") else rewritten,
        tuple(ExcerptView(excerpt.article_id, tuple(pieces(excerpt))) for excerpt in attempt.excerpts),
        tuple(answer.get("nearest", ())), tuple((name, f"{value:.3g}") for name, value in values),
    )  # fmt: skip


def pieces(excerpt: Excerpt) -> Iterator[Piece]:
    """The text cut wherever a mark begins or ends; joined they are the text again."""
    edges = {0, len(excerpt.text)}
    edges |= {edge for start, end, _ in excerpt.cited for edge in (start, end)}
    edges |= {edge for start, end in excerpt.gold for edge in (start, end)}
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        cited = [(stop, number) for begin, stop, number in excerpt.cited if begin <= start and end <= stop]
        gold = any(begin <= start and end <= stop for begin, stop in excerpt.gold)
        kind = " ".join(name for name, is_so in (("cited", cited), ("gold", gold)) if is_so)
        numbers = " ".join(f"[{number}]" for stop, number in cited if stop == end)
        yield Piece(excerpt.text[start:end], kind, numbers)
