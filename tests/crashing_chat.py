"""`python crashing_chat.py DATA MOMENTS...` asks, and is killed at each moment (see killing.py).

It leaves a file `acknowledged` in each data folder: a line for each answer that was given, as the reader got it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path

from killing import Killer, killed_at_each

from qa.answering.checked import CheckedAnswers
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.support import ExactWords
from qa.api.schemas import ChatOut
from qa.chat import AsAsked, Chat
from qa.domain import Filter, Hit, Question
from qa.events import CitationUsed
from qa.fakes import FakeReader, FakeRetriever, hit_among
from qa.following import Follows
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.ports import Conversations

ARTICLE = ["The mill of Ardal dates from 1402.", "The mill of Ardal burned down in 1650.", "Rain is common there."]
QUESTIONS = ["The mill of Ardal dates from when?", "Who won?", "The mill of Ardal burned down when?", "Rain is common?"]
LEFT = "Since when the mill of Ardal?"
BROKEN = "And the church?"


class Retriever(FakeRetriever):
    """Breaks at one question."""

    async def search(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        if question == BROKEN:
            raise OSError("the index is gone")
        return await super().search(question, limit, within, follows)


def chat_over(conversations: Conversations) -> Chat:
    answerer = ExtractiveAnswerer(FakeReader(), Policy(answerable=0.3, enough=0.9, worth=0.5))
    found = Retriever([hit_among(ARTICLE, place) for place in range(3)])
    return Chat(AsAsked(), found, CheckedAnswers(answerer, ExactWords()), conversations)


class Reader:
    """Asks one thing after the other, and two at once; writes down each answer the moment it has it."""

    def __init__(self, chat: Chat, data: Path) -> None:
        self._chat = chat
        self._paper = os.open(data / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def converse(self) -> None:
        for _ in range(2):
            conversation = await self._ask(QUESTIONS[0], None)
            await asyncio.gather(*(self._ask(question, conversation) for question in QUESTIONS[1:]))
            await self._leave(Question(LEFT, conversation))
            await self._fail(Question(BROKEN, conversation))

    async def _ask(self, question: str, conversation: str | None) -> str:
        turn = await self._chat.ask(Question(question, conversation))
        os.write(self._paper, ChatOut.of(turn).model_dump_json().encode() + b"\n")
        return turn.conversation_id

    async def _leave(self, question: Question) -> None:
        async with aclosing(self._chat.stream(question)) as events:
            async for event in events:
                if isinstance(event, CitationUsed) and event.citation.number == 2:  # the first claim was shown whole
                    return

    async def _fail(self, question: Question) -> None:
        try:
            await self._chat.ask(question)
        except OSError:
            return
        raise AssertionError("the retriever breaks at this question")


def converse(data: Path, _: Killer) -> None:
    database = Database.open(f"sqlite:///{data}/library.db")
    asyncio.run(Reader(chat_over(KeptConversations(database)), data).converse())
    database.close()


if __name__ == "__main__":
    killed_at_each(sys.argv[2:], Path(sys.argv[1]), converse)
