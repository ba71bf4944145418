"""JSON as the doors take it: in UTF-8, of a stated type, and of a bounded size. Broken JSON is 422, as in FastAPI."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.problems import of_error
from qa.api.refusals import glimpse
from qa.errors import InvalidInput, TooLarge, UnsupportedType

MAX_BYTES = 256 * 1024
RAW_TYPES = frozenset(
    {"", "text/plain", "text/markdown", "application/octet-stream", "application/x-www-form-urlencoded"}
)
"""Of a file sent as it is. The last is what curl's --data-binary says of anything."""
ERRORS = {413: "larger than 256 KiB", 415: "not application/json", 422: "not JSON, or not as described here"}
"""What a route with a body can answer besides its own."""


class JsonRoute(APIRoute):
    """A route whose body, where one was sent, is checked and parsed before FastAPI looks at it.

    FastAPI's own parsing takes NaN, UTF-16 and numbers beyond the range of floats, and answers 400 to what is no text.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            strict = _JsonRequest(request.scope, request.receive)
            if await strict.body():
                _check_type(request.headers.get("content-type", ""))
                await strict.json()
            return await handler(strict)

        return checked


class _JsonRequest(Request):
    async def json(self) -> object:
        if not hasattr(self, "_json"):
            self._json = parse(await self.body())
        return self._json


def parse(body: bytes) -> object:
    """The value of a JSON text (RFC 8259); a byte order mark is let pass. Raises InvalidInput."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The body is not UTF-8 (byte {error.start}): send JSON in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"The body is not JSON: {error.msg.removesuffix(' at')} at character {error.pos}."
        ) from error
    except RecursionError as error:
        raise InvalidInput("The body is nested too deeply: send a flat object.") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise InvalidInput("The body holds a number that is too long: send a shorter one.") from error


def _refuse(constant: str) -> NoReturn:
    raise InvalidInput(f"The body holds {constant}, which JSON has not: send a number.")


def _finite(digits: str) -> float:
    if math.isinf(value := float(digits)):
        raise InvalidInput(f"The body holds the number {glimpse(digits)}, which is out of range: send a smaller one.")
    return value


def _check_type(content_type: str) -> None:
    essence = content_type.partition(";")[0].strip().lower()
    if essence != "application/json" and not (essence.startswith("application/") and essence.endswith("+json")):
        sent = f"{glimpse(essence)!a}" if essence else "missing"
        raise UnsupportedType(f"The Content-Type is {sent}: send application/json.")


async def raw_body(request: Request) -> bytes:
    """A text file as it is. Raises UnsupportedType for a Content-Type that says it is something else."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in RAW_TYPES:
        raise UnsupportedType(f"The Content-Type is {glimpse(sent)!a}: send text/plain or text/markdown.")
    return await request.body()


class BodyLimit:
    """ASGI middleware: a body that is too large is 413: at once if its length is stated, else as soon as it is over.

    article_bytes: the limit of a PUT, which sends a whole article; max_bytes: of everything else.
    """

    def __init__(self, app: ASGIApp, article_bytes: int = MAX_BYTES, max_bytes: int = MAX_BYTES) -> None:
        self._app, self._article_bytes, self._max_bytes = app, article_bytes, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._article_bytes if scope.get("method") == "PUT" else self._max_bytes
        if scope["type"] == "http" and self._stated(scope) > limit:
            await of_error(scope, self._error(limit))(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive, limit), send)

    def _stated(self, scope: Scope) -> int:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        return max((int(value) for value in lengths if value.isdigit()), default=0)

    def _counted(self, receive: Receive, limit: int) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise self._error(limit)
            return message

        return counted

    @staticmethod
    def _error(limit: int) -> TooLarge:
        return TooLarge(f"The body is larger than {limit:,} bytes: send less.")
