from __future__ import annotations

import logging
import re

import pytest
from doors import FakeService, client_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("request_id", ["a", "trace-42/β".replace("β", "b"), "x" * 128, "!~"])
async def test_id_that_was_sent_is_echoed(request_id: str) -> None:
    async with client_of(FakeService()) as client:
        for path in ("/healthz", "/nothing"):
            response = await client.get(path, headers={"X-Request-Id": request_id})
            assert response.headers["x-request-id"] == request_id


@pytest.mark.parametrize("request_id", [b"", b"x" * 129, b"a b", b"a\tb", "é".encode(), b"a\x7f"])
async def test_id_that_could_forge_a_log_is_replaced(request_id: bytes) -> None:
    async with client_of(FakeService()) as client:
        response = await client.get("/healthz", headers=[(b"X-Request-Id", request_id)])
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


async def test_ids_that_are_made_differ() -> None:
    async with client_of(FakeService()) as client:
        ids = {(await client.get("/healthz")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


async def test_request_is_logged_by_path_and_id_without_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qa")
    async with client_of(FakeService()) as client:
        await client.post("/v1/chat?x=secret", json={"question": "secret"}, headers={"X-Request-Id": "mine"})
    line = caplog.records[-1].getMessage()
    assert re.fullmatch(r"POST /v1/chat 200 \d+\.\d ms mine", line)


async def test_line_of_the_log_cannot_be_forged_by_a_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qa")
    async with client_of(FakeService()) as client:
        await client.get("/a%0AGET%20/b")
    assert "\n" not in caplog.records[-1].getMessage()


@pytest.mark.parametrize("path", ["/healthz", "/v1/articles", "/v1/articles/2018/sochi.txt", "/docs", "/openapi.json"])
async def test_head_is_get_without_its_body(path: str) -> None:
    async with client_of(FakeService()) as client:
        get, head = await client.get(path), await client.head(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]
