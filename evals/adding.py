"""From a bad answer to a case: what was asked and cited, with the reference left for a person to fill in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.errors import ConfigurationError

TO_FILL_IN = (
    "Fill in reference_answer and key_facts, keep in gold only the sentences that answer (or set answerable to false "
    "and say why_not), then run `qa eval check`."
)
Json = dict[str, Any]
_READ = ("turn_id", "question", "standalone_question", "citations", "nearest")


def read_answer(text: str) -> Json:
    """What `qa ask --json` printed, or the body of POST /v1/chat. Raises ConfigurationError."""
    try:
        answer = json.loads(text)
        return {name: answer[name] for name in _READ}
    except (ValueError, LookupError, TypeError) as error:
        raise ConfigurationError(
            f"the saved answer is not one ({type(error).__name__}: {error}): save it with `qa ask --json … > FILE`"
        ) from error


def drafts(answers: Sequence[Json], expected: str | None = None) -> list[Json]:
    """Cases that the validator refuses until a person has filled them in: one a turn of a conversation, in order.

    What was cited stands as gold, what was near as context: to be kept or struck out. expected: what a reader said
    the last answer should have been.
    """
    cases = [_draft(answers[0])] if len(answers) == 1 else _conversation(answers)
    return [*cases[:-1], cases[-1] | {"reference_answer": expected}]


def _conversation(answers: Sequence[Json]) -> list[Json]:
    """Named by its last turn: another bad answer of the same conversation makes a conversation of its own."""
    conversation = f"turn-{answers[-1]['turn_id'][:12]}"
    return [
        _draft(answer) | {"id": f"{conversation}-{turn}", "conversation": conversation, "turn": turn}
        | ({"standalone_question": answer["standalone_question"]} if turn > 1 else {})
        for turn, answer in enumerate(answers, start=1)
    ]  # fmt: skip


def _draft(answer: Json) -> Json:
    return {
        "id": f"turn-{answer['turn_id'][:12]}",
        "tags": ["from_a_turn"],
        "question": answer["question"],
        "answerable": True,
        "reference_answer": None,
        "key_facts": [],
        "gold": [[_quote(citation)] for citation in answer["citations"]],
        "context": [_quote(citation) for citation in answer["nearest"]],
    }


def append(dataset: Path, cases: Sequence[Json]) -> None:
    """Adds each as a line of its own. Raises ConfigurationError if an id is there already."""
    for case in cases:
        if holds(dataset, case):
            raise ConfigurationError(f"{dataset} holds {case['id']} already: edit that line")
    text = dataset.read_text(encoding="utf-8") if dataset.exists() else ""
    joint = "" if not text or text.endswith("\n") else "\n"
    with dataset.open("a", encoding="utf-8") as file:
        file.write(joint + lines(cases))


def holds(dataset: Path, case: Json) -> bool:
    """Whether a case of that id is there."""
    return dataset.exists() and json.dumps(case["id"]) in dataset.read_text(encoding="utf-8")


def lines(cases: Sequence[Json]) -> str:
    """As a dataset holds them."""
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)


def _quote(citation: Json) -> Json:
    return {"file": citation["article_id"], "quote": citation["quote"]}
