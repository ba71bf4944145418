"""`qa` as processes of its own, on a folder and a port of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

SEEDS = Path(__file__).parents[2] / "seeds"
START_S = 120


@dataclass(frozen=True)
class Place:
    """Where a process works: articles and library."""

    root: Path
    articles: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        return kept | {"QA_ARTICLES_DIR": str(self.articles), "QA_DATA_DIR": str(self.root / "data")} | more

    def qa(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "qa", *arguments],
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=START_S,
        )


@dataclass(frozen=True)
class Running:
    """A service that is ready."""

    place: Place
    url: str
    process: subprocess.Popen[str]

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def ended_by(self, number: signal.Signals) -> tuple[int, str, str]:
        """Its exit code, stdout and stderr after a signal."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=START_S)
        return self.process.returncode, out, err


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(place: Place, **environment: str) -> Iterator[Running]:
    """Starts `qa serve`, waits until it is ready, and ends it if the test has not."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", str(port)],
        cwd=place.root,
        env=place.environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        running = Running(place, f"http://127.0.0.1:{port}", process)
        _wait_until_ready(running)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=START_S)


def _wait_until_ready(running: Running) -> None:
    last = time.monotonic() + START_S
    with running.client() as client:
        while time.monotonic() < last:
            if running.process.poll() is not None:
                raise AssertionError(f"the service ended: {running.process.communicate()}")
            try:
                if client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise AssertionError("the service was not ready in time")
