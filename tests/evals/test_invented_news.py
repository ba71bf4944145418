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
    (folder / "questions").mkdir()
    (folder / "questions" / "sea.jsonl").write_text("\n".join(map(json.dumps, questions)) + "\n")
    return folder


def question(text: str, *gold: str, **more: object) -> dict[str, Any]:
    own = {"question": text, "reference_answer": "x", "context_doc": "sea-1-storm", "unanswerable": not gold}
    quotes = {"sea-1-storm": "Nine boats were lost.", "sea-7-calm": "No boat was lost at all."}
    return own | {"evidence": [{"doc": doc, "quote": quotes[doc]} for doc in gold]} | more


def test_every_quote_of_the_shipped_questions_is_a_sentence_of_its_article(shipped: Collection) -> None:
    for row in rows(shipped_news() / "questions"):
        for quote in (*row["evidence"], *row.get("near", ())):
            assert quote["quote"] in shipped.texts[quote["doc"]].sentences


def test_every_shipped_question_is_answered_or_comes_near(shipped: Collection) -> None:
    found = list(rows(shipped_news() / "questions"))
    assert all(row["unanswerable"] == (not row["evidence"]) for row in found)
    assert all(row["near"] for row in found if row["unanswerable"])
    assert {row["context_doc"] for row in found} <= set(shipped.texts)


def test_the_shipped_questions_have_names_of_their_own() -> None:
    counts = Counter(row["id"] for row in rows(shipped_news() / "questions"))
    assert max(counts.values()) == 1


def test_every_shipped_claim_stands_beside_sentences_of_its_article() -> None:
    texts = documents(shipped_news())
    for row in rows(shipped_news() / "claims"):
        assert all(part in texts[row["doc"]] for part in (row["title"], row["evidence"][:20]))


def test_whole_clusters_are_kept_back(shipped: Collection) -> None:
    held_out = {name for name in held_out_texts(shipped) if shipped.texts[name].source == NEWS}
    assert {name.split("-")[1] for name in held_out} == {CALIBRATED, MEASURED}
    assert held_out == {name for name in shipped.texts if name.split("-")[1] in {CALIBRATED, MEASURED}}
    trained = {row["title"] for row in rows(shipped_news() / "claims") if row["doc"] not in held_out}
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
    first = question("Was there a storm in Bergen?", conversation_id="c", turn=1)
    second = question("Sank what there?", "sea-1-storm", conversation_id="c", turn=2, reference_rewrite="What sank?")
    third = question("And whose?", conversation_id="c", turn=3, reference_rewrite="Whose boats sank?")
    asked = read_news(written(tmp_path, [first, second, third])).asked
    assert [each.question for each in asked if not each.earlier] == [
        "Was there a storm in Bergen?", "What sank?", "Whose boats sank?"
    ]  # fmt: skip
    later = [(each.question, each.earlier, each.said) for each in asked if each.earlier]
    assert later[0] == ("Sank what there?", "Was there a storm in Bergen?", "")
    # What the product made of the turn before, not its author: that is what the reader gets to see.
    assert later[1] == ("And whose?", "Sank what in Bergen?", "Nine boats were lost.")


def test_an_unanswerable_question_is_held_against_the_paragraph_that_comes_near(tmp_path: Path) -> None:
    near = [{"doc": "sea-1-storm", "quote": "Nine boats were lost."}]
    [asked] = read_news(written(tmp_path, [question("Whose boats?", near=near)])).asked
    assert (asked.answers, asked.paragraph) == ((), 1)


def test_a_clusters_questions_are_asked_as_the_product_puts_them(tmp_path: Path) -> None:
    first = question("Was there a storm?", "sea-7-calm", conversation_id="c", turn=1, context_doc="sea-7-calm")
    second = question("How many boats sank?", conversation_id="c", turn=2, context_doc="sea-7-calm")
    third = question(
        "Did the harbour of Bergen in Norway open on Monday?", conversation_id="c", turn=3, context_doc="sea-7-calm"
    )
    rows = asked_about(written(tmp_path, [question("Any?"), first, second, third]), CALIBRATED)
    assert [row["question"] for row in rows] == [
        "Was there a storm?", "How many boats sank?", "Did the harbour of Bergen in Norway open on Monday?"
    ]  # fmt: skip
    assert [row.get("follows") for row in rows] == [None, "Was there a storm?", None]
    assert (rows[1]["said"], rows[1]["cited"]) == (
        "No boat was lost at all.", [{"doc": "sea-7-calm", "quote": "No boat was lost at all."}]
    )  # fmt: skip
