"""The seams, each narrow enough to fake in ten lines (see qa/fakes.py).

Those on the answer path are async where their adapters may wait for a network; what only computes is not.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa.answering.evidence import Ended, Evidence, Proposed
from qa.domain import (
    Article,
    ArticleSummary,
    Citation,
    Filter,
    Hit,
    Passage,
    Question,
    Sentence,
    Support,
    Turn,
    TurnStatus,
    Usage,
)
from qa.events import Event
from qa.following import Follows

Vector = npt.NDArray[np.float32]
"""Shape (dimensions,), L2-normalised."""
Vectors = npt.NDArray[np.float32]
"""Shape (n, dimensions), each row L2-normalised."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """What the embedder reads of a passage: the title that is put in front ("" for none) and its sentences' quotes."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """passage: shape (dimensions,). sentences: shape (number of sentences, dimensions). All rows L2-normalised."""

    passage: Vector
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """What an encoder makes of a text's pieces. spans: where each stands in it, half-open. vectors: one row each."""

    spans: Sequence[tuple[int, int]]
    vectors: Vectors


class TokenEncoder(Protocol):
    """Reads a text piece by piece; what only some embeddings can."""

    def embed_tokens(self, text: str) -> TokenVectors:
        """A vector for each piece as it stands among the others; none for a text without pieces."""
        ...


class Embedder(Protocol):
    """Turns text into vectors. `name` goes into the library: another name means that everything is embedded again."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed_question(self, text: str) -> Vector: ...

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Yields one result a passage, in the order given."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage with its vector; sentences travel in the same order as `passage.sentences`."""

    passage: Passage
    vector: Vector


@dataclass(frozen=True, slots=True)
class EmbeddedArticle:
    """An article with its passages and vectors. sentence_vectors: shape (len(article.sentences), dimensions)."""

    article: Article
    passages: tuple[EmbeddedPassage, ...]
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of sentences of one current article, by their numbers, both ends included."""

    article_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What the record holds of one stretch: enough to score its sentences and to cite them.

    quotes and vectors, shape (len(sentences), dimensions), go with `sentences`. passages: all that share a sentence
    with the stretch.
    """

    article_id: str
    version: str
    title: str
    spoken_title: str
    published: date | None
    sentences: tuple[Sentence, ...]
    quotes: tuple[str, ...]
    vectors: Vectors
    passages: tuple[EmbeddedPassageRange, ...]


@dataclass(frozen=True, slots=True)
class EmbeddedPassageRange:
    """A passage by the numbers of its first and last sentence, with its vector."""

    number: int
    first: int
    last: int
    vector: Vector


@dataclass(frozen=True, slots=True)
class Match:
    """What an index found: a passage, or one sentence (first == last), by sentence numbers, both ends included.

    score: higher is better, comparable within one search of one index.
    """

    article_id: str
    first: int
    last: int
    score: float


class PassageIndex(Protocol):
    """A cache over the library that finds passages (Chroma) or sentences (tantivy).

    Writes take effect at `commit`; everything is idempotent, so that a change can be replayed after a crash.
    """

    def put(self, articles: Sequence[EmbeddedArticle]) -> None:
        """Replaces all that is held of these articles."""
        ...

    def drop(self, article_ids: Sequence[str]) -> None: ...

    def commit(self) -> None: ...

    def clear(self) -> None: ...

    def count(self) -> int:
        """How many units it holds."""
        ...

    def close(self) -> None: ...


class DenseIndex(PassageIndex, Protocol):
    def search(self, vector: Vector, limit: int, within: Filter) -> list[Match]: ...


class LexicalIndex(PassageIndex, Protocol):
    def search(self, text: str, limit: int, within: Filter) -> list[Match]:
        """The sentences that share the most telling words with the text, by themselves or through their passage."""
        ...

    def rarity(self, words: Sequence[str]) -> list[float]:
        """The inverse document frequency of each of qa.retrieval.words' words, 0 or more (Robertson 1994)."""
        ...


class Retriever(Protocol):
    async def search(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        """The best sentences first; at most `limit`.

        follows: as in Standalone. What is like the sentences it cites, and what stands after them, counts for more.
        """
        ...


class Reader(Protocol):
    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        """How likely each hit answers the question; one pass, no other look-up. follows: as in Standalone."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """scores: a probability for each hit, in the order given, that it answers the question.

    answerable: the probability that any of them does.
    """

    scores: tuple[float, ...]
    answerable: float


class Answerer(Protocol):
    @property
    def name(self) -> str:
        """As it stands in an answer's `model`."""
        ...

    def answer(self, question: str, evidence: Evidence) -> AsyncGenerator[Proposed | Ended, None]:
        """Claims as they come, then exactly one Ended, which may hold the rest. Close it to stop.

        Nothing of it is shown before it is checked. How a model failed stands in Ended.
        """
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """score: the probability that what is cited carries the claim. why: what is wrong, in words, or ""."""

    support: Support
    score: float
    why: str = ""


class SupportChecker(Protocol):
    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        """From the claim's words and the quotes (titles, dates) of what it cites, which may be nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. hash: of the prompt file it was filled from, recorded with the turn."""

    system: str
    user: str
    hash: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a reply took. None where it is not known. cost: by the prices in the settings, their currency."""

    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    first_token_ms: float | None


class LanguageModel(Protocol):
    """Any model behind LlamaIndex's LLM interface, its failures owned."""

    @property
    def name(self) -> str:
        """As it stands in an answer's `model`."""
        ...

    def reply(self, prompt: Prompt) -> AsyncGenerator[str | Spent, None]:
        """The reply's text as it comes, none of it empty, and before each piece what it takes up to there, estimated.

        A complete one ends in one Spent more, as the endpoint says. Close it to stop the upstream call.
        Raises qa.errors.ModelFailed; what was given before it stays given.
        """
        ...


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question as if asked in full. usage: of the model call that it took, if it took one.

    follows: what a question that cannot stand alone leans on; None for one that can.
    """

    text: str
    usage: Usage | None = None
    follows: Follows | None = None


class Rewriter(Protocol):
    async def standalone(self, question: str, turns: Sequence[Turn]) -> Standalone:
        """Unchanged where the question stands alone."""
        ...


class Conversations(Protocol):
    """Kept turns. Raises qa.errors.NotFound for a conversation that does not exist."""

    def open(self, conversation_id: str | None, owner: str = "") -> str:
        """The id given, if it is known and not another owner's; a new one for None."""
        ...

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        """The latest `last` turns, oldest first."""
        ...

    def begin(self, turn_id: str, conversation_id: str, question: str) -> None:
        """Notes that a question is being answered."""
        ...

    def keep(self, turn: Turn, status: TurnStatus = TurnStatus.COMPLETE) -> None:
        """Returns once the turn is on disk, COMPLETE or PARTIAL; it may have been begun."""
        ...

    def fail(self, turn_id: str) -> None:
        """Marks a turn that was begun and came to nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """The first answer to a request with an Idempotency-Key. body: as it was sent, byte for byte."""

    body_hash: str
    body: bytes


class ReplayShelf(Protocol):
    """First answers by their Idempotency-Key, for 24 hours."""

    def find(self, key: str) -> Replay | None: ...

    def keep(self, key: str, replay: Replay, conversation_id: str) -> None:
        """Returns once it is on disk; erased with its conversation."""
        ...


class Shelf(Protocol):
    """The record, as retrieval reads it."""

    def read(self, stretches: Sequence[Stretch]) -> list[Neighbourhood]:
        """One neighbourhood a stretch, in the order given, clipped to what exists; none for an article that is gone."""
        ...


class ArticleShelf(Protocol):
    """The articles in the database of record."""

    def summaries(self, limit: int, after: str | None) -> list[ArticleSummary]:
        """Current articles in the order of their ids, from the first id greater than `after`."""
        ...

    def article(self, article_id: str, version: str | None = None) -> Article:
        """Raises qa.errors.NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class Filed:
    """An article that was put. is_new: there was none of its id."""

    summary: ArticleSummary
    is_new: bool


class ArticleFiling(Protocol):
    """Adds, replaces and removes single articles, in the folder and in the library; on disk when a call returns."""

    def put(self, article_id: str, raw: bytes) -> Filed:
        """Raises InvalidInput (TooLarge, UnsupportedType among it), NotReady, ConfigurationError."""
        ...

    def remove(self, article_id: str) -> None:
        """Raises NotFound, ConfigurationError."""
        ...


class Asker(Protocol):
    """The whole service as the doors see it."""

    async def ask(self, question: Question) -> Turn: ...

    def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        """The same, told while it goes on: see qa.events. Close it to stop."""
        ...
