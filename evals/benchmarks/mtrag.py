"""MTRAG's generation tasks in their own format (Katsis et al. 2025): JSON Lines of `input`, `contexts`, `targets`.

The person's earlier turns are played to the product before the last one is measured: the product's own answers stand in
for the reference ones. Every context of the file becomes an article; each is gold for its task, any sentence of it.
Tasks that are CONVERSATIONAL or UNDERSPECIFIED ask for no answer from the articles and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.benchmarks.articles import file_name, lay_out
from evals.benchmarks.lines import present, read_lines
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote

LEFT_OUT = frozenset({"CONVERSATIONAL", "UNDERSPECIFIED"})


def read(path: Path, scratch: Path) -> QuestionSet:
    """path: reference.jsonl or one like it. Raises DatasetError."""
    texts: dict[str, str] = {}
    cases: list[Case] = []
    for number, task in read_lines(present(path, "MTRAG's generation tasks, such as reference.jsonl")):
        try:
            texts |= {file_name(context["document_id"]): context["text"] for context in task["contexts"]}
            cases.extend(_cases(task))
        except (KeyError, TypeError, IndexError) as error:
            raise DatasetError(f"{path}, line {number}: not in MTRAG's format: {error}") from error
    return QuestionSet("mtrag", tuple(cases), lay_out(texts, "mtrag", scratch))


def _cases(task: dict[str, Any]) -> Iterator[Case]:
    kind = _answerability(task)
    if kind in LEFT_OUT:
        return
    said = [turn["text"] for turn in task["input"] if turn["speaker"] == "user"]
    for turn, text in enumerate(said[:-1], start=1):
        yield Case(
            id=f"{task['task_id']} history {turn}", tags=("history",), question=text, answerable=True,
            conversation=task["task_id"], turn=turn,
        )  # fmt: skip
    yield _measured(task, kind, said)


def _measured(task: dict[str, Any], kind: str, said: list[str]) -> Case:
    answerable = kind != "UNANSWERABLE"
    gold = tuple(GoldQuote(file_name(context["document_id"]), context["text"]) for context in task["contexts"])
    return Case(
        id=task["task_id"], tags=(kind.lower(),), question=said[-1], answerable=answerable,
        reference_answer=task["targets"][0]["text"] if answerable else None,
        gold=(gold,) if answerable and gold else (), why_not=None if answerable else "not_stated",
        conversation=task["task_id"] if len(said) > 1 else None, turn=len(said) if len(said) > 1 else None,
    )  # fmt: skip


def _answerability(task: dict[str, Any]) -> str:
    """Written in two ways: `answerability` in some releases, `Answerability` in others."""
    return str((task.get("answerability") or task.get("Answerability") or ["ANSWERABLE"])[0]).upper()
