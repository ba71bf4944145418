"""The invented news that the reader is trained on: what is shipped holds together, and how it is read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.reader.corpus import CALIBRATED, MEASURED, NEWS, Collection, held_out_texts
from evals.reader.invented_news import asked_about, documents, read_claims, read_news, rows, shipped_news


@pytest.fixture(scope="module")
def shipped() -> Collection:
    return read_news(shipped_news())


def written(folder: Path, questions: list[dict[str, Any]]) -> Path:
    (folder / "documents").mkdir()
    for name, fact in (("sea-1-storm", "Nine boats were lost."), ("sea-7-calm", "No boat was lost at all.")):
        (folder / "documents" / f"{name}.txt").write_text(f"Weather at sea\n\nIt was a long night. {fact}\n")
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)) + "\n")
    return folder


def question(text: str, *gold: str, **more: object) -> dict[str, Any]:
    own = {"question": text, "reference_answer": "x", "context_doc": "sea-1-storm", "unanswerable": not gold}
    quotes = {"sea-1-storm": "Nine boats were lost.", "sea-7-calm": "No boat was lost at all."}
    return own | {"evidence": [{"doc": doc, "quote": quotes[doc]} for doc in gold]} | more


def test_every_quote_of_the_shipped_questions_is_a_sentence_of_its_article(shipped: Collection) -> None:
    for row in rows(shipped_news() / "questions.jsonl"):
        for quote in (*row["evidence"], *row.get("near", ())):
            assert quote["quote"] in shipped.texts[quote["doc"]].sentences


def test_every_shipped_question_is_answered_or_comes_near(shipped: Collection) -> None:
    found = rows(shipped_news() / "questions.jsonl")
    assert all(row["unanswerable"] == (not row["evidence"]) for row in found)
    assert all(row["near"] for row in found if row["unanswerable"])
    assert {row["context_doc"] for row in found} <= set(shipped.texts)


def test_the_shipped_questions_have_names_of_their_own() -> None:
    counts = Counter(row["id"] for row in rows(shipped_news() / "questions.jsonl"))
    assert max(counts.values()) == 1


def test_every_shipped_claim_stands_beside_sentences_of_its_article() -> None:
    texts = documents(shipped_news())
    for row in rows(shipped_news() / "claims.jsonl"):
        assert all(part in texts[row["doc"]] for part in (row["title"], row["evidence"].split(". ")[0]))


def test_whole_clusters_are_kept_back(shipped: Collection) -> None:
    held_out = {name for name in held_out_texts(shipped) if shipped.texts[name].source == NEWS}
    assert {name.split("-")[1] for name in held_out} == {CALIBRATED, MEASURED}
    assert held_out == {name for name in shipped.texts if name.split("-")[1] in {CALIBRATED, MEASURED}}
    trained = {row["title"] for row in rows(shipped_news() / "claims.jsonl") if row["doc"] not in held_out}
    assert {claim.title for claim in read_claims(shipped_news())} == trained


def test_the_headline_is_the_title_and_no_sentence(tmp_path: Path) -> None:
    found = read_news(written(tmp_path, []))
    assert found.texts["sea-1-storm"].title == "Weather at sea"
    assert found.texts["sea-1-storm"].sentences == ("It was a long night.", "Nine boats were lost.")


def test_answers_in_other_articles_are_known(tmp_path: Path) -> None:
    row = question("How many were lost?", "sea-1-storm", "sea-7-calm")
    [asked] = read_news(written(tmp_path, [row])).asked
    assert (asked.text, asked.answers, asked.elsewhere) == ("sea-1-storm", (1,), (("sea-7-calm", 1),))


def test_a_follow_up_is_read_in_full_and_as_it_was_asked(tmp_path: Path) -> None:
    first = question("Was there a storm?", conversation_id="c", turn=1)
    second = question("How many then?", "sea-1-storm", conversation_id="c", turn=2, reference_rewrite="How many sank?")
    asked = read_news(written(tmp_path, [first, second])).asked
    assert [(each.question, each.earlier) for each in asked] == [
        ("Was there a storm?", ""),
        ("How many sank?", ""),
        ("How many then?", "Was there a storm?"),
        ("How many sank?", "Was there a storm?"),
    ]


def test_an_unanswerable_question_is_held_against_the_paragraph_that_comes_near(tmp_path: Path) -> None:
    near = [{"doc": "sea-1-storm", "quote": "Nine boats were lost."}]
    [asked] = read_news(written(tmp_path, [question("Whose boats?", near=near)])).asked
    assert (asked.answers, asked.paragraph) == ((), 1)


def test_a_clusters_questions_are_asked_in_full_with_what_they_follow(tmp_path: Path) -> None:
    first = question("Was there a storm?", conversation_id="c", turn=1, context_doc="sea-7-calm")
    second = question(
        "And boats?", conversation_id="c", turn=2, reference_rewrite="Any boats lost?", context_doc="sea-7-calm"
    )
    folder = written(tmp_path, [question("Any?"), first, second])
    found = [(row["question"], row["follows"]) for row in asked_about(folder, CALIBRATED)]
    assert found == [("Was there a storm?", ""), ("Any boats lost?", "Was there a storm?")]
