from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.adding import append, drafts, lines, read_answer
from evals.cases import check, load
from qa.errors import ConfigurationError

TEXT = "The bridge opened on 4 May.\nIt cost 2,500 crowns.\n"
OPENED, COST = TEXT.splitlines()
SAVED = {
    "turn_id": "0123456789abcdef", "question": "When was that?", "standalone_question": "When did the bridge open?",
    "citations": [{"article_id": "bridge.txt", "quote": COST, "number": 1}],
    "nearest": [{"article_id": "bridge.txt", "quote": OPENED, "number": 0}],
    "answer": "It cost 2,500 crowns. [1]", "status": "answered",
}  # fmt: skip


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_saved_answer_becomes_a_case_that_is_refused_until_it_is_filled_in(tmp_path: Path, articles: Path) -> None:
    dataset = tmp_path / "mine.jsonl"
    append(dataset, drafts([read_answer(json.dumps(SAVED))]))
    held = load(dataset)
    assert held.cases[0].question == "When was that?"
    assert [quote.quote for quote in held.cases[0].quotes()] == [COST, OPENED]
    assert check(held, articles)
    filled = json.loads(dataset.read_text()) | {
        "question": "When did the bridge open?", "reference_answer": "On 4 May.", "key_facts": [["4 May"]],
        "gold": [[{"file": "bridge.txt", "quote": OPENED}]], "context": [],
    }  # fmt: skip
    dataset.write_text(json.dumps(filled) + "\n")
    assert check(load(dataset), articles) == []


def test_conversation_becomes_one_case_a_turn_in_order() -> None:
    first, second = drafts([SAVED, SAVED | {"turn_id": "fedcba9876543210"}])
    assert first["conversation"] == second["conversation"]
    assert (first["turn"], second["turn"]) == (1, 2)
    assert "standalone_question" not in first
    assert second["standalone_question"] == "When did the bridge open?"


def test_case_is_added_once_and_on_a_line_of_its_own(tmp_path: Path) -> None:
    dataset = tmp_path / "mine.jsonl"
    dataset.write_text('{"id": "old"}')
    append(dataset, drafts([SAVED]))
    assert [json.loads(line)["id"] for line in dataset.read_text().splitlines()] == ["old", "turn-0123456789ab"]
    with pytest.raises(ConfigurationError, match="holds turn-0123456789ab already"):
        append(dataset, drafts([SAVED]))
    assert lines(drafts([SAVED])) in dataset.read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"question": "?"}'])
def test_what_is_no_saved_answer_is_refused_with_the_way_to_save_one(text: str) -> None:
    with pytest.raises(ConfigurationError, match="qa ask --json"):
        read_answer(text)
