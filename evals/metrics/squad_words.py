"""SQuAD's normalisation of answers (Rajpurkar et al. 2016): lower case; punctuation and a, an, the left out."""

from __future__ import annotations

import re
import string

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def squad_words(text: str) -> list[str]:
    """The words that are compared, in the order of the official script: case, punctuation, articles, spaces."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()
