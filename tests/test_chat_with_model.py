"""The walk with a language model: at most two calls a turn, stopped when the reader leaves, kept as it was told."""

from __future__ import annotations

from contextlib import aclosing

import pytest
from test_chat_steps import POLICY, QUESTION, Remembering, retriever, shown_in, told

from qa.answering.checked import CheckedAnswers
from qa.answering.extractive import ExtractiveAnswerer
from qa.answering.generative import VARIABLES, GenerativeAnswerer
from qa.answering.model_rewriting import VARIABLES as OF_REWRITING
from qa.answering.model_rewriting import ModelRewriter
from qa.answering.rewriting import OfflineRewriter
from qa.chat import AsAsked, Chat
from qa.domain import Question, Turn, TurnStatus
from qa.errors import Failure, ModelFailed
from qa.events import Delta, Done
from qa.fakes import FakeChecker, FakeReader
from qa.fakes_models import SPENT, FakeLanguageModel
from qa.ports import Rewriter
from qa.prompting import load_prompt

pytestmark = pytest.mark.anyio

ANSWER, REWRITE = load_prompt("answer", VARIABLES), load_prompt("rewrite", OF_REWRITING)
REPLY = ["Visitors pay three crowns", ". [3] The mill of Ardal ", "dates from 1402. [1] Rain is common", ". [2]", " "]


def chat(conversations: Remembering, model: FakeLanguageModel, rewriter: Rewriter | None = None) -> Chat:
    answerer = GenerativeAnswerer(model, ANSWER, FakeReader())
    otherwise = ExtractiveAnswerer(FakeReader(), POLICY)
    answers = CheckedAnswers(answerer, FakeChecker(), otherwise)
    return Chat(rewriter or AsAsked(), retriever(), answers, conversations)


async def test_claims_are_told_while_the_model_goes_on() -> None:
    model = FakeLanguageModel(REPLY)
    events = await told(chat(Remembering(), model))
    last = events[-1]
    assert isinstance(last, Done)
    assert shown_in(events) == last.turn.answer.text
    assert len(last.turn.answer.claims) == 3
    assert (model.left, len(model.prompts)) == (0, 1)
    assert list(last.turn.timings_ms) == ["rewrite", "retrieve", "answer", "check", "total"]


async def test_reader_who_leaves_at_any_event_stops_the_model_and_leaves_what_was_shown() -> None:
    whole = await told(chat(Remembering(), FakeLanguageModel(REPLY)))
    became, stopped = set(), 0
    for stop in range(len(whole)):
        conversations, model, shown = Remembering(), FakeLanguageModel(REPLY), ""
        async with aclosing(chat(conversations, model).stream(QUESTION)) as events:
            for _ in range(stop + 1):
                event = await anext(events)
                shown += event.text if isinstance(event, Delta) else ""
        status = conversations.became[conversations.begun[0]]
        became.add(status)
        stopped += model.left
        for turn in conversations.kept:
            assert shown.startswith(turn.answer.text)
            assert turn.answer.citations
            assert turn.answer.usage
            assert turn.answer.usage.completion_tokens
            assert (turn.answer.text == shown_in(whole)) is (status is TurnStatus.COMPLETE)
    assert became == {TurnStatus.FAILED, TurnStatus.PARTIAL, TurnStatus.COMPLETE}
    assert stopped >= 4, "two claims are told while the model goes on, in two pieces each"


async def test_a_model_that_breaks_off_leaves_a_partial_turn_that_was_told_to_its_end() -> None:
    conversations = Remembering()
    model = FakeLanguageModel([*REPLY[:2], "dates from", ModelFailed("silence", Failure.STALLED)])
    last = (await told(chat(conversations, model)))[-1]
    assert isinstance(last, Done)
    assert last.turn.answer.text == "Visitors pay three crowns. [1]"
    assert last.turn.answer.model == "fake (partial: stalled)"
    assert conversations.kept == [last.turn]
    assert list(conversations.became.values()) == [TurnStatus.PARTIAL]


async def test_a_follow_up_takes_two_calls_and_says_what_both_took_and_were_asked() -> None:
    model = FakeLanguageModel(REPLY, "When was the mill of Ardal built?", "The mill of Ardal dates from 1402. [1]")
    asked = chat(Remembering(), model, ModelRewriter(model, REWRITE, OfflineRewriter()))
    first = await asked.ask(Question("Who visits the mill of Ardal?", earlier=()))
    assert len(model.prompts) == 1
    second = await asked.ask(Question("When was it built?", earlier=(first,)))
    assert len(model.prompts) == 3
    assert second.standalone_question == "When was the mill of Ardal built?"
    assert prompts_of(first) == {"answer": ANSWER.hash}
    assert prompts_of(second) == {"answer": ANSWER.hash, "rewrite": REWRITE.hash}
    assert second.answer.usage
    assert SPENT.prompt_tokens
    assert second.answer.usage.prompt_tokens == 2 * SPENT.prompt_tokens


def prompts_of(turn: Turn) -> dict[str, str]:
    assert turn.answer.usage
    return dict(turn.answer.usage.prompts)
