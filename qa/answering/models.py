"""Any LlamaIndex LLM as a LanguageModel, its failures owned: limits, retries, a breaker, a line that is hung up.

qa/answering/endpoints.py makes the LLM, qa/answering/chunks.py reads what its stream says beside the text.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.answering.breaker import Breaker
from qa.answering.chunks import CUT_SHORT, FILTERED, Tally
from qa.answering.endpoints import Endpoint, endpoint
from qa.answering.failures import failed, translated
from qa.errors import Failure, ModelFailed
from qa.ports import LanguageModel, Prompt, Spent
from qa.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import ChatResponse

log = logging.getLogger(__name__)

RETRIED = {Failure.UNREACHABLE, Failure.RATE_LIMITED, Failure.SERVER_ERROR}
BACKOFF_S = (0.5, 2.0)  # before the first and the second retry, where the endpoint asks for nothing else
LONGEST_WAIT_S = 10.0  # an endpoint that asks for more is not retried: the reader gets the articles' own sentences
CHARACTERS_A_TOKEN = 8  # more than any language takes: past max_tokens of these, the endpoint ignores its limit
LOOP_UNIT, LOOP = 100, 300  # the last LOOP characters are one text of at most LOOP_UNIT, again and again


@dataclass(frozen=True, slots=True)
class Limits:
    """first_token_s: from a request to its first text. silence_s: from one text to the next. retries: at most 2.

    total_s: from the first request to the end of the reply, retries and what is done with its texts meanwhile included.
    """

    first_token_s: float
    silence_s: float
    total_s: float
    max_tokens: int
    retries: int


@dataclass(frozen=True, slots=True)
class Prices:
    """In any currency, a million tokens."""

    prompt: float
    completion: float


def language_model(settings: Settings) -> LanguageModel:
    """The model of QA_LLM, which is not `extractive`. Raises ConfigurationError: an extra is missing, a path wrong."""
    limits = Limits(
        first_token_s=settings.llm_first_token_s,
        silence_s=settings.llm_silence_s,
        total_s=settings.llm_total_s,
        max_tokens=settings.llm_max_tokens,
        retries=settings.llm_retries,
    )
    prices = None
    if settings.llm_price_in is not None and settings.llm_price_out is not None:
        prices = Prices(settings.llm_price_in, settings.llm_price_out)
    return LlamaIndexModel(endpoint(settings), limits, prices)


class LlamaIndexModel:
    """One endpoint. sleep and clock (seconds that only grow) are given by tests, which wait for nothing."""

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits,
        prices: Prices | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = endpoint.name
        self._endpoint = endpoint
        self._limits = limits
        self._prices = prices
        self._sleep = sleep
        self._clock = clock
        self._breaker = Breaker(clock)

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Spent, None]:
        began = self._clock()
        with self._breaker.trial(self._endpoint.where):
            async with AsyncExitStack() as line:
                heard, text = await self._first(prompt, line, began + self._limits.total_s)
                first_token_ms = round((self._clock() - began) * 1000, 2)
                while text:
                    yield self._spent(heard.tally.so_far(prompt), first_token_ms)
                    yield text
                    text = await heard.next_text()
        yield self._spent(heard.tally, first_token_ms)

    async def _first(self, prompt: Prompt, line: AsyncExitStack, until: float) -> tuple[Heard, str]:
        """The open line with its first text; retried where that can help, and never after a token."""

        def left_s() -> float:
            return until - self._clock()

        for backoff_s in (*BACKOFF_S[: self._limits.retries], None):
            chunks = await line.enter_async_context(aclosing(self._endpoint.chunks(prompt)))
            heard = Heard(chunks, self._endpoint, self._limits, left_s)
            try:
                return heard, await heard.next_text()
            except ModelFailed as failure:
                wait_s = _wait_s(failure, backoff_s, left_s())
                log.warning("%s%s", failure, "" if wait_s is None else f" It is asked again in {wait_s:g} s.")
                if wait_s is None:
                    raise
            await line.aclose()
            await self._sleep(wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _spent(self, tally: Tally, first_token_ms: float) -> Spent:
        cost = None
        if self._prices and tally.prompt_tokens is not None and tally.completion_tokens is not None:
            whole = tally.prompt_tokens * self._prices.prompt + tally.completion_tokens * self._prices.completion
            cost = whole / 1_000_000
        return Spent(tally.prompt_tokens, tally.completion_tokens, cost, first_token_ms)


def _wait_s(failure: ModelFailed, backoff_s: float | None, left_s: float) -> float | None:
    """Seconds until the next attempt; None where there is none. left_s: until the reply must be complete."""
    if backoff_s is None or failure.failure not in RETRIED:
        return None
    wait_s = backoff_s if failure.retry_after_s is None else failure.retry_after_s
    return wait_s if wait_s <= min(LONGEST_WAIT_S, left_s) else None


class Heard:
    """A reply while it comes in. next_text ends with "" once it is known to be complete, and raises ModelFailed.

    left_s: gives the seconds until it must be.
    """

    def __init__(
        self,
        chunks: AsyncGenerator[ChatResponse, None],
        endpoint: Endpoint,
        limits: Limits,
        left_s: Callable[[], float],
    ) -> None:
        self.tally = Tally()
        self._chunks = chunks
        self._endpoint = endpoint
        self._limits = limits
        self._left_s = left_s
        self._text = ""

    async def next_text(self) -> str:
        limit_s, left_s = self._limits.silence_s if self._text else self._limits.first_token_s, self._left_s()
        if left_s <= 0:
            raise self._too_long()
        try:
            async with asyncio.timeout(min(limit_s, left_s)):
                text = await self._awaited()
        except TimeoutError as error:
            if left_s < limit_s:
                raise self._too_long() from error
            raise self._failed(Failure.STALLED if self._text else Failure.SLOW, f"{limit_s:g} s") from error
        except Exception as error:
            where, secret = self._endpoint.where, self._endpoint.secret
            raise translated(error, where, secret, has_begun=bool(self._text)) from error
        self._text += text
        if text:
            self._check_length()
        else:
            self._check_end()
        return text

    async def _awaited(self) -> str:
        """The next text that is not empty, white space before the first left out; "" at the end of the stream."""
        async for chunk in self._chunks:
            self.tally.take(chunk)
            delta = _writable(chunk.delta or "")
            if text := delta if self._text else delta.lstrip():
                return text
        return ""

    def _check_length(self) -> None:
        if len(self._text) > self._limits.max_tokens * CHARACTERS_A_TOKEN:
            raise self._failed(Failure.ENDLESS, f"{len(self._text)} characters")
        if is_loop(self._text):
            raise self._failed(Failure.ENDLESS, "the same words again and again")

    def _check_end(self) -> None:
        finish = self.tally.finish
        if not self.tally.chunks:
            raise self._failed(Failure.NOT_A_REPLY, "a stream without a single event")
        if finish in CUT_SHORT:
            raise self._failed(Failure.CUT_OFF, f"{finish}: QA_LLM_MAX_TOKENS is {self._limits.max_tokens}")
        if finish in FILTERED:
            raise self._failed(Failure.CUT_OFF if self._text else Failure.REFUSED, finish)
        if finish is None and self.tally.says_its_end:
            raise self._failed(Failure.CUT_OFF, "the stream ended without saying why")
        if not self._text:
            raise self._failed(Failure.EMPTY, finish or "no text")

    def _too_long(self) -> ModelFailed:
        return self._failed(Failure.TOO_LONG, f"{self._limits.total_s:g} s")

    def _failed(self, failure: Failure, why: str) -> ModelFailed:
        return failed(failure, self._endpoint.where, why, has_begun=bool(self._text))


def is_loop(text: str) -> bool:
    """Whether a text ends in the same few words again and again, as small models do until they are stopped."""
    tail = text[-LOOP:]
    return len(tail) == LOOP and any(tail[unit:] == tail[:-unit] for unit in range(1, LOOP_UNIT + 1))


def _writable(text: str) -> str:
    """Half a surrogate pair, which JSON can carry, would fail in every encoder behind."""
    return text.encode("utf-8", "replace").decode("utf-8")
