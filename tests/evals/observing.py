"""Answers in the contract's JSON, made by hand for tests of metrics."""

from __future__ import annotations

from typing import Any

from evals.cases import Case, GoldQuote
from evals.observed import Observed
from evals.product import Found, Json

FILE = "bridge.txt"
TEXT = "The bridge opened on 4 May.\nIt cost 2,500 crowns.\nBerg cut the ribbon.\n"
OPENED, COST, RIBBON = TEXT.splitlines()
TEXTS = {(FILE, "v1"): TEXT}


def case(*gold: str, facts: tuple[str, ...] = (), **more: Any) -> Case:
    """gold: one group a sentence."""
    groups = tuple((GoldQuote(FILE, quote),) for quote in gold)
    plain: dict[str, Any] = {"id": "c", "tags": (), "question": "?", "answerable": True, "gold": groups}
    return Case(**plain | {"key_facts": tuple((fact,) for fact in facts)} | more)


def unanswerable(why: Any = "near_miss") -> Case:
    return Case(id="c", tags=(), question="?", answerable=False, why_not=why)


def citation(number: int, quote: str, **more: Any) -> Json:
    start = TEXT.index(quote)
    return {"number": number, "article_id": FILE, "version": "v1", "start": start, "end": start + len(quote),
            "quote": quote} | more  # fmt: skip


def answer(*parts: tuple[str, list[int]], citations: list[Json] | None = None, **more: Any) -> Json:
    """parts: the text of each claim with the numbers it cites; citations of the numbers 1, 2 … by default."""
    quotes = [OPENED, COST, RIBBON]
    numbers = sorted({number for _, cited in parts for number in cited if 1 <= number <= 3})
    shown = " ".join(text + "".join(f" [{number}]" for number in cited) for text, cited in parts)
    claims = [{"text": text, "citations": cited, "score": 0.9} for text, cited in parts]
    return {
        "status": "answered", "reason": None, "answer": shown, "claims": claims, "model": "m", "usage": None,
        "citations": [citation(n, quotes[n - 1]) for n in numbers] if citations is None else citations,
        "standalone_question": "?", "timings_ms": {"total": 3.0},
    } | more  # fmt: skip


def abstention(reason: str = "not_in_articles") -> Json:
    return answer(citations=[], status="abstained", reason=reason, answer="The articles do not say.")


def seen(of: Case, given: Json, **more: Any) -> Observed:
    return Observed(of, given, more.pop("texts", TEXTS), **more)


def found(*quotes: str) -> tuple[Found, ...]:
    return tuple(Found(FILE, "v1", TEXT.index(quote), TEXT.index(quote) + len(quote), quote, 1.0) for quote in quotes)
