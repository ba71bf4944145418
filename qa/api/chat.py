"""POST /v1/chat: a question, and its cited answer, whole or as it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from qa.api.auth import owner_of
from qa.api.bodies import ERRORS, JsonRoute
from qa.api.idempotency import HEADER, Claim, KnownReplays, hash_of
from qa.api.inputs import ChatInput
from qa.api.problems import documented
from qa.api.schemas import ChatOut
from qa.api.service import Service
from qa.api.streaming import EventStream, sse
from qa.domain import Question
from qa.events import Done, Failed
from qa.ports import Asker

router = APIRouter(route_class=JsonRoute, tags=["chat"])
_OK = {
    "model": ChatOut,
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
    "description": "the answer; with stream: true, events: start, evidence, delta and citation, then done or error",
}
_RUNNING = "the first request with this Idempotency-Key is still running; Retry-After says when to send it again"
_REFUSED = {404: "no such conversation", 409: _RUNNING, **ERRORS}


@router.post("/v1/chat", summary="Ask a question", response_model=ChatOut, responses={200: _OK, **documented(_REFUSED)})
async def chat(
    body: ChatInput,
    request: Request,
    service: Service,
    replays: KnownReplays,
    key: Annotated[str | None, Header(alias=HEADER, description="the same key gives the same answer for 24 h")] = None,
) -> Response:
    """Answers with sentences of the articles, each cited, or abstains and says why."""
    claim = replays.claim(key, hash_of(await request.body()), request.headers.get("authorization", ""))
    asking = _Asking(service.chat, claim, replace(body.to_question(), owner=owner_of(request)))
    if body.stream:
        return EventStream(asking.streamed(request))
    return Response(await asking.whole(), media_type="application/json")


class _Asking:
    """One request, which gives the first answer again if its key has one."""

    def __init__(self, chat: Asker, claim: AbstractAsyncContextManager[Claim], question: Question) -> None:
        self._chat = chat
        self._question = question
        self._claim = claim

    async def whole(self) -> bytes:
        async with self._claim as claim:
            if claim.stored is not None:
                return claim.stored
            turn = await self._chat.ask(self._question)
            body = ChatOut.of(turn).model_dump_json().encode()
            claim.store(body, turn.conversation_id)
        return body

    async def streamed(self, request: Request) -> AsyncGenerator[bytes, None]:
        """Event by event; the last once the replay is on disk, so that a request sent again finds it."""
        async with self._claim as claim:
            if claim.stored is not None:
                yield claim.stored
                return
            told = list[bytes]()
            async with aclosing(self._chat.stream(self._question)) as events:
                async for event in events:
                    told.append(sse(event, request.scope))
                    if isinstance(event, Done):
                        claim.store(b"".join(told), event.turn.conversation_id)
                    elif not isinstance(event, Failed):
                        yield told[-1]
        yield told[-1]
