"""One request a key: the first answer again, 409 while it runs, 422 for another body; over HTTP and over a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from doors import FakeService, client_of
from keeping import service_in

from qa.api.idempotency import Replays, hash_of
from qa.errors import InvalidInput, StillRunning
from qa.fakes import FakeReplays
from qa.library.idempotency import KeptReplays

pytestmark = pytest.mark.anyio
ONE, OTHER = hash_of(b'{"question": "a"}'), hash_of(b'{"question":  "a"}')


@pytest.fixture
def shelf() -> FakeReplays:
    return FakeReplays()


@pytest.fixture
def replays(shelf: FakeReplays) -> Replays:
    return Replays(shelf)


async def asked(replays: Replays, key: str | None, answer: bytes, body_hash: str = ONE) -> bytes:
    """What a door does: gives what is stored, else answers and stores."""
    async with replays.claim(key, body_hash) as claim:
        if claim.stored is not None:
            return claim.stored
        await asyncio.sleep(0)
        claim.store(answer, "c0")
    return answer


async def test_second_request_gets_the_bytes_of_the_first(replays: Replays) -> None:
    first = b'{"answer": "\xc3\xa9"}\n'
    assert await asked(replays, "key", first) == first
    assert await asked(replays, "key", b"another") == first
    assert await asked(replays, "other", b"another") == b"another"


async def test_without_a_key_nothing_is_held_or_kept(replays: Replays, shelf: FakeReplays) -> None:
    answers = await asyncio.gather(asked(replays, None, b"a"), asked(replays, None, b"b", OTHER))
    assert [*answers] == [b"a", b"b"]
    assert shelf.held == {}


async def test_same_key_with_another_body_is_refused_done_or_running(replays: Replays) -> None:
    async with replays.claim("key", ONE) as claim:
        with pytest.raises(InvalidInput, match="'key' was used with another body"):
            await asked(replays, "key", b"", OTHER)
        claim.store(b"first", "c0")
    with pytest.raises(InvalidInput, match="'key' was used with another body"):
        await asked(replays, "key", b"", OTHER)
    assert await asked(replays, "key", b"") == b"first"


async def test_same_key_of_another_client_is_another_key(replays: Replays) -> None:
    async with replays.claim("key", ONE, "Bearer first") as claim:
        claim.store(b"the first client's", "c0")
        async with replays.claim("key", OTHER, "Bearer second") as other:
            assert other.stored is None
            other.store(b"the second client's", "c1")
    for client, body_hash, answer in (("first", ONE, b"the first"), ("second", OTHER, b"the second")):
        async with replays.claim("key", body_hash, f"bearer  {client} ") as claim:
            assert claim.stored == answer + b" client's"


async def test_second_request_while_the_first_runs_is_409(replays: Replays) -> None:
    async with replays.claim("key", ONE) as claim:
        with pytest.raises(StillRunning, match="'key' is still being answered"):
            await asked(replays, "key", b"")
        claim.store(b"first", "c0")
    assert await asked(replays, "key", b"") == b"first"


async def test_of_many_at_once_one_is_answered_and_no_other_frees_its_key(replays: Replays) -> None:
    done = await asyncio.gather(
        *(asked(replays, "key", str(number).encode()) for number in range(20)), return_exceptions=True
    )
    assert done[0] == b"0"
    assert all(isinstance(each, StillRunning) for each in done[1:])
    assert await asked(replays, "key", b"") == b"0"


async def test_request_that_fails_or_is_left_frees_its_key(replays: Replays, shelf: FakeReplays) -> None:
    async def fail() -> None:
        async with replays.claim("key", ONE) as claim:
            claim.store(b"never sent", "c0")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async def hang() -> None:
        async with replays.claim("key", ONE):
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await asyncio.sleep(0.05)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    assert hanging.cancelled()
    assert shelf.held == {}
    assert await asked(replays, "key", b"anew") == b"anew"


@pytest.mark.parametrize("key", ["x", "!~", "x" * 255, "8e03978e-40d5-43e8-bc93-6894a57f9324", '"quoted"'])
async def test_key_of_visible_ascii_is_taken(replays: Replays, key: str) -> None:
    assert await asked(replays, key, b"first") == await asked(replays, key, b"second")


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "a\x7f", "é", "\x00", "a\n", "🔑"])
async def test_key_that_is_none_is_refused(replays: Replays, shelf: FakeReplays, key: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 255"):
        await asked(replays, key, b"")
    assert shelf.held == {}


@contextmanager
def service_over(folder: Path) -> Iterator[FakeService]:
    """As it is at a start: nothing in memory, all of the database."""
    service = service_in(folder)
    service.replays = KeptReplays(service.database)
    yield service
    service.database.close()


async def posted(service: FakeService, question: str, key: str | bytes) -> httpx.Response:
    headers = [(b"Idempotency-Key", key if isinstance(key, bytes) else key.encode())]
    async with client_of(service) as client:
        return await client.post("/v1/chat", json={"question": question}, headers=headers)


async def test_answer_is_replayed_after_a_restart_and_asked_once(tmp_path: Path) -> None:
    with service_over(tmp_path) as service:
        first = await posted(service, "How wide?", "key")
    with service_over(tmp_path) as service:
        again = await posted(service, "How wide?", "key")
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["content-type"] == first.headers["content-type"]
        assert service.chat.asked == []
        assert [each.turns for each in service.conversations.summaries(10)] == [1]
        other = await posted(service, "How long?", "key")
    assert other.status_code == 422
    assert "another body" in other.json()["detail"]


async def test_answer_whose_conversation_is_erased_is_not_replayed(tmp_path: Path) -> None:
    with service_over(tmp_path) as service:
        first = (await posted(service, "How wide?", "key")).json()
        async with client_of(service) as client:
            await client.delete(f"/v1/conversations/{first['conversation_id']}")
        again = (await posted(service, "How wide?", "key")).json()
    assert again["turn_id"] != first["turn_id"]


@pytest.mark.parametrize("key", [b"x" * 256, "é".encode(), b"a b", b""])
async def test_key_that_is_none_is_a_problem_and_nothing_is_asked(tmp_path: Path, key: bytes) -> None:
    with service_over(tmp_path) as service:
        response = await posted(service, "How wide?", key)
        assert service.chat.asked == []
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "Idempotency-Key" in response.json()["detail"]
