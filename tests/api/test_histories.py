"""A client's own history as the turns before a question."""

from __future__ import annotations

import pytest

from qa.answering.evidence import ABSTENTIONS
from qa.answering.rewriting import OfflineRewriter
from qa.api.histories import MOST_TURNS, question_from
from qa.api.openai_schemas import Message
from qa.domain import Question, Reason, Status

pytestmark = pytest.mark.anyio


def history(*said: tuple[str, object]) -> Question:
    messages = [Message.model_validate({"role": role, "content": content}) for role, content in said]
    return question_from(messages, is_kept=False)


def test_last_user_message_is_the_question_and_those_before_are_the_turns() -> None:
    question = history(("user", "How wide?"), ("assistant", "15 km. [1]"), ("user", "And when?"))
    assert question.text == "And when?"
    assert question.earlier is not None
    assert [(turn.question, turn.answer.text) for turn in question.earlier] == [("How wide?", "15 km. [1]")]
    assert not question.is_kept


def test_question_alone_has_no_turns_before_it() -> None:
    assert history(("system", "Be brief."), ("user", "How wide?")).earlier == ()


def test_history_that_starts_with_the_assistant_is_taken_without_that() -> None:
    assert history(("assistant", "Hello!"), ("user", "How wide?")) == history(("user", "How wide?"))


def test_what_comes_after_the_question_is_not_read() -> None:
    assert history(("user", "How wide?"), ("assistant", "It is")).text == "How wide?"


def test_parts_of_text_are_joined() -> None:
    assert history(("user", [{"type": "text", "text": "How"}, {"type": "text", "text": "wide?"}])).text == "How\nwide?"


def test_sentences_of_an_answer_stand_in_for_its_citations() -> None:
    earlier = history(("user", "a"), ("assistant", "One. [1] Two. [2][1]"), ("user", "b")).earlier
    assert earlier is not None
    assert [(each.number, each.quote) for each in earlier[0].answer.citations] == [(1, "One."), (2, "Two.")]


@pytest.mark.parametrize("reason", Reason)
def test_abstention_of_ours_is_known_again(reason: Reason) -> None:
    earlier = history(("user", "a"), ("assistant", ABSTENTIONS[reason]), ("user", "b")).earlier
    assert earlier is not None
    assert (earlier[0].answer.status, earlier[0].answer.reason) == (Status.ABSTAINED, reason)
    assert earlier[0].answer.citations == ()


def test_question_that_nobody_answered_is_a_turn_without_an_answer() -> None:
    earlier = history(("user", "a"), ("user", "b")).earlier
    assert earlier is not None
    assert (earlier[0].question, earlier[0].answer.status) == ("a", Status.ABSTAINED)


def test_of_a_thousand_turns_the_latest_are_taken() -> None:
    said: list[tuple[str, object]] = []
    for number in range(1000):
        said += [("user", f"Question {number}?"), ("assistant", "Yes.")]
    earlier = history(*said, ("user", "And?")).earlier
    assert earlier is not None
    assert [turn.question for turn in earlier] == [f"Question {n}?" for n in range(1000 - MOST_TURNS, 1000)]


async def test_follow_up_is_understood_from_such_a_history() -> None:
    said = ("assistant", "The old mill was built by Jonas Berg in 1402. [1]")
    question = history(("user", "Who built the old mill?"), said, ("user", "When did he die?"))
    assert question.earlier is not None
    assert "Jonas Berg" in (await OfflineRewriter().standalone(question.text, question.earlier)).text


async def test_history_without_a_title_puts_no_empty_topic_into_a_question() -> None:
    question = history(("user", "why?"), ("assistant", "so. [1]"), ("user", "And why?"))
    assert question.earlier is not None
    standalone = (await OfflineRewriter().standalone(question.text, question.earlier)).text
    assert "  " not in standalone
    assert "about ?" not in standalone
