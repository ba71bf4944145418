"""Idempotency-Key: a request that is sent again gets the first answer again, byte for byte, instead of a second one.

After the draft draft-ietf-httpapi-idempotency-key-header-07: 422 for a key with another body, 409 while the first
request runs. What runs is known to the process alone (one process owns a library), so a crash leaves no key locked.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, cast

from fastapi import Depends, Request

from qa.draft import in_thread
from qa.errors import InvalidInput, StillRunning
from qa.ports import Replay, ReplayShelf

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def hash_of(body: bytes) -> str:
    """What tells one request's body from another's."""
    return hashlib.sha256(body).hexdigest()


def own(key: str, authorization: str) -> str:
    """A key under the name of whoever sent it: two clients may choose the same, and neither gets the other's answer.

    authorization: the header's value; "" for none, and then the key stands for itself.
    """
    credential = authorization.partition(" ")[2].strip()
    return f"{hashlib.sha256(credential.encode()).hexdigest()}:{key}" if credential else key


class Claim:
    """One request's hold on its key. stored: the body of the first answer, None where this request is the first."""

    def __init__(self, stored: bytes | None = None) -> None:
        self.stored = stored
        self.kept: tuple[bytes, str] | None = None

    def store(self, body: bytes, conversation_id: str) -> None:
        """What is to be given again; on disk once the claim's block is left. It is erased with its conversation."""
        self.kept = (body, conversation_id)


class Replays:
    """Who may answer which key. For one event loop; requests share it."""

    def __init__(self, shelf: ReplayShelf) -> None:
        self._shelf = shelf
        self._running: dict[str, str] = {}

    @asynccontextmanager
    async def claim(self, key: str | None, body_hash: str, authorization: str = "") -> AsyncIterator[Claim]:
        """The key is this request's own inside the block; without a key (None) there is nothing to hold or to keep.

        A block that raises, or leaves without `store`, frees the key: the next request with it is answered anew.
        Raises InvalidInput for a key that is none, or was used with another body; StillRunning.
        """
        if key is None:
            yield Claim()
            return
        _check(key)
        name = own(key, authorization)
        self._take(name, key, body_hash)
        try:
            claim = Claim(await self._stored(name, key, body_hash))
            yield claim
            if claim.kept is not None:
                body, conversation_id = claim.kept
                await in_thread(self._shelf.keep, name, Replay(body_hash, body), conversation_id)
        finally:
            del self._running[name]

    def _take(self, name: str, key: str, body_hash: str) -> None:
        running = self._running.get(name)
        if running is not None and running != body_hash:
            raise _other_body(key)
        if running is not None:
            raise StillRunning(
                f"The first request with the {HEADER} {key!r} is still being answered: send this one again later."
            )
        self._running[name] = body_hash

    async def _stored(self, name: str, key: str, body_hash: str) -> bytes | None:
        replay = await in_thread(self._shelf.find, name)
        if replay is None:
            return None
        if replay.body_hash != body_hash:
            raise _other_body(key)
        return replay.body


def _check(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise InvalidInput(
            f"The {HEADER} has {len(key)} characters: send 1 to {LONGEST_KEY}, visible ones of ASCII only, a UUID say."
        )


def _other_body(key: str) -> InvalidInput:
    return InvalidInput(
        f"The {HEADER} {key!r} was used with another body in the last 24 hours: send a new key with a new request."
    )


def _replays(request: Request) -> Replays:
    return cast(Replays, request.app.state.replays)


KnownReplays = Annotated[Replays, Depends(_replays)]
