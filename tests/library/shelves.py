"""Articles and libraries for the tests of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qa.domain import Answer, Citation, Claim, Conflict, Reason, Status, Support, Turn
from qa.fakes import FakeEmbedder
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.library.record import Library, Recipe
from qa.ports import EmbeddedArticle

RECIPE = Recipe("fake", 64, "first")


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder}/library.db"


def library_in(folder: Path) -> Library:
    library = Library.open(url_in(folder))
    library.adopt(RECIPE)
    return library


def text_about(topic: str, sentences: int = 8) -> str:
    lines = [f"The {topic} was seen in place number {number} on the shore." for number in range(1, sentences + 1)]
    return f"All about the {topic}\n\nLONDON, 5 May 2019. " + "\n".join(lines) + "\n"


def article(article_id: str, text: str) -> EmbeddedArticle:
    return embed([read_article(article_id, text.encode())], FakeEmbedder())[0]


def citation(of: EmbeddedArticle, number: int = 1) -> Citation:
    said = of.article
    sentence = said.sentences[-1]
    return Citation(
        number=number,
        article_id=said.id,
        title=said.title,
        published=said.published,
        version=said.version,
        sentence=sentence.number,
        line=sentence.line,
        start=sentence.start,
        end=sentence.end,
        quote=said.quote(sentence),
        score=0.1 + 0.2,
    )


def answered(citations: Sequence[Citation]) -> Answer:
    text = "It was seen. [1]"
    claim = Claim(text, 0, len(text), tuple(each.number for each in citations), Support.SUPPORTED, 1 / 3)
    return Answer(Status.ANSWERED, None, text, (claim,), tuple(citations), (), (Conflict("when", (1,)),))


def abstained(nearest: Sequence[Citation] = ()) -> Answer:
    return Answer(Status.ABSTAINED, Reason.NOT_IN_ARTICLES, "The articles do not say.", (), (), tuple(nearest))


def turn(turn_id: str, conversation_id: str, answer: Answer, question: str = "Where was it seen?") -> Turn:
    return Turn(
        id=turn_id,
        conversation_id=conversation_id,
        created_at=datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC),
        question=question,
        standalone_question=f"{question} (the seal)",
        answer=answer,
        timings_ms={"retrieve": 3.2000000000000006, "total": 4.9},
    )
