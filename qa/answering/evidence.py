"""What an answer may cite: it numbers every sentence once, in order of first use, and writes the markers itself.

Whoever answers names sentences; the markers, the claims' ranges and the citations all come out of this one place, so
that they can never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.domain import Answer, Citation, Claim, Hit, Reason, Status, Support
from qa.ports import SupportChecker

MARKER_LIKE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Citable:
    """One sentence that may be cited: a hit, or a neighbour of one by its place in `hit.sentences`."""

    hit: Hit
    place: int
    score: float

    @property
    def key(self) -> tuple[str, int]:
        return (self.hit.article_id, self.hit.sentences[self.place].number)

    @property
    def quote(self) -> str:
        return self.hit.context[self.place]

    def citation(self, number: int) -> Citation:
        sentence, hit = self.hit.sentences[self.place], self.hit
        return Citation(
            number=number,
            article_id=hit.article_id,
            title=hit.title,
            published=hit.published,
            version=hit.version,
            sentence=sentence.number,
            line=sentence.line,
            start=sentence.start,
            end=sentence.end,
            quote=self.quote,
            score=self.score,
        )


def citable(hit: Hit, score: float) -> Citable:
    """The hit's own sentence."""
    return Citable(hit, hit.sentences.index(hit.sentence), score)


@dataclass(slots=True)
class Evidence:
    """Collects an answer, claim by claim."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def state(self, words: str, carried_by: Sequence[Citable], score: float) -> None:
        """Adds one claim with the sentences that carry it, at least one."""
        numbers = tuple(dict.fromkeys(self._number(sentence) for sentence in carried_by))
        start = len(self.text) + bool(self.text)
        claim = Claim(words, start, start + len(words), numbers, Support.UNCHECKED, score)
        markers = "".join(f"[{number}]" for number in numbers)
        self.text = " ".join(filter(None, (self.text, words, markers)))
        self.claims.append(claim)

    def answer(self, model: str) -> Answer:
        return Answer(
            status=Status.ANSWERED,
            reason=None,
            text=self.text,
            claims=tuple(self.claims),
            citations=tuple(self.citations),
            model=model,
        )

    def _number(self, sentence: Citable) -> int:
        if sentence.key not in self._numbers:
            self._numbers[sentence.key] = len(self._numbers) + 1
            self.citations.append(sentence.citation(self._numbers[sentence.key]))
        return self._numbers[sentence.key]


def shown(quote: str) -> str:
    """A quote as it stands in an answer: on one line, and what looks like a marker of ours in round brackets."""
    return MARKER_LIKE.sub(r"(\1)", " ".join(quote.split()))


ABSTENTIONS = {
    Reason.NOTHING_RETRIEVED: "The articles hold nothing about this question.",
    Reason.NOT_IN_ARTICLES: "The articles do not say.",
    Reason.UNSUPPORTED: "No sentence of the articles supports an answer.",
}


def abstention(reason: Reason, nearest: Sequence[Citable], model: str) -> Answer:
    """An answer that says it has none, with the sentences that come nearest, which it does not cite."""
    return Answer(
        status=Status.ABSTAINED,
        reason=reason,
        text=ABSTENTIONS[reason],
        claims=(),
        citations=(),
        nearest=tuple(sentence.citation(i) for i, sentence in enumerate(nearest, 1)),
        model=model,
    )


def checked(answer: Answer, checker: SupportChecker) -> Answer:
    """The same answer with a verdict on each claim."""
    by_number = {citation.number: citation for citation in answer.citations}
    verdicts = [checker.check(claim.text, [by_number[n] for n in claim.citations]) for claim in answer.claims]
    claims = (replace(claim, support=verdict.support) for claim, verdict in zip(answer.claims, verdicts, strict=True))
    return replace(answer, claims=tuple(claims))
