"""Conversations and questions about the invented articles as their writers put them down."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.reader.corpus import Collection
from evals.reader.invented_news import read_news, shipped_news
from evals.reader.talks import Row, talk_rows
from qa.retrieval.words import content_words

SENTENCES = {
    "port-1-sale": ("The county sold the harbour.", "Nordkai paid nine million."),
    "port-1-bridge": ("The bridge opened in May.",),
    "port-2-fire": ("A shed burned.",),
}


@pytest.fixture(scope="module")
def shipped() -> Collection:
    return read_news(shipped_news())


def read(folder: Path, *lines: str) -> list[Row]:
    (folder / "port.txt").write_text("\n".join(lines) + "\n")
    return list(talk_rows(folder, SENTENCES))


def test_a_turn_is_read_with_the_sentences_that_answer_it(tmp_path: Path) -> None:
    [row] = read(tmp_path, "@ port-1", "* B", "q Who sold it, and for how much? > B1 B2 : the county; nine million")
    assert (row["question"], row["reference_answer"]) == (
        "Who sold it, and for how much?",
        "the county; nine million",
    )
    assert row["evidence"] == [{"doc": "port-1-sale", "quote": quote} for quote in SENTENCES["port-1-sale"]]
    assert (row["unanswerable"], row["near"], row["turn"]) == (False, [], 1)


def test_what_nothing_answers_has_the_sentences_that_come_closest(tmp_path: Path) -> None:
    [row] = read(tmp_path, "@ port-1", "* A", "q who built the bridge > - A1")
    assert (row["unanswerable"], row["evidence"], row["context_doc"]) == (True, [], "port-1-bridge")
    assert row["near"] == [{"doc": "port-1-bridge", "quote": "The bridge opened in May."}]


def test_a_later_turn_has_its_meaning_in_full_and_a_change_of_subject_has_none(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "@ port-1", "* B", "q who sold the harbour > B1 : the county",
        "q for how much | For how much was the harbour sold? > B2 : nine million",
        "q When did the bridge open? | = > A1 : in May",
    )  # fmt: skip
    assert [row.get("reference_rewrite") for row in rows] == [None, "For how much was the harbour sold?", None]
    assert [(row["conversation_id"], row["turn"]) for row in rows] == [("talk-port-1-1", turn) for turn in (1, 2, 3)]


def test_conversations_are_told_apart_and_twins_belong_to_none(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "@ port-1", "* B", "q one > B1 : x", "* A", "q two > A1 : x",
        "s three > B2 : x", "", "@ port-2", "* A", "q four > A1 : x",
    )  # fmt: skip
    assert [row.get("conversation_id") for row in rows] == ["talk-port-1-1", "talk-port-1-2", None, "talk-port-2-3"]
    assert [row.get("is_twin", False) for row in rows] == [False, False, True, False]
    assert len({row["id"] for row in rows}) == 4


@pytest.mark.parametrize("line", ["q who sold it", "q who sold it > C1 : x", "q who sold it > B9 : x", "who > B1 : x"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"port\.txt, line 3: not a turn about these articles"):
        read(tmp_path, "@ port-1", "* B", line)


def test_an_article_of_no_cluster_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 3"):
        read(tmp_path, "@ port-9", "* A", "q who sold it > A1 : x")


def test_the_shipped_labels_count_the_sentences_as_they_are_cut(shipped: Collection) -> None:
    """Were they counted otherwise, answers would share their words with other sentences than these."""
    sentences = {name: text.sentences for name, text in shipped.texts.items()}
    answered = [row for row in talk_rows(shipped_news() / "talks", sentences) if row["evidence"]]
    shared = [set(content_words(row["reference_answer"])) & set(content_words(spoken(row))) for row in answered]
    assert sum(map(bool, shared)) > 0.7 * len(answered) > 0


def spoken(row: Row) -> str:
    return " ".join(quote["quote"] for quote in row["evidence"])
