from __future__ import annotations

import pytest
from doors import FakeService, client_of

pytestmark = pytest.mark.anyio


async def test_alive_and_ready_are_said() -> None:
    async with client_of(FakeService()) as client:
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_service_without_articles_is_alive_but_not_ready() -> None:
    async with client_of(FakeService(is_empty=True)) as client:
        assert (await client.get("/healthz")).status_code == 200
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert "qa index" in response.json()["detail"]
