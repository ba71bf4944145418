"""Public sets laid out as a folder: `documents/*.txt` and `questions.jsonl`.

Each question has `id, question, reference_answer, answer_aliases?, evidence: [{doc, quote}], unanswerable, type`, and
where there are any `conversation_id, turn, history, reference_rewrite, evidence_alternatives, evidence_sets`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evals.benchmarks.lines import present, read_lines
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote

Question = dict[str, Any]
Groups = tuple[tuple[GoldQuote, ...], ...]
Facts = tuple[tuple[str, ...], ...]


def no_facts(_: Question) -> Facts:
    """For answers in free form, where no wording can be asked for."""
    return ()


def short_answer(question: Question) -> Facts:
    """One fact: the answer or one of its aliases."""
    wordings = dict.fromkeys((question["reference_answer"], *question.get("answer_aliases", ())))
    return (tuple(wordings),) if question["reference_answer"] else ()


def entity_answer(question: Question) -> Facts:
    """The same, but a bare yes or no is no wording that a cited sentence would hold."""
    return () if question["reference_answer"].lower() in {"yes", "no"} else short_answer(question)


def any_sentence(question: Question) -> Groups:
    """One group: whatever some annotator took for evidence."""
    quotes = _quotes([*question["evidence"], *question.get("evidence_alternatives", ())])
    return (quotes,) if quotes else ()


def every_sentence(question: Question) -> Groups:
    """A group a piece of evidence: all of them are needed."""
    return tuple((quote,) for quote in _quotes(question["evidence"]))


def folder_set(
    name: str, facts: Callable[[Question], Facts], gold: Callable[[Question], Groups]
) -> Callable[[Path, Path], QuestionSet]:
    """An adapter: (the set's folder, scratch folder) → the set. It raises DatasetError."""

    def read(path: Path, _: Path) -> QuestionSet:
        file = present(path / "questions.jsonl", f"the folder of {name}, with questions.jsonl and documents/ in it")
        articles = present(path / "documents", f"the folder of {name} with its documents/")
        cases = [case for number, question in read_lines(file) for case in _cases(file, number, question, facts, gold)]
        return QuestionSet(name, tuple(cases), articles)

    return read


def _cases(
    file: Path, number: int, question: Question, facts: Callable[[Question], Facts], gold: Callable[[Question], Groups]
) -> Iterator[Case]:
    try:
        if question["type"].startswith("underspecified"):
            return  # the right reply is to ask back, which neither facts nor gold can say
        yield from _played(question, () if question["unanswerable"] else facts(question), gold(question))
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{file}, line {number}: no such field: {error}") from error


def _played(question: Question, facts: Facts, gold: Groups) -> Iterator[Case]:
    """The question, after what the person said before it: those turns are played and not measured."""
    said = [turn["text"] for turn in question.get("history", ()) if turn["role"] == "user"]
    conversation = str(question["id"]) if said else None
    for turn, text in enumerate(said, start=1):
        yield Case(
            id=f"{question['id']} history {turn}", tags=("history",), question=text, answerable=True,
            conversation=conversation, turn=turn,
        )  # fmt: skip
    yield Case(
        id=str(question["id"]), tags=tuple(str(question["type"]).split("/")), question=question["question"],
        answerable=not question["unanswerable"], reference_answer=question["reference_answer"] or None,
        key_facts=facts, gold=() if question["unanswerable"] else gold,
        why_not="not_stated" if question["unanswerable"] else None,
        conversation=conversation, turn=len(said) + 1 if said else None,
        standalone_question=question.get("reference_rewrite") if said else None,
    )  # fmt: skip


def _quotes(evidence: list[dict[str, str]]) -> tuple[GoldQuote, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(GoldQuote(f"{piece['doc']}.txt", piece["quote"]) for piece in evidence))
