"""The stand-ins play what they were given, over a real socket too, and notice a client that leaves."""

from __future__ import annotations

from contextlib import aclosing

import httpx
import pytest

from qa.errors import Failure, ModelFailed
from qa.fakes_models import SO_FAR, SPENT, TEXT, FakeLanguageModel, Mode, Reply, ScriptedOpenAI
from qa.ports import Prompt, Spent

pytestmark = pytest.mark.anyio

PROMPT = Prompt("Be short.", "How wide?", "sha256:0")
BODY = {"model": "m", "messages": [], "stream": True}


async def said(model: FakeLanguageModel) -> list[str | Spent]:
    return [piece async for piece in model.reply(PROMPT)]


async def test_replies_are_played_in_order_and_prompts_are_remembered() -> None:
    model = FakeLanguageModel("One.", ["Two", "", " more."])
    assert await said(model) == [SO_FAR, "One.", SPENT]
    assert await said(model) == [SO_FAR, "Two", SO_FAR, " more.", SPENT]
    assert model.prompts == [PROMPT, PROMPT]


async def test_a_failure_is_raised_where_it_stands_and_says_whether_a_token_was_given() -> None:
    model = FakeLanguageModel(["Half", ModelFailed("cut", Failure.CUT_OFF)], ModelFailed("no", Failure.UNREACHABLE))
    reply = model.reply(PROMPT)
    assert [await anext(reply), await anext(reply)] == [SO_FAR, "Half"]
    with pytest.raises(ModelFailed) as late:
        await anext(reply)
    with pytest.raises(ModelFailed) as early:
        await said(model)
    assert (late.value.failure, late.value.has_begun) == (Failure.CUT_OFF, True)
    assert (early.value.failure, early.value.has_begun) == (Failure.UNREACHABLE, False)


async def test_an_empty_reply_and_a_script_that_is_over_are_failures() -> None:
    model = FakeLanguageModel("")
    for expected in (Failure.EMPTY, Failure.RESTING):
        with pytest.raises(ModelFailed) as caught:
            await said(model)
        assert caught.value.failure is expected


async def test_a_reply_that_is_closed_half_way_is_counted() -> None:
    model = FakeLanguageModel(["One", "two"])
    async with aclosing(model.reply(PROMPT)) as reply:
        await anext(reply)
    assert model.left == 1


def post(server: ScriptedOpenAI) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{server.base_url}/chat/completions", json=BODY, headers={"Authorization": "Bearer k"})


def test_the_server_plays_its_replies_in_order_and_the_last_one_again() -> None:
    with ScriptedOpenAI(Mode.SERVER_ERROR, Reply(mode=Mode.RATE_LIMITED, retry_after="7"), "Fine.") as server:
        answers = [post(server) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [500, 429, 200, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert answers[3].text == answers[2].text
    assert '"content": "Fine."' in answers[2].text
    assert answers[2].text.endswith("data: [DONE]\n\n")
    assert server.requests == [BODY] * 4
    assert server.keys == ["Bearer k"] * 4


def test_the_server_can_be_given_another_script() -> None:
    with ScriptedOpenAI(Mode.SERVER_ERROR) as server:
        assert post(server).status_code == 500
        server.play("Fine.")
        assert server.requests == []
        assert post(server).status_code == 200
        assert len(server.requests) == 1


def test_a_broken_stream_is_broken_and_an_unfinished_one_ends_cleanly() -> None:
    with ScriptedOpenAI(Mode.BROKEN, Mode.UNFINISHED) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            post(server)
        unfinished = post(server).text
    assert 'finish_reason": "stop' not in unfinished
    assert TEXT.split()[0] in unfinished


@pytest.mark.parametrize("mode", [Mode.SLOW, Mode.STALLED, Mode.ENDLESS])
def test_the_server_notices_that_a_client_left(mode: Mode) -> None:
    with ScriptedOpenAI(mode) as server:
        with (
            httpx.Client(trust_env=False) as client,
            client.stream("POST", f"{server.base_url}/chat/completions", json=BODY) as answer,
        ):
            assert answer.status_code == 200
            assert not server.gone.is_set()
        assert server.gone.wait(30)


def test_the_server_is_down_when_it_is_left() -> None:
    with ScriptedOpenAI() as server:
        pass
    with pytest.raises(httpx.ConnectError):
        post(server)
