from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.benchmarks.articles import file_name, lay_out
from evals.benchmarks.question_set import QuestionSet
from evals.benchmarks.registry import SETS
from evals.cases import DatasetError

FOLDERS = sorted(set(SETS) - {"squad", "multihop_rag", "rgb", "mtrag", "invented_news"})


def quotes_stand(held: QuestionSet) -> None:
    """In the article that they name, to the letter; ids are unique."""
    for quote in (quote for case in held.cases for quote in case.quotes()):
        assert quote.quote in (held.articles / quote.file).read_bytes().decode()
    assert len({case.id for case in held.cases}) == len(held.cases)


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "set" / "documents"
    documents.mkdir(parents=True)
    (documents / "bridge.txt").write_text("The bridge opened in May. It cost 2,500 crowns.\n")
    asked = {
        "id": "q1", "question": "When?", "reference_answer": "in May", "answer_aliases": ["May", "in May"],
        "evidence": [{"doc": "bridge", "quote": "The bridge opened in May."}], "unanswerable": False, "type": "span",
        "evidence_alternatives": [{"doc": "bridge", "quote": "The bridge opened in May."}],
    }  # fmt: skip
    follow_up = asked | {
        "id": "q2", "history": [{"role": "user", "text": "When?"}, {"role": "assistant", "text": "In May."}],
        "question": "For how much?", "reference_answer": "yes", "answer_aliases": [],
        "reference_rewrite": "What cost it?",
        "evidence": [
            {"doc": "bridge", "quote": "It cost 2,500 crowns."}, {"doc": "bridge", "quote": "The bridge opened in May."}
        ],
        "evidence_alternatives": [], "type": "answerable/factoid",
    }  # fmt: skip
    none = asked | {"id": "q3", "question": "Who?", "reference_answer": "", "evidence": [], "unanswerable": True}
    back = asked | {"id": "q4", "type": "underspecified/factoid", "evidence": []}
    written(tmp_path / "set" / "questions.jsonl", asked, follow_up, none, back)
    return tmp_path / "set"


@pytest.mark.parametrize("name", FOLDERS)
def test_folder_of_documents_and_questions_becomes_cases(name: str, folder: Path, tmp_path: Path) -> None:
    held = SETS[name](folder, tmp_path)
    quotes_stand(held)
    assert held.articles == folder / "documents"
    assert [case.id for case in held.cases] == ["q1", "q2 history 1", "q2", "q3"]
    first, said, follow_up, none = held.cases
    assert (said.conversation, said.turn, follow_up.turn) == ("q2", 1, 2)
    assert (said.gold, said.key_facts) == ((), ())
    assert follow_up.standalone_question == "What cost it?"
    assert (none.answerable, none.why_not, none.gold, none.key_facts) == (False, "not_stated", (), ())
    assert len(first.gold) == 1
    assert len(follow_up.gold) == (2 if name.startswith("multihop") else 1)


def test_short_answers_are_facts_and_long_ones_are_not(folder: Path, tmp_path: Path) -> None:
    facts = {name: SETS[name](folder, tmp_path).cases[0].key_facts for name in FOLDERS}
    assert facts["squad2"] == facts["ramdocs"] == facts["multihoprag500_factsonly"] == (("in May", "May"),)
    assert facts["clapnq"] == facts["mtrag_un"] == ()
    assert SETS["multihoprag500_factsonly"](folder, tmp_path).cases[2].key_facts == ()


@pytest.mark.parametrize("name", sorted(SETS))
def test_set_that_is_not_there_is_told_with_its_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"there is no .*nowhere.* give the path of"):
        SETS[name](tmp_path / "nowhere", tmp_path)


def test_broken_line_and_missing_field_are_named(folder: Path, tmp_path: Path) -> None:
    file = folder / "questions.jsonl"
    file.write_text(file.read_text() + "{oops\n")
    with pytest.raises(DatasetError, match="line 5"):
        SETS["squad2"](folder, tmp_path)
    written(file, {"id": "q1"})
    with pytest.raises(DatasetError, match="line 1: no such field"):
        SETS["squad2"](folder, tmp_path)


def squad(tmp_path: Path) -> Path:
    context = "The bridge opened in May. Mr. Berg said it cost 2,500 crowns. May was cold."
    place = context.index("May")
    questions = [
        {
            "id": "a",
            "question": "When?",
            "answers": [{"text": "May", "answer_start": place}] * 2,
            "is_impossible": False,
        },
        {"id": "b", "question": "Who drew it?", "answers": [], "is_impossible": True},
    ]
    entry = {"title": "Old_Bridge", "paragraphs": [{"context": context, "qas": questions}]}
    path = tmp_path / "dev-v2.0.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [entry]}))
    return path


def test_squad_gold_is_the_sentence_around_the_answer(tmp_path: Path) -> None:
    held = SETS["squad"](squad(tmp_path), tmp_path / "scratch")
    quotes_stand(held)
    answered, impossible = held.cases
    assert [[quote.quote for quote in group] for group in answered.gold] == [["The bridge opened in May."]]
    assert answered.key_facts == (("May",),)
    assert not impossible.answerable


def test_multihop_rag_asks_for_every_piece_of_evidence(tmp_path: Path) -> None:
    article = {"title": "Bridge", "published_at": "2023-11-24T10:00:00", "body": "It opened in May.\n\nIt cost much.",
               "source": "s", "url": "u"}  # fmt: skip
    piece = {name: article[name] for name in ("title", "published_at", "source", "url")}
    queries = [
        {"query": "Who?", "answer": "Berg", "question_type": "inference_query",
         "evidence_list": [piece | {"fact": "It opened in May."}, piece | {"fact": "It cost much."},
                           piece | {"fact": "Not there."}]},
        {"query": "Same?", "answer": "Yes", "question_type": "comparison_query", "evidence_list": []},
        {"query": "Nope?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []},
    ]  # fmt: skip
    (tmp_path / "corpus.json").write_text(json.dumps([article]))
    (tmp_path / "MultiHopRAG.json").write_text(json.dumps(queries))
    held = SETS["multihop_rag"](tmp_path, tmp_path / "scratch")
    quotes_stand(held)
    assert [len(case.gold) for case in held.cases] == [2, 0, 0]
    assert [case.key_facts for case in held.cases] == [(("Berg",),), (), ()]
    assert [case.answerable for case in held.cases] == [True, True, False]
    assert [path.name[:10] for path in held.articles.iterdir()] == ["2023-11-24"]


def test_rgb_passages_become_articles_and_answers_facts(tmp_path: Path) -> None:
    path = written(
        tmp_path / "en_int.json",
        {"id": 0, "query": "Who and when?", "answer": [["Berg", "A. Berg"], "May"],
         "positive": [["Berg opened it."], ["It was May."]], "negative": ["Rain fell."]},
        {"id": 1, "query": "What?", "answer": ["rain"], "positive": ["Rain fell."], "negative": [],
         "positive_wrong": ["Snow fell."]},
    )  # fmt: skip
    held = SETS["rgb"](path, tmp_path / "scratch")
    quotes_stand(held)
    assert held.name == "rgb-en_int"
    assert held.cases[0].key_facts == (("Berg", "A. Berg"), ("May",))
    assert [quote.quote for quote in held.cases[0].gold[0]] == ["Berg opened it.", "It was May."]
    assert sorted(path.read_text() for path in held.articles.iterdir()) == [
        "Berg opened it.", "It was May.", "Rain fell.", "Snow fell.",
    ]  # fmt: skip


def test_mtrag_plays_what_was_said_and_measures_the_last_turn(tmp_path: Path) -> None:
    said = [
        {"speaker": "user", "text": "When?"},
        {"speaker": "agent", "text": "May."},
        {"speaker": "user", "text": "Who?"},
    ]
    task = {
        "task_id": "t::2", "input": said, "answerability": ["ANSWERABLE"], "targets": [{"text": "Berg."}],
        "contexts": [{"document_id": "d1", "text": "Berg opened it.", "title": "x"}],
    }  # fmt: skip
    none = task | {"task_id": "t::1", "input": said[:1], "answerability": ["UNANSWERABLE"], "contexts": []}
    talk = task | {"task_id": "t::3", "answerability": ["CONVERSATIONAL"]}
    held = SETS["mtrag"](written(tmp_path / "reference.jsonl", task, none, talk), tmp_path / "scratch")
    quotes_stand(held)
    assert [case.id for case in held.cases] == ["t::2 history 1", "t::2", "t::1"]
    assert held.cases[1].turn == 2
    assert held.cases[1].reference_answer == "Berg."
    assert (held.cases[2].answerable, held.cases[2].conversation) == (False, None)


@pytest.mark.parametrize("name", ["squad", "rgb", "mtrag"])
@pytest.mark.parametrize("text", ['{"data": 3}', "[1]", "{"])
def test_file_of_another_kind_is_refused(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(DatasetError, match=r"file\.json"):
        SETS[name](path, tmp_path / "scratch")


def test_articles_are_laid_out_once_and_byte_for_byte(tmp_path: Path) -> None:
    texts = {file_name("A b"): "One.\r\nTwo.\n", file_name("A-b"): "Three."}
    assert len(texts) == 2
    folder = lay_out(texts, "x", tmp_path)
    assert {path.name: path.read_bytes().decode() for path in folder.iterdir()} == texts
    before = folder.stat().st_mtime_ns
    assert lay_out(texts, "x", tmp_path) == folder
    assert folder.stat().st_mtime_ns == before
    assert lay_out({"a": "b"}, "x", tmp_path) != folder
