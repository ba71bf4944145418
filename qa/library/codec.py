"""Answers to JSON and back, exactly: what is read is equal to what was kept, to the last digit of a score."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter

from qa.domain import Answer

_ANSWER = TypeAdapter(Answer)
_TIMINGS = TypeAdapter(dict[str, float])


def answer_to_json(answer: Answer) -> str:
    return _ANSWER.dump_json(answer).decode()


def answer_from_json(stored: str) -> Answer:
    return _ANSWER.validate_json(stored)


def timings_to_json(timings_ms: Mapping[str, float]) -> str:
    return _TIMINGS.dump_json(dict(timings_ms)).decode()


def timings_from_json(stored: str) -> dict[str, float]:
    return _TIMINGS.validate_json(stored)
