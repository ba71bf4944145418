"""SQuAD 1.1 and 2.0 in their own format (Rajpurkar et al. 2016, 2018): `data[].paragraphs[].qas[]`.

One article a title, its paragraphs one after the other. Gold is the sentence that holds the annotated answer. What is
unanswerable was judged against one paragraph: another one of the same article may well answer it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.benchmarks.articles import file_name, lay_out
from evals.benchmarks.lines import present, read_json
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote
from qa.ingest.sentences import split


def read(path: Path, scratch: Path) -> QuestionSet:
    """path: dev-v2.0.json or one like it. Raises DatasetError."""
    document = read_json(present(path, "a SQuAD file such as dev-v2.0.json"))
    try:
        titles = {entry["title"]: entry["paragraphs"] for entry in document["data"]}
        texts = {file_name(title): _article(title, paragraphs) for title, paragraphs in titles.items()}
        cases = tuple(case for title, paragraphs in titles.items() for case in _cases(title, paragraphs))
    except (KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not in SQuAD's format: {error}") from error
    return QuestionSet("squad", cases, lay_out(texts, "squad", scratch))


def _article(title: str, paragraphs: list[dict[str, Any]]) -> str:
    return "\n\n".join([title.replace("_", " "), *(paragraph["context"] for paragraph in paragraphs)])


def _cases(title: str, paragraphs: list[dict[str, Any]]) -> Iterator[Case]:
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            yield _case(file_name(title), paragraph["context"], question)


def _case(file: str, context: str, question: dict[str, Any]) -> Case:
    answers = [] if question.get("is_impossible") else question["answers"]
    wordings = tuple(dict.fromkeys(answer["text"] for answer in answers))
    quotes = dict.fromkeys(_sentence(context, answer["answer_start"]) for answer in answers)
    return Case(
        id=question["id"], tags=("span" if answers else "unanswerable",), question=question["question"],
        answerable=bool(answers), reference_answer=wordings[0] if wordings else None,
        key_facts=(wordings,) if wordings else (),
        gold=(tuple(GoldQuote(file, quote) for quote in quotes),) if quotes else (),
        why_not=None if answers else "not_stated",
    )  # fmt: skip


def _sentence(context: str, place: int) -> str:
    """The sentence around a character; the whole paragraph where none is."""
    held = (sentence for sentence in split(context).sentences if sentence.start <= place < sentence.end)
    return next((context[sentence.start : sentence.end] for sentence in held), context)
