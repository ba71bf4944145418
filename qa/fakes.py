"""Deterministic stand-ins for every seam, for our tests and for those of our users.

They keep the contract of the real adapters (tests/ runs the same contract tests over both) and need no weights.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from qa.domain import (
    Answer,
    Article,
    ArticleSummary,
    Citation,
    Filter,
    Hit,
    Passage,
    Question,
    Role,
    Sentence,
    Support,
    Turn,
)
from qa.errors import NotFound
from qa.events import Done, Event, EvidenceRead, Started
from qa.following import Follows
from qa.ports import (
    EmbeddedArticle,
    Filed,
    Match,
    PassageText,
    PassageVectors,
    Reading,
    Replay,
    TokenVectors,
    Vector,
    Vectors,
    Verdict,
)
from qa.telling import pieces

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding


def words_of(text: str) -> list[str]:
    """Lower-case runs of letters and digits."""
    return re.findall(r"\w+", text.lower())


class FakeEmbedder:
    """Hashed bags of words: texts that share words have similar vectors, the same in every process and run."""

    name = "fake"

    def __init__(self, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.embedded = 0

    def embed_question(self, text: str) -> Vector:
        return self._vector(text)

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        for passage in passages:
            self.embedded += len(passage.sentences)
            sentences: Vectors = np.stack([self._vector(sentence) for sentence in passage.sentences])
            yield PassageVectors(self._vector(" ".join((passage.title, *passage.sentences))), sentences)

    def embed_tokens(self, text: str) -> TokenVectors:
        found = list(re.finditer(r"\w+", text))
        rows = [self._vector(each.group()) for each in found]
        vectors: Vectors = np.array(rows, np.float32).reshape(len(rows), self.dimensions)
        return TokenVectors([each.span() for each in found], vectors)

    def _vector(self, text: str) -> Vector:
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in words_of(text):
            vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % self.dimensions] += 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def allows(within: Filter, article: EmbeddedArticle) -> bool:
    """Whether a filter lets an article through; an article without a date fails every date limit."""
    published = article.article.published
    if within.articles is not None and article.article.id not in within.articles:
        return False
    if within.published_from and (published is None or published < within.published_from):
        return False
    return not (within.published_to and (published is None or published > within.published_to))


class _FakeIndex:
    """Holds what was put and committed."""

    def __init__(self) -> None:
        self._held: dict[str, EmbeddedArticle] = {}
        self._next: dict[str, EmbeddedArticle] = {}

    def put(self, articles: Sequence[EmbeddedArticle]) -> None:
        self._next.update({article.article.id: article for article in articles})

    def drop(self, article_ids: Sequence[str]) -> None:
        for article_id in article_ids:
            self._next.pop(article_id, None)

    def commit(self) -> None:
        self._held = dict(self._next)

    def clear(self) -> None:
        self._held, self._next = {}, {}

    def close(self) -> None:
        self.clear()

    def _allowed(self, within: Filter) -> list[EmbeddedArticle]:
        return [article for article in self._held.values() if allows(within, article)]


def passage_match(article_id: str, passage: Passage, score: float) -> Match:
    return Match(article_id, passage.sentences[0].number, passage.sentences[-1].number, score)


class FakeDenseIndex(_FakeIndex):
    """Exact search over the passages' vectors."""

    def count(self) -> int:
        return sum(len(article.passages) for article in self._held.values())

    def search(self, vector: Vector, limit: int, within: Filter) -> list[Match]:
        matches = [
            passage_match(article.article.id, embedded.passage, float(embedded.vector @ vector))
            for article in self._allowed(within)
            for embedded in article.passages
        ]
        return sorted(matches, key=lambda match: -match.score)[:limit]


def bodies(held: EmbeddedArticle) -> list[Sentence]:
    """The sentences that may answer: what the lexical index holds."""
    return [sentence for sentence in held.article.sentences if sentence.role is Role.BODY]


class FakeLexicalIndex(_FakeIndex):
    """Counts shared words, sentence by sentence."""

    def count(self) -> int:
        return sum(len(bodies(held)) for held in self._held.values())

    def search(self, text: str, limit: int, within: Filter) -> list[Match]:
        wanted = set(words_of(text))
        matches = [
            Match(held.article.id, sentence.number, sentence.number, float(shared))
            for held in self._allowed(within)
            for sentence in bodies(held)
            if (shared := len(wanted & set(words_of(held.article.quote(sentence)))))
        ]
        return sorted(matches, key=lambda match: -match.score)[:limit]

    def rarity(self, words: Sequence[str]) -> list[float]:
        texts = [set(words_of(held.article.quote(s))) for held in self._held.values() for s in bodies(held)]
        return [math.log(1 + len(texts) / (1 + sum(word in text for text in texts))) for word in words]


class FakeRetriever:
    """Gives the hits it was made with, and remembers what it was asked."""

    def __init__(self, hits: Sequence[Hit] = ()) -> None:
        self.hits = tuple(hits)
        self.asked: list[str] = []
        self.follows: list[Follows | None] = []

    async def search(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        self.asked.append(question)
        self.follows.append(follows)
        return list(self.hits[:limit])


class FakeReader:
    """Scores a hit by the share of the question's words that stand in its quote."""

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        wanted = set(words_of(question))
        scores = tuple(len(wanted & set(words_of(hit.quote))) / max(1, len(wanted)) for hit in hits)
        return Reading(scores, max(scores, default=0.0))


class FakeChecker:
    """Supports a claim whose words, short ones aside, all stand in what it cites; asked: the claims, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        self.asked.append(claim)
        said = {word for word in words_of(claim) if len(word) > 3 or word.isdigit()}
        missing = said - {word for citation in cited for word in words_of(citation.quote)}
        if missing:
            return Verdict(Support.UNSUPPORTED, 1 - len(missing) / len(said), f"not cited: {sorted(missing)}")
        return Verdict(Support.SUPPORTED, 1.0)


class FakeChat:
    """Gives the answer it was made with to every question, and remembers the questions."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Question] = []

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        turn = await self.ask(question)
        yield Started(turn.conversation_id, turn.id, turn.standalone_question)
        yield EvidenceRead(self.answer.citations)
        for piece in pieces(self.answer):
            yield piece
        yield Done(turn)

    async def ask(self, question: Question) -> Turn:
        if question.conversation_id not in {None, *(f"c{number}" for number in range(len(self.asked)))}:
            raise NotFound(f"There is no conversation {question.conversation_id!r}: leave the id out to start one.")
        number = len(self.asked)
        self.asked.append(question)
        return Turn(
            id=f"t{number}",
            conversation_id=question.conversation_id or f"c{number}",
            created_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
            question=question.text,
            standalone_question=question.text,
            answer=self.answer,
            timings_ms={"retrieve": 1.0, "answer": 2.0, "total": 3.0},
        )


class FakeReplays:
    """Keeps the first answers of Idempotency-Keys as long as it lives."""

    def __init__(self) -> None:
        self.held: dict[str, Replay] = {}

    def find(self, key: str) -> Replay | None:
        return self.held.get(key)

    def keep(self, key: str, replay: Replay, conversation_id: str) -> None:
        self.held[key] = replay


class FakeFiling:
    """Keeps the bytes that it was given, by id, and reads nothing in them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, article_id: str, raw: bytes) -> Filed:
        is_new = article_id not in self.files
        self.files[article_id] = raw
        return Filed(ArticleSummary(article_id, "sha256:aa", article_id, None, "utf-8", 1, len(raw)), is_new)

    def remove(self, article_id: str) -> None:
        if self.files.pop(article_id, None) is None:
            raise NotFound(f"There is no article {article_id[:80]!r}.")


class FakeShelf:
    """Holds the articles it was made with, each in one version."""

    def __init__(self, articles: Sequence[Article] = ()) -> None:
        self._held = {article.id: article for article in articles}

    def summaries(self, limit: int, after: str | None) -> list[ArticleSummary]:
        ids = sorted(held for held in self._held if after is None or held > after)[:limit]
        return [self._summary(self._held[held]) for held in ids]

    def article(self, article_id: str, version: str | None = None) -> Article:
        held = self._held.get(article_id)
        if held is None or version not in (None, held.version):
            raise NotFound(f"There is no article {article_id[:80]!r} of version {version or 'current'!r}.")
        return held

    def _summary(self, article: Article) -> ArticleSummary:
        return ArticleSummary(
            article.id,
            article.version,
            article.title,
            article.published,
            article.encoding,
            len(article.sentences),
            len(article.text),
        )


def llama_index_embedding() -> BaseEmbedding:
    """A LlamaIndex embedding that needs nothing, to name in QA_EMBEDDING (qa.fakes.llama_index_embedding)."""
    from llama_index.core.embeddings import MockEmbedding  # noqa: PLC0415 - a second to import

    return MockEmbedding(embed_dim=8)


def hit_among(sentences: Sequence[str], place: int, *, article_id: str = "a.txt", title: str = "") -> Hit:
    """A hit on one of an article's sentences, each on a line of its own, the others as its neighbours."""
    ranges, start = list[Sentence](), 0
    for number, sentence in enumerate(sentences, 1):
        ranges.append(Sentence(number, start, start + len(sentence), number, number))
        start += len(sentence) + 1
    return Hit(
        article_id=article_id,
        version="sha256:" + hashlib.sha256("\n".join(sentences).encode()).hexdigest(),
        title=title or article_id,
        spoken_title=title,
        published=None,
        sentence=ranges[place],
        quote=sentences[place],
        sentences=tuple(ranges),
        context=tuple(sentences),
        score=1.0,
    )
