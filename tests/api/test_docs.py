from __future__ import annotations

import re
from typing import Any

import pytest
from doors import FakeService, client_of

pytestmark = pytest.mark.anyio


async def schema() -> Any:
    async with client_of(FakeService()) as client:
        return (await client.get("/openapi.json")).json()


async def test_page_names_no_address_outside_the_service() -> None:
    async with client_of(FakeService()) as client:
        response = await client.get("/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"https?://|src=|url\(|@import|import\(", response.text)
    assert re.findall(r'href="([^"]*)"', response.text) == ["data:,", "openapi.json", "openapi.json"]
    assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_schema_lists_the_routes_and_neither_docs_nor_itself() -> None:
    assert set((await schema())["paths"]) == {
        "/v1/chat",
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/turns/{turn_id}/feedback",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/search",
        "/v1/articles",
        "/v1/articles/{article_id}",
        "/healthz",
        "/readyz",
        "/metrics",
    }


async def test_every_error_in_the_schema_is_a_problem_object() -> None:
    document = await schema()
    problems = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    errors = [
        response["content"]
        for operation in operations
        for status, response in operation["responses"].items()
        if status >= "400"
    ]
    assert len(errors) > 8
    assert all(content == problems for content in errors)
    assert set(document["components"]["schemas"]["Problem"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "request_id",
    }
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_every_reference_of_the_schema_leads_somewhere() -> None:
    document = await schema()
    references = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert references
    assert set(references) <= set(document["components"]["schemas"])
