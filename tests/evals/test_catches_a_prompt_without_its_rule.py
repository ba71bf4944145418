"""A prompt that no longer asks for numbers: the model's own answers lose what carries them, and the gate names those.

With the articles' own sentences behind it (qa.assembly), such a product would still answer, and say that it fell back.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from mini_product import ARTICLES, CASES, IDLE, MiniProduct, Wrapped
from playing import RULES, judged, played

from evals.baseline import accept
from evals.product import Json
from evals.runfile import Run
from qa.answering.checked import CheckedAnswers
from qa.answering.generative import VARIABLES, GenerativeAnswerer
from qa.api.schemas import ChatOut
from qa.chat import Chat
from qa.domain import Filter, Hit, Question, Role, Turn
from qa.draft import Unkept
from qa.fakes import FakeChecker, FakeReader, words_of
from qa.fakes_models import SPENT
from qa.ingest.reading import read_article
from qa.ports import Prompt, Spent, Standalone
from qa.prompting import PROMPTS, PromptFile, load_prompt

RULE = "Each says one thing and ends in the numbers of the sentences that carry it"
ANSWERABLE = tuple(case.id for case in CASES if case.answerable)


class Obedient:
    """A language model that joins the two sentences which share most with the question, and cites if it is told to."""

    name = "obedient"

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Spent, None]:
        evidence, _, question = prompt.user.rpartition("Question: ")
        wanted = set(words_of(question)) - IDLE
        numbered = [line.partition("] ") for line in evidence.splitlines() if line.startswith("[")]
        best = sorted(numbered, key=lambda line: -len(wanted & set(words_of(line[2]))))[:2]
        text = ", and ".join(quote.rstrip(".") for _, _, quote in best)
        markers = "".join(f"{number}]" for number, _, _ in best) if "ends in the numbers" in prompt.system else ""
        yield f"{text}. {markers}"
        yield SPENT


class Searching:
    """Finds the sentences of one article, if one of them shares two words with the question."""

    def __init__(self) -> None:
        read = [replace(read_article(name, text.encode()), version="v1") for name, text in ARTICLES.items()]
        self._hits = [
            [
                Hit(
                    each.id, each.version, each.title, each.spoken_title, each.published, sentence,
                    each.quote(sentence), each.sentences, tuple(map(each.quote, each.sentences)), 1.0,
                )
                for sentence in each.sentences if sentence.role is Role.BODY
            ]
            for each in read
        ]  # fmt: skip

    async def search(self, question: str, limit: int, within: Filter, follows: object = None) -> list[Hit]:
        wanted = set(words_of(question)) - IDLE
        shared = [max(len(wanted & set(words_of(hit.quote))) for hit in hits) for hits in self._hits]
        return self._hits[shared.index(max(shared))] if max(shared) >= 2 else []


class Joining:
    """Reads a follow-up as MiniProduct does."""

    async def standalone(self, question: str, turns: object) -> Standalone:
        return Standalone(f"{question} engineer plans" if question.startswith("And") else question)


class Phrased(Wrapped):
    """Answers of a language model over the mini set's articles, with this prompt."""

    def __init__(self, prompt: PromptFile) -> None:
        super().__init__(MiniProduct())
        answers = CheckedAnswers(GenerativeAnswerer(Obedient(), prompt, FakeReader()), FakeChecker())
        self._chat = Chat(Joining(), Searching(), answers, Unkept())

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        turn: Turn = await self._chat.ask(Question(question, conversation_id))
        return ChatOut.of(turn).model_dump(mode="json")


@pytest.fixture
def without_the_rule(tmp_path: Path) -> PromptFile:
    text = (PROMPTS / "answer.md").read_text(encoding="utf-8")
    assert text.replace("\n  ", " ").count(RULE) == 1
    (tmp_path / "answer.md").write_text(text.replace("\n  ", " ").replace(f" {RULE}", ""), encoding="utf-8")
    return load_prompt("answer", VARIABLES, tmp_path)


def test_gate_names_the_answers_that_fall_when_the_prompt_drops_the_rule_to_cite(
    without_the_rule: PromptFile, tmp_path: Path
) -> None:
    whole = load_prompt("answer", VARIABLES)
    run = played(Phrased(whole), tmp_path / "whole.json")
    assert all(attempt.outcome == "passed" for attempt in run.attempts)
    assert hashes(run) == {whole.hash}
    verdict = judged(Phrased(without_the_rule), accept(run, RULES), tmp_path / "run.json")
    assert verdict.exit_code == 1
    named = {change.id for change in verdict.regressions}
    assert named <= set(ANSWERABLE)
    # Where the second sentence says who is meant in the first, the claim is attributed to both without a number.
    assert len(named) >= 0.75 * len(ANSWERABLE)


def hashes(run: Run) -> set[str]:
    """Of the prompts that its answers were made with."""
    answers = [attempt.answer for attempt in run.attempts if attempt.answer and attempt.answer["usage"]]
    return {answer["usage"]["prompts"]["answer"] for answer in answers}
