from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals import runfile
from evals.cli import app
from qa.assembly import open_service
from qa.domain import Feedback, Question, Rating, Turn
from qa.library.feedback import KeptFeedback
from qa.ownership import own
from qa.settings import Settings

ARTICLE = "The old bridge opened on 4 May.\n\nIt cost 2,500 crowns to build.\n"
OPENED, COST = ARTICLE.split("\n\n", maxsplit=1)[0], ARTICLE.split("\n\n")[1].strip()
CASE = {
    "id": "bridge-1", "tags": ["when"], "question": "When did the old bridge open?", "answerable": True,
    "reference_answer": "On 4 May.", "key_facts": [["4 May"]], "gold": [[{"file": "bridge.txt", "quote": OPENED}]],
}  # fmt: skip
OTHER = CASE | {
    "id": "bridge-2", "tags": ["how_many"], "question": "How much did the old bridge cost to build?",
    "reference_answer": "2,500 crowns.", "key_facts": [["2,500 crowns"]],
    "gold": [[{"file": "bridge.txt", "quote": COST}]],
}  # fmt: skip


NONE = {
    "id": "bridge-3", "tags": ["none"], "question": "Which airline flies to Madrid on Sundays?", "answerable": False,
    "why_not": "other_topic",
}  # fmt: skip


class World:
    """A folder with articles and a dataset, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dataset = folder / "mine.jsonl"
        self.articles = folder / "articles"
        self.articles.mkdir()
        (self.articles / "bridge.txt").write_text(ARTICLE)
        self.write(CASE, OTHER, NONE)

    def write(self, *lines: object) -> None:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.dataset.write_text("".join(f"{text}\n" for text in texts))

    def qa(self, *arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)

    def run(self, *arguments: object) -> Result:
        given = ("run", "--dataset", self.dataset, "--articles", self.articles, "--no-retrieval", *arguments)
        return self.qa(*given)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    return World(tmp_path)


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 2, result.output
    for word in words:
        assert word in result.stderr


@contextmanager
def service(reply: Callable[[dict[str, Any]], tuple[int, Any]]) -> Iterator[str]:
    """A service on loopback without articles, whose answers `reply` gives."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, {"articles": [], "next": None, "info": {"title": "t", "version": "1"}})

        def do_POST(self) -> None:
            self._send(*reply(json.loads(self.rfile.read(int(self.headers["content-length"])))))

        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def abstention(question: str) -> dict[str, Any]:
    return {
        "conversation_id": "c", "turn_id": "t", "question": question, "standalone_question": question,
        "status": "abstained", "reason": "not_in_articles", "answer": "The articles do not say.", "claims": [],
        "citations": [], "conflicts": [], "nearest": [], "model": "far", "usage": None, "timings_ms": {"total": 1.0},
    }  # fmt: skip


@pytest.mark.integration
def test_from_run_to_baseline_to_gate(world: World) -> None:
    measured = world.run("-o", "run.json", "-o", "report.html", "-o", "junit.xml")
    assert measured.exit_code == 0, measured.output
    assert "Measured; no baseline was given." in measured.stdout
    held = runfile.load(Path("run.json"))
    assert [attempt.outcome for attempt in held.attempts] == ["passed", "passed", "passed"]
    assert held.product["settings"]["embedding"] == "minilm"
    assert str(world.folder) not in Path("run.json").read_text()
    assert "<!doctype html>" in Path("report.html").read_text()
    assert 'tests="3"' in Path("junit.xml").read_text()
    assert world.qa("accept", "run.json").exit_code == 0
    again = world.run("--baseline", "evals/baselines/mine.json")
    assert (again.exit_code, "Nothing got worse." in again.stdout) == (0, True)
    world.write(CASE | {"question": "When did it open?"}, OTHER, NONE)
    refused(world.run("--baseline", "evals/baselines/mine.json"), "another dataset", "mine")


@pytest.mark.integration
def test_regression_exits_1_and_shows_both_answers(world: World) -> None:
    assert world.run("-o", "run.json").exit_code == 0
    assert world.qa("accept", "run.json", "-o", "mine.json").exit_code == 0
    with service(lambda body: (200, abstention(body["question"]))) as url:
        worse = world.run("--base-url", url, "--baseline", "mine.json", "-o", "worse.json")
    assert worse.exit_code == 1, worse.output
    for words in ("Got worse: 2", "bridge-1", OPENED, "The articles do not say."):
        assert words in worse.stdout
    compared = world.qa("compare", "run.json", "worse.json", "-o", "compared.html")
    assert compared.exit_code == 1
    assert "Got worse" in Path("compared.html").read_text()
    assert world.qa("compare", "worse.json", "run.json").exit_code == 0


def test_service_that_is_down_exits_2_and_says_so(world: World) -> None:
    with service(lambda body: (200, {})) as url:
        pass
    refused(world.run("--base-url", url), "nothing answers at", "qa serve")


def test_500_in_the_middle_names_the_case_exits_2_and_keeps_the_rest(world: World) -> None:
    def reply(body: dict[str, Any]) -> tuple[int, Any]:
        if "cost" in body["question"]:
            return 500, {"detail": "it broke"}
        return 200, abstention(body["question"])

    with service(reply) as url:
        result = world.run("--base-url", url, "-o", "run.json")
    assert result.exit_code == 2
    assert "Error in bridge-2: POST /v1/chat gave 500: it broke" in result.stdout
    assert [attempt.outcome for attempt in runfile.load(Path("run.json")).attempts] == ["failed", "error", "passed"]


@pytest.mark.process
def test_ctrl_c_keeps_what_was_done_and_resume_goes_on(world: World) -> None:
    asked, stuck = threading.Event(), threading.Event()
    questions: list[str] = []

    def reply(body: dict[str, Any]) -> tuple[int, Any]:
        questions.append(body["question"])
        if "cost" in body["question"] and not stuck.is_set():
            asked.set()
            stuck.wait(60)
        return 200, abstention(body["question"])

    with service(reply) as url:
        command = [sys.executable, "-m", "evals", "run", "--dataset", world.dataset, "--articles", world.articles,
                   "--no-retrieval", "--concurrency", "1", "--base-url", url, "-o", "run.json"]  # fmt: skip
        at = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        with subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True, env=at) as process:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=60)[1]
        assert process.returncode == 2
        assert "--resume" in told
        assert "Traceback" not in told
        assert [attempt.case_id for attempt in runfile.load(Path("run.json")).attempts] == ["bridge-1"]
        stuck.set()
        questions.clear()
        assert world.run("--base-url", url, "-o", "run.json", "--resume").exit_code == 0
    assert sorted(questions) == [
        "How much did the old bridge cost to build?",
        "Which airline flies to Madrid on Sundays?",
    ]
    assert [attempt.case_id for attempt in runfile.load(Path("run.json")).attempts] == [
        "bridge-1",
        "bridge-2",
        "bridge-3",
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([CASE, "{oops"], ["line 2"]),
        ([CASE, CASE], ["line 2", "bridge-1"]),
        ([CASE | {"answer": "x"}], ["line 1", "answer"]),
        ([CASE | {"gold": [[{"file": "bridge.txt", "quote": "Not there."}]]}], ["bridge-1", "gold"]),
        ([], ["holds no case"]),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_broken_dataset_names_the_line_or_the_case_and_exits_2(
    command: str, lines: list[object], words: list[str], world: World
) -> None:
    world.write(*lines)
    result = world.run() if command == "run" else world.qa("check", world.dataset, "--articles", world.articles)
    refused(result, *words)


def test_check_of_a_whole_dataset_is_0(world: World) -> None:
    result = world.qa("check", world.dataset, "--articles", world.articles)
    assert (result.exit_code, "3 cases, every quote found" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--dataset", "nothing"), ("there is no dataset 'nothing'", "seeds", "clapnq")),
        (("run", "--dataset", "squad2:nowhere"), ("there is no nowhere",)),
        (("run", "--baseline", "none.json"), ("there is no baseline none.json",)),
        (("run", "--gate", "none.toml"), ("none.toml",)),
        (("run", "-o", "run.yaml"), ("run.yaml", ".html")),
        (("run", "--judge-model", "m"), ("--judge-url",)),
        (("accept", "none.json"), ("there is no run file",)),
        (("compare", "a.json", "b.json"), ("there is no run file b.json",)),
        (("add",), ("--answer", "--turn")),
    ],
)
def test_what_cannot_run_says_why_and_exits_2(arguments: tuple[str, ...], words: tuple[str, ...], world: World) -> None:
    refused(world.qa(*arguments), *words)


def test_unknown_tag_is_told_before_anything_is_indexed(world: World) -> None:
    refused(world.run("--tag", "who"), "no case has the tag who", "how_many, none, when")
    assert not (world.folder / ".qa").exists()


def test_saved_answer_is_printed_as_a_case_or_added(world: World) -> None:
    Path("answer.json").write_text(json.dumps(abstention("Who built it?")))
    printed = world.qa("add", "--answer", "answer.json")
    assert json.loads(printed.stdout)["question"] == "Who built it?"
    added = world.qa("add", "--answer", "answer.json", "--to", world.dataset)
    assert added.exit_code == 0
    assert "qa eval check" in added.stdout
    assert len(world.dataset.read_text().splitlines()) == 4


def talked(world: World, *questions: str, bad: str | None = None) -> list[str]:
    """Asks the real service in one conversation, rates the last answer bad where `bad` was expected; the turns' ids."""

    async def talk() -> list[str]:
        turns: list[Turn] = []
        with open_service(Settings(articles_dir=world.articles), "test") as opened:
            opened.sync()
            for question in questions:
                before = turns[-1].conversation_id if turns else None
                turns.append(await opened.chat.ask(Question(question, before)))
            if bad:
                said = Feedback(turns[-1].id, Rating.BAD, None, bad, turns[-1].created_at)
                KeptFeedback(opened.library.database).keep(said)
        return [turn.id for turn in turns]

    return asyncio.run(talk())


@pytest.mark.integration
def test_kept_turn_becomes_a_case_with_its_history(world: World) -> None:
    turns = talked(world, "When did the old bridge open?", "And the cost?", "Who built it?")
    cases = [json.loads(line) for line in world.qa("add", "--turn", turns[1]).stdout.splitlines()]
    assert [case["question"] for case in cases] == ["When did the old bridge open?", "And the cost?"]
    assert [case["turn"] for case in cases] == [1, 2]
    assert cases[0]["conversation"] == cases[1]["conversation"]
    refused(world.qa("add", "--turn", "nothing"), "no answered turn 'nothing'")


@pytest.mark.integration
def test_kept_turn_becomes_a_case_while_a_service_holds_the_library(world: World) -> None:
    (turn,) = talked(world, "When did the old bridge open?", bad="On 4 May.")
    with own(Path(".qa"), "qa serve", "http://127.0.0.1:1"):
        assert json.loads(world.qa("add", "--turn", turn).stdout)["question"] == "When did the old bridge open?"
        assert json.loads(world.qa("add", "--feedback", "bad").stdout)["reference_answer"] == "On 4 May."


@pytest.mark.integration
def test_answers_that_readers_rated_bad_become_cases_once(world: World) -> None:
    talked(world, "Who cut the ribbon?")
    (turn,) = talked(world, "When did the old bridge open?", bad="On 4 May.")
    added = world.qa("add", "--feedback", "bad", "--to", world.dataset)
    assert (added.exit_code, f"turn-{turn[:12]} added" in added.stdout) == (0, True)
    case = json.loads(world.dataset.read_text().splitlines()[-1])
    assert (case["question"], case["reference_answer"]) == ("When did the old bridge open?", "On 4 May.")
    assert "nothing added" in world.qa("add", "--feedback", "bad", "--to", world.dataset).stdout
    assert len(world.dataset.read_text().splitlines()) == 4
