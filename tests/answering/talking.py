"""Asking a model in a test: through the adapter, over a real socket, without waiting."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from qa.answering.endpoints import endpoint
from qa.answering.models import Limits, LlamaIndexModel, Prices
from qa.errors import ModelFailed
from qa.ports import LanguageModel, Prompt, Spent
from qa.settings import Settings

PROMPT = Prompt("Answer with the sentences' numbers.", "How wide will the zone be?", "sha256:0")
LIMITS = Limits(first_token_s=60, silence_s=60, total_s=600, max_tokens=200, retries=2)
SHORT_S = 0.2  # for what never comes


@dataclass
class Waits:
    """Stands in for the clock and for waiting: time passes only where something waits."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


class Ticks(Waits):
    """A clock that is a second on whenever it is looked at."""

    def clock(self) -> float:
        self.now += 1
        return self.now


@dataclass
class Said:
    """What came of a prompt. so_far: what the reply took, also where it failed; spent: where it did not."""

    text: str = ""
    so_far: Spent | None = None
    spent: Spent | None = None
    failure: ModelFailed | None = None


def settings(base_url: str, **given: object) -> Settings:
    return Settings(llm="openai-like", llm_base_url=base_url, llm_model="m", **given)


def model(
    base_url: str, waits: Waits | None = None, limits: Limits = LIMITS, prices: Prices | None = None, **given: object
) -> LlamaIndexModel:
    waits = waits or Waits()
    return LlamaIndexModel(endpoint(settings(base_url, **given)), limits, prices, sleep=waits.sleep, clock=waits.clock)


async def ask(model: LanguageModel, prompt: Prompt = PROMPT) -> Said:
    said = Said()
    try:
        async with aclosing(model.reply(prompt)) as reply:
            async for piece in reply:
                if isinstance(piece, Spent):
                    said.so_far = piece
                else:
                    assert piece
                    assert said.so_far
                    said.text += piece
            said.spent = said.so_far
    except ModelFailed as failure:
        said.failure = failure
    return said
