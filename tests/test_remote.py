from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from qa import remote
from qa.api.schemas import ArticleEntry, ArticlesOut, ChatOut
from qa.domain import Answer, Question, Status, Turn
from qa.errors import NotReady, QaError
from qa.events import Delta, Started
from qa.settings import Settings

TURN = ChatOut.of(
    Turn("t", "c", datetime(2026, 1, 31, tzinfo=UTC), "q", "q", Answer(Status.ANSWERED, None, "Yes.", (), ()), {})
)


def entry(name: str) -> ArticleEntry:
    return ArticleEntry(
        id=name, version=f"v-{name}", title="", published=None, encoding="utf-8", sentences=1, characters=1
    )


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[Any]]]:
    """A server on loopback that gives one answer, and the requests it has seen as (path, key, body)."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            seen.append((self.path, self.headers["authorization"], json.loads(sent)))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            seen.append((self.path, self.headers["authorization"], None))
            entries = [entry(name) for name in (("a", "b") if "after" not in self.path else ("c d",))]
            page = ArticlesOut(articles=entries, next="b" if len(entries) == 2 else None).model_dump_json().encode()
            self.send_response(200)
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *arguments: Any) -> None:
            """Keeps the test's output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_turn_of_the_service_is_given_and_the_key_goes_along() -> None:
    with answering(200, TURN.model_dump_json().encode()) as (url, seen):
        assert remote.ask(url, Question("How wide?"), Settings(api_keys="k1,k2")) == TURN
    assert seen == [("/v1/chat", "Bearer k1", {"question": "How wide?"})]


def test_proxy_of_the_environment_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with answering(200, TURN.model_dump_json().encode()) as (url, _):
        assert remote.ask(url, Question("q"), Settings()) == TURN


def test_refusal_is_told_in_the_words_of_the_service() -> None:
    with (
        answering(401, b'{"detail": "No key was sent."}') as (url, _),
        pytest.raises(QaError, match=r"401: No key was"),
    ):
        remote.ask(url, Question("q"), Settings())


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, b"{}"), (500, b"oops"), (500, b"[]")])
def test_answer_that_is_none_is_told(status: int, body: bytes) -> None:
    with answering(status, body) as (url, _), pytest.raises(QaError, match=f"answered {status} with something else"):
        remote.ask(url, Question("q"), Settings())


def test_service_that_does_not_answer_is_named() -> None:
    with pytest.raises(NotReady, match=r"http://127\.0\.0\.1:1 holds .* does not answer \(ConnectError\)"):
        remote.ask("http://127.0.0.1:1", Question("q"), Settings())


def test_versions_of_every_page_are_gathered() -> None:
    with answering(200, b"") as (url, seen):
        assert remote.versions(url, Settings(api_keys="k")) == {"a": "v-a", "b": "v-b", "c d": "v-c d"}
    assert [path for path, _, _ in seen] == ["/v1/articles?limit=100", "/v1/articles?limit=100&after=b"]
    assert {key for _, key, _ in seen} == {"Bearer k"}


START = b'event: start\ndata: {"conversation_id": "c", "turn_id": "t", "standalone_question": "q"}\n\n'
DELTA = b': still here\n\nevent: delta\ndata: {"text": "Yes."}\n\n'
DONE = b"event: done\ndata: " + TURN.model_dump_json().encode() + b"\n\n"
HEARD = [Started("c", "t", "q"), Delta("Yes.")]


def test_stream_of_the_service_is_heard_piece_by_piece_and_given_whole() -> None:
    heard: list[Started | Delta] = []
    with answering(200, START + b"event: evidence\ndata: {}\n\n" + DELTA + DONE) as (url, seen):
        assert remote.tell(url, Question("How wide?", "c"), Settings(), heard.append) == TURN
    assert heard == HEARD
    assert seen[0][2] == {"question": "How wide?", "conversation_id": "c", "stream": True}


def test_refusal_of_a_stream_is_told_in_the_words_of_the_service() -> None:
    with (
        answering(404, b'{"detail": "There is no conversation."}') as (url, _),
        pytest.raises(QaError, match="404: There is no conversation"),
    ):
        remote.tell(url, Question("q"), Settings(), lambda event: None)


def test_failure_in_the_middle_of_a_stream_is_told() -> None:
    with (
        answering(200, START + b'event: error\ndata: {"detail": "Its log says why."}\n\n') as (url, _),
        pytest.raises(QaError, match="Its log says why"),
    ):
        remote.tell(url, Question("q"), Settings(), lambda event: None)


def test_stream_that_ends_early_is_told() -> None:
    with answering(200, START + DELTA) as (url, _), pytest.raises(QaError, match="ended its answer in the middle"):
        remote.tell(url, Question("q"), Settings(), lambda event: None)
