"""Keys: with `QA_API_KEYS` set, `/v1` answers only to `Authorization: Bearer KEY` (RFC 6750)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, cast

from fastapi import Depends, Request
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.problems import of_error
from qa.errors import Unauthorized

GUARDED = "/v1"


class BearerKeys:
    """ASGI middleware, before any body is read. Without keys all may pass; health and docs are always open."""

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr]) -> None:
        self._app = app
        self._keys = tuple(key.get_secret_value().encode() for key in keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._keys and _is_guarded(scope):
            try:
                request = Request(scope)
                request.state.owner = self._checked(request.headers.get("authorization", ""))
            except Unauthorized as error:
                await of_error(scope, error, {"WWW-Authenticate": 'Bearer realm="qa"'})(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _checked(self, authorization: str) -> str:
        """Who sent it: a name that does not give the key away."""
        scheme, _, sent = authorization.partition(" ")
        if scheme.lower() != "bearer" or not sent.strip():
            raise Unauthorized("No key was sent: send the header `Authorization: Bearer KEY`.")
        key = sent.strip().encode()
        if not self._knows(key):
            raise Unauthorized("The key that was sent is not known here: check it with whoever runs the service.")
        return hashlib.sha256(key).hexdigest()

    def _knows(self, sent: bytes) -> bool:
        """Compares with every key in full, so that the time taken tells nothing about them."""
        return any([hmac.compare_digest(sent, key) for key in self._keys])  # noqa: C419 - no short cut on purpose


def owner_of(request: Request) -> str:
    """Whose key was sent, by a name; "" where no key is asked for."""
    return cast(str, getattr(request.state, "owner", ""))


Owner = Annotated[str, Depends(owner_of)]


def _is_guarded(scope: Scope) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return bool(path == GUARDED or path.startswith(GUARDED + "/"))
