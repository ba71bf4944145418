"""What surrounds every request: its id, the line in the log, the answer to a failure nobody foresaw, and HEAD."""

from __future__ import annotations

import logging
import time
import uuid

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.metrics import Metrics
from qa.api.problems import internal

HEADER = "X-Request-Id"
LONGEST_ID = 128
logger = logging.getLogger(__name__)


class RequestIds:
    """ASGI middleware, around all that answers: accepts or makes an id, echoes it, logs, and turns a crash into 500.

    metrics: is told of every request.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app = app
        self._metrics = metrics or Metrics()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self._app(scope, receive, exchange.send)
        except ClientDisconnect:
            exchange.status = "left"
        except Exception:
            logger.exception("request %s failed", exchange.id)
            if exchange.has_begun:
                raise  # too late for a problem object: the server cuts the connection
            await internal(scope)(scope, receive, exchange.send)
        finally:
            exchange.log()
            # The framework notes the route it found in the scope; nothing else names a path without its ids.
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.note(scope["method"], route, exchange.status, exchange.elapsed_s)


class _Exchange:
    """One request and what is sent for it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = _usable(Request(scope).headers.get(HEADER)) or uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = self.id
        self.status = "no answer"
        self.has_begun = False
        self._line = f"{scope['method']} {(scope.get('raw_path') or b'').decode('ascii', 'replace')}"
        self._send = send
        self._began = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun, self.status = True, str(message["status"])
            MutableHeaders(scope=message)[HEADER] = self.id
        await self._send(message)

    def log(self) -> None:
        """The path alone: what was asked is nobody's business but the asker's."""
        logger.info("%s %s %.1f ms %s", self._line, self.status, self.elapsed_s * 1000, self.id)

    @property
    def elapsed_s(self) -> float:
        return time.perf_counter() - self._began


def _usable(request_id: str | None) -> str | None:
    """The id, if it is 1 to 128 visible ASCII characters; anything else could forge a line of the log."""
    if request_id and len(request_id) <= LONGEST_ID and all("!" <= character <= "~" for character in request_id):
        return request_id
    return None


class HeadAsGet:
    """ASGI middleware: HEAD is answered as GET without its body (RFC 9110, 9.3.2); FastAPI's routes leave it out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)
