"""A service whose answers are written by the test, over real articles, conversations and a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from qa.answering.checked import Growing
from qa.api.app import create_app
from qa.domain import Answer, Citation, Claim, Conflict, Question, Reason, Status, Support, Turn, TurnStatus
from qa.draft import Draft
from qa.errors import QaError
from qa.events import Delta, Done, Event, EvidenceRead, Failed, Started
from qa.fakes import FakeEmbedder, FakeFiling, FakeReplays, FakeRetriever
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.feedback import KeptFeedback
from qa.library.record import Library, Recipe
from qa.ports import Standalone
from qa.settings import Settings

DOVES = "👩\u200d🚀 saw 🕊🕊 and 🕊."
WIDE = "The zone will be 15-20 kilometres wide."
NARROW = "The zone will be 8 kilometres wide."
AGREED = "Both sides agreed to it."
HOSTILE = (
    "<img src=x onerror=\"document.title='broken'\"> said </script><script>document.title='broken'</script> the note."
)
FILLER = "\n".join(f"Day {day} was quiet 🕊 and nothing was signed." for day in range(1, 301))
ARTICLES = {
    "2018/zone.txt": f"The zone\n\n{DOVES} {WIDE} {AGREED}\n",
    "2019/later.md": f"---\ndate: 2019-05-04\n---\n# Later & <b>less</b>\n\n{FILLER}\n{NARROW}\n\nNothing followed.\n",
    "evil.txt": f"The <i>notice</i>\n\n{HOSTILE} It went on.\n",
}


@dataclass
class Said:
    """What is said to a question. standalone: as it was understood. stays_after: deltas, before it hangs for ever.

    fails: raised once, in the end. refuses: raised each time before the first event.
    """

    answer: Answer
    standalone: str | None = None
    stays_after: int | None = None
    fails: list[Exception] = field(default_factory=list)
    refuses: QaError | None = None


class ScriptedChat:
    """Implements qa.ports.Asker with what the script says to each question; turns are begun, told and kept as ever."""

    def __init__(self, kept: KeptConversations) -> None:
        self._kept = kept
        self.script: dict[str, Said] = {}

    async def ask(self, question: Question) -> Turn:
        async with aclosing(self.stream(question)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.turn
        raise AssertionError("only what is answered is asked without a stream")

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        said = self.script[question.text]
        if said.refuses:
            raise said.refuses
        try:
            async with aclosing(self._told(question, said)) as events:
                async for event in events:
                    yield event
        except Exception as error:
            yield Failed(error)

    async def _told(self, question: Question, said: Said) -> AsyncGenerator[Event, None]:
        async with Draft(self._kept, question) as draft:
            draft.understood(Standalone(said.standalone or question.text))
            yield Started(draft.conversation_id, draft.id, said.standalone or question.text)
            yield EvidenceRead(said.answer.citations)
            deltas = 0
            for piece in draft.told(Growing(said.answer, TurnStatus.COMPLETE)):
                yield piece
                deltas += isinstance(piece, Delta)
                if deltas == said.stays_after:
                    await asyncio.Event().wait()
            if said.fails:
                raise said.fails.pop()
            yield Done(await draft.kept({"total": 12.3}))


class Stage:
    """Keeps qa.api.service.ServiceLike; close its `database` when done."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(f"sqlite:///{folder / 'library.db'}")
        self.library = Library(self.database)
        self.library.adopt(Recipe("fake", 64, "first"))
        self.conversations = KeptConversations(self.database)
        self.feedback = KeptFeedback(self.database)
        self.chat = ScriptedChat(self.conversations)
        self.retriever = FakeRetriever()
        self.filing = FakeFiling()
        self.replays = FakeReplays()
        for article_id, text in ARTICLES.items():
            self.put(article_id, text)

    @property
    def is_empty(self) -> bool:
        return self.library.counts().articles == 0

    def put(self, article_id: str, text: str) -> None:
        self.library.replace(embed([read_article(article_id, text.encode())], FakeEmbedder()))

    def citation(self, number: int, article_id: str, quote: str) -> Citation:
        article = self.library.article(article_id)
        sentence = next(each for each in article.sentences if article.quote(each) == quote)
        place = (sentence.number, sentence.line, sentence.start, sentence.end, quote, 0.9)
        return Citation(number, article_id, article.title, article.published, article.version, *place)

    def says(self, question: str, *told: tuple[str, str, str, Support], conflicts: Sequence[Conflict] = ()) -> Said:
        """Scripts an answer: for each sentence its words, the article and the quote that it cites, and its verdict."""
        citations, claims, text = list[Citation](), list[Claim](), ""
        for number, (words, article_id, quote, support) in enumerate(told, 1):
            start = len(text) + bool(text)
            claims.append(Claim(words, start, start + len(words), (number,), support, 0.9))
            citations.append(self.citation(number, article_id, quote))
            text = f"{text} {words} [{number}]".strip()
        answer = Answer(Status.ANSWERED, None, text, tuple(claims), tuple(citations), conflicts=tuple(conflicts))
        return self._scripted(question, Said(answer))

    def abstains(self, question: str, *nearest: tuple[str, str]) -> Said:
        near = tuple(self.citation(number, *each) for number, each in enumerate(nearest, 1))
        answer = Answer(Status.ABSTAINED, Reason.NOT_IN_ARTICLES, "The articles do not say.", (), (), near)
        return self._scripted(question, Said(answer))

    def _scripted(self, question: str, said: Said) -> Said:
        self.chat.script[question] = said
        return said


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a port of its own, in a thread; gives the address of its page."""
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        thread = threading.Thread(target=server.run, args=([taken],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{taken.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def staged(folder: Path, **settings: object) -> Iterator[tuple[Stage, str]]:
    """A stage and its address."""
    stage = Stage(folder)
    try:
        with served(create_app(stage, Settings(**settings))) as url:
            yield stage, url
    finally:
        stage.database.close()
