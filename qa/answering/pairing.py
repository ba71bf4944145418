"""The form the reader reads: a question, one sentence, and what stands around it; the same in training and at run time.

`[CLS] question [SEP] sentence [SEP] title | end of previous | start of next [SEP]`; of a follow-up the first part is
`question before it | what was answered | question`, of which the answer may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from qa.domain import Hit
from qa.following import Follows

QUESTION_TOKENS = 40
SENTENCE_TOKENS = 80
TITLE_TOKENS = 12
BEFORE_TOKENS = 32
AFTER_TOKENS = 16
EARLIER_TOKENS = 24
SAID_TOKENS = 32
CLAIM_TOKENS = 60
EVIDENCE_TOKENS = 160

Ids = tuple[int, ...]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """One input of the reader, as text. Empty strings stand for what is not there.

    earlier: what was asked before a follow-up. said: the sentence that was given as the answer to that.
    """

    question: str
    sentence: str
    title: str = ""
    before: str = ""
    after: str = ""
    earlier: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded input. All arrays have shape (pairs, tokens).

    kinds: 0 for the question's part, 1 for the rest. spans: 1 for the tokens of the sentence itself.
    """

    ids: Integers
    mask: Integers
    kinds: Integers
    spans: Integers

    @property
    def kept(self) -> Integers:
        """Shape (pairs, 1 + most tokens of any sentence): the places of [CLS] and then of the sentence's tokens.

        Where there are fewer, places beside the sentence fill the row.
        """
        own_first = np.argsort(-self.spans[:, 1:], axis=1, kind="stable") + 1
        most = int(self.spans.sum(axis=1).max())
        return np.hstack([np.zeros((len(own_first), 1), np.int64), own_first[:, :most]])


class PairEncoder:
    """Turns pairs into token numbers. Pieces are cut apart and remembered, for sentences recur among questions."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._cls, self._sep, self._bar = (self._number(token) for token in ("[CLS]", "[SEP]", "|"))

    @classmethod
    def from_file(cls, path: Path) -> PairEncoder:
        """path: the encoder's tokenizer.json."""
        return cls(Tokenizer.from_file(str(path)))

    def _number(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the tokenizer has no token {token!r}: use the tokenizer.json of all-MiniLM-L6-v2")
        return int(number)

    def pieces(self, text: str) -> Ids:
        """The token numbers of a text, without [CLS] and [SEP]."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else ()

    def encode(self, pair: Pair) -> EncodedPair:
        return self.join(self._asked(pair), self.pieces(pair.sentence), self._around(pair))

    def _asked(self, pair: Pair) -> Ids:
        question = self.pieces(pair.question)[:QUESTION_TOKENS]
        before = (self.pieces(pair.earlier)[:EARLIER_TOKENS], self.pieces(pair.said)[:SAID_TOKENS])
        return (*(piece for part in before if part for piece in (*part, self._bar)), *question)

    def claim(self, claim: str, evidence: str, title: str = "") -> EncodedPair:
        """A claim with the text that should carry it, which may be several sentences."""
        around = self.around(self.pieces(title), (), ())
        return self._joined(self.pieces(claim)[:CLAIM_TOKENS], self.pieces(evidence)[:EVIDENCE_TOKENS], around)

    def _around(self, pair: Pair) -> Ids:
        return self.around(self.pieces(pair.title), self.pieces(pair.before), self.pieces(pair.after))

    def around(self, title: Ids, before: Ids, after: Ids) -> Ids:
        """The third part: `title | end of previous | start of next`."""
        return (*title[:TITLE_TOKENS], self._bar, *before[-BEFORE_TOKENS:], self._bar, *after[:AFTER_TOKENS])

    def alone(self, text: str) -> EncodedPair:
        """A text by itself, as the encoder was trained to read it: `[CLS] text [SEP]`."""
        ids = (self._cls, *self.pieces(text)[:254], self._sep)
        return EncodedPair(ids, len(ids), len(ids))

    def join(self, question: Ids, sentence: Ids, around: Ids) -> EncodedPair:
        return self._joined(question, sentence[:SENTENCE_TOKENS], around)

    def _joined(self, first: Ids, body: Ids, around: Ids) -> EncodedPair:
        head = (self._cls, *first, self._sep)
        return EncodedPair((*head, *body, self._sep, *around, self._sep), len(head), len(head) + len(body))


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """ids: token numbers; the sentence's own are `ids[start:end]`."""

    ids: Ids
    start: int
    end: int


def pad(pairs: Sequence[EncodedPair]) -> Batch:
    """Pads to the longest of the pairs."""
    shape = (len(pairs), max(len(pair.ids) for pair in pairs))
    ids, mask, kinds, spans = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        mask[row, : len(pair.ids)] = 1
        kinds[row, pair.start : len(pair.ids)] = 1
        spans[row, pair.start : pair.end] = 1
    return Batch(ids, mask, kinds, spans)


def pair_of(question: str, hit: Hit, follows: Follows | None = None) -> Pair:
    """The reader's view of a hit. The neighbours are those of its context; a gap in it counts as no neighbour.

    A follow-up is read as it was asked, behind what it leans on.
    """
    texts = dict(zip((sentence.number for sentence in hit.sentences), hit.context, strict=True))
    number = hit.sentence.number
    own = Pair(question, hit.quote, hit.spoken_title, texts.get(number - 1, ""), texts.get(number + 1, ""))
    return replace(own, question=follows.asked, earlier=follows.before, said=follows.said) if follows else own


def by_length(pairs: Sequence[EncodedPair], parts: int) -> list[list[int]]:
    """Positions of the pairs, cut into at most `parts` of like length, so that little is padded."""
    order = sorted(range(len(pairs)), key=lambda position: len(pairs[position].ids))
    edges = [round(part * len(order) / parts) for part in range(parts + 1)]
    return [order[start:end] for start, end in pairwise(edges) if end > start]
