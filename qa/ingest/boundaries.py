"""Where the sentences of one block of text end.

nupunkt (Punkt: Kiss and Strunk, 2006, https://aclanthology.org/J06-4003/) tells them;
those that its model is known to miss are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

LONGEST = 2_000
"""Characters. What is longer holds no sentence ends worth the name: it is cut at white space …"""
PIECE = 1_000
"""… into pieces of at most so many."""

# Punkt's model holds common words for abbreviations (`book.`, `win.`, `cold.`) and glues two sentences there.
# After a word in lower case a capital begins a sentence, but for the abbreviations that stand before names and numbers;
# after a name, one of the words that begin sentences does.
_ABBREVIATIONS = (
    "vs|etc|approx|est|eds?|figs?|vols?|nos|pp|dept|div|chap|sec|art|gov|sen|rep|gen|col|prof|capt|asst|assoc|attn|avg|max|"
    "min|misc|incl|esp|resp|tel|ext|ibid|viz|cert|dist|ave|blvd|bldg|corp|inc|ltd|intl|mins?|secs?|hrs?|yrs?|lbs?|orig|"
    "trans|var|abbr|hon|rev|sgt|cmdr|supt|univ|assn|bros|sept?|jan|feb|mar|apr|jun|jul|aug|oct|nov|dec|mrs"
)
_SHORT_WORDS = "so|in|on|it|up|me|us|do|go|to|is|be|he|we|at|by|if|of|or"
_STARTERS = (
    "The|He|She|It|They|We|This|That|These|Those|There|But|And|In|On|At|If|When|While|After|Before|For|As|His|Her|Its|Their|"
    "Our|You|What|Who|Why|How|Where|However|Although|Since|With|By|From|To|So|Then|Now|Not|Yet|Or"
)
_OPEN, _CLOSE = "[\"'“‘«(\\[]*", "[\"'”’»)\\]]*"
_MISSED = re.compile(
    rf"(?<![\w.'’-])(?:(?!(?:{_ABBREVIATIONS})\.)[^\W\d_A-Z]{{3,}}|{_SHORT_WORDS})\.{_CLOSE}\s+(?={_OPEN}[A-Z])"
    rf"|(?<![\w.'’-])[A-Z][^\W\d_]{{3,}}\.{_CLOSE}\s+(?={_OPEN}(?:{_STARTERS})\b)"
    r"|[。！？｡।॥؟۔]+[\"'”’»)\]」』）】]*\s*(?=\S)"
)
# `Idlib.[1] Then …`, `Idlib. ” Then …`: the mark belongs to the sentence before it.
_TRAILERS = re.compile(r"\s*(?:(?:\[\s?(?:\d{1,3}|[a-z]|citation needed)\s?\]|[”»]+(?=\s))\s*)*")
# Where Punkt cuts too early: behind a title glued to a quote or a hyphen (`“Mr. Putin`, `then-Gov. Perry`), between
# `U.S.` and an office, between a month or `No.` and its number, before a word in lower case.
_TITLE = re.compile(r"(?:(?<!\w)(?:Mr|Mrs|Ms|Dr|Lt|Gov|Sen|Rep|Gen|Col|Maj|Sgt|Capt|Cmdr|Prof|Rev|Hon|vs)|[/-]St)\.$")
_COUNTED = re.compile(r"(?<!\w)(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nos?|pp?|[Ff]igs?)\.$")
_STATE = re.compile(r"(?<!\w)(?:U\.S|U\.N|U\.K|E\.U)\.$")
_OFFICE = re.compile(
    r"(?:Ambassador|Secretary|Sen|Senate|Senator|Rep|House|President|Army|Navy|Marine|Attorney|District|Supreme|Capitol|"
    r"Department|Congress|Congressman|Congresswoman|Embassy|General Assembly|Security Council|Treasury|Federal|State)\b"
)
_UNENDED = re.compile(rf"(?:(?<!\w)(?:\w\.){{2,}}|(?<!\w)(?:{_ABBREVIATIONS}|pct)\.|[.!?]\s*[\"”’»]+)$", re.IGNORECASE)
_REACH = 24


def ranges_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges of the sentences of `text[start:end]`, in order, without white space around them."""
    block = text[start:end]
    cuts = {0, len(block), *_cuts(block)}
    for left, right in pairwise(sorted(cuts)):
        yield from pieces_of(text, start + left, start + right)


def pieces_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range itself, without white space around it, or its pieces where it is longer than `LONGEST`."""
    pieces = [(start, end)] if end - start <= LONGEST else _cut(text, start, end)
    for left, right in pieces:
        piece = text[left:right]
        if bare := piece.strip():
            first = left + len(piece) - len(piece.lstrip())
            yield first, first + len(bare)


@lru_cache(maxsize=1)
def _tokenizer() -> PunktSentenceTokenizer:
    import nupunkt  # noqa: PLC0415 - importing it and reading its model take longer than answering a question

    return nupunkt.load("default")


def _cuts(block: str) -> Iterator[int]:
    for _, end in _tokenizer().span_tokenize(block):
        cut = _behind_trailers(block, end)
        if not _is_early(block[max(0, cut - _REACH) : cut].rstrip(), block[cut : cut + _REACH]):
            yield cut
    yield from (_behind_trailers(block, match.end()) for match in _MISSED.finditer(block))


def _behind_trailers(block: str, cut: int) -> int:
    """Where the next sentence begins, behind the white space and the marks that belong to the last one."""
    match = _TRAILERS.match(block, cut)
    return match.end() if match else cut


def _is_early(before: str, behind: str) -> bool:
    """Whether a sentence goes on from the characters before a cut to those behind it."""
    if behind[:1].islower() or behind[:1] in ("—", "–"):
        return bool(_UNENDED.search(before) or _TITLE.search(before))
    if behind[:1].isdigit():
        return bool(_COUNTED.search(before))
    return bool(_TITLE.search(before) or (_STATE.search(before) and _OFFICE.match(behind)))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > PIECE:
        space = max(text.rfind(sign, start + 1, start + PIECE + 1) for sign in " \t\n\u00a0\u3000")
        middle = space if space > start else start + PIECE
        yield start, middle
        start = middle
    yield start, end
