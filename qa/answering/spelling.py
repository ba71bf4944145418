"""A word that is misspelt in a question, read as the word of the articles that it was meant for.

Only a word that is no common one, that stands in none of the texts found for the question, and that is all but a word
which does: a rare name keeps its letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from qa.answering.asked import vocabulary
from qa.retrieval.words import folded

WORD = re.compile(r"[^\W\d_]{5,}")
ALIKE = 0.8  # share of letters, in order, that two spellings of one word have in common (Ratcliff and Obershelp 1988)


def mended(question: str, texts: Iterable[str], is_common: Callable[[str], bool]) -> str:
    """The question with such words replaced. is_common: whether a folded word is one that people write."""
    doubtful = {word for word in map(folded, WORD.findall(question)) if not is_common(word)}
    if not doubtful:
        return question
    present = set[str]().union(*map(vocabulary, texts))
    meant = {word: _meant(word, present) for word in doubtful - present}
    return WORD.sub(lambda found: meant.get(folded(found.group())) or found.group(), question)


def _meant(word: str, present: set[str]) -> str | None:
    """None too where the word only ends in another way: stemming and pieces of words take care of that."""
    found = get_close_matches(word, (other for other in present if other[0] == word[0]), n=1, cutoff=ALIKE)
    is_form = bool(found) and (found[0].startswith(word) or word.startswith(found[0]))
    return found[0] if found and not is_form else None
