"""Whether a unit of text holds words, or is a logo, an agency's mark, a rule."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_LABELLED_NUMBER = re.compile(r"[^\W\d_]{3,}\s*[:=]\s*\S{0,3}\d")
# Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: a sentence of theirs may hold no space.
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_FEWEST_LETTERS = 10
_FEWEST_IN_TWO_WORDS = 3
_FEWEST_DENSE = 4


def holds_words(unit: str) -> bool:
    """Whether `unit` can be a sentence: two words, ten letters, four of a script without spaces, or `Price: 45`.

    Web addresses are no words. `/TASS/.`, `!` and `![]() |` hold none; `It rained.` does.
    """
    plain = _ADDRESS.sub(" ", unit)
    letters = letters_of(plain)
    if letters >= _FEWEST_LETTERS or _LABELLED_NUMBER.search(plain):
        return True
    words = sum(any(map(str.isalpha, word)) for word in plain.split())
    return (words > 1 and letters >= _FEWEST_IN_TWO_WORDS) or len(_DENSE.findall(plain)) >= _FEWEST_DENSE


def letters_of(unit: str) -> int:
    """How many letters of any script."""
    return sum(map(str.isalpha, unit))
