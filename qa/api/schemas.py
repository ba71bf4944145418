"""What the doors give, field for field as the contract has it: every field is always there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import takewhile

from pydantic import BaseModel

from qa.domain import (
    Article,
    ArticleSummary,
    Citation,
    Claim,
    Conflict,
    Hit,
    Reason,
    Role,
    Sentence,
    Status,
    Support,
    Turn,
    Usage,
)


class CitationOut(BaseModel):
    """A pointer to one sentence: `text[start:end] == quote` in that version of the article (code points)."""

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

    @classmethod
    def of(cls, citation: Citation) -> CitationOut:
        return cls.model_validate(citation, from_attributes=True)


class ClaimOut(BaseModel):
    """One sentence of the answer: `answer[start:end] == text`."""

    text: str
    start: int
    end: int
    citations: list[int]
    support: Support
    score: float

    @classmethod
    def of(cls, claim: Claim) -> ClaimOut:
        return cls.model_validate(claim, from_attributes=True)


class ConflictOut(BaseModel):
    """Citations that disagree about one thing."""

    about: str
    citations: list[int]

    @classmethod
    def of(cls, conflict: Conflict) -> ConflictOut:
        return cls.model_validate(conflict, from_attributes=True)


class UsageOut(BaseModel):
    """What a turn's model calls took; null where an endpoint did not say. prompts: sha256 of each prompt file used.

    Of a reply that broke off, tokens and cost are estimated from the prompt and what came.
    """

    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    first_token_ms: float | None
    prompts: dict[str, str]

    @classmethod
    def of(cls, usage: Usage) -> UsageOut:
        return cls.model_validate(usage, from_attributes=True)


class ChatOut(BaseModel):
    """A turn as POST /v1/chat gives it."""

    conversation_id: str
    turn_id: str
    created_at: datetime
    question: str
    standalone_question: str
    status: Status
    reason: Reason | None
    answer: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    conflicts: list[ConflictOut]
    nearest: list[CitationOut]
    model: str
    usage: UsageOut | None
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, turn: Turn) -> ChatOut:
        answer = turn.answer
        return cls(
            conversation_id=turn.conversation_id,
            turn_id=turn.id,
            created_at=turn.created_at.astimezone(UTC),
            question=turn.question,
            standalone_question=turn.standalone_question,
            status=answer.status,
            reason=answer.reason,
            answer=answer.text,
            claims=[ClaimOut.of(claim) for claim in answer.claims],
            citations=[CitationOut.of(citation) for citation in answer.citations],
            conflicts=[ConflictOut.of(conflict) for conflict in answer.conflicts],
            nearest=[CitationOut.of(citation) for citation in answer.nearest],
            model=answer.model,
            usage=UsageOut.of(answer.usage) if answer.usage else None,
            timings_ms={step: round(milliseconds, 3) for step, milliseconds in turn.timings_ms.items()},
        )


class QuotedSentence(BaseModel):
    """A sentence with its exact characters."""

    number: int
    start: int
    end: int
    line: int
    quote: str


class PassageOut(BaseModel):
    """The neighbouring sentences without a gap, the one that was found among them. first, last: their numbers."""

    first: int
    last: int
    sentences: list[QuotedSentence]

    @classmethod
    def around(cls, hit: Hit) -> PassageOut:
        sentences = [_quoted(sentence, quote) for sentence, quote in _unbroken(hit)]
        return cls(first=sentences[0].number, last=sentences[-1].number, sentences=sentences)


class ResultOut(BaseModel):
    """A sentence that was found. score: higher is better, comparable within one search only."""

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
    passage: PassageOut

    @classmethod
    def of(cls, hit: Hit) -> ResultOut:
        return cls(
            article_id=hit.article_id,
            title=hit.title,
            published=hit.published,
            version=hit.version,
            sentence=hit.sentence.number,
            line=hit.sentence.line,
            start=hit.sentence.start,
            end=hit.sentence.end,
            quote=hit.quote,
            score=hit.score,
            passage=PassageOut.around(hit),
        )


class SearchOut(BaseModel):
    """The best sentences first."""

    results: list[ResultOut]


class ArticleEntry(BaseModel):
    """An article in the list. sentences, characters: how many it has."""

    id: str
    version: str
    title: str
    published: date | None
    encoding: str
    sentences: int
    characters: int

    @classmethod
    def of(cls, summary: ArticleSummary) -> ArticleEntry:
        return cls.model_validate(summary, from_attributes=True)


class ArticlesOut(BaseModel):
    """One page in the order of the ids. next: the `after` of the page that follows, null on the last."""

    articles: list[ArticleEntry]
    next: str | None


class SentenceOut(BaseModel):
    """A sentence as a range of the text: `text[start:end]`, in code points. line, paragraph: from 1."""

    number: int
    start: int
    end: int
    line: int
    paragraph: int
    role: Role


class ArticleOut(BaseModel):
    """One version of an article. encoding: what the file was decoded with; line ends are kept."""

    id: str
    version: str
    title: str
    published: date | None
    encoding: str
    text: str
    sentences: list[SentenceOut]

    @classmethod
    def of(cls, article: Article) -> ArticleOut:
        return cls.model_validate(article, from_attributes=True)


class HealthOut(BaseModel):
    """status: `alive` or `ready`."""

    status: str


def _quoted(sentence: Sentence, quote: str) -> QuotedSentence:
    return QuotedSentence(
        number=sentence.number, start=sentence.start, end=sentence.end, line=sentence.line, quote=quote
    )


def _unbroken(hit: Hit) -> list[tuple[Sentence, str]]:
    """The run of consecutive numbers around the hit; itself alone where its context holds nothing else."""
    quotes = dict(zip((sentence.number for sentence in hit.sentences), hit.context, strict=True))
    sentences = {sentence.number: sentence for sentence in hit.sentences}
    sentences[hit.sentence.number], quotes[hit.sentence.number] = hit.sentence, hit.quote
    number = hit.sentence.number
    before = takewhile(sentences.__contains__, range(number - 1, 0, -1))
    after = takewhile(sentences.__contains__, range(number + 1, max(sentences) + 1))
    return [(sentences[n], quotes[n]) for n in (*reversed([*before]), number, *after)]
