"""An optional judge: a language model, pinned apart from the one that answers, marks correctness and faithfulness.

The form of G-Eval (Liu et al. 2023): one prompt, a number from 1 to 5 for each question, here as JSON. It runs only
where the command line names its address and model; what it says is shown beside the other figures and never replaces
them.
"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, Field, ValidationError

from evals.observed import Observed
from evals.product import ProductFailed
from evals.scoring import Values
from qa.errors import ConfigurationError
from qa.prompting import PROMPTS

VARIABLES = frozenset({"question", "reference", "answer", "quotes"})


class Judge(Protocol):
    async def values(self, seen: Observed) -> Values:
        """`judged_correct` and `judged_faithful`, 0 to 1; None where there is nothing to mark. Raises ProductFailed."""
        ...


class Marks(BaseModel):
    """What the model must reply."""

    correct: int = Field(ge=1, le=5)
    faithful: int = Field(ge=1, le=5)


class JudgePrompt:
    """A prompt with `$question`, `$reference`, `$answer` and `$quotes`. Raises ConfigurationError if one is missing."""

    def __init__(self, text: str) -> None:
        self._template = string.Template(text)
        found = set(self._template.get_identifiers())
        if found != VARIABLES:
            odd = ", ".join(f"${name}" for name in sorted(found ^ VARIABLES))
            raise ConfigurationError(f"the judge's prompt must use each of {sorted(VARIABLES)} and no other: see {odd}")

    def filled(self, seen: Observed) -> str:
        """What is put in is never read as a template again, so an answer cannot reach into the prompt."""
        return self._template.substitute(
            question=seen.answer["standalone_question"],
            reference=seen.case.reference_answer or "",
            answer=seen.answer["answer"],
            quotes="\n".join(f"[{cited.number}] {cited.quote}" for cited in seen.cited),
        )


def load_prompt(path: Path = PROMPTS / "judge.md") -> JudgePrompt:
    """Raises ConfigurationError."""
    try:
        return JudgePrompt(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"the judge's prompt {path.name} cannot be read: {error.strerror}") from error


@dataclass(frozen=True)
class ModelJudge:
    """A model behind the OpenAI API."""

    client: httpx.AsyncClient
    model: str
    prompt: JudgePrompt

    async def values(self, seen: Observed) -> Values:
        if seen.abstained or not seen.case.answerable:
            return {"judged_correct": None, "judged_faithful": None}
        marks = await self._marks(self.prompt.filled(seen))
        return {"judged_correct": (marks.correct - 1) / 4, "judged_faithful": (marks.faithful - 1) / 4}

    async def _marks(self, prompt: str) -> Marks:
        messages = [{"role": "user", "content": prompt}]
        body = {"model": self.model, "temperature": 0, "seed": 1, "messages": messages}
        try:
            response = await self.client.post("chat/completions", json=body)
            response.raise_for_status()
            return Marks.model_validate(_first_object(response.json()["choices"][0]["message"]["content"]))
        except (httpx.HTTPError, ValidationError, LookupError, TypeError, ValueError) as error:
            raise ProductFailed(f"the judge {self.model} gave no marks: {error}") from error


def _first_object(text: str) -> Any:  # noqa: ANN401 - whatever the model wrote
    """The JSON object in a reply, whatever stands around it."""
    return json.JSONDecoder().raw_decode(text, text.index("{"))[0]
