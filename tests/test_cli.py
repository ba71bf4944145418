"""The command line as a process: what it prints, where, and its exit codes. What needs the real library is in
tests/process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from qa.api.schemas import ChatOut
from qa.domain import Answer, Citation, Status, Turn
from qa.ownership import own

HEAVY = ("chromadb", "evals", "fastapi", "httpx", "llama_index", "numpy", "onnxruntime", "sqlalchemy", "uvicorn")
CITATION = Citation(1, "sochi.txt", "The zone", None, "sha256:aa", 1, 3, 0, 5, "Wide.", 0.9)
ANSWER = Answer(Status.ANSWERED, None, "Wide. [1]", (), (CITATION,))
TURN = ChatOut.of(Turn("t", "c", datetime(2026, 1, 31, tzinfo=UTC), "q", "q", ANSWER, {"total": 1.0}))


def qa(*arguments: str | bytes, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@contextmanager
def a_service() -> Iterator[str]:
    """A service on loopback that always gives `TURN`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = TURN.model_dump_json().encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Keeps the test's output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    code = f"import sys, qa.cli; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = qa("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("index", "serve", "ask", "chat", "doctor", "eval"):
        assert f" {command} " in done.stdout


@pytest.mark.parametrize("arguments", [("nonsense",), ("ask",), ("serve", "--port", "x"), ("index", "a", "b")])
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    refused(qa(*arguments, cwd=tmp_path), 2)


@pytest.mark.parametrize("command", [("index",), ("serve",), ("ask", "a"), ("chat",), ("doctor",)])
def test_unknown_variable_is_exit_2_with_the_nearest_known(command: tuple[str, ...], tmp_path: Path) -> None:
    refused(qa(*command, cwd=tmp_path, QA_DATADIR="x"), 2, "QA_DATADIR", "QA_DATA_DIR")


def test_evaluation_gets_its_arguments_and_gives_its_exit_code(tmp_path: Path) -> None:
    done = qa("eval", "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "qa eval" in done.stdout
    assert " compare " in done.stdout
    assert qa("eval", "nonsense", cwd=tmp_path).returncode == 2


def test_folder_that_does_not_exist_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    refused(qa("index", "nowhere", cwd=tmp_path), 2, "nowhere", "QA_ARTICLES_DIR")
    refused(qa("index", "file.txt", cwd=tmp_path), 2, "file.txt")


def test_host_that_others_reach_needs_keys(tmp_path: Path) -> None:
    refused(qa("serve", "--host", "0.0.0.0", cwd=tmp_path), 2, "QA_API_KEYS")


def test_port_in_use_is_exit_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused(qa("serve", "--port", port, cwd=tmp_path), 2, port, "in use")


@pytest.mark.parametrize("command", [("index", "."), ("serve",), ("ask", "a"), ("chat",)])
def test_held_data_folder_is_exit_2_naming_the_holder(command: tuple[str, ...], tmp_path: Path) -> None:
    with own(tmp_path / ".qa", "qa index"):
        refused(qa(*command, cwd=tmp_path), 2, str(os.getpid()), "qa index")


@pytest.mark.parametrize("question", ["", "  ", "a" * 4001, "a\x01b", b"a\xff"])
def test_question_that_cannot_be_taken_is_refused_in_words(question: str | bytes, tmp_path: Path) -> None:
    refused(qa("ask", question, cwd=tmp_path), 2, "question")


def test_service_that_holds_the_data_folder_is_asked(tmp_path: Path) -> None:
    with a_service() as url, own(tmp_path / ".qa", "qa serve", url):
        done = qa("ask", "How wide?", cwd=tmp_path, QA_ARTICLES_DIR="articles")
        as_json = qa("ask", "How wide?", "--json", cwd=tmp_path)
    assert done.returncode == as_json.returncode == 0
    assert done.stdout == "Wide. [1]\n\n[1] The zone\n    articles/sochi.txt:3\n    “Wide.”\n"
    assert done.stderr == ""
    assert json.loads(as_json.stdout) == json.loads(TURN.model_dump_json())


def test_holder_that_does_not_answer_is_exit_1(tmp_path: Path) -> None:
    with own(tmp_path / ".qa", "qa serve", "http://127.0.0.1:1"):
        refused(qa("ask", "How wide?", cwd=tmp_path), 1, "does not answer")
