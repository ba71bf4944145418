"""What every test gets: no setting of the developer's own machine reaches it."""

from __future__ import annotations

import os
import signal

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """`QA_*` variables of the shell that runs the tests would otherwise change what they test."""
    for name in list(os.environ):
        if name.upper().startswith("QA_"):
            monkeypatch.delenv(name)


# A background job may be started with Ctrl-C ignored, and its children inherit that: the tests of Ctrl-C need it back.
signal.signal(signal.SIGINT, signal.default_int_handler)
