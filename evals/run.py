"""Playing a dataset: conversations in order, several at a time, repeated, and nothing lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.asking import Bench
from evals.cases import Case
from evals.product import ProductDown
from evals.runfile import Attempt, Run
from evals.scoring import Outcome


@dataclass(frozen=True, slots=True)
class Thread:
    """The cases that must be asked one after the other: a conversation, or one case."""

    cases: tuple[Case, ...]
    repeat: int

    @property
    def keys(self) -> frozenset[tuple[str, int]]:
        return frozenset((case.id, self.repeat) for case in self.cases)


def threads(cases: Iterable[Case], repeats: int) -> list[Thread]:
    """Every conversation by turn, in the order of the dataset, `repeats` times over."""
    units: dict[str, list[Case]] = {}
    for case in cases:
        units.setdefault(case.conversation or f"case {case.id}", []).append(case)
    ordered = [tuple(sorted(unit, key=lambda case: case.turn or 1)) for unit in units.values()]
    return [Thread(unit, repeat) for repeat in range(1, repeats + 1) for unit in ordered]


def with_context(chosen: Iterable[Case], every: Sequence[Case]) -> list[Case]:
    """The chosen cases with the earlier turns of their conversations, without which they would mean nothing."""
    last: dict[str, int] = {}
    ids = set()
    for case in chosen:
        ids.add(case.id)
        if case.conversation:
            last[case.conversation] = max(last.get(case.conversation, 0), case.turn or 1)
    return [case for case in every if case.id in ids or (case.turn or 1) <= last.get(case.conversation or "", 0)]


def keep_finished(run: Run, planned: Sequence[Thread]) -> list[Thread]:
    """Drops what has to be asked again from the run and gives the threads that are still to be played.

    A conversation that broke off is played again from its first turn; so is one that holds an error.
    """
    good = {attempt.key for attempt in run.attempts if attempt.outcome is not Outcome.ERROR}
    finished = {key for thread in planned if thread.keys <= good for key in thread.keys}
    run.attempts = [attempt for attempt in run.attempts if attempt.key in finished]
    return [thread for thread in planned if not thread.keys <= good]


async def measure(
    run: Run, planned: Sequence[Thread], bench: Bench, concurrency: int, keep: Callable[[Attempt], None]
) -> None:
    """Plays the threads and adds each attempt to the run; `keep` hears of each.

    Raises ProductDown as soon as nothing answers any more, and what cancels it; what was added until then stays.
    """
    waiting = iter(planned)

    def add(attempt: Attempt) -> None:
        run.attempts.append(attempt)
        keep(attempt)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, concurrency)):
                group.create_task(_work(waiting, bench, add))
    except* ProductDown as down:
        raise down.exceptions[0] from None
    in_order = {key: place for place, thread in enumerate(planned) for key in thread.keys}
    run.attempts.sort(key=lambda attempt: in_order.get(attempt.key, -1))
    run.finished = in_order.keys() <= {attempt.key for attempt in run.attempts}


async def _work(waiting: Iterator[Thread], bench: Bench, add: Callable[[Attempt], None]) -> None:
    for thread in waiting:
        await _play(thread, bench, add)


async def _play(thread: Thread, bench: Bench, add: Callable[[Attempt], None]) -> None:
    conversation_id: str | None = None
    for place, case in enumerate(thread.cases):
        attempt = await bench.attempt(case, thread.repeat, conversation_id)
        add(attempt)
        if attempt.answer is None:
            for later in thread.cases[place + 1 :]:
                add(_unasked(later, thread.repeat, case.id))
            return
        conversation_id = str(attempt.answer["conversation_id"])


def _unasked(case: Case, repeat: int, broken: str) -> Attempt:
    error = f"not asked: the turn {broken} before it could not be answered"
    return Attempt(case_id=case.id, repeat=repeat, outcome=Outcome.ERROR, error=error)
