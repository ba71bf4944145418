"""The nouns: what an article, a sentence, a citation and an answer are. Frozen, and nothing here reads or writes.

Every range is half-open, in Unicode code points of the article's decoded text: `text[start:end] == quote`, always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """What a sentence does in its article. Only `BODY` may answer; the others may be read and cited beside it."""

    BODY = "body"
    TITLE = "title"
    HEADING = "heading"
    DATELINE = "dateline"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article.

    number: from 1 in reading order. start, end: code points. line: from 1.
    paragraph: from 1; a new one begins at every line that holds sentences, which is how articles are written, but lines
    that were broken to fit a width stay together. Lines end where `str.splitlines` ends them.
    """

    number: int
    start: int
    end: int
    line: int
    paragraph: int
    role: Role = Role.BODY


class TitleSource(StrEnum):
    """Where a title came from; only the first three are words of the article, so only they vote in retrieval."""

    FRONT_MATTER = "front_matter"
    HEADLINE = "headline"
    HEADING = "heading"
    FILE_NAME = "file_name"


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one source file, decoded and cut into sentences.

    id: path relative to the articles folder, with `/`. version: "sha256:" and the hash of the file's bytes.
    text: the decoded text, line ends kept, without a byte order mark. encoding: the codec it was decoded with.
    left_out: ranges of the front matter and of units without words, on purpose in no sentence.
    """

    id: str
    version: str
    text: str
    encoding: str
    title: str
    title_source: TitleSource
    published: date | None
    sentences: tuple[Sentence, ...]
    left_out: tuple[tuple[int, int], ...] = ()

    def quote(self, sentence: Sentence) -> str:
        """The exact characters of a sentence."""
        return self.text[sentence.start : sentence.end]

    @property
    def spoken_title(self) -> str:
        """The title where it is words of the article, else nothing: a file name would only add noise to vectors."""
        return "" if self.title_source is TitleSource.FILE_NAME else self.title


@dataclass(frozen=True, slots=True)
class Passage:
    """Some neighbouring whole sentences: the unit that is retrieved, never the unit that is cited.

    number: from 1 in reading order within the article. sentences: at least one, in reading order.
    """

    number: int
    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        return self.sentences[0].start

    @property
    def end(self) -> int:
        return self.sentences[-1].end


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles a search may look at. None stands for no limit; an empty `articles` allows none."""

    articles: tuple[str, ...] | None = None
    published_from: date | None = None
    published_to: date | None = None

    @property
    def is_empty(self) -> bool:
        return self.articles is None and self.published_from is None and self.published_to is None


@dataclass(frozen=True, slots=True)
class Hit:
    """One sentence that a search found, with what is needed to show, judge and cite it without a second look-up.

    sentences: the article's sentences around it in reading order, itself among them (`context[i]` is the text of
    `sentences[i]`). score: the blend it was ranked by, higher is better, comparable within one search only.
    features: the parts of the blend by name, for the reader. part: which of a question's parts it was found for.
    """

    article_id: str
    version: str
    title: str
    spoken_title: str
    published: date | None
    sentence: Sentence
    quote: str
    sentences: tuple[Sentence, ...]
    context: tuple[str, ...]
    score: float
    features: Mapping[str, float] = field(default_factory=dict)
    part: int = 0

    @property
    def key(self) -> tuple[str, int]:
        """Identifies the sentence within one state of the library."""
        return (self.article_id, self.sentence.number)


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to one sentence of one version of one article, as the contract shows it.

    number: the marker in the answer, from 1; among the nearest of an abstention, their order. score: the probability
    that it answers, 0 to 1.
    """

    number: int
    article_id: str
    title: str
    published: date | None
    version: str
    sentence: int
    line: int
    start: int
    end: int
    quote: str
    score: float


class Support(StrEnum):
    """The verdict of the support check on a claim."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer: `answer[start:end] == text`, carried by the citations of these numbers."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    support: Support
    score: float


class Status(StrEnum):
    ANSWERED = "answered"
    ABSTAINED = "abstained"


class Reason(StrEnum):
    """Why a turn was abstained from."""

    NOTHING_RETRIEVED = "nothing_retrieved"
    NOT_IN_ARTICLES = "not_in_articles"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Citations that disagree about one thing."""

    about: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the model calls of a turn took together; None where an endpoint did not say.

    Of a reply that broke off or was left, tokens and cost are estimated by its texts, for no endpoint says them then.
    cost: by the prices in the settings, in their currency. first_token_ms: until the answer's first token. prompts:
    sha256 of each prompt file that was used, by its name.
    """

    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    first_token_ms: float | None
    prompts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. Every marker `[n]` in `text` is the number of exactly one citation, and every citation is used."""

    status: Status
    reason: Reason | None
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    model: str = "extractive"
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. text: 1 to 4,000 characters. conversation_id: None starts a conversation.

    earlier: the turns before it, oldest first, where the asker holds them; None: those that are kept.
    is_kept: whether the turn is stored. owner: who asks, by name; "" where nobody was asked who.
    """

    text: str
    conversation_id: str | None = None
    within: Filter = field(default_factory=Filter)
    earlier: tuple[Turn, ...] | None = None
    is_kept: bool = True
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, exactly as it was answered. timings_ms: milliseconds by step, `total` among them."""

    id: str
    conversation_id: str
    created_at: datetime
    question: str
    standalone_question: str
    answer: Answer
    timings_ms: Mapping[str, float]


class TurnStatus(StrEnum):
    """What became of a turn. PARTIAL: the reader left in the middle of the answer; INTERRUPTED: the process ended."""

    PENDING = "pending"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Rating(StrEnum):
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thinks of a turn's answer. expected_answer: what it should have been, in the reader's words."""

    turn_id: str
    rating: Rating
    comment: str | None
    expected_answer: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text, for listings."""

    id: str
    version: str
    title: str
    published: date | None
    encoding: str
    sentences: int
    characters: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run of indexing did. embedded: sentences whose vectors were computed. seconds: of wall time, by step.

    recoded: articles that were not UTF-8, with the encoding that was detected.
    embedded_anew_from: the embedding before, where the vectors of everything had to be made again.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    recoded: Mapping[str, str]
    embedded: int
    seconds: Mapping[str, float]
    embedded_anew_from: str | None = None
