"""QA_LLM to a LlamaIndex LLM: each extra only where it is chosen, and any model of one's own."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from llama_index.core.llms import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CustomLLM,
    LLMMetadata,
    MockLLM,
)
from talking import LIMITS, PROMPT, Waits, ask

from qa.answering.endpoints import INSTALLS, endpoint
from qa.answering.models import LlamaIndexModel, language_model
from qa.assembly import open_model
from qa.errors import ConfigurationError, Failure
from qa.fakes_models import TEXT, ScriptedOpenAI
from qa.settings import Settings

pytestmark = pytest.mark.anyio

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


class Echo(CustomLLM):
    """A model of one's own that knows no asyncio: says the question, word by word; remembers its threads."""

    threads: ClassVar[set[int]] = set()

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="echo")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise AssertionError("the service streams chats")

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:  # type: ignore[override]
        raise AssertionError("the service streams chats")

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Iterator[ChatResponse]:  # type: ignore[override]
        for word in (messages[-1].content or "").split():
            self.threads.add(threading.get_ident())
            yield ChatResponse(message=ChatMessage(), delta=f"{word} ")


class Broken(Echo):
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Iterator[ChatResponse]:  # type: ignore[override]
        yield ChatResponse(message=ChatMessage(), delta="Half")
        raise RuntimeError("the weights are gone")


async def test_no_model_is_opened_for_extractive_answers() -> None:
    assert open_model(Settings()) is None


async def test_a_model_is_named_by_its_endpoint() -> None:
    made = open_model(Settings(llm="openai-like", llm_base_url="http://127.0.0.1:9/v1", llm_model="m"))
    assert made is not None
    assert made.name == "openai-like/m"


async def test_opening_asks_the_endpoint_for_nothing() -> None:
    with ScriptedOpenAI() as server:
        open_model(Settings(llm="openai-like", llm_base_url=server.base_url, llm_model="m"))
        assert server.requests == []


async def test_the_settings_reach_the_model() -> None:
    given = Settings(
        llm="openai-like", llm_base_url="http://h/v1", llm_model="m", llm_price_in=1_000_000, llm_price_out=0
    )
    with ScriptedOpenAI(TEXT) as server:
        said = await ask(language_model(given.model_copy(update={"llm_base_url": server.base_url})))
    assert said.spent is not None
    assert said.spent.cost == 100


async def test_any_llama_index_model_plugs_in_by_its_dotted_path() -> None:
    made = open_model(Settings(llm=f"{__name__}.Echo"))
    assert made is not None
    said = await ask(made)
    assert said.text.strip() == PROMPT.user
    assert (made.name, said.failure) == (f"{__name__}.Echo", None)
    assert said.spent is not None
    assert (said.spent.prompt_tokens, said.spent.cost) == (None, None)


async def test_a_model_that_knows_no_asyncio_holds_up_nobody() -> None:
    Echo.threads.clear()
    await ask(language_model(Settings(llm=f"{__name__}.Echo")))
    assert Echo.threads
    assert threading.get_ident() not in Echo.threads


async def test_llama_index_s_own_mock_plugs_in() -> None:
    said = await ask(language_model(Settings(llm=f"{MockLLM.__module__}.MockLLM")))
    assert PROMPT.user in said.text


async def test_what_a_model_of_one_s_own_raises_is_a_failure() -> None:
    said = await ask(language_model(Settings(llm=f"{__name__}.Broken")))
    assert said.failure is not None
    assert (said.text, said.failure.failure, said.failure.has_begun) == ("Half", Failure.NOT_A_REPLY, True)
    assert "the weights are gone" in str(said.failure)


@pytest.mark.parametrize(
    ("path", "why"), [("no.such.Model", "could not be made"), ("builtins.dict", "gave dict, not a LlamaIndex LLM")]
)
def test_a_path_that_gives_no_model_is_refused(path: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=f"QA_LLM='{path}' {why}"):
        endpoint(Settings(llm=path))


@pytest.mark.parametrize(
    ("extra", "client"), [("openai-like", "openai"), ("ollama", "ollama"), ("anthropic", "anthropic")]
)
def test_a_missing_extra_names_the_one_command_that_brings_it(
    extra: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, client, None)  # as after a default install
    with pytest.raises(ConfigurationError, match=f"QA_LLM={extra} needs a package .*: run `{INSTALLS[extra]}`"):
        open_model(Settings(llm=extra, llm_base_url="http://h", llm_model="m", llm_api_key="k"))


@pytest.mark.parametrize("extra", sorted(INSTALLS))
def test_the_command_brings_what_the_extra_asks_for(extra: str) -> None:
    extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    wanted = [re.sub(r">=[\d.]+,?", "", requirement) for requirement in extras[extra]]
    assert shlex.split(INSTALLS[extra]) == ["pip", "install", *wanted]


def test_nothing_of_a_language_model_is_imported_before_one_is_chosen() -> None:
    code = (
        "import sys, qa.assembly, qa.answering.models, qa.answering.endpoints, qa.doctor, qa.fakes_models\n"
        "clients = {'llama_index', 'openai', 'ollama', 'anthropic'}\n"
        "print([name for name in sys.modules if name.split('.')[0] in clients])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class _Ollama(BaseHTTPRequestHandler):
    """Ollama's own API, as far as a chat needs it: a line of JSON a token."""

    asked: ClassVar[list[dict[str, Any]]] = []
    lines: ClassVar[list[dict[str, Any]]] = []

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in http.server
        """Nothing."""

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        for line in self.lines:
            self.wfile.write(json.dumps({"model": "m", **line}).encode() + b"\n")


@contextmanager
def ollama(*lines: dict[str, Any]) -> Iterator[str]:
    _Ollama.asked, _Ollama.lines = [], list(lines)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Ollama) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def token(text: str, **more: object) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text}, "done": False, **more}


def of_ollama(url: str) -> LlamaIndexModel:
    given = Settings(llm="ollama", llm_base_url=url, llm_model="m", llm_max_tokens=33)
    return LlamaIndexModel(endpoint(given), LIMITS, sleep=Waits().sleep)


async def test_ollama_answers_through_its_own_api() -> None:
    end = token("", done=True, done_reason="stop", prompt_eval_count=9, eval_count=2)
    with ollama(token("The zone "), token("is wide."), end) as url:
        said = await ask(of_ollama(url))
    assert (said.text, said.failure) == ("The zone is wide.", None)
    assert said.spent is not None
    assert (said.spent.prompt_tokens, said.spent.completion_tokens) == (9, 2)
    (asked,) = _Ollama.asked
    assert (asked["options"]["num_predict"], asked["options"]["num_ctx"]) == (33, 8192)


@pytest.mark.parametrize(
    ("last", "failure"),
    [
        (token("", done=True, done_reason="length"), Failure.CUT_OFF),
        (token("wide"), Failure.CUT_OFF),
        ({"error": "out of memory"}, Failure.NOT_A_REPLY),
    ],
)
async def test_what_ollama_does_not_finish_is_no_reply(last: dict[str, Any], failure: Failure) -> None:
    with ollama(token("The zone "), last) as url:
        said = await ask(of_ollama(url))
    assert said.failure is not None
    assert (said.failure.failure, said.failure.has_begun) == (failure, True)


async def test_an_ollama_that_does_not_run_is_unreachable() -> None:
    with ollama() as url:
        pass
    said = await ask(of_ollama(url))
    assert said.failure is not None
    assert said.failure.failure is Failure.UNREACHABLE


async def test_a_reply_can_be_asked_for_from_one_event_loop_after_another() -> None:
    """A command starts one for each question: no connection may outlive it."""
    with ScriptedOpenAI(TEXT) as server:
        made = language_model(Settings(llm="openai-like", llm_base_url=server.base_url, llm_model="m"))
        said = [await asyncio.to_thread(asyncio.run, ask(made)) for _ in range(2)]
    assert [each.text for each in said] == [TEXT, TEXT]


async def test_a_reply_that_is_never_begun_asks_for_nothing() -> None:
    with ScriptedOpenAI(TEXT) as server:
        made = language_model(Settings(llm="openai-like", llm_base_url=server.base_url, llm_model="m"))
        async with aclosing(made.reply(PROMPT)):
            pass
        assert server.requests == []
