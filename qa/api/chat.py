"""POST /v1/chat: a question, and its cited answer."""

from __future__ import annotations

from fastapi import APIRouter

from qa.api.bodies import ERRORS, JsonRoute
from qa.api.inputs import ChatInput
from qa.api.problems import documented
from qa.api.schemas import ChatOut
from qa.api.service import Service
from qa.errors import NotOffered

router = APIRouter(route_class=JsonRoute, tags=["chat"])


@router.post(
    "/v1/chat",
    summary="Ask a question",
    responses=documented({404: "no such conversation", **ERRORS, 501: "streaming is not offered yet"}),
)
async def chat(body: ChatInput, service: Service) -> ChatOut:
    """Answers with sentences of the articles, each cited, or abstains and says why."""
    if body.stream:
        raise NotOffered("Streaming is not offered yet: send stream: false, or leave it out.")
    return ChatOut.of(await service.chat.ask(body.to_question()))
