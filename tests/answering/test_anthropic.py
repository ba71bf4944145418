"""QA_LLM=anthropic without its packages, which the lock leaves out: stand-ins take their place and note what they got.

What they take is what anthropic 0.x's AsyncAnthropic and llama-index-llms-anthropic's Anthropic take.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import ClassVar, Self

import pytest
from llama_index.core.llms import ChatMessage, ChatResponse
from talking import LIMITS, PROMPT, Waits, ask

from qa.answering.endpoints import endpoint
from qa.answering.models import LlamaIndexModel
from qa.errors import Failure
from qa.settings import Settings

pytestmark = pytest.mark.anyio

KEY = "sk-ant-s3cret"


@dataclass
class Timeout:
    """anthropic.Timeout, which is httpx's: seconds for everything, and to connect."""

    timeout: float | None
    connect: float | None = None


class AsyncAnthropic:
    made: ClassVar[list[AsyncAnthropic]] = []

    def __init__(self, *, api_key: str, base_url: str | None, max_retries: int, timeout: Timeout) -> None:
        self.given = {"api_key": api_key, "base_url": base_url, "max_retries": max_retries, "timeout": timeout}
        self.is_open = False
        self.made.append(self)

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.is_open = False


class Anthropic:
    """Says its script on the client that was put into it; keeps what it was made with."""

    script: ClassVar[list[ChatResponse]] = []
    made: ClassVar[list[Anthropic]] = []
    asked: ClassVar[list[list[tuple[str, str]]]] = []
    _aclient: AsyncAnthropic

    def __init__(
        self, *, model: str, temperature: float, max_tokens: int, api_key: str, base_url: str | None, max_retries: int
    ) -> None:
        self.given = {"model": model, "temperature": temperature, "max_tokens": max_tokens}
        self.given |= {"api_key": api_key, "base_url": base_url, "max_retries": max_retries}
        self.made.append(self)

    async def astream_chat(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[ChatResponse, None]:
        self.asked.append([(each.role.value, each.content or "") for each in messages])
        return self._said()

    async def _said(self) -> AsyncGenerator[ChatResponse, None]:
        assert self._aclient.is_open
        for chunk in self.script:
            yield chunk


def chunk(delta: str, **beside: object) -> ChatResponse:
    """As llama-index-llms-anthropic hands one on: usage and stop_reason stand beside the message."""
    return ChatResponse(message=ChatMessage(additional_kwargs=beside), delta=delta, raw={"type": "message_delta"})


SCRIPT = [
    chunk("", usage={"input_tokens": 9, "output_tokens": 1}),
    chunk("The zone "),
    chunk("is wide."),
    chunk("", usage={"input_tokens": 9, "output_tokens": 4}, stop_reason="end_turn"),
]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, held in (
        ("anthropic", {"AsyncAnthropic": AsyncAnthropic, "Timeout": Timeout}),
        ("llama_index.llms.anthropic", {"Anthropic": Anthropic}),
    ):
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(AsyncAnthropic, "made", [])
    monkeypatch.setattr(Anthropic, "made", [])
    monkeypatch.setattr(Anthropic, "asked", [])
    monkeypatch.setattr(Anthropic, "script", SCRIPT)


def of_anthropic(**given: object) -> LlamaIndexModel:
    wanted = Settings(llm="anthropic", llm_model="m", llm_api_key=KEY, llm_max_tokens=33, llm_connect_s=7, **given)
    return LlamaIndexModel(endpoint(wanted), LIMITS, sleep=Waits().sleep)


@pytest.mark.usefixtures("packages")
def test_it_is_named_by_its_model_and_nothing_is_made_before_it_is_asked() -> None:
    assert of_anthropic().name == "anthropic/m"
    assert (AsyncAnthropic.made, Anthropic.made) == ([], [])


@pytest.mark.usefixtures("packages")
async def test_its_reply_comes_through_with_what_it_took() -> None:
    said = await ask(of_anthropic())
    assert (said.text, said.failure) == ("The zone is wide.", None)
    assert said.spent is not None
    assert (said.spent.prompt_tokens, said.spent.completion_tokens) == (9, 4)
    assert Anthropic.asked == [[("system", PROMPT.system), ("user", PROMPT.user)]]


@pytest.mark.usefixtures("packages")
async def test_the_settings_reach_both_its_parts_and_its_own_retries_are_off() -> None:
    await ask(of_anthropic(llm_base_url="http://h/v1"))
    ([client], [llm]) = AsyncAnthropic.made, Anthropic.made
    of_both = {"api_key": KEY, "base_url": "http://h/v1", "max_retries": 0}
    assert client.given == {**of_both, "timeout": Timeout(None, connect=7)}  # the other limits are our own
    assert llm.given == {**of_both, "model": "m", "temperature": 0, "max_tokens": 33}


@pytest.mark.usefixtures("packages")
async def test_it_asks_on_a_line_of_its_own_that_is_closed_with_the_reply() -> None:
    await ask(of_anthropic())
    await ask(of_anthropic())
    assert [llm._aclient for llm in Anthropic.made] == AsyncAnthropic.made
    assert [client.is_open for client in AsyncAnthropic.made] == [False, False]


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("last", "failure", "said_of_it"),
    [
        ([chunk("", stop_reason="max_tokens")], Failure.CUT_OFF, "max_tokens"),
        ([chunk("", stop_reason="refusal")], Failure.CUT_OFF, "refusal"),
        ([], Failure.CUT_OFF, "without saying why"),
    ],
)
async def test_what_it_does_not_finish_is_no_reply(
    last: list[ChatResponse], failure: Failure, said_of_it: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Anthropic, "script", [*SCRIPT[:2], *last])
    said = await ask(of_anthropic())
    assert said.failure is not None
    assert (said.text, said.failure.failure) == ("The zone ", failure)
    assert said_of_it in str(said.failure)
    assert "Anthropic's API" in str(said.failure)
    assert KEY not in str(said.failure)
