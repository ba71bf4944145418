"""Asks a service that is running on this machine, since it alone may use its data folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from qa.api.schemas import ArticleOut, ArticlesOut, ChatOut
from qa.domain import Question
from qa.errors import NotReady, QaError
from qa.events import Delta, Started
from qa.settings import Settings

TIMEOUT_S = 120.0

Shape = TypeVar("Shape", bound=BaseModel)


def ask(url: str, question: Question, settings: Settings) -> ChatOut:
    """Raises NotReady if nothing answers at `url`, and QaError with the service's own words if it refuses."""
    with _client(url, settings) as client:
        return _read(ChatOut, client.post("/v1/chat", json={"question": question.text}))


def tell(url: str, question: Question, settings: Settings, hear: Callable[[Started | Delta], None]) -> ChatOut:
    """The same as it comes; `hear` is told what can be shown before the answer is whole. Raises as `ask` does."""
    body = {"question": question.text, "conversation_id": question.conversation_id, "stream": True}
    with _client(url, settings) as client, client.stream("POST", "/v1/chat", json=body) as response:
        if not response.is_success:
            response.read()
            return _read(ChatOut, response)
        for name, data in _events(response):
            if name == "start":
                hear(Started(**json.loads(data)))
            elif name == "delta":
                hear(Delta(**json.loads(data)))
            elif name == "done":
                return ChatOut.model_validate_json(data)
            elif name == "error":
                raise QaError(f"The service at {url} failed: {json.loads(data)['detail']}")
    raise QaError(f"The service at {url} ended its answer in the middle: see its log.")


def _events(response: httpx.Response) -> Iterator[tuple[str, str]]:
    """Names and data of server-sent events, as this service writes them: one line each."""
    name = ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value


def article(url: str, article_id: str, version: str, settings: Settings) -> ArticleOut:
    """One version of an article. Raises as `ask` does."""
    with _client(url, settings) as client:
        return _read(ArticleOut, client.get(f"/v1/articles/{quote(article_id)}", params={"version": version}))


def versions(url: str, settings: Settings) -> dict[str, str]:
    """The current version of each article that the service holds, by id. Raises as `ask` does."""
    held: dict[str, str] = {}
    page: dict[str, str | int] = {"limit": 100}
    with _client(url, settings) as client:
        while True:
            articles = _read(ArticlesOut, client.get("/v1/articles", params=page))
            held.update({entry.id: entry.version for entry in articles.articles})
            if articles.next is None:
                return held
            page["after"] = articles.next


@contextmanager
def _client(url: str, settings: Settings) -> Iterator[httpx.Client]:
    keys = [key.get_secret_value() for key in settings.api_keys]
    headers = {"Authorization": f"Bearer {keys[0]}"} if keys else {}
    try:
        # trust_env off: a proxy of the environment has no business between two processes of one machine.
        with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
            yield client
    except httpx.TransportError as error:
        raise NotReady(
            f"The service at {url} holds the data folder {settings.data_dir}, but does not answer "
            f"({type(error).__name__}): it may still be starting; try again, or see its log."
        ) from error


def _read(shape: type[Shape], response: httpx.Response) -> Shape:
    try:
        if response.is_success:
            return shape.model_validate_json(response.content)
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError) as error:
        raise QaError(f"The service at {response.url} answered {response.status_code} with something else.") from error
    raise QaError(f"The service at {response.url} answered {response.status_code}: {detail}")
