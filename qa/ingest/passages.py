"""Sentences → passages: overlapping windows of whole neighbouring sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.domain import Passage, Role, Sentence

LONGEST = 1_200
"""Characters of sentences in one passage: with a title in front about what an encoder of 256 tokens reads."""
FEWEST = 3
"""Sentences in the last passage, where the article and `LONGEST` allow."""


def passages_of(sentences: Sequence[Sentence], size: int = 5, step: int = 3) -> tuple[Passage, ...]:
    """Windows of up to `size` sentences, each `step` after the one before, numbered from 1 in reading order.

    The title stands in no window: it is put in front of each when embedded. Headings and datelines stand in them as
    context, but a window without a body sentence is dropped. Long sentences make a window hold fewer, at least one, and
    shorten the step in proportion. Every body sentence is in at least one window, and no two windows are equal.
    Raises ValueError where `size` or `step` cannot cover the sentences.
    """
    if not 1 <= step <= size:
        raise ValueError(
            f"size {size}, step {step}: a step has to be from 1 to the size, or sentences would be left out"
        )
    read = [sentence for sentence in sentences if sentence.role is not Role.TITLE]
    windows = [tuple(read[first:behind]) for first, behind in _windows(read, size, step)]
    bodied = [window for window in windows if any(sentence.role is Role.BODY for sentence in window)]
    return tuple(Passage(number, window) for number, window in enumerate(bodied, start=1))


def _windows(sentences: Sequence[Sentence], size: int, step: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(sentences):
        behind = _end(sentences, first, size)
        if behind == len(sentences):
            yield _beginning(sentences, first, min(FEWEST, size)), behind
            return
        yield first, behind
        first += -(-(behind - first) * step // size)


def _end(sentences: Sequence[Sentence], first: int, size: int) -> int:
    """One behind the last sentence of the window that begins with `first`."""
    behind = first + 1
    while behind < min(first + size, len(sentences)) and _characters(sentences[first : behind + 1]) <= LONGEST:
        behind += 1
    return behind


def _beginning(sentences: Sequence[Sentence], first: int, fewest: int) -> int:
    """Where the last window begins, shifted back until it holds `fewest` sentences or is full."""
    while first > max(0, len(sentences) - fewest) and _characters(sentences[first - 1 :]) <= LONGEST:
        first -= 1
    return first


def _characters(sentences: Sequence[Sentence]) -> int:
    return sum(sentence.end - sentence.start for sentence in sentences)
