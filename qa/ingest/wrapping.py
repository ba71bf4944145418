"""Whether lines were broken to fit a width, as in plain text files of 72 columns, and which go on in the next.

Two kinds of evidence. A line that begins in lower case goes on from a long one that has not ended. And where lines were
filled word by word, the first word of the next line would not have fitted on this one: that tells a wrapped
text, whose lines may also begin with a capital, from verse, lists and one clause a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_UNFINISHED = re.compile(r"[\w,–—-][\"'”’]*$")
_OPENERS = "\"'“‘"
_SHORTEST_LINE = 40  # columns; what is shorter is a list or a caption as often as not
_LONGEST_LINE = 160  # columns; nobody wraps wider
_FILLED = 0.85  # of the width: hyphenation and balanced filling leave the rest
_SHARE_FILLED = 0.6
_SHARE_GOING_ON = 0.2


def width_of(pairs: Sequence[tuple[str, str]]) -> int:
    """The columns that a text was wrapped to, from its pairs of adjacent lines; 0 where it was not wrapped.

    Wrapped means: a fifth of the pairs go on in lower case, and in three of five of these the line was filled.
    """
    going_on = [(above, below) for above, below in pairs if _begins_lower(below) and _UNFINISHED.search(above)]
    if not going_on:
        return 0
    lengths = sorted(len(above) for above, _ in going_on)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    filled = sum(_is_filled(above, below, width) for above, below in going_on)
    wrapped = filled >= _SHARE_FILLED * len(going_on) and filled >= _SHARE_GOING_ON * len(pairs)
    return width if wrapped and _SHORTEST_LINE <= width <= _LONGEST_LINE else 0


def goes_on(above: str, below: str, width: int) -> bool:
    """Whether a sentence may run on from one line into the next. width: of `width_of`, 0 for a text not wrapped."""
    if width and _is_filled(above, below, width):
        return True
    return len(above) >= (0.5 * width or _SHORTEST_LINE) and _begins_lower(below) and bool(_UNFINISHED.search(above))


def _begins_lower(line: str) -> bool:
    """Not so for `iPhone` and `eBay`, which begin a line as they begin a sentence."""
    word = line.lstrip(_OPENERS).split(maxsplit=1)[0:1]
    return bool(word) and word[0][0].islower() and not any(map(str.isupper, word[0]))


def _is_filled(above: str, below: str, width: int) -> bool:
    return len(above) + 1 + len(below.split(maxsplit=1)[0]) >= _FILLED * width
