"""Answering with a language model: it is shown numbered sentences, and what it says is proposed, not believed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import chain

from qa.answering.antecedents import antecedent
from qa.answering.evidence import ABSTENTIONS, Citable, Ended, Evidence, Proposed
from qa.answering.extractive import NEAREST
from qa.answering.giveaway import Instructions
from qa.answering.other_side import nearly_as_likely
from qa.answering.ranking import ranked_parts
from qa.answering.replies import Reply, Said
from qa.domain import Reason, Usage
from qa.errors import Failure, ModelFailed
from qa.ports import LanguageModel, Reader, Spent
from qa.prompting import PromptFile
from qa.retrieval.words import content_words, raw_words
from qa.turns import Desk

logger = logging.getLogger(__name__)
VARIABLES = frozenset({"evidence", "question"})
"""Of prompts/answer.md."""
READ = 10  # sentences that the model is shown, besides those that say who is meant in them
MOST_SAID = 40  # sentences: no answer is that long
MOST_REPEATED = 3
INSTEAD = 4  # sentences that a claim is tried on, besides those that it names
NOT_SAID = raw_words(ABSTENTIONS[Reason.NOT_IN_ARTICLES])
"""The words that prompts/answer.md asks for when the sentences do not answer."""


class GenerativeAnswerer:
    """Implements qa.ports.Answerer with a language model, one call an answer."""

    def __init__(self, model: LanguageModel, prompt: PromptFile, reader: Reader, desk: Desk | None = None) -> None:
        self._model = model
        self._prompt = prompt
        self._reader = reader
        self._desk = desk or Desk()

    @property
    def name(self) -> str:
        return self._model.name

    async def answer(self, question: str, evidence: Evidence) -> AsyncGenerator[Proposed | Ended, None]:
        if not evidence.hits:
            yield Ended(reason=Reason.NOTHING_RETRIEVED)
            return
        ranked = await self._desk.do(self._ranked, question, evidence)
        heard = _Heard(question, evidence, ranked[:READ], self._prompt)
        reply = Reply(range(1, len(evidence.offered) + 1))
        usage, failure = usage_of(None, self._prompt), None
        prompt = self._prompt.filled(evidence=evidence.as_prompt(), question=question)
        try:
            async with aclosing(self._model.reply(prompt)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Spent):
                        usage = usage_of(piece, self._prompt)
                    else:
                        for proposed in heard.proposed(reply.feed(piece)):
                            yield replace(proposed, usage=usage)
            rest = tuple(heard.proposed(reply.end()))
        except ModelFailed as error:
            rest, failure = (), error
        yield Ended(rest, heard.reason, tuple(ranked[:NEAREST]), nearly_as_likely(ranked), usage, failure)

    def _ranked(self, question: str, evidence: Evidence) -> list[Citable]:
        """The sentences, each once, the likeliest to answer any part of the question first."""
        parts = ranked_parts(self._reader, question, evidence.hits, evidence.follows)
        found = chain.from_iterable(part.sentences for part in parts)
        best: dict[tuple[str, int], Citable] = {}
        for one in sorted(found, key=lambda one: -one.score):
            best.setdefault(one.key, one)
        return list(best.values())


def usage_of(spent: Spent | None, prompt: PromptFile) -> Usage:
    """spent: None where nothing came."""
    said = spent or Spent(None, None, None, None)
    return Usage(said.prompt_tokens, said.completion_tokens, said.cost, said.first_token_ms, {prompt.name: prompt.hash})


class _Heard:
    """What the model was shown, and what it has said so far."""

    def __init__(self, question: str, evidence: Evidence, read: Sequence[Citable], prompt: PromptFile) -> None:
        """Each sentence is shown with the one that says who or what is meant in it, where it hangs on one."""
        self.reason: Reason | None = None
        self._evidence = evidence
        places = ((one, antecedent(question, one.hit)) for one in read)
        self._meant = {one.key: Citable(one.hit, place, one.score) for one, place in places if place is not None}
        evidence.offer([*read, *self._meant.values()])
        self._times = Counter[str]()
        told = (question, *(text for one in evidence.offered for text in (one.hit.title, one.quote)))
        self._instructions = Instructions(prompt.system.template, told)

    def proposed(self, sentences: Iterable[Said]) -> Iterator[Proposed]:
        """Notes the words that say that there is no answer. Raises ModelFailed for a reply that does not end."""
        for said in sentences:
            self._times[said.words] += 1
            if self._times[said.words] > MOST_REPEATED or self._times.total() > MOST_SAID:
                raise ModelFailed("The reply repeats itself, or does not end.", Failure.ENDLESS, has_begun=True)
            if said.unknown:
                logger.info("numbers that are none of the evidence: %s", said.unknown)
            if raw_words(said.words)[: len(NOT_SAID)] == NOT_SAID:
                self.reason = Reason.NOT_IN_ARTICLES
            elif said.words.endswith("?"):
                logger.info("a question is no claim: %r", said.words)
            elif self._instructions.are_given_away(said.words):
                logger.warning("a claim that repeats the instructions is not considered")
            else:
                yield Proposed(
                    said.words,
                    self._evidence.named(said.numbers),
                    instead=tuple(self._instead(said)),
                    is_of_prompt=self._instructions.touch(said.words),
                )

    def _instead(self, said: Said) -> Iterator[tuple[Citable, ...]]:
        """What is named, with who is meant in it; then the sentences that share most, alone and with that."""
        yield from self._with_meant(self._evidence.named(said.numbers))
        wanted = set(content_words(said.words))
        shared = [(len(wanted & set(content_words(one.quote))), one) for one in self._evidence.offered]
        likeliest = [one for count, one in sorted(shared, key=lambda each: -each[0]) if count][:INSTEAD]
        yield from ((one,) for one in likeliest)
        yield from self._with_meant(likeliest)

    def _with_meant(self, sentences: Sequence[Citable]) -> Iterator[tuple[Citable, ...]]:
        for one in sentences:
            if other := self._meant.get(one.key):
                yield (one, other)
