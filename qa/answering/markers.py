"""The markers in a model's reply, told apart from its words as they come: `[1]`, `[1,3]`, `[1-3]`, `【1】`, `(1)`, `¹`.

It reads one character at a time and decides by what it has read, so how a reply was cut into tokens makes no
difference. In code no marker is read: `a[1]` is no citation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

CLOSES = {"[": "]", "【": "】", "［": "］", "〔": "〕", "(": ")"}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(SUPERSCRIPTS, "0123456789")
_NUMBER = r"\d{1,4}"
_DASH = r"\s*(?:-|–|—|‑|\bto\b)\s*"
_LIST = rf"{_NUMBER}(?:{_DASH}{_NUMBER})?(?:\s*(?:[,;&]|\band\b)\s*(?:and\s+)?{_NUMBER}(?:{_DASH}{_NUMBER})?)*"
_INNER = re.compile(rf"\s*\^?(?:(?:sentences?|sources?|evidence|nos?\.?)\s*)?({_LIST})\s*(?:†.*)?", re.IGNORECASE)
_RANGE = re.compile(rf"({_NUMBER})(?:{_DASH}({_NUMBER}))?")
_UNFINISHED = re.compile(r"\W?\s*\^?[\d\s,;–—-]*")
ENDS = ".!?…。！？।॥؟۔"
_BEHIND = ENDS + "\"'”’»)"
LONGEST_MARKER = 60
LONGEST_LINK = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """The numbers of one marker, in its order. unknown: those that are none of the evidence."""

    numbers: tuple[int, ...]
    unknown: tuple[int, ...] = ()


Token = str | Mark


def marked(inner: str, known: Collection[int]) -> Mark | None:
    """What stands between brackets, as a marker; None where it is something else."""
    found = _INNER.fullmatch(inner)
    if found is None:
        return None
    numbers, unknown = dict[int, None](), dict[int, None]()
    for first, last in _RANGE.findall(found[1]):
        ends = (int(first), int(last or first))
        numbers |= dict.fromkeys(number for number in sorted(known) if min(ends) <= number <= max(ends))
        unknown |= dict.fromkeys(number for number in ends if number not in known)
    return Mark(tuple(numbers), tuple(unknown))


class Scanner:
    """Characters in; characters and markers out. known: the numbers of the evidence."""

    def __init__(self, known: Collection[int]) -> None:
        self._known = known
        self._held = ""
        self._last = ""  # the last character that was no white space and no part of a marker
        self._is_behind_mark = self._is_spaced = False
        self._ticks = 0
        self._is_at_line_start = True
        self._is_fenced = self._is_quoted = self._skips_line = False

    def push(self, char: str) -> Iterator[Token]:
        if self._held:
            yield from self._hold(char)
        elif char == "`":
            self._ticks += 1
        else:
            self._close_ticks()
            yield from self._pass(char)

    def end(self) -> Iterator[Token]:
        """What was held back; a marker that broke off is not shown."""
        held, self._held = self._held, ""
        if held and held[0] in SUPERSCRIPTS:
            yield self._superscript(held)
        elif held and not _UNFINISHED.fullmatch(held):
            yield held

    def _pass(self, char: str) -> Iterator[Token]:
        if char == "\n":
            self._skips_line = self._is_quoted = False
        if self._skips_line:
            return
        if self._opens(char):
            self._held = char
            return
        yield self._text(char)

    def _opens(self, char: str) -> bool:
        if self._is_fenced or self._is_quoted:
            return False
        if char in SUPERSCRIPTS:
            return self._is_spaced or (bool(self._last) and self._last in _BEHIND)
        if char == "(":
            return self._is_behind_mark or (bool(self._last) and self._last in _BEHIND)
        return char in CLOSES

    def _hold(self, char: str) -> Iterator[Token]:
        opening = self._held[0]
        if opening in SUPERSCRIPTS:
            yield from self._hold_superscript(char)
        elif char == CLOSES[opening]:
            yield from self._closed(self._held + char)
        elif char == "\n" or char in CLOSES or len(self._held) > self._longest:
            yield from self._let_go(char)
        else:
            self._held += char

    @property
    def _longest(self) -> int:
        return LONGEST_LINK if self._is_behind_mark else LONGEST_MARKER

    def _hold_superscript(self, char: str) -> Iterator[Token]:
        if char in SUPERSCRIPTS:
            self._held += char
            return
        held, self._held = self._held, ""
        yield self._superscript(held)
        yield from self.push(char)

    def _superscript(self, held: str) -> Token:
        mark = marked(held.translate(_DIGITS), self._known)
        return self._mark(mark) if mark and not mark.unknown else self._text(held)

    def _closed(self, held: str) -> Iterator[Token]:
        self._held = ""
        mark = marked(held[1:-1], self._known)
        if mark and (held[0] != "(" or not mark.unknown):
            yield self._mark(mark)
        elif not self._is_behind_mark or held[0] != "(" or " " in held:  # else it is where a markdown link would lead
            yield self._text(held)

    def _let_go(self, char: str) -> Iterator[Token]:
        held, self._held = self._held, ""
        yield self._text(held)
        yield from self.push(char)

    def _mark(self, mark: Mark) -> Mark:
        self._is_behind_mark = True
        return mark

    def _text(self, text: str) -> str:
        self._is_behind_mark, self._is_spaced = False, text[-1].isspace()
        self._is_at_line_start = text == "\n" or (self._is_at_line_start and text.isspace())
        self._last = "" if text == "\n" else text.strip()[-1:] or self._last
        return text

    def _close_ticks(self) -> None:
        """Three at the start of a line fence a block, in which the rest of that line is no text; fewer quote code."""
        if self._ticks >= 3 and self._is_at_line_start:
            self._is_fenced, self._skips_line = not self._is_fenced, True
        elif self._ticks:
            self._is_quoted = not self._is_quoted
        self._ticks = 0
