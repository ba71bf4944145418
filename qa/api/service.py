"""What the HTTP doors need of a service, and how an endpoint gets at it."""

from __future__ import annotations

from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.ports import ArticleFiling, ArticleShelf, Asker, ReplayShelf, Retriever


class ServiceLike(Protocol):
    """An open service (qa.assembly), or fakes in its place. is_empty: no article is held, so nothing can be found."""

    @property
    def chat(self) -> Asker: ...

    @property
    def retriever(self) -> Retriever: ...

    @property
    def library(self) -> ArticleShelf: ...

    @property
    def filing(self) -> ArticleFiling: ...

    @property
    def conversations(self) -> KeptConversations: ...

    @property
    def feedback(self) -> KeptFeedback: ...

    @property
    def replays(self) -> ReplayShelf: ...

    @property
    def is_empty(self) -> bool: ...


def _service(request: Request) -> ServiceLike:
    return cast(ServiceLike, request.app.state.service)


Service = Annotated[ServiceLike, Depends(_service)]
