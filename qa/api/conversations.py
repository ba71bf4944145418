"""GET /v1/conversations, and GET and DELETE /v1/conversations/{id}: what was asked and answered, kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from qa.api.auth import Owner
from qa.api.problems import documented
from qa.api.service import Service
from qa.api.transcripts import ConversationEntry, ConversationOut, ConversationPage, ConversationsOut

router = APIRouter(tags=["conversations"])
_LONGEST_CURSOR = 64
_ERRORS = {404: "no such conversation, or another key's", 422: "an id that is not 32 hexadecimal digits"}


def _kept_id(value: str) -> str:
    """An id of ours: a UUID without its hyphens."""
    if len(value) != 32 or not set(value) <= set("0123456789abcdef"):
        raise PydanticCustomError("qa_id", "must be an id that an answer gave: 32 of the digits 0-9 and a-f")
    return value


KeptId = Annotated[str, Path(examples=["0123456789abcdef0123456789abcdef"]), AfterValidator(_kept_id)]
"""The id of a conversation or of a turn, in a path."""


class ConversationsQuery(BaseModel):
    """The query of GET /v1/conversations. after: the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: str | None = Field(None, max_length=_LONGEST_CURSOR)


class TurnsQuery(BaseModel):
    """The query of GET /v1/conversations/{id}. after: the `next` of the page before. limit: all where it is absent."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int | None, Field(ge=1, le=100)] = None
    after: str | None = Field(None, max_length=_LONGEST_CURSOR)

    @property
    def is_paged(self) -> bool:
        return self.limit is not None or self.after is not None


@router.get(
    "/v1/conversations",
    summary="List the conversations",
    responses=documented({422: "a query that is not as described here"}),
)
def conversations(query: Annotated[ConversationsQuery, Query()], service: Service, owner: Owner) -> ConversationsOut:
    """The newest first; give `next` as `after` for the page that follows. Of several keys each has its own list."""
    found = service.conversations.summaries(query.limit + 1, query.after, owner)
    page = found[: query.limit]
    return ConversationsOut(
        conversations=[ConversationEntry.of(summary) for summary in page],
        next=page[-1].cursor if len(found) > len(page) else None,
    )


@router.get(
    "/v1/conversations/{conversation_id}",
    summary="Read a conversation",
    responses=documented({**_ERRORS, 422: f"{_ERRORS[422]}, or a query that is not as described here"}),
)
def conversation(
    conversation_id: KeptId, query: Annotated[TurnsQuery, Query()], service: Service, owner: Owner
) -> ConversationPage | ConversationOut:
    """Its turns exactly as they were answered, each with its state, its feedback, and the state of its sources.

    All of them; with `limit` or `after` a page, the oldest first: give its `next` as `after` for the one that follows.
    """
    held = service.conversations.transcript(conversation_id, query.limit, query.after, owner)
    return ConversationPage.of(held) if query.is_paged else ConversationOut.of(held)


@router.delete(
    "/v1/conversations/{conversation_id}",
    summary="Erase a conversation",
    status_code=204,
    responses=documented(_ERRORS),
)
def erase(conversation_id: KeptId, service: Service, owner: Owner) -> None:
    """With its turns, their feedback and the replays of their answers, from the disk too."""
    service.conversations.delete(conversation_id, owner)
