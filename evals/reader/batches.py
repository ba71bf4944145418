"""Draws the batches of training from what was prepared: the same ones for the same seed, step and worker."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.reader.prepared import Group, Prepared, Row, Statement
from qa.answering.pairing import EncodedPair, Pair, PairEncoder

SWAPPED = "+swapped"
SHARES = {
    "unanswerable": 2.5,
    "covidqa": 0.6,
    "qadisc": 0.5,
    "qamr": 0.6,
    "squad1_train_articles": 0.6,
    "invented_news": 1.0,
    "invented_news+follow_up": 3.0,
    "invented_news+twin": 6.0,
    SWAPPED: 0.5,
}
"""How often a group is seen in one pass; 1 where nothing is said."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How batches are drawn. candidates: pairs a group. withheld: share of groups whose answer is left out.

    unsaid, missaid: shares of follow-ups without what was answered before, and with a wrong answer in its place.
    built: whether questions with a changed name, number or year are among them.
    """

    seed: int = 6
    groups: int = 12
    candidates: int = 6
    statements: int = 18
    withheld: float = 0.1
    untitled: float = 0.4
    bare: float = 0.1
    unmarked: float = 0.15
    unsaid: float = 0.3
    missaid: float = 0.1
    built: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """pairs: those of the groups, `candidates` each, then those of the statements.

    targets: for each group the place of its answering pair, -1 for none. labels: of each statement.
    """

    pairs: list[EncodedPair]
    sizes: list[int]
    targets: list[int]
    labels: list[str]


class Batches:
    """Batches by step, endlessly: pass after pass over the groups, each in another order."""

    def __init__(self, prepared: Prepared, encoder: PairEncoder, drawing: Drawing) -> None:
        self._rows, self._encoder, self._drawing = prepared.rows, encoder, drawing
        trained = (group for group in prepared.groups if not group.held_out)
        self._groups = [group for group in trained if drawing.built or SWAPPED not in group.source]
        self._statements = prepared.statements
        self._orders: dict[tuple[str, int], list[int]] = {}

    def draw(self, step: int, worker: int = 0, workers: int = 1) -> Drawn:
        drawing, place = self._drawing, step * workers + worker
        chance = random.Random(f"{drawing.seed}-{place}")
        drawn = Drawn([], [], [], [])
        for group in self._slice(place, drawing.groups):
            self._add_group(drawn, group, chance)
        count = drawing.statements
        for number in range(place * count, place * count + count):
            self._add_statement(drawn, self._statements[number % len(self._statements)])
        return drawn

    def _slice(self, place: int, count: int) -> list[Group]:
        return [self._at(number) for number in range(place * count, place * count + count)]

    def _at(self, number: int) -> Group:
        once = len(self._order(0))
        return self._groups[self._order(number // once)[number % once]]

    def _order(self, turn: int) -> list[int]:
        key = ("groups", turn)
        if key not in self._orders:
            chance = random.Random(f"{self._drawing.seed}-order")
            order = [n for n, group in enumerate(self._groups) for _ in range(_times(group, chance))]
            random.Random(f"{self._drawing.seed}-{turn}").shuffle(order)
            self._orders[key] = order
        return self._orders[key]

    def _add_group(self, drawn: Drawn, group: Group, chance: random.Random) -> None:
        right = group.right if chance.random() >= self._drawing.withheld else ()
        chosen = [chance.choice(right)] if right else []
        chosen += tempting(group.wrong, self._drawing.candidates - len(chosen), chance)
        question = group.question
        if chance.random() < self._drawing.unmarked:
            question = question.rstrip("?. ")
        titled = chance.random() >= self._drawing.untitled
        bare = chance.random() < self._drawing.bare
        said = self._said(group, chance)
        pairs = (pair(question, self._rows[row], titled, bare) for row in chosen)
        drawn.pairs.extend(self._encoder.encode(replace(each, earlier=group.earlier, said=said)) for each in pairs)
        drawn.sizes.append(len(chosen))
        drawn.targets.append(0 if right else -1)

    def _said(self, group: Group, chance: random.Random) -> str:
        drawn = chance.random() if group.earlier else 0.0
        if drawn < self._drawing.unsaid:
            return ""
        is_wrong = drawn > 1 - self._drawing.missaid
        return self._rows[chance.choice(group.wrong)].sentence if is_wrong else group.said

    def _add_statement(self, drawn: Drawn, statement: Statement) -> None:
        drawn.pairs.append(self._encoder.claim(statement.claim, statement.evidence, statement.title))
        drawn.labels.append(statement.label)


def _times(group: Group, chance: random.Random) -> int:
    built = group.source[group.source.find("+") :] if "+" in group.source else ""
    share = SHARES.get(group.source, SHARES.get(built, 1.0))
    if not group.right and "+" not in group.source:
        share = max(share, SHARES["unanswerable"])
    return int(share) + (chance.random() < share % 1)


def tempting(wrong: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """Some of the near misses without repeats, the most tempting likeliest (Efraimidis and Spirakis 2006)."""
    keys = [(chance.random() ** (rank + 1.5), row) for rank, row in enumerate(wrong)]
    return [row for _, row in sorted(keys, reverse=True)[:count]]


def pair(question: str, row: Row, titled: bool = True, bare: bool = False) -> Pair:
    title, before, after = row.title if titled else "", row.before, row.after
    return Pair(question, row.sentence, title, "" if bare else before, "" if bare else after)
