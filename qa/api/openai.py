"""POST /v1/chat/completions and GET /v1/models: the same answers for every client of the OpenAI API."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError

from qa.api.auth import owner_of
from qa.api.bodies import ERRORS, JsonRoute
from qa.api.histories import question_from
from qa.api.openai_errors import with_error
from qa.api.openai_schemas import (
    AnswerMessage,
    Choice,
    Completion,
    CompletionInput,
    Model,
    Models,
    Usage,
    annotations_of,
    citations_of,
)
from qa.api.problems import documented
from qa.api.service import Service
from qa.api.streaming import EventStream, problem_of, wire
from qa.domain import Question, Turn
from qa.errors import InvalidInput, NotFound, UnsupportedValue
from qa.events import Delta, Done, Event, Failed, Started
from qa.ports import Asker
from qa.settings import Settings

DONE = wire("[DONE]")


class OpenAIRoute(JsonRoute):
    """Notes which parameter was refused, for qa.api.openai_errors."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def noted(request: Request) -> Response:
            try:
                return await handler(request)
            except UnsupportedValue as error:
                request.state.param = error.param
                raise
            except RequestValidationError as error:
                request.state.param = next((str(part) for part in error.errors()[0]["loc"][1:2]), None)
                raise

        return noted


router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])
_OK = {
    "model": Completion,
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
    "description": "the answer; with stream: true, chunks (chat.completion.chunk), then [DONE]",
}
_NO_MODEL = {404: "no such model", 422: "a name of more than 200 characters"}
_REFUSED = {400: "asks for what is not done here", 404: "no such model", **ERRORS}


def _models(request: Request) -> list[Model]:
    return cast(list[Model], request.app.state.models)


KnownModels = Annotated[list[Model], Depends(_models)]


@router.get("/v1/models", summary="List the models")
async def models(known: KnownModels) -> Models:
    """`qa`, and the name of what writes the answers. Both are this service."""
    return Models(data=known)


@router.get("/v1/models/{model}", summary="Read a model", responses=documented(_NO_MODEL))
async def model(model: Annotated[str, Path(max_length=200)], known: KnownModels) -> Model:
    """One of the list."""
    return _known(model, known)


@router.post(
    "/v1/chat/completions",
    summary="Ask as the OpenAI API does",
    response_model=Completion,
    responses={200: _OK, **documented(_REFUSED)},
)
async def completions(body: CompletionInput, request: Request, service: Service, known: KnownModels) -> Response:
    """The last user message is the question, the earlier ones the history; nothing is kept unless `store` is true."""
    _known(body.model, known)
    body.refuse_unsupported()
    question = replace(_asked(body, request), owner=owner_of(request))
    if body.stream:
        return EventStream(_chunks(service.chat, question, body, request))
    completion = _completion(await service.chat.ask(question), body.model, request)
    return Response(completion.model_dump_json(), media_type="application/json")


def _asked(body: CompletionInput, request: Request) -> Question:
    try:
        return question_from(body.messages, is_kept=bool(body.store))
    except InvalidInput:
        request.state.param = "messages"
        raise


def _known(name: str, known: list[Model]) -> Model:
    for each in known:
        if each.id == name:
            return each
    raise NotFound(f"There is no model {name[:60]!r}: use one of {', '.join(each.id for each in known)}.")


def _completion(turn: Turn, model: str, request: Request) -> Completion:
    message = AnswerMessage(
        content=turn.answer.text, annotations=annotations_of(turn, str(request.base_url)), citations=citations_of(turn)
    )
    return Completion(
        id=_id(turn.id),
        created=int(turn.created_at.timestamp()),
        model=model,
        choices=[Choice(message=message)],
        usage=Usage.of(turn),
    )


async def _chunks(
    chat: Asker, question: Question, body: CompletionInput, request: Request
) -> AsyncGenerator[bytes, None]:
    chunks = _Chunks(body, request)
    async with aclosing(chat.stream(question)) as events:
        async for event in events:
            for chunk in chunks.of(event):
                yield chunk


class _Chunks:
    """A stream's events as chat.completion.chunk objects.

    Citations and annotations come once, whole, with the last of them: the client's accumulator joins lists only so.
    """

    def __init__(self, body: CompletionInput, request: Request) -> None:
        self._body = body
        self._request = request
        self._head: dict[str, object] = {}

    def of(self, event: Event) -> list[bytes]:
        match event:
            case Started():
                self._head = {"id": _id(event.turn_id), "object": "chat.completion.chunk", "created": int(time.time())}
                return [self._chunk({"role": "assistant", "content": "", "refusal": None})]
            case Delta():
                return [self._chunk({"content": event.text})]
            case Done():
                return self._last(event.turn)
            case Failed():
                return [wire(json.dumps(with_error(json.loads(problem_of(event.error, self._request.scope)))))]
            case _:
                return []

    def _last(self, turn: Turn) -> list[bytes]:
        sources = {
            "annotations": [each.model_dump() for each in annotations_of(turn, str(self._request.base_url))],
            "citations": [each.model_dump(mode="json") for each in citations_of(turn)],
        }
        usage = [self._object([], Usage.of(turn).model_dump())] if self._body.wants_usage else []
        return [self._chunk(sources, "stop"), *usage, DONE]

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        return self._object([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}], None)

    def _object(self, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> bytes:
        """With include_usage every chunk has the field, null in all but the last (the API's own rule)."""
        counted = {"usage": usage} if self._body.wants_usage else {}
        return wire(json.dumps({**self._head, "model": self._body.model, "choices": choices, **counted}))


def _id(turn_id: str) -> str:
    return f"chatcmpl-{turn_id}"


def models_of(settings: Settings) -> list[Model]:
    """What a client may name: `qa`, and what is configured to write the answers."""
    created = int(time.time())
    return [Model(id=name, created=created) for name in ("qa", settings.llm_model or settings.llm)]
