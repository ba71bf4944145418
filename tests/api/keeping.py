"""A service of fakes that keeps its turns in a database, over one article that can change."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

from doors import FakeService, answer

from qa.domain import Question, Turn
from qa.fakes import FakeChat, FakeEmbedder
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.library.conversations import KeptConversations
from qa.library.record import Library, Recipe


class KeepingChat(FakeChat):
    """Gives its answer, and keeps it."""

    def __init__(self, kept: KeptConversations) -> None:
        super().__init__(answer())
        self._kept = kept

    async def ask(self, question: Question) -> Turn:
        conversation = self._kept.open(question.conversation_id, question.owner)
        self._kept.begin(turn_id := uuid.uuid4().hex, conversation, question.text)
        turn = await super().ask(Question(question.text))
        turn = replace(turn, id=turn_id, conversation_id=conversation)
        self._kept.keep(turn)
        return turn


def service_in(folder: Path) -> FakeService:
    """Close its `database` when done."""
    service = FakeService(url=f"sqlite:///{folder}/library.db")
    service.chat = KeepingChat(service.conversations)
    return service


def put(service: FakeService, text: str) -> str:
    """Makes this the text of the article that is cited; gives its version."""
    library = Library(service.database)
    library.adopt(Recipe("fake", 64, "first"))
    (embedded,) = embed([read_article(answer().citations[0].article_id, text.encode())], FakeEmbedder())
    library.replace([embedded])
    return embedded.article.version


def remove(service: FakeService) -> None:
    Library(service.database).remove([answer().citations[0].article_id])


def citing(service: FakeService, version: str) -> None:
    """From now on the answers cite this version, and name another place of it as near."""
    said = service.chat.answer
    cited = replace(said.citations[0], version=version)
    service.chat.answer = replace(said, citations=(cited,), nearest=(replace(cited, number=0),))
