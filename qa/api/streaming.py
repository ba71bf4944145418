"""Server-sent events (WHATWG HTML, 9.2): the response that carries them, and the walk of a question in them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict

from fastapi.sse import format_sse_event
from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from qa.api.problems import internal, of_error
from qa.api.schemas import ChatOut, CitationOut
from qa.domain import Citation
from qa.errors import QaError
from qa.events import CitationUsed, Delta, Done, Event, EvidenceRead, Failed, Started

PING_S = 15.0
PING = b": still here\n\n"
logger = logging.getLogger(__name__)
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_CITATIONS = TypeAdapter(list[CitationOut])


class EventStream(Response):
    """Sends what a generator yields, and closes it as soon as the client goes away.

    An error before the first event is raised, so that it becomes a problem response with a status of its own.
    ping_s: seconds between comment lines, which keep proxies from hanging up.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], ping_s: float = PING_S) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self._events = events
        self._ping_s = ping_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(telling, leaving)
        if not telling.cancelled():
            telling.result()  # raises what went wrong

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            first = await anext(events)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            pinging = asyncio.create_task(self._ping(send))
            try:
                await _send_on(send, first)
                async for event in events:
                    await _send_on(send, event)
            finally:
                await _end(pinging)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _ping(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._ping_s)
            await _send_on(send, PING)


async def _send_on(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await asyncio.sleep(0)  # lets a client that has gone be noticed before the next piece is told


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def sse(event: Event, scope: Scope) -> bytes:
    """One event as the contract has it; `scope` lends a problem its path and request id."""
    match event:
        case Started():
            return _event("start", json.dumps(asdict(event), ensure_ascii=False))
        case EvidenceRead():
            return _event("evidence", f'{{"citations":{_citations(event.citations)}}}')
        case Delta():
            return _event("delta", json.dumps(asdict(event), ensure_ascii=False))
        case CitationUsed():
            return _event("citation", CitationOut.of(event.citation))
        case Done():
            return _event("done", ChatOut.of(event.turn))
        case Failed():
            return _event("error", problem_of(event.error, scope))


def problem_of(error: Exception, scope: Scope) -> str:
    """The problem object, in JSON; what nobody foresaw is logged, and gives nothing away."""
    if isinstance(error, QaError):
        return _text(of_error(scope, error))
    logger.error("request %s failed", scope.get("state", {}).get("request_id"), exc_info=error)
    return _text(internal(scope))


def _text(response: Response) -> str:
    return bytes(response.body).decode()


def _citations(citations: Sequence[Citation]) -> str:
    return _CITATIONS.dump_json([CitationOut.of(citation) for citation in citations]).decode()


def _event(name: str, data: BaseModel | str) -> bytes:
    return wire(data if isinstance(data, str) else data.model_dump_json(), name)


def wire(data: str, name: str | None = None) -> bytes:
    """One event. data: JSON; what some clients take for the end of a line is written as an escape."""
    return format_sse_event(event=name, data_str=data.translate(_LINE_ENDS))
