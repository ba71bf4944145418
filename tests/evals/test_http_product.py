from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from evals.http_product import HttpProduct
from evals.product import ProductDown, ProductFailed

pytestmark = pytest.mark.anyio
Reply = Callable[[httpx.Request], httpx.Response]


def over(reply: Reply) -> HttpProduct:
    return HttpProduct(httpx.AsyncClient(transport=httpx.MockTransport(reply), base_url="http://qa"))


async def test_500_in_the_middle_names_the_call_and_what_the_service_said() -> None:
    problem = {"title": "The service failed", "detail": "it broke", "status": 500}
    with pytest.raises(ProductFailed, match="POST /v1/chat gave 500: it broke"):
        await over(lambda _: httpx.Response(500, json=problem)).ask("?")


@pytest.mark.parametrize("response", [httpx.Response(200, text="<html>"), httpx.Response(200, json=[1])])
async def test_200_that_is_no_object_is_a_failure(response: httpx.Response) -> None:
    with pytest.raises(ProductFailed, match="gave 200"):
        await over(lambda _: response).ask("?")


async def test_nobody_there_is_down_and_says_what_to_do() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ProductDown, match="qa serve"):
        await over(refuse).ask("?")


async def test_answer_that_does_not_come_in_time_is_a_failure_of_that_question() -> None:
    def wait(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(ProductFailed, match="not answered in time"):
        await over(wait).ask("?")


async def test_articles_are_read_page_by_page() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        first = request.url.params.get("after") is None
        entry = {"id": "a.txt" if first else "b.txt", "version": "v1"}
        return httpx.Response(200, json={"articles": [entry], "next": "a.txt" if first else None})

    assert await over(page).articles() == {"a.txt": "v1", "b.txt": "v1"}


async def test_text_is_fetched_once_with_the_id_as_it_is_and_one_that_is_gone_is_none() -> None:
    asked: list[Any] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.raw_path, request.url.params.get("version")))
        return httpx.Response(404 if b"gone" in request.url.raw_path else 200, json={"text": "One."})

    product = over(reply)
    for _ in range(2):
        assert await product.text("2018/so chi?#.txt", "v1") == "One."
        assert await product.text("gone.txt", "v1") is None
    assert asked == [(b"/v1/articles/2018/so%20chi%3F%23.txt?version=v1", "v1"),
                     (b"/v1/articles/gone.txt?version=v1", "v1")]  # fmt: skip


async def test_search_gives_ranges() -> None:
    result = {"article_id": "a", "version": "v", "start": 1, "end": 3, "quote": "ne", "score": 0.5, "passage": {}}
    (found,) = await over(lambda _: httpx.Response(200, json={"results": [result]})).search("?", 3)
    assert (found.article_id, found.start, found.end, found.quote) == ("a", 1, 3, "ne")
