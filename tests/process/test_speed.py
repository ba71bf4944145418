"""The speed harness says all that is promised of speed and size; no figure of it is held to anything here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAID = (
    "library",
    "indexing, share of the time outside the embedding",
    *(
        f"{what}, QA_READER={reader}"
        for reader in ("trained", "features")
        for what in ("answer in process", "answer over HTTP", "ready after", "resident")
    ),
    "environment",
)


@pytest.mark.integration
def test_one_run_says_all_that_is_promised_of_speed_and_size(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text("The bridge opened in May. It cost 2,500 crowns.\n", encoding="utf-8")
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"question": "When did the bridge open?"}) + "\n", encoding="utf-8")
    given = map(str, (articles, "--questions", questions, "--data-dir", tmp_path / "library"))
    command = [sys.executable, "-m", "evals.benchmarks.speed", *given]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = {line.partition(":")[0] for line in ran.stdout.splitlines()}
    assert said >= set(SAID)
