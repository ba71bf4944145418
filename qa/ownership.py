"""One process at a time on a data folder: Chroma loses vectors silently when two write, so a second one is refused.

The lock is the kernel's (flock on `owner.lock`), so it is gone with the process, kill -9 included. What stands in
`owner.json` beside it only says who holds it, and is believed only while the lock is held.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import ConfigurationError, LibraryLocked

# `holder` has to take the lock for an instant to learn whether it is free: an owner that starts in that instant waits.
_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a data folder. since: UTC, ISO 8601. url: where it answers, if it serves."""

    pid: int
    command: str
    url: str | None
    since: str


@contextmanager
def own(data_dir: Path, command: str, url: str | None = None) -> Iterator[Holder]:
    """Holds `data_dir` for the caller, and creates it if need be; gives in well under a second.

    Raises LibraryLocked, naming the holder, if anyone has it, this process included; ConfigurationError if the folder
    cannot be made or written.
    """
    lock = _lock(data_dir)
    with _explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=_PATIENCE_S, poll_interval=0.02)
        except Timeout as error:
            raise LibraryLocked(_refusal(data_dir)) from error
    try:
        me = Holder(os.getpid(), command, url, datetime.now(UTC).isoformat(timespec="seconds"))
        with _explained(data_dir):
            _announce(data_dir, me)
        yield me
    finally:
        with suppress(OSError):
            _card(data_dir).unlink(missing_ok=True)
        lock.release()


def holder(data_dir: Path) -> Holder | None:
    """Who holds the folder now; None if nobody does, or if it has not said so yet."""
    if not (data_dir / "owner.lock").exists() or not _is_held(data_dir):
        return None
    try:
        return Holder(**json.loads(_card(data_dir).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _lock(data_dir: Path) -> FileLock:
    # thread_local off: a service may be opened in one thread and closed in another.
    return FileLock(data_dir / "owner.lock", thread_local=False)


def _card(data_dir: Path) -> Path:
    return data_dir / "owner.json"


def _is_held(data_dir: Path) -> bool:
    lock = _lock(data_dir)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _announce(data_dir: Path, me: Holder) -> None:
    """Replaces the card in one step, so that a reader sees a whole one or none."""
    draft = data_dir / "owner.json.new"
    draft.write_text(json.dumps(asdict(me)), encoding="utf-8")
    draft.replace(_card(data_dir))


def _refusal(data_dir: Path) -> str:
    other = holder(data_dir)
    who = "another process"
    if other:
        at = f", answering at {other.url}" if other.url else ""
        who = f"process {other.pid} (`{other.command}`, since {other.since}{at})"
    return (
        f"The data folder {data_dir} is held by {who}. One process at a time may use it: "
        "wait for that one to end or stop it, or set QA_DATA_DIR to another folder."
    )


@contextmanager
def _explained(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"The data folder {data_dir} cannot be used: {error.strerror or error}. "
            "It has to be a folder that can be written; set QA_DATA_DIR to one that is."
        ) from error
