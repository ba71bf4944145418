"""QA_LLM to a LlamaIndex LLM on a line of its own. Each integration is an optional extra, imported when it is chosen.

A line is made for each reply and closed with it: that is what surely ends the upstream call when a client leaves,
whatever the layers between still hold, and it keeps a service free of connections that belong to another event loop.
The clients' own retries are off; qa/answering/models.py knows when a retry is no use.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx

from qa.errors import ConfigurationError
from qa.plugins import made_by
from qa.ports import Prompt
from qa.settings import Settings, is_loopback

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage, ChatResponse

INSTALLS = {
    "openai-like": "pip install llama-index-llms-openai-like",
    "ollama": "pip install llama-index-llms-ollama",
    "anthropic": "pip install llama-index-llms-anthropic 'anthropic<1'",  # with 1 and 2, it fails at the first message
}
"""What brings each of the extras in pyproject.toml."""
OLLAMA_URL = "http://localhost:11434"
OLLAMA_WINDOW = 8192  # tokens; without a number, LlamaIndex asks the server for it, and waits without a limit

Line = Callable[[], AbstractAsyncContextManager["LLM"]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """name: as in an answer's `model`. where: as in messages. secret: what no message may repeat."""

    name: str
    where: str
    line: Line
    secret: str = ""

    async def chunks(self, prompt: Prompt) -> AsyncGenerator[ChatResponse, None]:
        """The reply as LlamaIndex hands it on; nothing is sent before the first is asked for. Close it to hang up."""
        async with self.line() as llm, aclosing(await _stream(llm, messages(prompt))) as chunks:
            async for chunk in chunks:
                yield chunk


def messages(prompt: Prompt) -> list[ChatMessage]:
    from llama_index.core.llms import ChatMessage, MessageRole  # noqa: PLC0415 - a second to import

    return [
        ChatMessage(role=MessageRole.SYSTEM, content=prompt.system),
        ChatMessage(role=MessageRole.USER, content=prompt.user),
    ]


async def _stream(llm: LLM, said: list[ChatMessage]) -> AsyncGenerator[ChatResponse, None]:
    from llama_index.core.llms import CustomLLM  # noqa: PLC0415

    if isinstance(llm, CustomLLM):  # its async methods call the others, and would hold up everybody
        return _in_threads(llm.stream_chat(said))
    return await llm.astream_chat(said)


async def _in_threads(chunks: Iterator[ChatResponse]) -> AsyncGenerator[ChatResponse, None]:
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


def endpoint(settings: Settings) -> Endpoint:
    """The endpoint of QA_LLM. Raises ConfigurationError: an extra is missing, a dotted path gives no LLM."""
    make = {"openai-like": _openai_like, "ollama": _ollama, "anthropic": _anthropic}.get(settings.llm, _of_ones_own)
    return make(settings)


def _openai_like(settings: Settings) -> Endpoint:
    clients, llms = _extra("openai-like", "openai"), _extra("openai-like", "llama_index.llms.openai_like")
    url = settings.llm_base_url or ""
    wanted = {"api_key": _key(settings) or "none", "max_retries": 0}  # without a key, it would take another's

    @asynccontextmanager
    async def line() -> AsyncIterator[LLM]:
        async with httpx.AsyncClient(**_http_options(settings, url)) as http:
            client = clients.AsyncOpenAI(**wanted, base_url=url, timeout=http.timeout, http_client=http)
            yield llms.OpenAILike(
                **wanted,
                model=settings.llm_model,
                api_base=url,
                is_chat_model=True,
                temperature=0,
                max_tokens=settings.llm_max_tokens,
                async_openai_client=client,
                additional_kwargs={"stream_options": {"include_usage": True}},
            )

    return _named(settings, url, line)


def _ollama(settings: Settings) -> Endpoint:
    clients, llms = _extra("ollama", "ollama"), _extra("ollama", "llama_index.llms.ollama")
    url = settings.llm_base_url or OLLAMA_URL

    @asynccontextmanager
    async def line() -> AsyncIterator[LLM]:
        async with clients.AsyncClient(url, **_http_options(settings, url), headers=_bearer(settings)) as client:
            yield llms.Ollama(
                model=settings.llm_model,
                base_url=url,
                temperature=0,
                context_window=OLLAMA_WINDOW,
                async_client=client,
                additional_kwargs={"num_predict": settings.llm_max_tokens},
            )

    return _named(settings, url, line)


def _anthropic(settings: Settings) -> Endpoint:
    clients, llms = _extra("anthropic", "anthropic"), _extra("anthropic", "llama_index.llms.anthropic")
    wanted = {"api_key": _key(settings), "base_url": settings.llm_base_url, "max_retries": 0}

    @asynccontextmanager
    async def line() -> AsyncIterator[LLM]:
        async with clients.AsyncAnthropic(
            **wanted, timeout=clients.Timeout(None, connect=settings.llm_connect_s)
        ) as client:
            llm = llms.Anthropic(model=settings.llm_model, temperature=0, max_tokens=settings.llm_max_tokens, **wanted)
            llm._aclient = client  # it takes none, and its own cannot be closed
            yield llm

    return _named(settings, settings.llm_base_url or "Anthropic's API", line)


def _of_ones_own(settings: Settings) -> Endpoint:
    """Made once: it may hold the weights. Its connections are its own affair."""
    llm = user_llm(settings.llm)

    @asynccontextmanager
    async def line() -> AsyncIterator[LLM]:
        yield llm

    return Endpoint(settings.llm, f"The language model {settings.llm}", line)


def user_llm(path: str) -> LLM:
    """The LlamaIndex LLM that a callable at a dotted path gives. Raises ConfigurationError."""
    from llama_index.core.llms import LLM  # noqa: PLC0415 - a second to import

    made: LLM = made_by(path, "QA_LLM", LLM, "a LlamaIndex LLM")  # type: ignore[type-abstract]
    return made


def _extra(extra: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigurationError(
            f"QA_LLM={extra} needs a package that is not installed ({error}): run `{INSTALLS[extra]}`."
        ) from error


def _named(settings: Settings, url: str | None, line: Line) -> Endpoint:
    where = f"The language model {settings.llm_model} at {url}"
    return Endpoint(f"{settings.llm}/{settings.llm_model}", where, line, _key(settings))


def _key(settings: Settings) -> str:
    return settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""


def _bearer(settings: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {_key(settings)}"} if settings.llm_api_key else {}


def _http_options(settings: Settings, url: str) -> dict[str, Any]:
    """Waiting for an answer is limited a layer above, token by token. No proxy leads to this machine itself."""
    return {
        "timeout": httpx.Timeout(None, connect=settings.llm_connect_s),
        "trust_env": not is_loopback(httpx.URL(url).host),
        "verify": _certificates(),
    }


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than connecting."""
    return httpx.create_ssl_context()
