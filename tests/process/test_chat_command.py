"""`qa chat` as a process: on the library itself, and through the service that holds it."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from processes import SEEDS, Place, serving

from qa.ownership import own

pytestmark = [pytest.mark.process, pytest.mark.integration]
SAID = "By what date should the demilitarised zone be created?\n/sources\nHow wide will the zone be?\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("chat")
    made = Place(root, Path(shutil.copytree(SEEDS, root / "articles")))
    assert made.qa("index").returncode == 0
    return made


def chatted(place: Place, said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", "chat"],
        cwd=place.root,
        env=place.environment(),
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_conversation_is_the_same_on_the_library_and_through_its_service(place: Place) -> None:
    here = chatted(place, SAID)
    with serving(place):
        there = chatted(place, SAID)
    for done in (here, there):
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert here.stdout == there.stdout
    assert "October 15" in here.stdout
    assert "[1] " in here.stdout
    assert ">>" in here.stdout


def test_data_folder_that_something_else_holds_is_exit_2(place: Place) -> None:
    with own(place.root / "data", "qa index"):
        done = chatted(place, SAID)
    assert done.returncode == 2
    assert "qa index" in done.stderr


@contextmanager
def slow_service() -> Iterator[tuple[str, threading.Event]]:
    """A service on loopback that begins an answer and never ends it; the event is set once its client has gone."""
    left = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            start = '{"conversation_id": "c", "turn_id": "t", "standalone_question": "q"}'
            self.wfile.write(f'event: start\ndata: {start}\n\nevent: delta\ndata: {{"text": "Slowly"}}\n\n'.encode())
            self.wfile.flush()
            self.connection.recv(1)  # nothing more is sent by a client that waits
            left.set()

        def log_message(self, *arguments: Any) -> None:
            """Keeps the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", left
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read_until(terminal: int, pattern: bytes) -> bytes:
    got, last = b"", time.monotonic() + 60
    while not re.search(pattern, got, re.DOTALL):
        assert time.monotonic() < last, got
        got += os.read(terminal, 4096)
    return got


def test_ctrl_c_in_a_terminal_stops_the_answer_and_not_the_program(tmp_path: Path) -> None:
    place = Place(tmp_path, SEEDS)
    with slow_service() as (url, left), own(tmp_path / "data", "qa serve", url):
        terminal, inside = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "qa", "chat"],
            cwd=tmp_path,
            env=place.environment(TERM="dumb"),
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)
        try:
            read_until(terminal, b"> $")
            os.write(terminal, b"How wide?\n")
            read_until(terminal, b"Slowly")
            process.send_signal(signal.SIGINT)
            read_until(terminal, rb"Stopped\..*> $")
            assert left.wait(60)
            os.write(terminal, b"/sources\n")
            read_until(terminal, rb"there is none yet.*> $")
            os.write(terminal, b"\x04")
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
            os.close(terminal)
