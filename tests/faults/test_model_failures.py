"""Whatever an endpoint does, over a real socket, the turn ends in an answer whose every claim was checked."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from qa.answering.checked import CheckedAnswers
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.generative import VARIABLES, GenerativeAnswerer
from qa.assembly import open_model
from qa.chat import AsAsked, Chat
from qa.domain import Question, Support, Turn, TurnStatus
from qa.draft import Unkept
from qa.events import Delta, Done
from qa.fakes import FakeChecker, FakeReader, FakeRetriever, hit_among
from qa.fakes_models import Mode, Reply, ScriptedOpenAI
from qa.prompting import load_prompt
from qa.settings import Settings

pytestmark = pytest.mark.anyio

ARTICLE = ["The zone will be 15-20 kilometres wide.", "Rain is common there.", "Both sides agreed to it in May."]
QUESTION = Question("How wide will the zone be, in kilometres?")
SAID = "The zone will be 15-20 kilometres wide. [1] Both sides agreed in May. [3] Rain is common there. [2] So be it."
HOW = {
    Mode.FINE: "openai-like/m",
    Mode.REFUSAL: "extractive (fallback: unsupported)",
    Mode.ANOTHER_LANGUAGE: "extractive (fallback: unsupported)",
    Mode.HANGS_UP: "extractive (fallback: unreachable)",
    Mode.SLOW: "extractive (fallback: slow)",
    Mode.UNAUTHORIZED: "extractive (fallback: unauthorized)",
    Mode.NOT_FOUND: "extractive (fallback: refused)",
    Mode.RATE_LIMITED: "extractive (fallback: rate_limited)",
    Mode.SERVER_ERROR: "extractive (fallback: server_error)",
    Mode.HTML: "extractive (fallback: not_a_reply)",
    Mode.BAD_JSON: "extractive (fallback: not_a_reply)",
    Mode.FILTERED: "extractive (fallback: refused)",
    Mode.EMPTY: "extractive (fallback: empty)",
    Mode.STALLED: "openai-like/m (partial: stalled)",
    Mode.ERROR_FRAME: "openai-like/m (partial: not_a_reply)",
    Mode.BROKEN: "openai-like/m (partial: cut_off)",
    Mode.UNFINISHED: "openai-like/m (partial: cut_off)",
    Mode.LENGTH: "openai-like/m (partial: cut_off)",
    Mode.ENDLESS: "openai-like/m (partial: endless)",
}
SPOKE = {mode for mode, how in HOW.items() if "partial" in how} | {Mode.FINE, Mode.REFUSAL, Mode.ANOTHER_LANGUAGE}


@dataclass
class Kept(Unkept):
    """What became of the turns."""

    turns_kept: list[tuple[Turn, TurnStatus]] = field(default_factory=list)

    def keep(self, turn: Turn, status: TurnStatus = TurnStatus.COMPLETE) -> None:
        self.turns_kept.append((turn, status))


LONG_S, SHORT_S = 60, 0.2  # seconds: a limit that is not what is tested, and one for what never comes


def chat(base_url: str, kept: Kept, mode: Mode = Mode.FINE) -> Chat:
    first_token_s = SHORT_S if mode is Mode.SLOW else LONG_S
    silence_s = SHORT_S if mode is Mode.STALLED else LONG_S
    asked_of = {"llm": "openai-like", "llm_base_url": base_url, "llm_model": "m", "llm_retries": 0}
    model = open_model(Settings(**asked_of, llm_first_token_s=first_token_s, llm_silence_s=silence_s))
    assert model is not None
    reader = FakeReader()
    otherwise = ExtractiveAnswerer(reader, Policy(answerable=0.3, enough=0.5, worth=0.5))
    answers = CheckedAnswers(
        GenerativeAnswerer(model, load_prompt("answer", VARIABLES), reader), FakeChecker(), otherwise
    )
    return Chat(AsAsked(), FakeRetriever([hit_among(ARTICLE, place) for place in range(3)]), answers, kept)


@pytest.mark.parametrize("mode", list(Mode))
async def test_every_way_to_fail_ends_in_a_checked_answer_that_says_how_it_was_made(mode: Mode) -> None:
    kept = Kept()
    with ScriptedOpenAI(Reply(SAID, mode)) as server:
        events = [event async for event in chat(server.base_url, kept, mode).stream(QUESTION)]
    last = events[-1]
    assert isinstance(last, Done)
    answer = last.turn.answer
    assert answer.text == "".join(event.text for event in events if isinstance(event, Delta))
    assert answer.text.startswith(f"{ARTICLE[0]} [1]")
    assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}
    assert answer.model == HOW[mode]
    assert answer.usage
    assert (answer.usage.completion_tokens is not None) is (mode in SPOKE)
    assert kept.turns_kept == [(last.turn, TurnStatus.PARTIAL if "partial" in answer.model else TurnStatus.COMPLETE)]


async def test_an_endpoint_that_is_down_gives_way_to_the_articles() -> None:
    server = ScriptedOpenAI()
    with server:
        pass
    turn = await chat(server.base_url, Kept()).ask(QUESTION)
    assert turn.answer.model == "extractive (fallback: unreachable)"


async def test_a_reader_who_leaves_hangs_up_on_the_endpoint() -> None:
    with ScriptedOpenAI(Reply(SAID, Mode.ENDLESS)) as server:
        async with aclosing(chat(server.base_url, Kept()).stream(QUESTION)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    break
        assert server.gone.wait(30)
