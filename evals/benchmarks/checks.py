"""`python -m evals.benchmarks.checks`: what a language model's answers are worth with the check of claims, and without.

Questions of the seeds, each asked in full, answered by SmolLM2 on loopback (`make test-model` installs it), or by any
model behind an OpenAI-like API (`--llm-base-url URL --model NAME`). The model is asked once a question; what it said
is then put through the same chain twice: checked, and with a checker that lets everything pass. That checker exists for
this measurement only. Without the check a claim keeps the numbers that the model gave it, and one without a number the
sentence that shares most words with it.

Two tables in Markdown. The first counts turns. The second counts claims that were shown, and their citations:

- carried, by the check: the product's own check, made again on what is cited. With checks on it judges its own work,
  so this column says what the check took away, not that it was right.
- in the cited words: every word of the claim but one in ten stands in what it cites, in the same order. It shares
  nothing with the check but the splitting into words, cannot see a denial that was left out, and takes a true
  paraphrase for unsupported: a lower bound.
- gold: at least one sentence that it cites (of citations: itself) is one that people marked as answering that question,
  or as fit to stand beside it. Claims of questions that the articles answer only. Independent of the check, but about
  the question: a claim that is carried by what it cites may still be beside the point.

A citation carries its claim if it does so alone, or if the others do not carry it without it (ALCE, Gao et al. 2023).
With `--claims FILE` the claims of the questions of `dev` are written out, to be read by a person.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from evals.asking import Bench
from evals.benchmarks import smollm2
from evals.benchmarks.shown_claims import Shown, shown
from evals.cases import Case
from evals.finding import Selection, find
from evals.metrics import right
from evals.observed import Observed
from evals.opening import own_library, served_here
from qa.answering import generative
from qa.answering.checked import CheckedAnswers
from qa.answering.extractive import MODEL, ExtractiveAnswerer
from qa.assembly import Service, open_checker, open_model, open_reader
from qa.chat import AsAsked, Chat
from qa.domain import Citation, Support
from qa.errors import ModelFailed, QaError
from qa.ports import LanguageModel, Prompt, Spent, Verdict
from qa.prompting import load_prompt
from qa.settings import Settings

TURNS = (
    "checks", "turns", "right", "answered", "the articles' own sentences instead", "of the answerable: right",
    "of the others: abstained",
)  # fmt: skip
CLAIMS = (
    "shown", "claims", "carried, by the check", "in the cited words", "gold", "citations", "carry it, by the check",
    "are gold",
)  # fmt: skip
PATIENT_S = 600.0
"""The longest limits there are: how fast a model is is not measured."""


class Unchecked:
    """Implements qa.ports.SupportChecker for this measurement: whatever cites a sentence passes."""

    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        return Verdict(Support.SUPPORTED, 1.0)


class Remembering:
    """A language model that is asked once a prompt; asked again, it says, or fails, as before."""

    def __init__(self, model: LanguageModel) -> None:
        self.name = model.name
        self._model = model
        self._said: dict[tuple[str, str], tuple[list[str | Spent], ModelFailed | None]] = {}

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Spent, None]:
        key = (prompt.system, prompt.user)
        if key not in self._said:
            self._said[key] = await self._asked(prompt)
        pieces, failure = self._said[key]
        for piece in pieces:
            yield piece
        if failure:
            raise failure

    async def _asked(self, prompt: Prompt) -> tuple[list[str | Spent], ModelFailed | None]:
        pieces: list[str | Spent] = []
        try:
            async with aclosing(self._model.reply(prompt)) as reply:
                async for piece in reply:
                    pieces.append(piece)
        except ModelFailed as failure:
            return pieces, failure
        return pieces, None


@dataclass(frozen=True, slots=True)
class Side:
    """All questions, with checks on or off."""

    name: str
    turns: tuple[Observed, ...]
    claims: tuple[Shown, ...]


def turns_row(side: Side) -> str:
    can, cannot = ([seen for seen in side.turns if seen.case.answerable is kind] for kind in (True, False))
    instead = sum(str(seen.answer["model"]).startswith(MODEL) for seen in side.turns)
    cells = [
        side.name, f"{len(side.turns)}", share(map(is_right, side.turns)),
        share(not seen.abstained for seen in side.turns), f"{instead}", share(map(is_right, can)),
        share(map(is_right, cannot)),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def is_right(seen: Observed) -> bool:
    return right.score(seen) == 1.0


def claims_row(name: str, claims: Sequence[Shown]) -> str:
    known = [each for each in claims if each.is_gold is not None]
    citations, of_known = (sum(len(each.cited) for each in those) for those in (claims, known))
    cells = [
        name, f"{len(claims)}", share(each.is_carried for each in claims), share(each.is_in_words for each in claims),
        share(bool(each.is_gold) for each in known), f"{citations}",
        percent(sum(each.carrying for each in claims), citations), percent(sum(each.gold for each in known), of_known),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def share(those: Iterable[bool]) -> str:
    held = list(those)
    return percent(sum(held), len(held))


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def tables(on: Side, off: Side) -> Iterator[str]:
    yield f"| {' | '.join(TURNS)} |\n|{'---|' * len(TURNS)}"
    yield from map(turns_row, (off, on))
    yield f"\n| {' | '.join(CLAIMS)} |\n|{'---|' * len(CLAIMS)}"
    yield claims_row("off", off.claims)
    yield claims_row("on", on.claims)
    yield claims_row("on, the model's own", [each for each in on.claims if each.is_of_model])


def written(side: Side) -> Iterator[str]:
    """A line of JSON a claim of `dev`."""
    for each in side.claims:
        if "dev" in each.case.tags:
            row = {
                "checks": side.name, "case": each.case.id, "question": each.case.asked_in_full, "claim": each.text,
                "of_model": each.is_of_model, "carried": each.is_carried, "in_words": each.is_in_words,
                "gold": each.is_gold, "cited": [one.quote for one in each.cited],
            }  # fmt: skip
            yield json.dumps(row, ensure_ascii=False)


def chosen(limit: int, articles: Path) -> list[Case]:
    """The same every time, none of a conversation; each is asked in full."""
    every = find("seeds", articles, Path()).cases
    alone = tuple(replace(case, question=case.asked_in_full, conversation=None, turn=None) for case in every)
    return list(Selection(limit=limit).of(tuple(case for case in alone if not case.answerable or case.gold)))


async def sides(service: Service, cases: Sequence[Case]) -> tuple[Side, Side]:
    """Checks on, checks off."""
    model = open_model(service.settings)
    assert model is not None
    remembering = Remembering(model)
    read, policy = open_reader(service.settings)
    check = open_checker(read, service.embedder)
    answerer = generative.GenerativeAnswerer(remembering, load_prompt("answer", generative.VARIABLES), read)
    found = []
    for name, checker in (("on", check), ("off", Unchecked())):
        answers = CheckedAnswers(answerer, checker, ExtractiveAnswerer(read, policy))
        service.chat = Chat(AsAsked(), service.retriever, answers, service.conversations)
        turns = [seen async for seen in asked(service, cases)]
        found.append(Side(name, tuple(turns), tuple(each for seen in turns for each in shown(seen, check))))
    return found[0], found[1]


async def asked(service: Service, cases: Sequence[Case]) -> AsyncGenerator[Observed, None]:
    async with served_here(service) as product:
        bench = Bench(product, found=0, articles=await product.articles())
        for case in cases:
            yield await bench.observe(case)


def main(
    limit: Annotated[int, typer.Option(min=1, help="So many questions, drawn the same every time.")] = 60,
    llm_base_url: Annotated[str | None, typer.Option(help="An OpenAI-like API; without it, SmolLM2 here.")] = None,
    model: Annotated[str, typer.Option(help="The model's name there.")] = smollm2.NAME,
    claims: Annotated[
        Path | None, typer.Option(help="Where the claims of dev are written, a line of JSON each.")
    ] = None,
) -> None:
    """Prints both tables."""
    base_url: AbstractContextManager[str] = nullcontext(llm_base_url) if llm_base_url else smollm2.served()
    try:
        with base_url as url:
            settings = Settings(
                llm="openai-like", llm_base_url=url, llm_model=model, llm_first_token_s=PATIENT_S,
                llm_silence_s=PATIENT_S, llm_total_s=PATIENT_S,
            )  # fmt: skip
            with own_library(settings, settings.articles_dir) as service:
                on, off = asyncio.run(sides(service, chosen(limit, settings.articles_dir)))
    except QaError as error:
        typer.echo(f"{error.title}. {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo("\n".join(tables(on, off)))
    if claims:
        claims.write_text("".join(f"{line}\n" for side in (off, on) for line in written(side)), "utf-8")


if __name__ == "__main__":
    typer.run(main)
