"""The HTTP service as a process: the port, the server, and how it ends."""

from __future__ import annotations

import errno
import json
import signal
import socket
import sys
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.errors import ConfigurationError
from qa.settings import Settings

GRACE_S = 10
"""How long requests in flight may take once the end was asked for."""
SWITCH_S = 0.001
"""How long a thread that computes may keep the interpreter from the one that listens (Python's own: 5 ms). A question
takes a dozen such hand-overs before its first event, each behind every thread that reads for somebody else."""
MOST_DRAINED_BYTES = 64 * 1024 * 1024
"""How much of refused bodies one connection may send on."""


def bind(settings: Settings) -> socket.socket:
    """The address the service will listen on, taken before anything slow. Raises ConfigurationError if it is not free.

    It does not listen yet: until the service is ready, connections are refused rather than kept waiting.
    """
    with ExitStack() as unless_bound:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            taken = unless_bound.enter_context(socket.socket(family, kind, protocol))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(address)
        except OSError as error:
            raise ConfigurationError(_not_free(settings, error)) from error
        unless_bound.pop_all()
        return taken
    raise AssertionError("an ExitStack lets every exception through")


def _not_free(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} of {settings.host} is in use by another program: "
            "stop that one, or choose another with --port or QA_PORT."
        )
    if error.errno == errno.EACCES:
        return f"Port {settings.port} may not be opened: choose one from 1024 up with --port or QA_PORT."
    return f"QA_HOST {settings.host!r} is no address of this machine ({error.strerror}): 127.0.0.1 is the usual one."


def run(app: FastAPI, settings: Settings, taken: socket.socket, when_ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM, lets requests in flight end, and passes the signal on."""
    sys.setswitchinterval(SWITCH_S)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",  # uvicorn would refuse an upgrade by itself, and not with a problem object
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    try:
        _Server(config, when_ready).run(sockets=[taken])
    except OSError as error:  # another process took the port between bind and listen
        raise ConfigurationError(_not_free(settings, error)) from error


def end_cleanly_on_sigterm() -> None:
    """SIGTERM leaves through the `with` blocks, so that the library is closed; it ends with exit code 0."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the closing
    raise SystemExit(0)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_ready()


class _Protocol(H11Protocol):
    """What is not HTTP at all never reaches the application; it gets a problem object too.

    The rest of a refused body is read and thrown away, so that its sender gets to the answer, but not for ever.
    """

    _drained_bytes = 0

    def data_received(self, data: bytes) -> None:
        if self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY:
            self._drained_bytes += len(data)
            if self._drained_bytes > MOST_DRAINED_BYTES:
                self.transport.close()
                return
        super().data_received(data)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: uvicorn's own advises, on each such request, to install what this service has no use for."""

    def send_400_response(self, msg: str) -> None:
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(_bad_request(msg))
        self.transport.close()


def _bad_request(detail: str) -> bytes:
    request_id = uuid.uuid4().hex
    problem = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": f"{detail} Send HTTP/1.1.",
        "instance": "",
        "request_id": request_id,
    }
    body = json.dumps(problem)
    head = (
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nX-Request-Id: {request_id}\r\nConnection: close\r\n\r\n"
    )
    return (head + body).encode("ascii")
