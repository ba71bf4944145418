"""The answer as it grows: each claim is checked before it is stated, and what does not stand is not.

Where a language model comes to nothing, the articles' own sentences are given instead, and the answer says so.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum

from qa.answering import extractive
from qa.answering.attribution import Attributed, attributed
from qa.answering.conflicts import conflicts
from qa.answering.evidence import Ended, Evidence, Proposed, abstention
from qa.answering.other_side import other_side
from qa.domain import Answer, Reason, Support, TurnStatus, Usage
from qa.ports import Answerer, SupportChecker
from qa.stopwatch import Stopwatch
from qa.turns import Desk

logger = logging.getLogger(__name__)
UNSUPPORTED = "[unsupported] "
"""Stands in front of a claim that nothing carries, where it is shown at all."""


class Unsupported(StrEnum):
    """What becomes of a claim that nothing carries, beside claims that stand."""

    DROP = "drop"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Growing:
    """An answer so far. status: PENDING while more may come; then COMPLETE, or PARTIAL where a model broke off."""

    answer: Answer
    status: TurnStatus


class CheckedAnswers:
    """One answerer with the check behind it. otherwise: who answers when it cannot."""

    def __init__(
        self,
        answerer: Answerer,
        checker: SupportChecker,
        otherwise: Answerer | None = None,
        unsupported: Unsupported = Unsupported.DROP,
        desk: Desk | None = None,
    ) -> None:
        self._answerer = answerer
        self._checker = checker
        self._otherwise = otherwise
        self._unsupported = unsupported
        self._desk = desk or Desk()

    async def grow(self, question: str, evidence: Evidence, clock: Stopwatch) -> AsyncGenerator[Growing, None]:
        """After each claim that stands; the last is whole. Raises ModelFailed where nobody answers otherwise."""
        statement = _Statement(question, evidence, self._answerer.name, self._unsupported)
        async with aclosing(self._stated(self._answerer, question, statement, clock)) as growing:
            async for answer in growing:
                yield Growing(answer, TurnStatus.PENDING)
        if failure := statement.ended.failure:
            logger.warning("%s failed (%s): %s", self._answerer.name, failure.failure, failure)
        if statement.came_to_nothing and self._otherwise:
            yield Growing(await self._instead(self._otherwise, question, statement, clock), TurnStatus.COMPLETE)
        elif failure and not statement.stands:
            raise failure
        else:
            yield Growing(statement.whole(), TurnStatus.PARTIAL if failure else TurnStatus.COMPLETE)

    async def _stated(
        self, answerer: Answerer, question: str, statement: _Statement, clock: Stopwatch
    ) -> AsyncGenerator[Answer, None]:
        async with aclosing(clock.each("answer", answerer.answer(question, statement.evidence))) as items:
            async for item in items:
                last = isinstance(item, Ended)
                for proposed in item.proposed if isinstance(item, Ended) else (item,):
                    if await self._state(proposed, statement, clock) and not last:
                        yield statement.so_far()
                if isinstance(item, Ended):
                    statement.ended = item
                    for proposed in statement.other_side():
                        await self._state(proposed, statement, clock)

    async def _state(self, proposed: Proposed, statement: _Statement, clock: Stopwatch) -> bool:
        """Whether the answer has grown."""
        statement.usage = proposed.usage
        if statement.has_said(proposed.words):
            return False
        with clock.step("check"):
            claim = await self._desk.do(attributed, proposed, self._checker)
        if not claim.stands:
            logger.info("a claim does not stand (%s): %r", claim.verdict.why or claim.verdict.support, claim.words)
        return statement.take(claim)

    async def _instead(self, otherwise: Answerer, question: str, before: _Statement, clock: Stopwatch) -> Answer:
        """The other answerer's whole answer; its name says what it stands in for."""
        failure = before.ended.failure
        why = failure.failure if failure else Reason.UNSUPPORTED
        logger.warning("%s: the articles' own sentences are given instead of %s", why, self._answerer.name)
        name = f"{otherwise.name} (fallback: {why})"
        statement = _Statement(
            question, Evidence(before.evidence.hits, before.evidence.follows), name, self._unsupported
        )
        async with aclosing(self._stated(otherwise, question, statement, clock)) as growing:
            async for _ in growing:
                pass  # nothing was shown of the first answer, so it is given as one piece
        if not failure and not statement.stands:
            statement.ended = replace(statement.ended, reason=Reason.UNSUPPORTED)
        return replace(statement.whole(), usage=before.ended.usage)


class _Statement:
    """What one answerer has stated so far."""

    def __init__(self, question: str, evidence: Evidence, model: str, unsupported: Unsupported) -> None:
        self.evidence = evidence
        self._question = question
        self.ended = Ended()
        self._model = model
        self._unsupported = unsupported
        self._fallen: list[Attributed] = []
        self._said: set[str] = set()
        self.usage: Usage | None = None  # so far

    @property
    def stands(self) -> bool:
        return bool(self.evidence.claims)

    @property
    def came_to_nothing(self) -> bool:
        """Neither an answer nor a reason why there is none."""
        return not self.stands and self.ended.reason is None

    def has_said(self, words: str) -> bool:
        known = words.casefold() in self._said
        self._said.add(words.casefold())
        return known

    def take(self, claim: Attributed) -> bool:
        """States a claim that stands. One that does not is left out, or marked once there is one that does."""
        if claim.stands:
            marked = self._fallen
            self._fallen = []
        elif self._unsupported is Unsupported.DROP or not claim.may_be_shown_marked:
            return False
        elif not self.stands:
            self._fallen.append(claim)
            return False
        else:
            marked = [claim]
        for each in marked:
            self.evidence.state(UNSUPPORTED + each.words, (), each.verdict.score, Support.UNSUPPORTED)
        if claim.stands:
            self.evidence.state(claim.words, claim.carried_by, claim.score, claim.verdict.support)
        return True

    def other_side(self) -> Iterator[Proposed]:
        """The sentence that contradicts what was stated, if one that is nearly as likely does."""
        one = other_side(self._question, self.evidence.citations, self.ended.likely)
        return extractive.proposed(self._question, [one] if one else [])

    def so_far(self) -> Answer:
        return replace(self.evidence.answer(self._model), usage=self.usage)

    def whole(self) -> Answer:
        if self.stands:
            broken_off = f" (partial: {self.ended.failure.failure})" if self.ended.failure else ""
            answer = self.evidence.answer(self._model + broken_off)
            found = tuple(conflicts(answer.citations, self._question))
            return replace(answer, conflicts=found, usage=self.ended.usage)
        reason = self.ended.reason or Reason.UNSUPPORTED
        return replace(abstention(reason, self.ended.nearest, self._model), usage=self.ended.usage)


def together(one: Usage | None, other: Usage | None) -> Usage | None:
    """What two calls took; what one of them does not say is not known of both. The first token is that of `other`."""
    if one is None or other is None:
        return one or other
    return Usage(
        _sum(one.prompt_tokens, other.prompt_tokens),
        _sum(one.completion_tokens, other.completion_tokens),
        None if one.cost is None or other.cost is None else one.cost + other.cost,
        other.first_token_ms,
        {**one.prompts, **other.prompts},
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
