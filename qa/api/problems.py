"""Every error from 400 up as a problem object (RFC 9457), the framework's own included."""

from __future__ import annotations

import http
import logging
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from qa.api.refusals import in_words
from qa.errors import QaError

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_DETAIL = 1000
logger = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="`about:blank`, or a URN that names the class of error")
    title: str = Field(description="the class of error in words")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what was wrong this time, and what to do about it")
    instance: str = Field(description="the path that was asked for")
    request_id: str = Field(description="the X-Request-Id of this request, also in the service's log")


def problem(
    scope: Scope, status: int, detail: str, *, error: QaError | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response for an error; `error` lends it its class, without one it is the status' own (`about:blank`)."""
    body = Problem(
        type=_urn(error) if error else "about:blank",
        title=error.title if error else http.HTTPStatus(status).phrase,
        status=status,
        detail=_writable(detail)[:LONGEST_DETAIL],
        instance=quote(scope["path"], errors="replace"),
        request_id=scope.get("state", {}).get("request_id", ""),
    )
    return JSONResponse(body.model_dump(), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def of_error(scope: Scope, error: QaError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error of ours. What went wrong inside (500) is for the log, not for the client."""
    if error.status != http.HTTPStatus.INTERNAL_SERVER_ERROR:
        again = {} if error.retry_after_s is None else {"Retry-After": str(math.ceil(error.retry_after_s))}
        return problem(scope, error.status, str(error), error=error, headers={**again, **(headers or {})})
    logger.error("request %s failed: %s", scope.get("state", {}).get("request_id"), error, exc_info=error)
    return internal(scope)


def internal(scope: Scope) -> JSONResponse:
    """The 500 that gives nothing away; the caller has logged the cause with the same request id."""
    return problem(scope, 500, "The service failed on this request; its log says why, under this request_id.")


def documented(reasons: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """Statuses and what they mean here, as FastAPI takes them for the schema: each a problem object."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": reason, "content": content} for status, reason in reasons.items()}


def _urn(error: QaError) -> str:
    words = re.findall(r"[A-Z][a-z]+", type(error).__name__)
    return "urn:qa:problem:" + "-".join(words).lower()


def _writable(text: str) -> str:
    """Text that UTF-8 can carry: lone surrogates are written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


async def _on_error_of_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, QaError)
    return of_error(request.scope, error)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return problem(request.scope, 422, in_words(error.errors()))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == http.HTTPStatus.NOT_FOUND:
        return problem(request.scope, 404, "Nothing is served at this path: /docs lists what is.")
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        return _method_not_allowed(request)
    return problem(request.scope, error.status_code, str(error.detail), headers=error.headers)


def _method_not_allowed(request: Request) -> JSONResponse:
    """`Allow` names the methods of every route at this path; the framework names those of the first alone."""
    routes = request.app.router.routes
    takes = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    allow = ", ".join(method for method in METHODS if method in takes or (method == "HEAD" and "GET" in takes))
    detail = f"{request.method[:20]} is not served at this path: use {allow}."
    return problem(request.scope, 405, detail, headers={"Allow": allow})


def install(app: FastAPI) -> None:
    """Makes every error that reaches the app a problem object."""
    app.add_exception_handler(QaError, _on_error_of_ours)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
