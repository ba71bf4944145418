"""How near what a claim cites comes to each of its words, in meaning: for claims in other words than the articles'.

BERTScore's recall (Zhang et al. 2020, arXiv:1904.09675) over the content words of the claim: each of their pieces is
compared with every piece of the evidence, both as the encoder reads them where they stand. Tried on WiCE and no better:
other layers than the last, words weighed by their length or rarity, the weakest words, the best single sentence.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qa.ports import TokenEncoder, TokenVectors
from qa.retrieval.words import STOP_WORDS, WORD, raw_words

KEPT = 16


class Remembering:
    """An encoder that keeps the last few texts: a claim is tried beside one sentence after the other."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._kept = lru_cache(maxsize=KEPT)(encoder.embed_tokens)

    def embed_tokens(self, text: str) -> TokenVectors:
        return self._kept(text)


def soft_cover(claim: str, text: str, encoder: TokenEncoder) -> float:
    """The mean over the claim's content words of their pieces' greatest cosine, at most 1; 0 where a text is empty."""
    said, held = encoder.embed_tokens(claim), encoder.embed_tokens(text)
    if not len(said.vectors) or not len(held.vectors):
        return 0.0
    nearest = (said.vectors @ held.vectors.T).max(axis=1).astype(np.float64)
    words = [nearest[places].mean() for places in word_pieces(claim, said) if places]
    return float(np.mean(words)) if words else float(nearest.mean())


def word_pieces(claim: str, tokens: TokenVectors) -> list[list[int]]:
    """Of each content word the places of its pieces."""
    spans = [match.span() for match in WORD.finditer(claim) if not is_stop_word(match.group())]
    return [
        [place for place, (first, last) in enumerate(tokens.spans) if start <= first < last <= end]
        for start, end in spans
    ]


def is_stop_word(word: str) -> bool:
    return all(part in STOP_WORDS for part in raw_words(word))
