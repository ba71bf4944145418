"""MultiHop-RAG in its own format (Tang and Yang 2024): a folder with `corpus.json` and `MultiHopRAG.json`.

Each piece of evidence is a group of its own: a complete answer cites all. Evidence that does not stand word for word
in its article is left out. `null_query` is what the articles do not answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.benchmarks.articles import file_name, lay_out
from evals.benchmarks.lines import present, read_json
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote

WHAT = "the folder of MultiHop-RAG with corpus.json and MultiHopRAG.json"


def read(path: Path, scratch: Path) -> QuestionSet:
    """path: the folder. Raises DatasetError."""
    corpus = read_json(present(path / "corpus.json", WHAT))
    queries = read_json(present(path / "MultiHopRAG.json", WHAT))
    try:
        texts = {_file(entry): _article(entry) for entry in corpus}
        cases = tuple(_case(number, query, texts) for number, query in enumerate(queries, start=1))
    except (KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not in MultiHop-RAG's format: {error}") from error
    return QuestionSet("multihop_rag", cases, lay_out(texts, "multihop_rag", scratch))


def _file(entry: dict[str, Any]) -> str:
    """The same for an article and for the evidence taken from it; the date in front is read by the product."""
    return f"{entry['published_at'][:10]}-{file_name(entry['title'])}"


def _article(entry: dict[str, Any]) -> str:
    return f"{entry['title']}\n\n{entry['body']}"


def _case(number: int, query: dict[str, Any], texts: Mapping[str, str]) -> Case:
    answerable = query["question_type"] != "null_query"
    quotes = [GoldQuote(_file(piece), piece["fact"]) for piece in query["evidence_list"] if answerable]
    gold = tuple((quote,) for quote in quotes if quote.quote in texts.get(quote.file, ""))
    is_entity = answerable and query["answer"].lower() not in {"yes", "no", "before", "after"}
    return Case(
        id=f"multihop-{number}", tags=(query["question_type"],), question=query["query"], answerable=answerable,
        reference_answer=query["answer"] if answerable else None, key_facts=((query["answer"],),) if is_entity else (),
        gold=gold, why_not=None if answerable else "other_topic",
    )  # fmt: skip
