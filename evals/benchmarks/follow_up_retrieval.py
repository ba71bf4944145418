"""`python -m evals.benchmarks.follow_up_retrieval seeds | PATH`: does a follow-up find what it asks for?

Over the library that the settings name (QA_ARTICLES_DIR, QA_DATA_DIR). Each follow-up is searched for as it was asked,
with the earlier questions in front (naive concatenation), as the offline rewriter puts it, as the product then searches
for it (near what was cited before), and as people put it where the set says so. `seeds`: the share with a gold sentence
among the first three. PATH, a folder of `questions.jsonl` with `history` and `evidence` (MTRAG: Katsis et al. 2025):
passage recall among the first five articles, which are passages there. The history is played: earlier questions as they
were rewritten, each citing the first sentence found, whose words are the answer that the set gives where it gives one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from evals.benchmarks.lines import present, read_lines
from evals.benchmarks.rewriting import mean, told, turn_of
from evals.cases import Case, load
from evals.finding import DATASETS
from qa.answering.rewriting import understood
from qa.assembly import Service, open_service
from qa.domain import Filter, Hit, Turn
from qa.errors import QaError
from qa.ports import Standalone
from qa.settings import Settings

WAYS = ("as asked", "concatenated", "rewritten", "in conversation", "by people")
SENTENCES = 3
ARTICLES = 5
READ = 40  # sentences that are searched for to see five articles


@dataclass(frozen=True, slots=True)
class Wanted:
    """gold: groups of (article, quote), any of a group will do. articles: those that hold evidence."""

    gold: tuple[frozenset[tuple[str, str]], ...] = ()
    articles: frozenset[str] = frozenset()

    def found_in(self, hits: Sequence[Hit]) -> float:
        """0 to 1."""
        if self.articles:
            first = list(dict.fromkeys(hit.article_id for hit in hits))[:ARTICLES]
            return len(self.articles & set(first)) / len(self.articles)
        shown = {(hit.article_id, hit.quote) for hit in hits[:SENTENCES]}
        return float(any(group & shown for group in self.gold))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """earlier: (question, answer or None), oldest first. wanted: None for a question that nothing answers."""

    question: str
    earlier: tuple[tuple[str, str | None], ...]
    wanted: Wanted | None
    reference: str | None
    tags: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Shares by way, the questions that must stay as they are and did not."""

    by_way: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    disturbed: list[str] = field(default_factory=list)


def main(
    sets: Annotated[list[str], typer.Argument(help="seeds, or folders with questions.jsonl.")],
    limit: Annotated[int, typer.Option(min=1, help="So many follow-ups of a folder, the same every time.")] = 150,
    tag: Annotated[str | None, typer.Option(help="Of the seeds, those with this tag: dev or held_out.")] = None,
    show: Annotated[bool, typer.Option(help="Print what was made of each question.")] = False,
) -> None:
    """Prints a Markdown table, a row a set."""
    typer.echo(f"| set | follow-ups | {' | '.join(WAYS)} |\n|{'---|' * (2 + len(WAYS))}")
    try:
        with open_service(Settings(), "evals.benchmarks.follow_up_retrieval") as service:
            service.sync()
            for spec in sets:
                chosen = list(seed_follow_ups(tag) if spec == "seeds" else sampled(Path(spec), limit))
                typer.echo(row(spec, measured(service, chosen, show)))
    except QaError as error:
        typer.echo(f"{error.title}. {error}", err=True)
        raise typer.Exit(2) from None


def row(spec: str, tally: Tally) -> str:
    shares = [f"{100 * mean(values):.1f} %" if values else "–" for values in tally.by_way.values()]
    line = f"| {Path(spec).name} | {len(tally.by_way['rewritten'])} | {' | '.join(shares)} |"
    return "\n".join([line, *(f"changed, though it stands alone: {text}" for text in tally.disturbed)])


def measured(service: Service, follow_ups: Sequence[FollowUp], show: bool) -> Tally:
    tally = Tally()
    for follow_up in follow_ups:
        asked = ways(service, follow_up)
        full = asked["rewritten"].text
        if show:
            typer.echo(f"  {follow_up.question}\n    {full}\n    {follow_up.reference or ''}")
        if "standalone_in_conversation" in follow_up.tags and full != follow_up.question:
            tally.disturbed.append(f"{follow_up.question} > {full}")
        for way, put in asked.items() if follow_up.wanted else ():
            tally.by_way[way].append(follow_up.wanted.found_in(search(service, put)) if follow_up.wanted else 0.0)
    return tally


def ways(service: Service, follow_up: FollowUp) -> dict[str, Standalone]:
    said = [question for question, _ in follow_up.earlier]
    put = understood(follow_up.question, played(service, follow_up.earlier))
    asked = {
        "as asked": Standalone(follow_up.question),
        "concatenated": Standalone(" ".join([*said, follow_up.question])),
        "rewritten": Standalone(put.text),
        "in conversation": put,
    }
    return {**asked, "by people": Standalone(follow_up.reference)} if follow_up.reference else asked


def played(service: Service, earlier: Sequence[tuple[str, str | None]]) -> list[Turn]:
    turns: list[Turn] = []
    for question, answer in earlier:
        made = understood(question, turns)
        first = next(iter(search(service, made)), None)
        where = (first.article_id, first.sentence.number) if first else ("", 1)
        turns.append(turn_of(question, made.text, answer or (first.quote if first else None), *where))
    return turns


def search(service: Service, put: Standalone) -> list[Hit]:
    return service.retriever.search_now(put.text, READ, Filter(), put.follows)


def seed_follow_ups(tag: str | None) -> Iterator[FollowUp]:
    dataset = load(DATASETS / "seeds.jsonl")
    for case in dataset.cases:
        if case.is_follow_up and (tag is None or tag in case.tags):
            earlier = tuple((other.question, None) for other in dataset.history(case))
            yield FollowUp(case.question, earlier, wanted(case), case.asked_in_full, case.tags)


def wanted(case: Case) -> Wanted | None:
    groups = tuple(frozenset((quote.file, quote.quote) for quote in group) for group in case.gold)
    return Wanted(gold=groups) if groups else None


def sampled(folder: Path, limit: int) -> list[FollowUp]:
    """Those that have a history and evidence. Raises DatasetError where there is no such set."""
    file = present(folder / "questions.jsonl", "a set of follow-ups with history and evidence")
    held = [
        question
        for _, question in read_lines(file)
        if question["evidence"] and question.get("history") and not question["type"].startswith("underspecified")
    ]
    chosen = held if limit >= len(held) else random.Random(20260131).sample(held, limit)
    return [
        FollowUp(
            question["question"], tuple(told(question["history"])),
            Wanted(articles=frozenset(f"{piece['doc']}.txt" for piece in question["evidence"])),
            question.get("reference_rewrite"), (),
        )
        for question in chosen
    ]  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
