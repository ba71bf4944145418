"""Streams of a running service, and clients that hang up at every point of one."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from processes import SEEDS, Place, Running, serving

pytestmark = [pytest.mark.process, pytest.mark.integration]
QUESTION = "By what date should the demilitarised zone be created?"
SETTLED_S = 30


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(Place(tmp_path_factory.mktemp("streams"), SEEDS)) as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def events(client: httpx.Client, **body: Any) -> list[tuple[str, Any]]:
    with client.stream("POST", "/v1/chat", json={"question": QUESTION, "stream": True, **body}) as response:
        assert response.status_code == 200
        lines = [line for line in response.iter_lines() if line and not line.startswith(":")]
    names = [line.removeprefix("event: ") for line in lines[::2]]
    return list(zip(names, [json.loads(line.removeprefix("data: ")) for line in lines[1::2]], strict=True))


def test_stream_and_plain_answer_are_the_same(client: httpx.Client) -> None:
    streamed = events(client)
    plain = client.post("/v1/chat", json={"question": QUESTION}).json()
    assert [name for name, _ in streamed][:2] == ["start", "evidence"]
    done = streamed[-1][1]
    assert streamed[-1][0] == "done"
    for key in ("answer", "claims", "citations", "status", "standalone_question", "model"):
        assert done[key] == plain[key]
    assert "".join(data["text"] for name, data in streamed if name == "delta") == plain["answer"]


def test_conversation_goes_on_over_streams(client: httpx.Client) -> None:
    first = events(client)[-1][1]["conversation_id"]
    assert events(client, conversation_id=first, question="How wide will it be?")[-1][1]["conversation_id"] == first
    turns = client.get(f"/v1/conversations/{first}").json()["turns"]
    assert [turn["turn_status"] for turn in turns] == ["complete", "complete"]


def hung_up_after(service: Running, blocks: int) -> str:
    """The id of the turn of a stream that was cut after so many blocks: the head, then the events."""
    host, port = service.url.removeprefix("http://").split(":")
    body = json.dumps({"question": QUESTION, "stream": True}).encode()
    head = f"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        got = b""
        while got.count(b"\n\n") < blocks and (more := connection.recv(64)):
            got += more
    return str(json.loads(got.partition(b"data: ")[2].partition(b"\n")[0])["conversation_id"])


def settled(client: httpx.Client, conversation_id: str) -> Any:
    """The only turn of a conversation, once it is no longer pending."""
    last = time.monotonic() + SETTLED_S
    while time.monotonic() < last:
        [turn] = client.get(f"/v1/conversations/{conversation_id}").json()["turns"]
        if turn["turn_status"] != "pending":
            return turn
        time.sleep(0.02)
    raise AssertionError(f"still pending after {SETTLED_S} s")


def test_client_that_hangs_up_at_any_event_leaves_a_settled_turn_and_a_service_that_answers(
    service: Running, client: httpx.Client
) -> None:
    whole = events(client)
    answer = whole[-1][1]
    for blocks in range(1, len(whole) + 1):
        turn = settled(client, hung_up_after(service, blocks))
        assert turn["turn_status"] in {"failed", "partial", "complete"}
        if turn["turn_status"] == "failed":
            assert turn["answer"] is None
            continue
        assert answer["answer"].startswith(turn["answer"])
        assert (turn["answer"] == answer["answer"]) is (turn["turn_status"] == "complete")
        assert turn["claims"] == answer["claims"][: len(turn["claims"])]
        shown = [{key: each[key] for key in answer["citations"][0]} for each in turn["citations"]]
        assert shown == answer["citations"][: len(shown)]
    assert turn["turn_status"] == "complete"
    assert client.get("/readyz").status_code == 200


def test_client_that_hangs_up_before_its_answer_does_no_harm(service: Running, client: httpx.Client) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    body = json.dumps({"question": QUESTION, "stream": True}).encode()
    head = f"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    whole = head.encode() + body
    for cut in (10, len(head) - 2, len(head), len(head) + 9, len(whole)):
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(whole[:cut])
    assert events(client)[-1][0] == "done"
