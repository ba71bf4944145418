"""A model's reply, read while it streams: whole sentences, each with the numbers that it names.

A marker belongs to the sentence that it stands in or behind; at the start of a line, to the sentence that follows.
Sentences end where those of the articles do (qa.ingest.boundaries), so abbreviations and decimals do not cut them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from qa.answering.evidence import MARKER_LIKE
from qa.answering.invisible import visible
from qa.answering.markers import ENDS, SUPERSCRIPTS, Mark, Scanner, Token, marked
from qa.ingest.boundaries import ranges_of

LONGEST = 4_000
"""Characters in a row without white space after which no more is waited for a sentence to end."""
THINK, THOUGHT = "<think>", "</think>"
_BULLET = re.compile(r"(?:[-*•–+]|\d{1,2}[.)]|#{1,6}|>)\s+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_STRAY = re.compile(rf"(?<=[{ENDS}])\s+[!\[\]()|*_-]+$")  # what is left of an image whose address was no text
_WORD_BEHIND = re.compile(r"[^\W\d_].*\s", re.DOTALL)
_CLOSING = rf"(?=[{ENDS}]*[\"'”’»)]*$)"
_ROUND = re.compile(r"\s*\(([\d,;\s–-]+)\)")
_ROUND_LAST = re.compile(_ROUND.pattern + _CLOSING)
_RAISED_LAST = re.compile(rf"(?<![\d{SUPERSCRIPTS}])([{SUPERSCRIPTS}]+){_CLOSING}")
_UNIT = re.compile(r"(?:^|[\s/\d])(?:[kcmµn]?m|ft|mi|in|yd|[a-zA-Z])$")  # m², km³, x²


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply. words: without markers, on one line. numbers: known ones, in order, each once.

    unknown: numbers that are none of the evidence; they are not shown.
    """

    words: str
    numbers: tuple[int, ...]
    unknown: tuple[int, ...] = ()


class Reply:
    """Text in, sentences out, each as soon as it cannot change. known: the numbers of the evidence."""

    def __init__(self, known: Collection[int]) -> None:
        self._known = known
        self._scanner = Scanner(known)
        self._line = ""
        self._marks: list[tuple[int, Mark]] = []  # with their place in the line
        self._pending: Said | None = None  # the last sentence of a line: a marker may stand alone on the next
        self._thoughts = _Thoughts()

    def feed(self, text: str) -> Iterator[Said]:
        for char in self._thoughts.without(visible(text)):
            for token in self._scanner.push(char):
                yield from self._take(token)

    def end(self) -> Iterator[Said]:
        """What is left when nothing follows."""
        for token in (*self._thoughts.end(), *self._scanner.end()):
            yield from self._take(token)
        yield from self._end_line()
        yield from self._let_pending_go()

    def _take(self, token: Token) -> Iterator[Said]:
        if isinstance(token, Mark):
            self._line = self._line.rstrip()
            self._marks.append((len(self._line), token))
        elif token == "\n":  # noqa: S105 - no password
            yield from self._end_line()
        else:
            yield from self._add(token)

    def _add(self, text: str) -> Iterator[Said]:
        if not text.isspace() and self._pending:
            yield from self._let_pending_go()
        is_glued = self._marks and self._marks[-1][0] == len(self._line) and self._line[-1:] in ENDS
        if is_glued and text in ENDS and self._line[-1:] == text:
            return  # `at 5 p.m. [1].`
        self._line += f" {text}" if self._line and is_glued and text[0].isalnum() else text
        if not text[-1].isspace() and len(self._line) < LONGEST:
            return
        if _BULLET.fullmatch(self._line.lstrip()):
            self._line = ""
            self._marks = [(0, mark) for _, mark in self._marks]
        yield from self._whole_sentences()

    def _whole_sentences(self) -> Iterator[Said]:
        """Those behind which a word of the next one stands."""
        while len(ranges := list(ranges_of(self._line, 0, len(self._line)))) > 1:
            cut = ranges[1][0]
            if not _WORD_BEHIND.match(self._line[cut:].lstrip("\"'“‘«(")) and len(self._line) < LONGEST:
                return
            yield from filter(None, [self._said(self._line[:cut], [m for at, m in self._marks if at <= cut])])
            self._marks = [(at - cut, mark) for at, mark in self._marks if at > cut]
            self._line = self._line[cut:]

    def _end_line(self) -> Iterator[Said]:
        ranges = list(ranges_of(self._line, 0, len(self._line)))
        cuts = [start for start, _ in ranges[1:]]
        for start, end in zip([0, *cuts], [*cuts, len(self._line)], strict=True):
            marks = [mark for at, mark in self._marks if start < at <= end or (start == at == 0)]
            self._put_off(self._said(self._line[start:end], marks), marks)
            if end < len(self._line):
                yield from self._let_pending_go()
        self._line, self._marks = "", []

    def _put_off(self, said: Said | None, marks: list[Mark]) -> None:
        if said:
            self._pending = said
        elif self._pending and marks:
            numbers = (*self._pending.numbers, *(number for mark in marks for number in mark.numbers))
            unknown = (*self._pending.unknown, *(number for mark in marks for number in mark.unknown))
            self._pending = Said(self._pending.words, once(numbers), once(unknown))

    def _let_pending_go(self) -> Iterator[Said]:
        pending, self._pending = self._pending, None
        if pending:
            yield pending

    def _said(self, text: str, marks: list[Mark]) -> Said | None:
        """None where there are no words."""
        words, last = self._without_last_marks(" ".join(text.split()))
        words = " ".join(_EMPHASIS.sub("", words).split())
        words = _STRAY.sub("", MARKER_LIKE.sub(r"(\1)", words))
        if not any(char.isalnum() for char in words):
            return None
        marks = [*marks, *last]
        numbers = once(number for mark in marks for number in mark.numbers)
        return Said(words, numbers, once(number for mark in marks for number in mark.unknown))

    def _without_last_marks(self, text: str) -> tuple[str, list[Mark]]:
        """Round and raised numbers are markers at the end of a sentence, if the evidence has them; else text."""
        if (raised := _RAISED_LAST.search(text)) and not _UNIT.search(text[: raised.start()]):
            mark = marked(raised[1].translate(_PLAIN), self._known)
            if mark and not mark.unknown:
                return text[: raised.start()].rstrip() + text[raised.end() :], [mark]
        if not (last := _ROUND_LAST.search(text)) or not self._of_evidence(last):
            return text, []
        found = [match for match in _ROUND.finditer(text) if self._of_evidence(match)]
        bare = _ROUND.sub(lambda match: "" if self._of_evidence(match) else match[0], text)
        return bare, [mark for match in found if (mark := marked(match[1], self._known))]

    def _of_evidence(self, found: re.Match[str]) -> bool:
        mark = marked(found[1], self._known)
        return mark is not None and not mark.unknown


_PLAIN = str.maketrans(SUPERSCRIPTS, "0123456789")


def once(numbers: Collection[int] | Iterator[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))


class _Thoughts:
    """What a reasoning model thinks aloud in front of its reply is no part of it."""

    def __init__(self) -> None:
        self._opening: str | None = ""
        self._tail: str | None = None  # of the thoughts, while they last

    def without(self, text: str) -> Iterator[str]:
        for char in text:
            if self._tail is not None:
                self._tail = (self._tail + char)[-len(THOUGHT) :]
                self._tail = None if self._tail == THOUGHT else self._tail
            elif self._opening is None:
                yield char
            else:
                yield from self._open(char)

    def end(self) -> str:
        """What looked like the beginning of thoughts and was none."""
        held, self._opening = self._opening or "", None
        return held

    def _open(self, char: str) -> str:
        assert self._opening is not None
        held = (self._opening + char).lstrip()
        self._opening = held
        if held == THINK:
            self._opening, self._tail = None, ""
            return ""
        if THINK.startswith(held):
            return ""
        self._opening = None
        return held
