"""What an answer may cite: it numbers every sentence once, shows them to whoever answers, and reads the numbers back.

Whoever answers names sentences; the markers, the claims' ranges and the citations, numbered in order of first use, all
come out of this one place, so that they can never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from qa.answering.invisible import visible
from qa.domain import Answer, Citation, Claim, Hit, Reason, Status, Support, Usage
from qa.errors import ModelFailed
from qa.following import Follows

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


@dataclass(frozen=True, slots=True)
class Proposed:
    """A claim before it is checked: one sentence, without markers.

    carried_by: what is said to carry it, maybe nothing. instead: what else may, each choice enough by itself, the
    likeliest first. score: the probability that it answers, where the answerer knows one. is_of_prompt: whether it
    repeats words of the instructions, which are nobody's to read. usage: what the answer took up to here.
    """

    words: str
    carried_by: tuple[Citable, ...]
    score: float | None = None
    instead: tuple[tuple[Citable, ...], ...] = ()
    is_of_prompt: bool = False
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The last that an answerer gives. proposed: what it proposes at last, all of it where nothing streams.

    reason: why it has no answer, if it says so. nearest: what comes nearest then. likely: what is nearly as likely to
    answer as the best, said or not. failure: how its model failed.
    """

    proposed: tuple[Proposed, ...] = ()
    reason: Reason | None = None
    nearest: tuple[Citable, ...] = ()
    likely: tuple[Citable, ...] = ()
    usage: Usage | None = None
    failure: ModelFailed | None = None


@dataclass(slots=True)
class Evidence:
    """What was found for a question, and the answer that is made of it, claim by claim.

    follows: what the question leans on, where it cannot stand alone.
    """

    hits: tuple[Hit, ...] = ()
    follows: Follows | None = None
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    offered: tuple[Citable, ...] = ()
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def offer(self, sentences: Sequence[Citable]) -> None:
        """Numbers the sentences that a model is shown: article by article as given, within one in reading order."""
        articles = list(dict.fromkeys(sentence.hit.article_id for sentence in sentences))
        each = {sentence.key: sentence for sentence in reversed(sentences)}.values()
        self.offered = tuple(sorted(each, key=lambda one: (articles.index(one.hit.article_id), one.key[1])))

    def as_prompt(self) -> str:
        """The sentences that are offered, each on a line of its own behind its number, under their article's title."""
        numbered = enumerate(self.offered, 1)
        return "\n\n".join(
            "\n".join([_heading(group[0][1].hit), *(f"[{number}] {harmless(one.quote)}" for number, one in group)])
            for _, run in groupby(numbered, key=lambda each: each[1].hit.article_id)
            if (group := list(run))
        )

    def named(self, numbers: Sequence[int]) -> tuple[Citable, ...]:
        """The sentences that were shown with these numbers."""
        return tuple(self.offered[number - 1] for number in numbers)

    def state(
        self,
        words: str,
        carried_by: Sequence[Citable],
        score: float,
        support: Support = Support.UNCHECKED,
    ) -> None:
        """Adds one claim with the sentences that carry it: none only where it is marked as unsupported."""
        numbers = tuple(dict.fromkeys(self._number(sentence) for sentence in carried_by))
        start = len(self.text) + bool(self.text)
        claim = Claim(words, start, start + len(words), numbers, support, score)
        markers = "".join(f"[{number}]" for number in numbers)
        self.text = " ".join(filter(None, (self.text, words, markers)))
        self.claims.append(claim)

    def answer(self, model: str) -> Answer:
        """All that was stated so far."""
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


def being_read(hits: Iterable[Hit]) -> tuple[Citation, ...]:
    """Each sentence once, numbered in the order given, with the score of the search."""
    first: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        first.setdefault(hit.key, hit)
    return tuple(citable(hit, hit.score).citation(i) for i, hit in enumerate(first.values(), 1))


def shown(quote: str) -> str:
    """A quote as it stands in an answer: on one line, and what looks like a marker of ours in round brackets."""
    return MARKER_LIKE.sub(r"(\1)", " ".join(quote.split()))


# Square brackets would pass for our numbers, and angle brackets open the tags by which chat templates tell who speaks
# (<|im_start|>, [INST], </s>): a server that reads them in a prompt would take an article for the system.
_HARMLESS = str.maketrans("[]【】［］〔〕<>", "()()()()‹›")


def harmless(text: str) -> str:
    """An article's words as a prompt shows them: on one line, nothing hidden, nothing that stands for more than words.

    What is cited stays the article's own text.
    """
    return " ".join(visible(text).translate(_HARMLESS).split())


def _heading(hit: Hit) -> str:
    date = f" ({hit.published.isoformat()})" if hit.published else ""
    return f"Article: {harmless(hit.title)}{date}"


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
