"""Problem objects of the OpenAI door also carry `error`, where the clients of that API look for what went wrong."""

from __future__ import annotations

import http
import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.problems import MEDIA_TYPE

PATHS = ("/v1/chat/completions", "/v1/models")
_CODES = {
    "urn:qa:problem:unauthorized": "invalid_api_key",
    "urn:qa:problem:unsupported-value": "unsupported_value",
    "urn:qa:problem:not-found": "model_not_found",  # nothing else is looked for at this door
}
"""By the type of the problem: a path that is not served is a 404 too, and no model."""


def with_error(problem: dict[str, Any], param: str | None = None) -> dict[str, Any]:
    """The problem with OpenAI's error object as an extension member (RFC 9457, 3.2)."""
    status = problem["status"]
    is_ours = status >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    error = {
        "message": problem["detail"],
        "type": "server_error" if is_ours else "invalid_request_error",
        "param": param,
        "code": _CODES.get(problem["type"]),
    }
    return {**problem, "error": error}


class OpenAIErrors:
    """ASGI middleware: adds `error` to every problem on the paths of the OpenAI API, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_openai(scope):
            send = _Rewriting(scope, send).send
        await self._app(scope, receive, send)


class _Rewriting:
    """Holds a problem back until it is whole; everything else passes as it comes."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_with_error(self._start)

    async def _send_with_error(self, start: Message) -> None:
        param = self._scope.get("state", {}).get("param")
        body = json.dumps(with_error(json.loads(self._body), param), ensure_ascii=False).encode()
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_openai(scope: Scope) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return any(path == known or path.startswith(known + "/") for known in PATHS)


def _is_problem(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith(MEDIA_TYPE)
