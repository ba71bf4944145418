from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from doors import FakeService, client_of

from qa.api.bodies import MAX_BYTES

pytestmark = pytest.mark.anyio
JSON = {"content-type": "application/json"}


class Source:
    """A body in pieces, which remembers how many were taken."""

    def __init__(self, pieces: int, piece: bytes = b" " * 10_000) -> None:
        self.taken = 0
        self._pieces, self._piece = pieces, piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._pieces):
            self.taken += 1
            yield self._piece


async def test_body_of_the_largest_size_is_taken_and_one_byte_more_is_413() -> None:
    body = b'{"question": "a"}'
    async with client_of(FakeService()) as client:
        fits = await client.post("/v1/chat", content=body.ljust(MAX_BYTES), headers=JSON)
        over = await client.post("/v1/chat", content=body.ljust(MAX_BYTES + 1), headers=JSON)
    assert fits.status_code == 200
    assert over.status_code == 413
    assert over.headers["content-type"] == "application/problem+json"
    assert "262,144 bytes" in over.json()["detail"]


async def test_stated_length_is_refused_without_reading() -> None:
    source = Source(1000)
    async with client_of(FakeService()) as client:
        response = await client.post("/v1/chat", content=source, headers={**JSON, "content-length": "10000000"})
    assert response.status_code == 413
    assert source.taken == 0


async def test_body_in_chunks_is_refused_as_soon_as_it_is_over() -> None:
    source = Source(1000)
    async with client_of(FakeService()) as client:
        response = await client.post("/v1/chat", content=source, headers=JSON)
    assert response.status_code == 413
    assert source.taken <= MAX_BYTES // 10_000 + 2


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/search"])
async def test_length_that_is_understated_does_not_help(path: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.post(path, content=Source(40), headers={**JSON, "content-length": "10"})
    assert response.status_code == 413
