"""The figures of the rewriting benchmarks: what they count, on conversations small enough to count by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from evals.benchmarks.follow_up_retrieval import Wanted
from evals.benchmarks.rewriting import bleu, played, row, shared, told
from evals.cases import DatasetError
from qa.fakes import hit_among


def test_bleu_of_the_reference_itself_is_one() -> None:
    assert bleu([("When did the war start ?", "when did the war start?")]) == pytest.approx(1.0)


def test_bleu_multiplies_precisions_and_the_brevity_penalty() -> None:
    # 5 of 5 words, 4 of 4 pairs, 3 of 3 triples, 2 of 2 fours; five words for six
    assert bleu([("a b c d e", "a b c d e f")]) == pytest.approx(math.exp(1 - 6 / 5))


def test_bleu_without_any_common_four_words_is_zero() -> None:
    assert bleu([("a b c", "a b c")]) == 0.0


def test_content_words_alone_count_as_shared() -> None:
    assert shared("When did the war start?", "When was the war started?") == pytest.approx(1.0)
    assert shared("When did it start?", "When did the war start?") == pytest.approx(2 / 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    first = {
        "conversation_id": "c",
        "turn": 1,
        "question": "What did Ann Holm say?",
        "reference_rewrite": "What did Ann Holm say?",
    }
    history = [{"role": "user", "text": first["question"]}, {"role": "assistant", "text": "Nothing."}]
    second = {
        "conversation_id": "c",
        "turn": 2,
        "question": "Why did she go?",
        "reference_rewrite": "Why did Ann Holm go?",
    }
    alone = {"conversation_id": "d", "turn": 1, "question": "Why did she go?", "reference_rewrite": "Why did Eva go?"}
    lines = [first, second | {"history": history}, alone]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def test_conversations_are_played_apart(folder: Path) -> None:
    assert [rewrite.made for rewrite in played(folder, None)] == [
        "What did Ann Holm say?",
        "Why did Ann Holm go?",
        "Why did she go?",
    ]


def test_half_takes_every_second_conversation(folder: Path) -> None:
    assert [len(list(played(folder, half))) for half in ("odd", "even")] == [2, 1]


def test_row_tells_what_was_left_alone(folder: Path) -> None:
    assert "| 100 % of 1 |" in row("x", list(played(folder, None)))


def test_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"questions\.jsonl"):
        list(played(tmp_path, None))


def test_gold_counts_among_the_first_three_sentences_only() -> None:
    hits = [hit_among(["one", "two", "three", "four"], place) for place in range(4)]
    assert Wanted(gold=(frozenset({("a.txt", "three")}),)).found_in(hits) == 1.0
    assert Wanted(gold=(frozenset({("a.txt", "four")}),)).found_in(hits) == 0.0


def test_passage_recall_is_the_share_of_evidence_among_the_first_five_articles() -> None:
    hits = [hit_among(["one"], 0, article_id=f"{number}.txt") for number in range(7)]
    assert Wanted(articles=frozenset({"0.txt", "6.txt"})).found_in(hits) == 0.5


def test_history_pairs_what_was_said_with_the_reply() -> None:
    history = [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}, {"role": "user", "text": "c"}]
    assert list(told(history)) == [("a", "b"), ("c", None)]
