"""POST /v1/turns/{turn_id}/feedback: what a reader thinks of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BeforeValidator, Field
from starlette.concurrency import run_in_threadpool

from qa.api.auth import Owner
from qa.api.bodies import ERRORS, JsonRoute
from qa.api.conversations import KeptId
from qa.api.inputs import Input, Text
from qa.api.problems import documented
from qa.api.service import Service
from qa.api.transcripts import FeedbackOut
from qa.domain import Feedback, Rating

router = APIRouter(route_class=JsonRoute, tags=["conversations"])


def _nothing_for_blank(value: object) -> object:
    """A form sends its empty fields too."""
    return None if isinstance(value, str) and not value.strip() else value


Said = Annotated[Text | None, BeforeValidator(_nothing_for_blank)]


class FeedbackInput(Input):
    """The body of POST /v1/turns/{turn_id}/feedback. expected_answer: what the answer should have been."""

    rating: Literal["good", "bad"]
    comment: Said = Field(None, examples=["It leaves out who agreed."])
    expected_answer: Said = None

    def to_feedback(self, turn_id: str) -> Feedback:
        return Feedback(turn_id, Rating(self.rating), self.comment, self.expected_answer, datetime.now(UTC))


@router.post(
    "/v1/turns/{turn_id}/feedback",
    summary="Rate an answer",
    responses={
        201: {"model": FeedbackOut, "description": "the first feedback on this turn"},
        **documented({404: "no such turn, or none with an answer", **ERRORS}),
    },
)
async def feedback(
    turn_id: KeptId, body: FeedbackInput, response: Response, service: Service, owner: Owner
) -> FeedbackOut:
    """Keeps what was said, in place of what was said before (then 200, else 201), and gives it back as it is stored."""
    said = body.to_feedback(turn_id)
    if await run_in_threadpool(service.feedback.keep, said, owner):
        response.status_code = 201
    return FeedbackOut.of(said)
