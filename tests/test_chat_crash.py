"""kill -9 while questions are being answered: what a reader was given is there, and no part is shown as a whole."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crashing_chat import BROKEN, LEFT, QUESTIONS, chat_over
from killing import killed

from qa.api.schemas import ChatOut
from qa.domain import Answer, Question, TurnStatus
from qa.draft import Unkept
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.transcript import KeptTurn

MOMENTS = 50
CRASHING = Path(__file__).with_name("crashing_chat.py")


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Data folders, each left behind by a process that was killed at another moment of its conversations."""
    data = tmp_path_factory.mktemp("crash") / "data"
    data.mkdir()
    Database.open(f"sqlite:///{data}/library.db").close()
    steps = int(killed(CRASHING, data, 0))
    moments = sorted(random.Random(7).sample(range(1, steps + 1), MOMENTS))
    killed(CRASHING, data, *moments)
    return [data.with_name(f"data-{moment}") for moment in moments]


@pytest.fixture(scope="module")
def whole() -> dict[str, Answer]:
    """What a reader gets who is not disturbed."""
    chat = chat_over(Unkept())
    return {
        question: asyncio.run(chat.ask(Question(question))).answer
        for question in (*QUESTIONS, LEFT)
    }  # fmt: skip


def left(data: Path) -> Iterator[KeptTurn]:
    """All turns as the process that starts next shows them, conversation by conversation."""
    database = Database.open(f"sqlite:///{data}/library.db")
    kept = KeptConversations(database)
    kept.interrupt_pending()
    for listed in reversed(kept.summaries(100)):
        yield from kept.transcript(listed.id).turns
    database.close()


def acknowledged(data: Path) -> list[dict[str, object]]:
    paper = data / "acknowledged"
    return [json.loads(line) for line in paper.read_text().splitlines()] if paper.exists() else []


def test_every_answer_that_was_given_is_there_as_it_was_given_and_in_order(crashed: list[Path]) -> None:
    given = 0
    for data in crashed:
        held = {
            each.id: json.loads(ChatOut.of(each.turn).model_dump_json())
            for each in left(data)
            if each.turn is not None and each.status is TurnStatus.COMPLETE
        }
        answers = acknowledged(data)
        assert [held[str(answer["turn_id"])] for answer in answers] == answers
        order = list(held)
        places = [order.index(str(answer["turn_id"])) for answer in answers]
        assert places == sorted(places)
        given += len(answers)
    assert given > MOMENTS, "the moments have to fall behind answers too"


def test_no_part_of_an_answer_is_shown_as_a_whole(crashed: list[Path], whole: dict[str, Answer]) -> None:
    seen = Counter[TurnStatus]()
    for data in crashed:
        for each in left(data):
            seen[each.status] += 1
            if each.status is TurnStatus.COMPLETE:
                assert each.turn
                assert each.turn.answer == whole[each.question]
            elif each.status is TurnStatus.PARTIAL:
                assert each.turn
                assert each.question == LEFT
                assert whole[LEFT].text.startswith(each.turn.answer.text)
                assert each.turn.answer != whole[LEFT]
            else:
                assert each.turn is None
                assert each.status is not TurnStatus.FAILED or each.question == BROKEN
    assert set(seen) == set(TurnStatus) - {TurnStatus.PENDING}, "the moments have to fall into every state"


def test_at_most_one_turn_was_being_answered(crashed: list[Path]) -> None:
    """Two questions at once in one conversation: the second is begun when the first is done."""
    for data in crashed:
        assert [each.status for each in left(data)].count(TurnStatus.INTERRUPTED) <= 1
