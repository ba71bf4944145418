"""Asks a service that is running on this machine, since it alone may use its data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx
from pydantic import BaseModel

from qa.api.schemas import ArticlesOut, ChatOut
from qa.domain import Question
from qa.errors import NotReady, QaError
from qa.settings import Settings

TIMEOUT_S = 120.0

Shape = TypeVar("Shape", bound=BaseModel)


def ask(url: str, question: Question, settings: Settings) -> ChatOut:
    """Raises NotReady if nothing answers at `url`, and QaError with the service's own words if it refuses."""
    with _client(url, settings) as client:
        return _read(ChatOut, client.post("/v1/chat", json={"question": question.text}))


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
