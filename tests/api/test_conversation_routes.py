"""Conversations over HTTP: listed, read exactly as they were answered, erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from doors import TEXT, FakeService, client_of
from keeping import citing, put, remove, service_in

from qa.api.schemas import ChatOut, CitationOut
from qa.api.transcripts import KeptCitationOut, KeptTurnOut
from qa.library.idempotency import KeptReplays
from qa.ports import Replay

pytestmark = pytest.mark.anyio
UNKNOWN = "0123456789abcdef" * 2


@pytest.fixture
def service(tmp_path: Path) -> Iterator[FakeService]:
    service = service_in(tmp_path)
    yield service
    service.database.close()


async def asked(client: httpx.AsyncClient, question: str = "How wide?", **more: Any) -> Any:
    return (await client.post("/v1/chat", json={"question": question, **more})).json()


async def test_turn_is_read_exactly_as_it_was_answered(service: FakeService) -> None:
    async with client_of(service) as client:
        first = await asked(client)
        second = await asked(client, "And when?", conversation_id=first["conversation_id"])
        body = (await client.get(f"/v1/conversations/{first['conversation_id']}")).json()
    assert set(body) == {"conversation_id", "title", "created_at", "turns"}
    assert (body["conversation_id"], body["title"]) == (first["conversation_id"], "How wide?")
    for read, given in zip(body["turns"], [first, second], strict=True):
        assert (read.pop("turn_status"), read.pop("feedback")) == ("complete", None)
        for citation in (*read["citations"], *read["nearest"]):
            assert (citation.pop("source"), citation.pop("note")) == ("gone", "the source has changed since")
        assert read == given


async def test_citation_says_when_its_source_has_changed_and_still_shows_its_quote(service: FakeService) -> None:
    citing(service, put(service, TEXT))
    async with client_of(service) as client:
        given = await asked(client)

        async def seen() -> set[tuple[str, str | None]]:
            (turn,) = (await client.get(f"/v1/conversations/{given['conversation_id']}")).json()["turns"]
            citations = [*turn["citations"], *turn["nearest"]]
            assert len(citations) == 2
            assert {citation["quote"] for citation in citations} == {"It will be 15-20 kilometres wide."}
            return {(citation["source"], citation["note"]) for citation in citations}

        assert await seen() == {("current", None)}
        put(service, TEXT + "It was widened.\n")
        assert await seen() == {("changed", "the source has changed since")}
        remove(service)
        assert await seen() == {("gone", "the source has changed since")}


async def test_turn_without_an_answer_has_the_same_fields_empty(service: FakeService) -> None:
    async with client_of(service) as client:
        given = await asked(client)
        service.conversations.begin("f" * 32, given["conversation_id"], "And then?")
        whole, pending = (await client.get(f"/v1/conversations/{given['conversation_id']}")).json()["turns"]
        service.conversations.interrupt_pending()
        interrupted = (await client.get(f"/v1/conversations/{given['conversation_id']}")).json()["turns"][1]
    assert set(pending) == set(whole)
    assert (pending["turn_status"], interrupted["turn_status"]) == ("pending", "interrupted")
    assert (pending["turn_id"], pending["question"]) == ("f" * 32, "And then?")
    assert pending["answer"] is pending["status"] is None
    assert pending["claims"] == pending["citations"] == []


def test_kept_turn_has_every_field_of_an_answer() -> None:
    assert set(KeptTurnOut.model_fields) == {*ChatOut.model_fields, "turn_status", "feedback"}
    assert set(KeptCitationOut.model_fields) == {*CitationOut.model_fields, "source", "note"}


async def test_list_goes_newest_first_page_by_page_to_the_end(service: FakeService) -> None:
    async with client_of(service) as client:
        ids = [(await asked(client, f"Question {number}?"))["conversation_id"] for number in range(5)]
        await asked(client, "And?", conversation_id=ids[0])
        first = (await client.get("/v1/conversations?limit=2")).json()
        second = (await client.get("/v1/conversations", params={"limit": 3, "after": first["next"]})).json()
    listed = [*first["conversations"], *second["conversations"]]
    assert [each["conversation_id"] for each in listed] == ids[::-1]
    assert second["next"] is None
    assert set(listed[0]) == {"conversation_id", "title", "created_at", "updated_at", "turns"}
    assert (listed[-1]["title"], listed[-1]["turns"]) == ("Question 0?", 2)


async def test_conversation_is_read_page_by_page_to_the_end(service: FakeService) -> None:
    async with client_of(service) as client:
        conversation = (await asked(client, "Question 0?"))["conversation_id"]
        for number in range(1, 5):
            await asked(client, f"Question {number}?", conversation_id=conversation)
        path = f"/v1/conversations/{conversation}"
        whole = (await client.get(path)).json()
        first = (await client.get(f"{path}?limit=2")).json()
        second = (await client.get(path, params={"limit": 2, "after": first["next"]})).json()
        rest = (await client.get(path, params={"after": second["next"]})).json()
    assert [*first["turns"], *second["turns"], *rest["turns"]] == whole["turns"]
    assert [len(page["turns"]) for page in (first, second, rest)] == [2, 2, 1]
    assert "next" not in whole
    assert rest["next"] is None
    assert {**first, "turns": whole["turns"]} == {**whole, "next": first["next"]}


async def test_list_without_conversations_is_empty(service: FakeService) -> None:
    async with client_of(service) as client:
        assert (await client.get("/v1/conversations")).json() == {"conversations": [], "next": None}


async def test_erasing_takes_turns_feedback_and_replays_with_it(service: FakeService) -> None:
    replays = KeptReplays(service.database)
    async with client_of(service) as client:
        given = await asked(client)
        path = f"/v1/conversations/{given['conversation_id']}"
        rate = f"/v1/turns/{given['turn_id']}/feedback"
        assert (await client.post(rate, json={"rating": "bad"})).status_code == 201
        replays.keep("key", Replay("hash", b"telltale"), given["conversation_id"])
        assert replays.find("key")
        response = await client.delete(path)
        assert replays.find("key") is None
        assert (response.status_code, response.content) == (204, b"")
        assert [(await client.request(method, path)).status_code for method in ("GET", "DELETE")] == [404, 404]
        assert (await client.post(rate, json={"rating": "bad"})).status_code == 404
        asking = {"question": "And?", "conversation_id": given["conversation_id"]}
        assert (await client.post("/v1/chat", json=asking)).status_code == 404
        assert (await client.get("/v1/conversations")).json()["conversations"] == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("conversation_id", "status"),
    [
        (UNKNOWN, 404),
        (UNKNOWN[:-1], 422),
        (UNKNOWN + "0", 422),
        (UNKNOWN.upper(), 422),
        ("g" * 32, 422),
        ("%00" * 32, 422),
        ("%F0%9F%94%91" * 32, 422),
        ("'%20OR%201=1;--", 422),
        (UNKNOWN + "%0A", 422),
        ("a" * 3000, 422),
    ],
)
async def test_unknown_id_is_404_and_malformed_422(
    service: FakeService, method: str, conversation_id: str, status: int
) -> None:
    async with client_of(service) as client:
        response = await client.request(method, f"/v1/conversations/{conversation_id}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert ("32" if status == 422 else UNKNOWN) in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "limit must be at least 1"),
        ("limit=101", "limit must be at most 100"),
        ("limit=x", "limit must be a whole number"),
        ("after=", "after"),
        ("after=-1", "after"),
        ("after=x", "after"),
        ("after=" + "9" * 64, "after"),
        ("after=" + "9" * 65, "after has 65 characters"),
        ("before=1", "before is not known here"),
    ],
)
@pytest.mark.parametrize("of", ["list", "conversation"])
async def test_bad_query_is_422_in_words(service: FakeService, of: str, query: str, words: str) -> None:
    async with client_of(service) as client:
        path = "" if of == "list" else f"/{(await asked(client))['conversation_id']}"
        response = await client.get(f"/v1/conversations{path}?{query}")
    assert response.status_code == 422
    assert words in response.json()["detail"]


async def test_conversations_are_closed_without_a_key(service: FakeService) -> None:
    async with client_of(service, api_keys="the-key") as client:
        for method, path in (("GET", ""), ("GET", f"/{UNKNOWN}"), ("DELETE", f"/{UNKNOWN}")):
            assert (await client.request(method, f"/v1/conversations{path}")).status_code == 401


async def test_conversation_of_another_key_is_as_unknown_as_one_that_never_was(service: FakeService) -> None:
    async with client_of(service, api_keys="one,two") as client:
        owner, other = ({"Authorization": f"Bearer {key}"} for key in ("one", "two"))
        client.headers = httpx.Headers(other)
        theirs = await asked(client)
        client.headers = httpx.Headers(owner)
        given = await asked(client)
        path, rate = f"/v1/conversations/{given['conversation_id']}", f"/v1/turns/{given['turn_id']}/feedback"
        asking = {"question": "And?", "conversation_id": given["conversation_id"]}
        for headers, status in ((other, 404), (owner, 200)):
            client.headers = httpx.Headers(headers)
            assert (await client.post("/v1/chat", json=asking)).status_code == status
            assert (await client.post(rate, json={"rating": "bad"})).is_success == (status == 200)
            assert (await client.get(path)).status_code == status
            listed = (await client.get("/v1/conversations")).json()["conversations"]
            own = given if status == 200 else theirs
            assert [each["conversation_id"] for each in listed] == [own["conversation_id"]]
        client.headers = httpx.Headers(other)
        assert (await client.delete(path)).status_code == 404
        client.headers = httpx.Headers(owner)
        assert (await client.delete(path)).status_code == 204


async def test_conversation_begun_before_there_were_keys_is_anybodys(service: FakeService) -> None:
    async with client_of(service) as client:
        given = await asked(client)
    async with client_of(service, api_keys="one") as client:
        client.headers = httpx.Headers({"Authorization": "Bearer one"})
        kept = await asked(client, "Mine?")
        assert (await client.get(f"/v1/conversations/{given['conversation_id']}")).status_code == 200
    async with client_of(service) as client:  # and without keys whoever is at the machine sees all
        assert (await client.get(f"/v1/conversations/{kept['conversation_id']}")).status_code == 200


async def test_thousand_turns_are_read_in_order(service: FakeService) -> None:
    kept = service.conversations
    conversation = kept.open(None)
    with service.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, created_at, title) VALUES (?, '2026-01-31 12:00:00', 'Q')", (conversation,)
        )
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO turns "
            "(id, conversation_id, position, created_at, status, question) "
            "SELECT printf('%032x', i), ?, i, '2026-01-31 12:00:00', 'failed', 'Q' FROM n",
            (conversation,),
        )
    async with client_of(service) as client:
        body = (await client.get(f"/v1/conversations/{conversation}")).json()
        listed = (await client.get("/v1/conversations")).json()["conversations"]
    assert [turn["turn_id"] for turn in body["turns"]] == [f"{number:032x}" for number in range(1, 1001)]
    assert listed[0]["turns"] == 1000
