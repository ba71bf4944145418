"""Server-sent events: their order and wire format, and what a client that leaves leaves behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import FakeService, answer, client_of
from kept_service import QUESTION, KeptService

from qa.api.app import create_app
from qa.api.streaming import EventStream, wire
from qa.domain import Question, TurnStatus
from qa.errors import LibraryDamaged, NotFound, NotReady
from qa.events import Delta, Event, Failed, Started
from qa.fakes import FakeChat
from qa.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptService]:
    service = KeptService(tmp_path)
    yield service
    service.database.close()


Events = list[tuple[str, Any]]


def parsed(text: str) -> Events:
    """Names and data, read as the specification says; comments are passed over."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.strip("\n")]
    fields = [dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks]
    return [(each.get("event", "message"), json.loads(each["data"])) for each in fields if each]


async def streamed(service: FakeService, headers: dict[str, str] | None = None, **body: Any) -> Any:
    async with client_of(service) as client:
        return await client.post("/v1/chat", json={"question": QUESTION, "stream": True, **body}, headers=headers)


async def test_events_come_in_the_order_of_the_contract(kept: KeptService) -> None:
    response = await streamed(kept)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    events = parsed(response.text)
    names = [name for name, _ in events]
    assert names[:2] == ["start", "evidence"]
    assert set(names[2:-1]) == {"delta", "citation"}
    assert names[-1] == "done"
    done = events[-1][1]
    start = {key: done[key] for key in ("conversation_id", "turn_id", "standalone_question")}
    assert events[0][1] == start
    assert len(events[1][1]["citations"]) == 3
    assert "".join(data["text"] for name, data in events if name == "delta") == done["answer"]
    assert [data for name, data in events if name == "citation"] == done["citations"]


async def test_citation_comes_before_the_delta_that_shows_its_number(kept: KeptService) -> None:
    known = set[int]()
    for name, data in parsed((await streamed(kept)).text):
        if name == "citation":
            known.add(data["number"])
        if name == "delta" and data["text"].lstrip().startswith("["):
            assert int(data["text"].strip(" []")[0]) in known
    assert known


async def test_what_some_clients_take_for_the_end_of_a_line_is_escaped() -> None:
    sent = wire('{"text":"a\u2028b\u0085c"}', "delta").decode()
    assert len(sent.splitlines()) == 3  # event, data, and the empty line that ends it
    assert parsed(sent) == [("delta", {"text": "a\u2028b\u0085c"})]


async def test_refusal_before_the_first_event_is_a_problem_with_its_status() -> None:
    for body, status in (({"conversation_id": "c9"}, 404), ({"question": ""}, 422), ({"stream": 1}, 422)):
        response = await streamed(FakeService(), **body)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"


class FailingLater(FakeChat):
    """Goes wrong in the middle of its answer."""

    def __init__(self, error: Exception) -> None:
        super().__init__(answer())
        self._error = error

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        yield Started("c0", "t0", question.text)
        yield Delta("It ")
        yield Failed(self._error)


async def test_failure_later_is_one_error_event_that_gives_nothing_away() -> None:
    for error in (RuntimeError("secret"), LibraryDamaged("/home/me/secret.db is torn")):
        response = await streamed(FakeService(chat=FailingLater(error)))
        events = parsed(response.text)
        assert [name for name, _ in events] == ["start", "delta", "error"]
        assert events[-1][1]["status"] == 500
        assert events[-1][1]["request_id"] == response.headers["x-request-id"]
        assert "secret" not in response.text


async def test_failure_later_that_the_reader_can_mend_is_told_in_full() -> None:
    problem = parsed((await streamed(FakeService(chat=FailingLater(NotReady("Try later."))))).text)[-1][1]
    assert (problem["status"], problem["detail"], problem["instance"]) == (503, "Try later.", "/v1/chat")


async def test_same_key_gives_the_same_stream_byte_for_byte(kept: KeptService) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await streamed(kept, key)
    searched = list(kept.retriever.asked)
    again = await streamed(kept, key)
    assert first.content == again.content
    assert first.headers["content-type"] == again.headers["content-type"]
    assert kept.retriever.asked == searched != []


async def test_same_key_with_another_body_is_refused_streamed_or_not(kept: KeptService) -> None:
    key = {"Idempotency-Key": "k1"}
    await streamed(kept, key)
    assert (await streamed(kept, key, question="Another?")).status_code == 422
    assert (await streamed(kept, key, stream=False)).status_code == 422


async def test_failed_stream_frees_its_key() -> None:
    key = {"Idempotency-Key": "k1"}
    service = FakeService(chat=FailingLater(RuntimeError("x")))
    assert parsed((await streamed(service, key)).text)[-1][0] == "error"
    assert service.replays.find("k1") is None


class Client:
    """An ASGI client that goes away after so many pieces of the body; None: it stays."""

    def __init__(self, pieces: int | None, body: bytes) -> None:
        self.pieces, self.body = pieces, body
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.was_asked = False

    async def receive(self) -> dict[str, Any]:
        if not self.was_asked:
            self.was_asked = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        bodies = sum(1 for one in self.sent if one["type"] == "http.response.body")
        if self.pieces is not None and bodies >= self.pieces:
            self.gone.set()


SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "method": "POST",
    "path": "/v1/chat",
    "raw_path": b"/v1/chat",
    "query_string": b"",
    "headers": [(b"content-type", b"application/json")],
}


async def statuses_after(service: KeptService, client: Client) -> list[TurnStatus]:
    app = create_app(service, Settings())
    await asyncio.wait_for(app(dict(SCOPE), client.receive, client.send), timeout=30)
    told = b"".join(one.get("body", b"") for one in client.sent).decode()
    turn_ids = [data["turn_id"] for name, data in parsed(told) if name == "start"]
    return [service.conversations.status(turn_id) for turn_id in turn_ids]


async def test_client_that_leaves_at_any_event_stops_the_work_and_its_turn_is_settled(kept: KeptService) -> None:
    body = json.dumps({"question": QUESTION, "stream": True}).encode()
    stays = Client(None, body)
    assert await statuses_after(kept, stays) == [TurnStatus.COMPLETE]
    pieces = sum(1 for one in stays.sent if one.get("body"))
    settled = [(await statuses_after(kept, Client(n, body)))[0] for n in range(1, pieces + 1)]
    assert set(settled) == {TurnStatus.FAILED, TurnStatus.PARTIAL, TurnStatus.COMPLETE}
    order = [TurnStatus.FAILED, TurnStatus.PARTIAL, TurnStatus.COMPLETE]
    assert settled == sorted(settled, key=order.index)  # the later it leaves, the more is kept


async def test_ping_is_sent_while_nothing_happens() -> None:
    pinged = asyncio.Event()
    sent = list[bytes]()

    async def slow() -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        await pinged.wait()
        yield b"data: 2\n\n"

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if message.get("body", b"").startswith(b":"):
            pinged.set()

    stays = Client(None, b"")
    stays.was_asked = True
    await EventStream(slow(), ping_s=0.001)(dict(SCOPE), stays.receive, send)
    assert sent[1] == b"data: 1\n\n"
    assert sent[2].startswith(b":")
    assert sent[2].endswith(b"\n\n")
    assert sent[-2:] == [b"data: 2\n\n", b""] or sent[-3] == b"data: 2\n\n"


async def test_client_that_leaves_while_nothing_happens_closes_the_generator() -> None:
    closed = list[str]()

    async def endless() -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        try:
            await asyncio.Event().wait()
        finally:
            closed.append("closed")

    client = Client(1, b"")
    client.was_asked = True
    await asyncio.wait_for(EventStream(endless())(dict(SCOPE), client.receive, client.send), timeout=30)
    assert closed == ["closed"]
    assert not any(one.get("more_body") is False for one in client.sent)


async def test_error_before_the_first_event_is_raised() -> None:
    async def refuse() -> bytes:
        raise NotFound("no")

    async def refusing() -> AsyncGenerator[bytes, None]:
        yield await refuse()

    stays = Client(None, b"")
    stays.was_asked = True
    with pytest.raises(NotFound):
        await EventStream(refusing())(dict(SCOPE), stays.receive, stays.send)
    assert stays.sent == []
