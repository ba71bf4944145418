"""One answer with all that a metric may look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evals.cases import Case
from evals.gold import Texts, groups_hit, hits_context
from evals.product import Found, Json
from qa.ports import Embedder

MARKER = re.compile(r"\s*\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the answer, as far as metrics need it."""

    number: int
    article_id: str
    version: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class ObservedClaim:
    """One claim of the answer. dangling: the numbers it cites that no citation has. score: the product's own."""

    text: str
    cited: tuple[Cited, ...]
    dangling: tuple[int, ...]
    score: float


@dataclass(frozen=True)
class Observed:
    """answer: the contract's JSON. texts: of every article that is cited or found.

    found: what a search for the standalone question gave, best first; None where it was not asked.
    standalone: the answer to the case's standalone question, asked afresh; None for what is no follow-up.
    prices: of a million tokens, {"input": …, "output": …} by model.
    """

    case: Case
    answer: Json
    texts: Texts = field(default_factory=dict)
    found: tuple[Found, ...] | None = None
    standalone: Json | None = None
    embedder: Embedder | None = None
    prices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def abstained(self) -> bool:
        return bool(self.answer["status"] == "abstained")

    @cached_property
    def plain_answer(self) -> str:
        """The answer's text without its markers."""
        return MARKER.sub("", str(self.answer["answer"]))

    @cached_property
    def markers(self) -> tuple[int, ...]:
        """The numbers of the markers in the answer's text, in order."""
        return tuple(int(number) for number in MARKER.findall(str(self.answer["answer"])))

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        names = Cited.__dataclass_fields__
        return tuple(Cited(**{name: entry[name] for name in names}) for entry in self.answer["citations"])

    @cached_property
    def claims(self) -> tuple[ObservedClaim, ...]:
        """The claims; markers that stand in the text but in no claim make one more, which cites only those."""
        claims = [self._claim(claim["text"], claim["citations"], claim["score"]) for claim in self.answer["claims"]]
        claimed = {number for claim in self.answer["claims"] for number in claim["citations"]}
        stray = tuple(sorted(set(self.markers) - claimed))
        return (*claims, self._claim("", stray, 0.0)) if stray else tuple(claims)

    def _claim(self, text: str, numbers: tuple[int, ...] | list[int], score: float) -> ObservedClaim:
        known = {cited.number: cited for cited in self.cited}
        shown = set(self.markers)
        good = [number for number in numbers if number in known and number in shown]
        return ObservedClaim(
            text, tuple(known[number] for number in good), tuple(n for n in numbers if n not in good), score or 0.0
        )

    @cached_property
    def gold_hit(self) -> Mapping[int, frozenset[int]]:
        """For each citation's number, the gold groups it satisfies."""
        return {cited.number: groups_hit(self.case, cited, self.texts) for cited in self.cited}

    @cached_property
    def in_context(self) -> frozenset[int]:
        """The numbers of citations that are not gold but may stand beside it."""
        beside = (cited for cited in self.cited if not self.gold_hit[cited.number])
        return frozenset(cited.number for cited in beside if hits_context(self.case, cited, self.texts))

    def of_standalone(self) -> Observed | None:
        """The same case seen through the answer to its standalone question."""
        if self.standalone is None:
            return None
        return Observed(self.case, self.standalone, self.texts, None, None, self.embedder, self.prices)
