from __future__ import annotations

import httpx
import pytest
from doors import FakeService, client_of

pytestmark = pytest.mark.anyio
KEYS = "first-key,second-key"


async def asked(
    headers: dict[str, str], path: str = "/v1/chat", content: bytes = b'{"question": "a"}'
) -> httpx.Response:
    async with client_of(FakeService(), api_keys=KEYS) as client:
        return await client.post(path, content=content, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize("header", ["Bearer first-key", "bearer second-key", "BEARER  first-key"])
async def test_each_known_key_opens(header: str) -> None:
    assert (await asked({"Authorization": header})).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer first-ke", "Bearer first-key2", "Basic first-key", "first-key", "Bearer ,"]
)
async def test_anything_else_is_401_that_says_how(header: str) -> None:
    response = await asked({"Authorization": header})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="qa"'
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:qa:problem:unauthorized"
    assert "first-key" not in response.text


async def test_key_outside_ascii_is_401() -> None:
    async with client_of(FakeService(), api_keys=KEYS) as client:
        response = await client.get("/v1/articles", headers=[(b"Authorization", "Bearer schlüssel".encode())])
    assert response.status_code == 401


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/search", "/v1/articles", "/v1/nothing", "/v1"])
async def test_all_of_v1_is_closed_before_the_body_is_looked_at(path: str) -> None:
    assert (await asked({}, path, b"\xff")).status_code == 401
    assert (await asked({}, path, b"a" * 300_000)).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json"])
async def test_health_and_docs_stay_open(path: str) -> None:
    async with client_of(FakeService(), api_keys=KEYS) as client:
        assert (await client.get(path)).status_code == 200


async def test_without_keys_nothing_is_asked_for() -> None:
    async with client_of(FakeService()) as client:
        assert (await client.get("/v1/articles")).status_code == 200


@pytest.mark.parametrize(("settings", "expected"), [({"api_keys": KEYS}, True), ({}, False)])
async def test_schema_tells_of_keys_only_where_they_are_needed(settings: dict[str, str], expected: bool) -> None:
    async with client_of(FakeService(), **settings) as client:
        schema = (await client.get("/openapi.json")).json()
    assert ("securitySchemes" in schema["components"]) is expected
    assert ("401" in schema["paths"]["/v1/chat"]["post"]["responses"]) is expected
    assert "security" not in schema["paths"]["/healthz"]["get"]
