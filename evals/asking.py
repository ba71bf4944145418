"""Asking one case: the answer, the search behind it, the follow-up asked afresh, and all of it scored."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.calibration import judged_claims
from evals.cases import Case
from evals.excerpts import excerpts
from evals.judge import Judge
from evals.observed import Observed
from evals.product import Found, Json, Product, ProductFailed
from evals.runfile import Attempt
from evals.scoring import Outcome, Values, outcome, score

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bench:
    """What every case of a run is asked with.

    found: how many sentences to search for; 0 leaves retrieval unmeasured. articles: current version by id.
    """

    product: Product
    found: int = 10
    articles: Mapping[str, str] = field(default_factory=dict)
    judge: Judge | None = None
    prices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    async def attempt(self, case: Case, repeat: int, conversation_id: str | None = None) -> Attempt:
        """One case asked once; a failure becomes an error that names its cause. Raises ProductDown."""
        try:
            seen = await self.observe(case, conversation_id)
        except ProductFailed as error:
            return Attempt(case_id=case.id, repeat=repeat, outcome=Outcome.ERROR, error=str(error))
        values = score(seen) | await self._judged(seen)
        return Attempt(
            case_id=case.id, repeat=repeat, outcome=outcome(values), answer=seen.answer, standalone=seen.standalone,
            metrics=values, excerpts=excerpts(seen, self.articles), claims=judged_claims(seen),
        )  # fmt: skip

    async def _judged(self, seen: Observed) -> Values:
        """A judge that fails leaves its own figures unmeasured, and only those."""
        try:
            return await self.judge.values(seen) if self.judge else {}
        except ProductFailed as error:
            logger.warning("case %s: %s", seen.case.id, error)
            return {}

    async def observe(self, case: Case, conversation_id: str | None = None) -> Observed:
        """Raises ProductFailed, ProductDown."""
        answer = await self.product.ask(case.question, conversation_id)
        standalone = await self._afresh(case)
        found = await self._search(case, answer)
        texts = await self._texts(case, [answer, *([standalone] if standalone else [])], found or ())
        return Observed(case, answer, texts, found, standalone, self.product.embedder, self.prices)

    async def _afresh(self, case: Case) -> Json | None:
        return await self.product.ask(case.asked_in_full) if case.is_follow_up and case.standalone_question else None

    async def _search(self, case: Case, answer: Json) -> tuple[Found, ...] | None:
        if not self.found or not case.gold:
            return None
        return tuple(await self.product.search(str(answer["standalone_question"]), self.found))

    async def _texts(self, case: Case, answers: list[Json], found: tuple[Found, ...]) -> dict[tuple[str, str], str]:
        """Of every version that is cited or found, and of the current version of what is gold."""
        wanted = {(entry["article_id"], entry["version"]) for answer in answers for entry in answer["citations"]}
        wanted |= {(hit.article_id, hit.version) for hit in found}
        files = {quote.file for quote in case.quotes()}
        wanted |= {(file, self.articles[file]) for file in files if file in self.articles}
        held = {key: await self.product.text(*key) for key in sorted(wanted)}
        return {key: text for key, text in held.items() if text is not None}
