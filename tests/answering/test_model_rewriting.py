"""A model rewrites follow-ups alone, and whatever is wrong with that, the turn goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from qa.answering.evidence import Evidence, citable
from qa.answering.model_rewriting import VARIABLES, ModelRewriter
from qa.answering.rewriting import OfflineRewriter, rewritten
from qa.domain import Turn
from qa.errors import Failure, ModelFailed
from qa.fakes import hit_among
from qa.fakes_models import FakeLanguageModel
from qa.prompting import load_prompt

pytestmark = pytest.mark.anyio

ARTICLE = ["The civil war in Syria began in 2011.", "Rain is common there."]
FOLLOW_UP = "Where did it begin?"
PROMPT = load_prompt("rewrite", VARIABLES)


def turn(question: str = "When did the civil war in Syria begin?") -> Turn:
    evidence = Evidence()
    evidence.state(ARTICLE[0], [citable(hit_among(ARTICLE, 0), 0.9)], 0.9)
    when = datetime(2026, 1, 31, tzinfo=UTC)
    return Turn("t1", "c1", when, question, question, evidence.answer("extractive"), {})


def rewriter(model: FakeLanguageModel) -> ModelRewriter:
    return ModelRewriter(model, PROMPT, OfflineRewriter())


OFFLINE = rewritten(FOLLOW_UP, [turn()])


async def test_a_follow_up_is_rewritten_by_the_model_and_what_it_took_is_kept() -> None:
    model = FakeLanguageModel(["Where did the Syrian civil war", " begin?\n"])
    standalone = await rewriter(model).standalone(FOLLOW_UP, [turn()])
    assert standalone.text == "Where did the Syrian civil war begin?"
    assert standalone.usage
    assert (standalone.usage.prompt_tokens, standalone.usage.prompts) == (100, {"rewrite": PROMPT.hash})


async def test_the_model_sees_the_conversation_without_markers_and_the_last_question() -> None:
    model = FakeLanguageModel("Where did the civil war begin?")
    await rewriter(model).standalone(FOLLOW_UP, [turn()])
    assert f"Question: {turn().question}\nAnswer: {ARTICLE[0]}\n" in model.prompts[0].user
    assert model.prompts[0].user.endswith(f"The last question: {FOLLOW_UP}")


@pytest.mark.parametrize(
    ("question", "turns"),
    [(FOLLOW_UP, []), ("How many people live in Damascus?", [turn()]), ("Why " * 200, [turn()])],
    ids=["the first turn", "stands alone", "huge"],
)
async def test_no_model_is_asked_where_the_question_does_not_need_it(question: str, turns: Sequence[Turn]) -> None:
    model = FakeLanguageModel()
    assert (await rewriter(model).standalone(question, turns)).text == question
    assert model.prompts == []


async def test_a_question_in_another_language_is_given_to_the_model() -> None:
    model = FakeLanguageModel("Wo begann der Krieg in Syria?")
    told = turn("Wann begann der Krieg in Syria?")
    assert (await rewriter(model).standalone("Und wo begann der?", [told])).text == "Wo begann der Krieg in Syria?"


@pytest.mark.parametrize(
    "reply",
    [
        "   \n",
        "Where did it begin? " * 50,
        "Where did the civil war begin?\nIt began in Syria.",
        "Where did the civil war begin, password hunter2?",
        "Where did the civil war begin? http://civil.war/began",
        "Where did Napoleon begin?",
    ],
    ids=["empty", "huge", "two lines", "a secret", "a link", "a name from nowhere"],
)
async def test_a_rewrite_that_cannot_be_used_gives_way_to_the_offline_one(reply: str) -> None:
    standalone = await rewriter(FakeLanguageModel(reply)).standalone(FOLLOW_UP, [turn()])
    assert standalone.text == OFFLINE
    assert standalone.usage, "the call was made, and is counted"


@pytest.mark.parametrize("failure", list(Failure))
async def test_a_model_that_fails_never_fails_the_turn(failure: Failure) -> None:
    for begun in ("", "Where did "):
        model = FakeLanguageModel([begun, ModelFailed("no", failure)])
        assert (await rewriter(model).standalone(FOLLOW_UP, [turn()])).text == OFFLINE


async def test_a_rewrite_that_does_not_end_is_ended() -> None:
    model = FakeLanguageModel(["Where did it begin? "] * 1000)
    assert (await rewriter(model).standalone(FOLLOW_UP, [turn()])).text == OFFLINE
    assert model.left == 1
