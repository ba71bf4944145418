"""Kept conversations as the doors give them: each turn as it was answered, with what became of it added."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from qa.api.schemas import ChatOut, CitationOut, ClaimOut, ConflictOut, UsageOut
from qa.domain import Citation, Feedback, Rating, Reason, Status, TurnStatus
from qa.library.conversations import ConversationSummary
from qa.library.transcript import KeptTurn, Source, Transcript

SOURCE_CHANGED = "the source has changed since"


class FeedbackOut(BaseModel):
    """What was said of a turn's answer."""

    turn_id: str
    rating: Rating
    comment: str | None
    expected_answer: str | None
    created_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> FeedbackOut:
        return cls.model_validate(feedback, from_attributes=True)


class KeptCitationOut(CitationOut):
    """A citation with what has become since of the version it points at; its quote stands either way."""

    source: Source
    note: str | None

    @classmethod
    def seen(cls, citation: Citation, source: Source) -> KeptCitationOut:
        note = None if source is Source.CURRENT else SOURCE_CHANGED
        return cls(**CitationOut.of(citation).model_dump(), source=source, note=note)


class KeptTurnOut(BaseModel):
    """A turn as it was answered (ChatOut), and what became of it.

    What only an answer has is null or empty where there is none: in a turn that is pending, failed or interrupted.
    """

    conversation_id: str
    turn_id: str
    created_at: datetime
    question: str
    standalone_question: str | None = None
    status: Status | None = None
    reason: Reason | None = None
    answer: str | None = None
    claims: list[ClaimOut] = []
    citations: list[KeptCitationOut] = []
    conflicts: list[ConflictOut] = []
    nearest: list[KeptCitationOut] = []
    model: str | None = None
    usage: UsageOut | None = None
    timings_ms: dict[str, float] = {}
    turn_status: TurnStatus
    feedback: FeedbackOut | None

    @classmethod
    def of(cls, kept: KeptTurn, transcript: Transcript) -> KeptTurnOut:
        added = {"turn_status": kept.status, "feedback": FeedbackOut.of(kept.feedback) if kept.feedback else None}
        if kept.turn is None:
            asked = {"turn_id": kept.id, "created_at": kept.created_at, "question": kept.question}
            return cls.model_validate({"conversation_id": transcript.id, **asked, **added})
        answer = kept.turn.answer
        seen = {
            "citations": [KeptCitationOut.seen(each, transcript.source(each)) for each in answer.citations],
            "nearest": [KeptCitationOut.seen(each, transcript.source(each)) for each in answer.nearest],
        }
        return cls.model_validate({**dict(ChatOut.of(kept.turn)), **seen, **added})


class ConversationOut(BaseModel):
    """A conversation with its turns, in order. title: its first question, shortened."""

    conversation_id: str
    title: str
    created_at: datetime
    turns: list[KeptTurnOut]

    @classmethod
    def of(cls, transcript: Transcript) -> ConversationOut:
        return cls(
            conversation_id=transcript.id,
            title=transcript.title,
            created_at=transcript.created_at,
            turns=[KeptTurnOut.of(kept, transcript) for kept in transcript.turns],
        )


class ConversationPage(ConversationOut):
    """So many of its turns. next: the `after` of the page that follows, null on the last."""

    next: str | None

    @classmethod
    def of(cls, transcript: Transcript) -> ConversationPage:
        return cls(**dict(ConversationOut.of(transcript)), next=transcript.next)


class ConversationEntry(BaseModel):
    """A conversation in the list. turns: how many it has. updated_at: when its latest turn was."""

    conversation_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int

    @classmethod
    def of(cls, summary: ConversationSummary) -> ConversationEntry:
        return cls(
            conversation_id=summary.id,
            title=summary.title,
            created_at=summary.created_at,
            updated_at=summary.updated_at,
            turns=summary.turns,
        )


class ConversationsOut(BaseModel):
    """One page, the newest conversation first. next: the `after` of the page that follows, null on the last."""

    conversations: list[ConversationEntry]
    next: str | None
