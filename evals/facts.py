"""Key facts: whether a text says one of the accepted wordings of a fact.

Letter case, accents, hyphens, dashes, spaces and thousands separators do not count, so that `15-20 km` is said by
"15–20 km" and `demilitarised` by "De-militarised"; but a wording begins and ends where words do: `30` is not said
by "300".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def says(text: str, wordings: Iterable[str]) -> bool:
    """Whether one of the wordings stands in the text. A wording without a letter or digit is said by no text."""
    words = _words(text)
    letters = "".join(words)
    edges = _edges(words)
    return any(
        start in edges and start + len(wanted) in edges
        for wanted in ("".join(_words(wording)) for wording in wordings)
        for start in _places(letters, wanted)
    )


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return [re.sub(r"[.,]", "", word) for word in _WORD.findall(bare)]


def _edges(words: list[str]) -> set[int]:
    """Where a word begins or ends once all words are written as one."""
    edges = {0}
    end = 0
    for word in words:
        end += len(word)
        edges.add(end)
    return edges


def _places(letters: str, wanted: str) -> Iterator[int]:
    place = letters.find(wanted) if wanted else -1
    while place >= 0:
        yield place
        place = letters.find(wanted, place + 1)
