"""Each way in which an endpoint fails is a known state, over a real socket and through LlamaIndex's own client."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest
from talking import LIMITS, PROMPT, SHORT_S, Said, Ticks, Waits, ask, model

from qa.answering.models import LONGEST_WAIT_S, Limits, Prices, is_loop
from qa.errors import Failure
from qa.fakes_models import SAID, SPENT, TEXT, FakeLanguageModel, Mode, Reply, ScriptedOpenAI

pytestmark = pytest.mark.anyio

KEY = "sk-s3cret"
HALF = "The zone will be "


async def asked(mode: Mode, limits: Limits = LIMITS) -> tuple[Said, ScriptedOpenAI]:
    with ScriptedOpenAI(mode) as server:
        return await ask(model(server.base_url, limits=limits)), server


async def test_a_reply_comes_as_it_was_said_with_what_it_took() -> None:
    with ScriptedOpenAI(TEXT) as server:
        said = await ask(model(server.base_url, prices=Prices(prompt=3, completion=50)))
    assert said.text == TEXT
    assert said.failure is None
    assert said.spent is not None
    assert (said.spent.prompt_tokens, said.spent.completion_tokens) == (100, 10)
    assert said.spent.cost == pytest.approx(0.0008)
    assert said.spent.first_token_ms == 0  # by a clock that stands still


async def test_the_prompt_goes_out_as_it_is_with_the_limit_of_length() -> None:
    with ScriptedOpenAI() as server:
        await ask(model(server.base_url, llm_api_key=KEY, llm_max_tokens=77))
    (body,) = server.requests
    assert [(each["role"], each["content"]) for each in body["messages"]] == [
        ("system", PROMPT.system),
        ("user", PROMPT.user),
    ]
    assert (body["model"], body["stream"], body["max_tokens"]) == ("m", True, 77)
    assert server.keys == [f"Bearer {KEY}"]


async def test_the_key_of_another_service_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another")
    with ScriptedOpenAI() as server:
        await ask(model(server.base_url))
    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize("scripted", [None, "real"])
async def test_the_fake_and_the_real_model_keep_the_same_contract(scripted: str | None) -> None:
    with ScriptedOpenAI(TEXT, Mode.EMPTY) as server:
        one = model(server.base_url) if scripted else FakeLanguageModel(TEXT, "")
        well, empty = await ask(one), await ask(one)
    assert well.text == TEXT
    assert well.spent is not None
    assert well.spent.prompt_tokens == SPENT.prompt_tokens
    assert empty.failure is not None
    assert (empty.failure.failure, empty.failure.has_begun, empty.so_far) == (Failure.EMPTY, False, None)


@pytest.mark.parametrize(
    ("mode", "failure", "text", "mend"),
    [
        (Mode.HANGS_UP, Failure.UNREACHABLE, "", "QA_LLM_BASE_URL"),
        (Mode.UNAUTHORIZED, Failure.UNAUTHORIZED, "", "QA_LLM_API_KEY"),
        (Mode.NOT_FOUND, Failure.REFUSED, "", "QA_LLM_MODEL"),
        (Mode.RATE_LIMITED, Failure.RATE_LIMITED, "", "ask again later"),
        (Mode.SERVER_ERROR, Failure.SERVER_ERROR, "", "its own log"),
        (Mode.HTML, Failure.NOT_A_REPLY, "", "QA_LLM_BASE_URL"),
        (Mode.BAD_JSON, Failure.NOT_A_REPLY, "", "QA_LLM_BASE_URL"),
        (Mode.ERROR_FRAME, Failure.NOT_A_REPLY, HALF, "out of memory"),
        (Mode.BROKEN, Failure.CUT_OFF, HALF, "closed connection"),
        (Mode.UNFINISHED, Failure.CUT_OFF, HALF, "without saying why"),
        (Mode.LENGTH, Failure.CUT_OFF, HALF, "QA_LLM_MAX_TOKENS"),
        (Mode.FILTERED, Failure.REFUSED, "", "content_filter"),
        (Mode.EMPTY, Failure.EMPTY, "", "another model"),
    ],
)
async def test_a_failure_is_named_and_says_how_to_mend_it(mode: Mode, failure: Failure, text: str, mend: str) -> None:
    said, server = await asked(mode)
    assert said.failure is not None
    assert said.failure.failure is failure
    assert (said.text, said.failure.has_begun, said.spent) == (text, bool(text), None)
    assert mend in str(said.failure)
    assert server.base_url in str(said.failure)


async def test_an_endpoint_that_is_down_is_unreachable() -> None:
    with ScriptedOpenAI() as server:
        pass
    said = await ask(model(server.base_url))
    assert said.failure is not None
    assert said.failure.failure is Failure.UNREACHABLE


async def test_an_endpoint_that_gives_no_token_is_slow_and_is_hung_up_on() -> None:
    with ScriptedOpenAI(Mode.SLOW) as server:
        said = await ask(model(server.base_url, limits=replace(LIMITS, first_token_s=SHORT_S)))
        assert await asyncio.to_thread(server.gone.wait, 30)
    assert said.failure is not None
    assert (said.failure.failure, said.text) == (Failure.SLOW, "")
    assert "QA_LLM_FIRST_TOKEN_S" in str(said.failure)


async def test_an_endpoint_that_falls_silent_is_stalled_and_is_hung_up_on() -> None:
    with ScriptedOpenAI(Mode.STALLED) as server:
        said = await ask(model(server.base_url, limits=replace(LIMITS, silence_s=SHORT_S)))
        assert await asyncio.to_thread(server.gone.wait, 30)
    assert said.failure is not None
    assert (said.failure.failure, said.failure.has_begun, said.text) == (Failure.STALLED, True, HALF)


async def test_a_reply_that_is_not_done_in_time_is_stopped_and_hung_up_on() -> None:
    with ScriptedOpenAI(Mode.STALLED) as server:
        said = await ask(model(server.base_url, limits=replace(LIMITS, total_s=3)))  # a busy machine begins within it
        assert await asyncio.to_thread(server.gone.wait, 30)
    assert said.failure is not None
    assert (said.failure.failure, said.failure.has_begun, said.text) == (Failure.TOO_LONG, True, HALF)
    assert "within 3 s" in str(said.failure)
    assert "QA_LLM_TOTAL_S" in str(said.failure)


async def test_a_reply_that_never_falls_silent_is_stopped_in_time_too() -> None:
    waits = Ticks()  # a second between any two looks at it
    with ScriptedOpenAI(Reply(" ".join(f"{n} and" for n in range(60)), Mode.ENDLESS)) as server:
        said = await ask(model(server.base_url, waits, replace(LIMITS, total_s=20)))
        assert await asyncio.to_thread(server.gone.wait, 30)
    assert said.failure is not None
    assert said.failure.failure is Failure.TOO_LONG


async def test_nothing_is_retried_for_which_no_time_is_left() -> None:
    waits = Waits()
    with ScriptedOpenAI(Mode.SERVER_ERROR) as server:
        said = await ask(model(server.base_url, waits, replace(LIMITS, total_s=1)))
    assert said.failure is not None
    assert (said.failure.failure, waits.waited, len(server.requests)) == (Failure.SERVER_ERROR, [0.5], 2)


@pytest.mark.parametrize("mode", [Mode.STALLED, Mode.ERROR_FRAME, Mode.BROKEN, Mode.UNFINISHED, Mode.ENDLESS])
async def test_of_a_reply_that_broke_off_it_is_estimated_what_it_took(mode: Mode) -> None:
    prices = Prices(prompt=1_000_000, completion=1_000_000)
    limits = replace(LIMITS, silence_s=SHORT_S)
    with ScriptedOpenAI(mode) as server:
        said = await ask(model(server.base_url, limits=limits, prices=prices))
    assert said.failure is not None
    assert said.so_far is not None
    prompt, completion = said.so_far.prompt_tokens, said.so_far.completion_tokens
    assert prompt == 16  # of 61 characters
    assert completion is not None
    assert completion >= len(said.text.split())  # a token each, as the server sends them
    assert (said.so_far.cost, said.so_far.first_token_ms) == (prompt + completion, 0)


@pytest.mark.parametrize("text", ["The zone is wide. ", " ".join(f"{n} and" for n in range(60))])
async def test_a_reply_without_end_is_stopped_and_hung_up_on(text: str) -> None:
    with ScriptedOpenAI(Reply(text, Mode.ENDLESS)) as server:
        said = await ask(model(server.base_url))
        assert await asyncio.to_thread(server.gone.wait, 30)
    assert said.failure is not None
    assert (said.failure.failure, said.failure.has_begun) == (Failure.ENDLESS, True)
    assert len(said.text) <= LIMITS.max_tokens * 8


@pytest.mark.parametrize("mode", [Mode.REFUSAL, Mode.ANOTHER_LANGUAGE])
async def test_what_a_model_says_in_words_is_for_the_check_to_judge(mode: Mode) -> None:
    said, _ = await asked(mode)
    assert (said.text, said.failure) == (SAID[mode], None)


@pytest.mark.parametrize("mode", [Mode.STALLED, Mode.ENDLESS])
async def test_a_client_that_leaves_stops_the_upstream_call(mode: Mode) -> None:
    with ScriptedOpenAI(mode) as server:
        async with aclosing(model(server.base_url).reply(PROMPT)) as reply:
            assert await anext(reply)
        assert await asyncio.to_thread(server.gone.wait, 30)


async def test_a_task_that_is_cancelled_before_the_first_token_stops_the_upstream_call() -> None:
    with ScriptedOpenAI(Mode.SLOW) as server:
        task = asyncio.create_task(ask(model(server.base_url)))
        assert await asyncio.to_thread(server.asked.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.gone.wait, 30)


@pytest.mark.parametrize("mode", [Mode.HANGS_UP, Mode.RATE_LIMITED, Mode.SERVER_ERROR])
async def test_what_may_pass_is_retried_twice_and_not_more(mode: Mode) -> None:
    waits = Waits()
    with ScriptedOpenAI(mode) as server:
        said = await ask(model(server.base_url, waits))
    assert said.failure is not None
    assert len(server.requests) == 3
    assert waits.waited == [0.5, 2.0]


async def test_a_retry_that_goes_well_is_a_reply() -> None:
    with ScriptedOpenAI(Mode.SERVER_ERROR, Mode.HANGS_UP, TEXT) as server:
        said = await ask(model(server.base_url))
    assert (said.text, said.failure, len(server.requests)) == (TEXT, None, 3)
    assert said.spent is not None
    assert said.spent.first_token_ms == 2500  # the waiting counts: the reader waited too


@pytest.mark.parametrize("mode", [Mode.ERROR_FRAME, Mode.BROKEN, Mode.UNFINISHED, Mode.LENGTH])
async def test_nothing_is_retried_after_the_first_token(mode: Mode) -> None:
    said, server = await asked(mode)
    assert said.text == HALF
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", [Mode.UNAUTHORIZED, Mode.NOT_FOUND, Mode.HTML, Mode.BAD_JSON, Mode.EMPTY])
async def test_what_will_not_pass_is_not_retried(mode: Mode) -> None:
    _, server = await asked(mode)
    assert len(server.requests) == 1


async def test_retries_can_be_forbidden() -> None:
    _, server = await asked(Mode.SERVER_ERROR, replace(LIMITS, retries=0))
    assert len(server.requests) == 1


async def test_retry_after_is_respected() -> None:
    waits = Waits()
    with ScriptedOpenAI(Reply(mode=Mode.RATE_LIMITED, retry_after="7"), TEXT) as server:
        said = await ask(model(server.base_url, waits))
    assert (said.text, waits.waited) == (TEXT, [7.0])


async def test_nobody_waits_longer_than_is_bearable_and_the_endpoint_is_left_alone_for_as_long_as_it_asked() -> None:
    waits, asked_for = Waits(), LONGEST_WAIT_S + 1
    with ScriptedOpenAI(Reply(mode=Mode.RATE_LIMITED, retry_after=str(asked_for)), TEXT) as server:
        one = model(server.base_url, waits)
        first, resting = await ask(one), await ask(one)
        assert first.failure is not None
        assert resting.failure is not None
        assert (first.failure.failure, resting.failure.failure) == (Failure.RATE_LIMITED, Failure.RESTING)
        assert (waits.waited, len(server.requests)) == ([], 1)
        waits.now += asked_for
        assert (await ask(one)).text == TEXT


async def test_an_endpoint_that_keeps_failing_is_not_asked_for_a_while() -> None:
    waits = Waits()
    with ScriptedOpenAI(*[Mode.UNAUTHORIZED] * 3, TEXT) as server:
        one = model(server.base_url, waits)
        failures = [(await ask(one)).failure for _ in range(4)]
        assert [each and each.failure for each in failures] == [Failure.UNAUTHORIZED] * 3 + [Failure.RESTING]
        assert len(server.requests) == 3
        waits.now += 30
        assert (await ask(one)).text == TEXT


async def test_a_key_that_the_endpoint_repeats_is_not_told() -> None:
    with ScriptedOpenAI(Reply(mode=Mode.UNAUTHORIZED)) as server:
        one = model(server.base_url, llm_api_key="scripted")  # which its error message says
        said = await ask(one)
    assert said.failure is not None
    assert "scripted" not in str(said.failure)
    assert "401" in str(said.failure)


def test_a_loop_is_told_from_a_list() -> None:
    assert is_loop("He said so. " + "The zone is wide. " * 20)
    assert is_loop("-" * 300)
    assert not is_loop("The zone is wide. " * 10)
    assert not is_loop(" ".join(f"In {year} there were {year * 7 % 90} of them." for year in range(1980, 2020)))
