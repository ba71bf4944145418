"""A service made of fakes over one small article, and a client that speaks to it without a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import httpx

from qa.api.app import create_app
from qa.domain import Answer, Article, Citation, Claim, Hit, Role, Sentence, Status, Support, TitleSource
from qa.fakes import FakeChat, FakeFiling, FakeReplays, FakeRetriever, FakeShelf
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.feedback import KeptFeedback
from qa.ports import ReplayShelf
from qa.settings import Settings

TEXT = "The zone\nIt will be 15-20 kilometres wide. Both sides agreed.\nIt starts in October.\n"
SENTENCES = (
    Sentence(1, 0, 8, 1, 1, Role.TITLE),
    Sentence(2, 9, 42, 2, 2),
    Sentence(3, 43, 61, 2, 2),
    Sentence(4, 62, 83, 3, 3),
)


def article(article_id: str = "2018/sochi.txt") -> Article:
    return Article(
        article_id, "sha256:aa", TEXT, "utf-8", "The zone", TitleSource.HEADLINE, date(2018, 9, 17), SENTENCES
    )


def hit(number: int, around: tuple[int, ...]) -> Hit:
    held = article()
    sentence, near = SENTENCES[number - 1], tuple(SENTENCES[n - 1] for n in around)
    return Hit(
        held.id,
        held.version,
        held.title,
        held.spoken_title,
        held.published,
        sentence,
        held.quote(sentence),
        near,
        tuple(held.quote(one) for one in near),
        0.5,
    )


def answer() -> Answer:
    held, sentence = article(), SENTENCES[1]
    quote = held.quote(sentence)
    citation = Citation(1, held.id, held.title, None, held.version, 2, 2, sentence.start, sentence.end, quote, 0.93)
    text = f"{quote} [1]"
    claim = Claim(text, 0, len(text), (1,), Support.SUPPORTED, 0.97)
    return Answer(Status.ANSWERED, None, text, (claim,), (citation,))


@dataclass
class FakeService:
    """Keeps qa.api.service.ServiceLike. url: the database that conversations are kept in, where a test needs them."""

    chat: FakeChat = field(default_factory=lambda: FakeChat(answer()))
    retriever: FakeRetriever = field(default_factory=lambda: FakeRetriever([hit(2, (1, 2, 4)), hit(4, (4,))]))
    library: FakeShelf = field(default_factory=lambda: FakeShelf([article()]))
    filing: FakeFiling = field(default_factory=FakeFiling)
    replays: ReplayShelf = field(default_factory=FakeReplays)
    is_empty: bool = False
    url: str = "none, so give FakeService one"

    @cached_property
    def database(self) -> Database:
        return Database.open(self.url)

    @cached_property
    def conversations(self) -> KeptConversations:
        return KeptConversations(self.database)

    @property
    def feedback(self) -> KeptFeedback:
        return KeptFeedback(self.database)


def client_of(service: FakeService, **settings: object) -> httpx.AsyncClient:
    """A client that gets what a server would send, also where the application raised."""
    app = create_app(service, Settings(**settings))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://qa.test")
