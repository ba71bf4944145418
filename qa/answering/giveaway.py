"""Does a claim repeat the instructions? They are nobody's to read, and an operator may have written more into them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from qa.answering.asked import names
from qa.retrieval.words import STOP_WORDS, content_words, raw_words

SPELT_OUT = 5  # letters from which a word is recognised when it is spelt out
MOST = 2  # words of the instructions that a claim may hold by chance


class Instructions:
    """The words of a prompt's instructions, without those that the question or the sentences shown hold too."""

    def __init__(self, text: str, told: Iterable[str]) -> None:
        public = STOP_WORDS.union(*(raw_words(each) for each in told))
        said = raw_words(text)
        self._words = set(said) - public
        self._pairs = {pair for pair in pairwise(said) if self._words.issuperset(pair)}
        marked = names(text)
        self._telling = {word for word in self._words if word in marked or (len(word) > 2 and not word.isalpha())}

    def touch(self, claim: str) -> bool:
        """Whether any word of them is in a claim, or is spelt out in it."""
        said = raw_words(claim)
        letters = "".join(said)
        return not self._words.isdisjoint(said) or any(
            word in letters for word in self._words if len(word) >= SPELT_OUT
        )

    def are_given_away(self, claim: str) -> bool:
        """Whether a claim repeats what tells: a name or figure, two words in a row, or more words than by chance.

        A single ordinary word is left to the check, for a claim may hold it by itself.
        """
        said = raw_words(claim)
        repeated = self._words.intersection(said)
        return (
            not self._telling.isdisjoint(said)
            or any(pair in self._pairs for pair in pairwise(said))
            or len(repeated) > MOST
            or (len(repeated) == MOST and len(content_words(claim)) <= 2 * MOST)
        )
