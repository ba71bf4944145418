"""Language models that need no model: one behind the seam, and one behind the OpenAI API on a real socket.

For our tests and for those of our users. Both play replies from a queue and keep a history of what they were asked.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from qa.errors import Failure, ModelFailed
from qa.ports import Prompt, Spent

TEXT = "The zone will be 15-20 kilometres wide. [1]"
SPENT = Spent(prompt_tokens=100, completion_tokens=10, cost=None, first_token_ms=1.0)
SO_FAR = Spent(prompt_tokens=90, completion_tokens=1, cost=None, first_token_ms=1.0)
"""What FakeLanguageModel says that a reply took which is not complete."""


class FakeLanguageModel:
    """Plays its replies one after the other, and remembers the prompts. left: replies that were closed half way.

    A reply is a text, or its pieces as they come; a ModelFailed among them is raised where it stands. One prompt too
    many fails as RESTING.
    """

    name = "fake"

    def __init__(self, *replies: str | ModelFailed | Sequence[str | ModelFailed]) -> None:
        self._replies = deque([reply] if isinstance(reply, str | ModelFailed) else list(reply) for reply in replies)
        self.prompts: list[Prompt] = []
        self.left = 0

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Spent, None]:
        self.prompts.append(prompt)
        if not self._replies:
            raise ModelFailed("No reply is left in the script.", Failure.RESTING)
        try:
            has_begun = False
            for piece in self._replies.popleft():
                if isinstance(piece, ModelFailed):
                    raise ModelFailed(str(piece), piece.failure, has_begun=has_begun)
                if piece:
                    has_begun = True
                    yield SO_FAR
                    yield piece
            if not has_begun:
                raise ModelFailed("The reply is empty.", Failure.EMPTY)
            yield SPENT
        except GeneratorExit:
            self.left += 1
            raise


class Mode(StrEnum):
    """How the scripted server answers a request."""

    FINE = "fine"  # the text, `stop`, the usage, `[DONE]`
    HANGS_UP = "hangs_up"  # takes the request and closes without a word
    SLOW = "slow"  # status 200, and no token
    STALLED = "stalled"  # half the text, and then silence
    UNAUTHORIZED = "unauthorized"  # 401
    NOT_FOUND = "not_found"  # 404, as for a model that is not there
    RATE_LIMITED = "rate_limited"  # 429, with Retry-After if the reply has one
    SERVER_ERROR = "server_error"  # 500
    HTML = "html"  # a page with status 200, as from a proxy
    BAD_JSON = "bad_json"  # a frame that is no JSON
    ERROR_FRAME = "error_frame"  # half the text, then {"error": …}
    BROKEN = "broken"  # half the text, then the connection is cut
    UNFINISHED = "unfinished"  # half the text and a clean end, without finish_reason
    LENGTH = "length"  # half the text, finish_reason `length`
    FILTERED = "filtered"  # no text, finish_reason `content_filter`
    EMPTY = "empty"  # no text, finish_reason `stop`
    REFUSAL = "refusal"  # the model says that it will not, in words
    ANOTHER_LANGUAGE = "another_language"
    ENDLESS = "endless"  # the same sentence until the client leaves


SAID = {
    Mode.REFUSAL: "I'm sorry, but I can't help with that.",
    Mode.ANOTHER_LANGUAGE: "Зона будет шириной 15-20 километров. [1]",
}
STATUS = {Mode.UNAUTHORIZED: 401, Mode.NOT_FOUND: 404, Mode.RATE_LIMITED: 429, Mode.SERVER_ERROR: 500}
CONTENT_TYPE = {Mode.HTML: "text/html"}
FINISH = {Mode.LENGTH: "length", Mode.FILTERED: "content_filter"}
SILENT = {Mode.FILTERED, Mode.EMPTY}
HALF = {Mode.STALLED, Mode.ERROR_FRAME, Mode.BROKEN, Mode.UNFINISHED, Mode.LENGTH}
WAITS = {Mode.SLOW, Mode.STALLED}


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted reply. retry_after: the header's value, sent with an error status."""

    text: str = TEXT
    mode: Mode = Mode.FINE
    retry_after: str | None = None

    def pieces(self) -> list[str]:
        """The text as tokens: a word with the space behind it each."""
        pieces = re.findall(r"\s*\S+\s*", SAID.get(self.mode, self.text))
        if self.mode in SILENT:
            return []
        return pieces[: len(pieces) // 2] if self.mode in HALF else pieces


class ScriptedOpenAI:
    """An OpenAI-compatible server on loopback that plays replies; a context manager, and down before and after.

    A text is a reply that goes well; a Mode fails in its way. The last reply is given to every further request.
    requests: the bodies, in order. keys: their Authorization headers. asked: set by the first request. gone: set when a
    client left before the end.
    """

    def __init__(self, *replies: str | Mode | Reply) -> None:
        self._replies = deque(as_reply(each) for each in replies or (TEXT,))
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.asked = threading.Event()
        self.gone = threading.Event()
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def play(self, *replies: str | Mode | Reply) -> None:
        """Another script from here on; what was noted so far is forgotten."""
        with self._lock:
            self._replies = deque(as_reply(each) for each in replies)
            self.requests.clear()
            self.keys.clear()
            self.asked.clear()
            self.gone.clear()

    def next_reply(self, body: dict[str, Any], key: str | None) -> Reply:
        with self._lock:
            self.requests.append(body)
            self.keys.append(key)
            self.asked.set()
            return self._replies.popleft() if len(self._replies) > 1 else self._replies[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


def as_reply(scripted: str | Mode | Reply) -> Reply:
    if isinstance(scripted, Mode):
        return Reply(mode=scripted)
    return scripted if isinstance(scripted, Reply) else Reply(scripted)


class _Server(ThreadingHTTPServer):
    """One thread a connection, each waited for at the end."""

    daemon_threads = False

    def __init__(self, script: ScriptedOpenAI) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        """Wakes every handler that still waits for its client."""
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was first


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in http.server
        """Nothing: a test's output is its own."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.script.next_reply(body, self.headers["Authorization"])
        self.close_connection = True
        try:
            self._play(reply, body)
        except OSError:
            self.server.script.gone.set()

    def _play(self, reply: Reply, body: dict[str, Any]) -> None:
        if reply.mode is Mode.HANGS_UP:
            return
        if reply.mode in STATUS:
            self._refuse(reply)
            return
        self._begin(reply)
        for frame in frames(reply, body):
            self._chunk(frame)
        if reply.mode in WAITS:
            self._wait_for_the_end()
        if reply.mode is not Mode.BROKEN:
            self._chunk("")

    def _refuse(self, reply: Reply) -> None:
        error = json.dumps({"error": {"message": f"scripted: {reply.mode}", "type": reply.mode}}).encode()
        self.send_response(STATUS[reply.mode])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(error)))
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        self.end_headers()
        self.wfile.write(error)

    def _begin(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE.get(reply.mode, "text/event-stream"))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, text: str) -> None:
        """One chunk of the body (RFC 9112, 7.1); an empty one ends it."""
        raw = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))

    def _wait_for_the_end(self) -> None:
        """Returns when the client, or the server, closes the connection."""
        self.connection.recv(1)
        raise ConnectionAbortedError


def frames(reply: Reply, body: dict[str, Any]) -> Iterator[str]:
    """The reply as server-sent events, as the OpenAI API streams a completion."""
    if reply.mode is Mode.HTML:
        yield "<!doctype html><title>Sign in</title><p>Welcome to the guest network."
    if reply.mode in (Mode.HTML, Mode.SLOW):
        return
    yield delta(body, {"role": "assistant", "content": ""})
    if reply.mode is Mode.BAD_JSON:
        yield 'data: {"choices": [{"delta": {"content": "The\n\n'
    yield from (delta(body, {"content": piece}) for piece in spoken(reply))
    if reply.mode is Mode.ERROR_FRAME:
        yield event({"error": {"message": "scripted: out of memory", "type": "server_error"}})
    if reply.mode is Mode.LENGTH or reply.mode not in HALF:
        yield from ending(reply, body)


def spoken(reply: Reply) -> Iterator[str]:
    yield from reply.pieces()
    while reply.mode is Mode.ENDLESS:
        yield from (" ", *reply.pieces())


def ending(reply: Reply, body: dict[str, Any]) -> Iterator[str]:
    yield delta(body, {}, FINISH.get(reply.mode, "stop"))
    if (body.get("stream_options") or {}).get("include_usage"):
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        yield event(completion(body) | {"choices": [], "usage": usage})
    yield "data: [DONE]\n\n"


def delta(body: dict[str, Any], said: dict[str, str], finish: str | None = None) -> str:
    return event(completion(body) | {"choices": [{"index": 0, "delta": said, "finish_reason": finish}]})


def completion(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": body.get("model", "")}


def event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
