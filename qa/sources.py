"""Who answers in `qa chat`: the library in this process, or the running service that holds it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from qa import remote
from qa.api.schemas import ArticleOut, ChatOut
from qa.conversing import Hear
from qa.domain import Question
from qa.events import Delta, Done, Failed, Started
from qa.ports import Asker
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.assembly import Service


class Here:
    """The library itself. Ctrl-C cancels the walk of a question (asyncio.Runner), which then keeps what was shown."""

    def __init__(self, service: Service, runner: asyncio.Runner) -> None:
        self._service = service
        self._runner = runner

    def ask(self, question: Question, hear: Hear) -> ChatOut:
        return self._runner.run(answered(self._service.chat, question, hear))

    def article(self, article_id: str, version: str) -> ArticleOut:
        return ArticleOut.of(self._service.library.article(article_id, version))


class There:
    """The running service at `url`. Ctrl-C hangs up, and the service stops answering."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = url
        self._settings = settings

    def ask(self, question: Question, hear: Hear) -> ChatOut:
        return remote.tell(self._url, question, self._settings, hear)

    def article(self, article_id: str, version: str) -> ArticleOut:
        return remote.article(self._url, article_id, version, self._settings)


async def answered(chat: Asker, question: Question, hear: Hear) -> ChatOut:
    """Tells the answer as it comes, and gives the whole. Raises what went wrong."""
    async with aclosing(chat.stream(question)) as events:
        async for event in events:
            match event:
                case Started() | Delta():
                    hear(event)
                case Done():
                    return ChatOut.of(event.turn)
                case Failed():
                    raise event.error
    raise AssertionError("a stream ends in Done or in Failed")
