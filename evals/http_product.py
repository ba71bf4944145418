"""A service as the product, over HTTP: through a network, or through its application in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx

from evals.product import Found, Json, ProductDown, ProductFailed
from qa.ports import Embedder

PAGE = 100


class HttpProduct:
    """Speaks the contract's /v1 through a client that knows the base URL and the key."""

    def __init__(self, client: httpx.AsyncClient, embedder: Embedder | None = None, about: Json | None = None) -> None:
        self._client = client
        self._about = about
        self.embedder = embedder
        self._texts: dict[tuple[str, str], str | None] = {}

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        body: Json = {"question": question, "conversation_id": conversation_id}
        return await self._json("POST", "v1/chat", json=body | ({"filter": within} if within else {}))

    async def search(self, question: str, limit: int) -> list[Found]:
        results = (await self._json("POST", "v1/search", json={"query": question, "limit": limit}))["results"]
        names = Found.__dataclass_fields__
        return [Found(**{name: result[name] for name in names}) for result in results]

    async def text(self, article_id: str, version: str) -> str | None:
        key = (article_id, version)
        if key not in self._texts:
            self._texts[key] = await self._text(article_id, version)
        return self._texts[key]

    async def articles(self) -> Mapping[str, str]:
        held: dict[str, str] = {}
        after: str | None = None
        while True:
            params = {"limit": PAGE} | ({"after": after} if after else {})
            page = await self._json("GET", "v1/articles", params=params)
            held |= {entry["id"]: entry["version"] for entry in page["articles"]}
            after = page["next"]
            if after is None:
                return held

    async def about(self) -> Json:
        """What it was made with; else what a service says of itself: the title and version of its schema."""
        if self._about is not None:
            return self._about
        info = (await self._json("GET", "openapi.json"))["info"]
        return {"over": "http", "title": info["title"], "version": info["version"]}

    async def _text(self, article_id: str, version: str) -> str | None:
        response = await self._send("GET", f"v1/articles/{quote(article_id)}", params={"version": version})
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return str(_body(response)["text"])

    async def _json(self, method: str, path: str, **sent: Any) -> Json:  # noqa: ANN401 - httpx's own keywords
        return _body(await self._send(method, path, **sent))

    async def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401
        try:
            return await self._client.request(method, path, **sent)
        except httpx.TimeoutException as error:
            raise ProductFailed(f"{method} /{path} was not answered in time: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise ProductDown(
                f"nothing answers at {self._client.base_url} ({error}): start it with `qa serve`, or mend --base-url"
            ) from error


def _body(response: httpx.Response) -> Json:
    """The JSON object of a 200. Raises ProductFailed with what the service said."""
    place = f"{response.request.method} {response.request.url.path}"
    if response.status_code != httpx.codes.OK:
        raise ProductFailed(f"{place} gave {response.status_code}: {_detail(response)}")
    try:
        body = response.json()
    except ValueError as error:
        raise ProductFailed(f"{place} gave 200 without JSON: {response.text[:200]!r}") from error
    if not isinstance(body, dict):
        raise ProductFailed(f"{place} gave 200 with no JSON object: {response.text[:200]!r}")
    return body


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, LookupError, TypeError):
        return response.text[:200]


@asynccontextmanager
async def over_http(base_url: str, key: str | None, timeout_s: float) -> AsyncIterator[HttpProduct]:
    """A service that runs elsewhere."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout_s) as client:
        yield HttpProduct(client)
