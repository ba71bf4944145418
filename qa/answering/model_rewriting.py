"""Follow-ups asked in full by a language model, where one is needed; without it wherever it does not do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from qa.answering.attribution import LINK
from qa.answering.evidence import harmless
from qa.answering.generative import usage_of
from qa.answering.invisible import visible
from qa.answering.leaning import ENGLISH
from qa.answering.rewriting import LONGEST, is_open
from qa.domain import Turn, Usage
from qa.errors import ModelFailed
from qa.following import following
from qa.ports import LanguageModel, Rewriter, Spent, Standalone
from qa.prompting import PromptFile
from qa.retrieval.words import STOP_WORDS, raw_words
from qa.telling import MARKERS

logger = logging.getLogger(__name__)
VARIABLES = frozenset({"conversation", "question"})
"""Of prompts/rewrite.md."""
LONGEST_ANSWER = 600  # characters of an earlier answer that the model is shown
STEM = 4  # letters that a word of the rewritten question shares with one of the conversation: Syria, Syrian


class ModelRewriter:
    """Implements qa.ports.Rewriter; never fails a turn. offline: who rewrites when the model is not needed or fails."""

    def __init__(self, model: LanguageModel, prompt: PromptFile, offline: Rewriter) -> None:
        self._model = model
        self._prompt = prompt
        self._offline = offline

    async def standalone(self, question: str, turns: Sequence[Turn]) -> Standalone:
        """At most one call, and none where the question stands alone."""
        offline = await self._offline.standalone(question, turns)
        if not turns or len(question) > LONGEST or not (offline.text != question or is_unclear(question)):
            return offline
        said, usage = await self._said(question, turns)
        if why := unusable(said, [question, *_told(turns)]):
            logger.warning("the rewritten question is not used: %s", why)
            return replace(offline, usage=usage)
        full = " ".join(said.split())
        return Standalone(full, usage, replace(following(question, turns), sought=full))

    async def _said(self, question: str, turns: Sequence[Turn]) -> tuple[str, Usage]:
        """What the model says, "" where it fails or says too much."""
        prompt = self._prompt.filled(conversation=as_prompt(turns), question=harmless(question))
        said, usage = "", usage_of(None, self._prompt)
        try:
            async with aclosing(self._model.reply(prompt)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Spent):
                        usage = usage_of(piece, self._prompt)
                    elif len(said) <= 2 * LONGEST:
                        said += piece
                    else:
                        return "", usage
        except ModelFailed as failure:
            logger.warning("%s failed to rewrite a question (%s): %s", self._model.name, failure.failure, failure)
            return "", usage
        return visible(said).strip(), usage


def is_unclear(question: str) -> bool:
    """Whether it points back at something that the rules did not find, or is in a language that they do not know."""
    return not ENGLISH.search(question) or is_open(question)


def unusable(said: str, told: Sequence[str]) -> str:
    """What is wrong with a rewritten question; "" for nothing. told: the question, and what was said before it.

    It is looked up and shown, so it may hold no word that was not told: neither one of the prompt nor one made up.
    """
    if not said or len(said) > LONGEST or "\n" in said:
        return f"it has {len(said)} characters on {said.count(chr(10)) + 1} lines"
    if link := LINK.search(said):
        return f"it holds a link, {link[0][:80]!r}"
    known = {word[:STEM] for text in told for word in raw_words(text)}
    new = [word for word in raw_words(said) if word not in STOP_WORDS and word[:STEM] not in known]
    return f"nobody said {new[:5]}" if new else ""


def as_prompt(turns: Sequence[Turn]) -> str:
    """The conversation, oldest first, each turn on two lines."""
    return "\n".join(
        line
        for turn in turns
        for line in (
            f"Question: {harmless(turn.standalone_question)}",
            f"Answer: {harmless(MARKERS.sub('', turn.answer.text))[:LONGEST_ANSWER]}",
        )
    )


def _told(turns: Sequence[Turn]) -> list[str]:
    return [
        text
        for turn in turns
        for text in (
            turn.question,
            turn.standalone_question,
            turn.answer.text,
            *(text for citation in turn.answer.citations for text in (citation.title, citation.quote)),
        )
    ]
