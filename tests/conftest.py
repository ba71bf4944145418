"""What every test gets: no setting of the developer's own machine reaches it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ORDINARY = 65534  # nobody


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder of an ordinary user's own, in a test that runs as that user: root is refused nothing."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, ORDINARY, ORDINARY)
        os.seteuid(ORDINARY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """`QA_*` variables of the shell that runs the tests would otherwise change what they test."""
    for name in list(os.environ):
        if name.upper().startswith("QA_"):
            monkeypatch.delenv(name)


# A background job may be started with Ctrl-C ignored, and its children inherit that: the tests of Ctrl-C need it back.
signal.signal(signal.SIGINT, signal.default_int_handler)
