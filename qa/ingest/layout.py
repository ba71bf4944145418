"""The lines of a text, and what its layout keeps together: blocks.

A line ends where `str.splitlines` ends it. A block is one line, or the lines of one paragraph where they were broken to
fit a width (see `wrapping`). Marks of Markdown in front of a block (`# `, `- `, `> `) stay outside of its range.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from qa.ingest.wrapping import goes_on, width_of


class Kind(StrEnum):
    """What a block is marked as. `PROSE` is marked as nothing; `FURNITURE` is a rule, a fence, a line without words."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Block:
    """start, end: code points, without the white space and marks around.

    line, last_line: of the first and the last character, from 1. apart: whether a blank line or nothing stands above.
    """

    start: int
    end: int
    line: int
    last_line: int
    kind: Kind
    apart: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds more than white space. start: of the line, not of its text. number: from 1."""

    start: int
    number: int
    text: str


_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_BULLET = re.compile(r"(?:[-*+•▪‣◦·]\s+)+(?:[–—]\s+)?(?=\S)")
_NUMBER = re.compile(r"(?:\d{1,3}[.)]|\([0-9A-Za-z]{1,3}\)|[a-z]\))\s")
_QUOTE = re.compile(r"(?:>\s?)+(?=\S)")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[\w+#.-]*\s*$")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})$")
_LONGEST_UNDERLINED = 120
_ENDS = (".", "!", "?", ":", ";")


def blocks_of(text: str, start: int = 0) -> list[Block]:
    """Every line that holds more than white space, in reading order, wrapped lines joined. start: where to begin."""
    lines = _lines(text, start)
    code = _fenced(lines)
    blocks = [_code(line) if line.number in code else _marked(line) for line in lines]
    return _joined(text, _with_gaps(_underlined(text, blocks)))


def _lines(text: str, start: int) -> list[_Line]:
    number = len((text[:start] + "x").splitlines())
    lines: list[_Line] = []
    for line in text[start:].splitlines(keepends=True):
        if line.strip():
            lines.append(_Line(start, number, line))
        start, number = start + len(line), number + 1
    return lines


def _fenced(lines: Sequence[_Line]) -> set[int]:
    """Numbers of the lines between two fences, fences included. One that is never closed fences nothing."""
    fences = [i for i, line in enumerate(lines) if _FENCE.match(line.text)]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return {line.number for opening, closing in pairs for line in lines[opening : closing + 1]}


def _code(line: _Line) -> Block:
    return _block(line, Kind.FURNITURE if _FENCE.match(line.text) else Kind.CODE, 0)


def _marked(line: _Line) -> Block:
    begin = len(line.text) - len(line.text.lstrip())
    if quote := _QUOTE.match(line.text, begin):
        begin = quote.end()
    if heading := _HEADING.match(line.text, begin):
        return _block(line, Kind.HEADING, heading.end())
    if bullet := _BULLET.match(line.text, begin):
        return _block(line, Kind.ITEM, bullet.end())
    if line.text.startswith("|", begin):
        return _block(line, Kind.ROW, begin)
    worded = any(map(str.isalnum, line.text))
    return _block(line, Kind.PROSE if worded else Kind.FURNITURE, begin)


def _block(line: _Line, kind: Kind, begin: int) -> Block:
    """A block of one line whose text begins `begin` characters into it."""
    body = line.text.rstrip()
    begin += len(body[begin:]) - len(body[begin:].lstrip())
    if kind is Kind.HEADING:
        bare = body.rstrip("#")
        body = bare.rstrip() if bare.endswith((" ", "\t")) else body
    return Block(line.start + begin, line.start + len(body), line.number, line.number, kind, apart=True)


def _underlined(text: str, blocks: list[Block]) -> list[Block]:
    """Marks a line as a heading that stands right above `===` or `---`."""
    below = [*blocks, None][1:]
    return [
        replace(block, kind=Kind.HEADING) if under and _is_underlined(text, block, under) else block
        for block, under in zip(blocks, below, strict=True)
    ]


def _is_underlined(text: str, block: Block, under: Block) -> bool:
    if block.kind is not Kind.PROSE or under.kind is not Kind.FURNITURE or under.line != block.line + 1:
        return False
    short = block.end - block.start <= _LONGEST_UNDERLINED and text[block.end - 1] not in _ENDS
    return short and bool(_UNDERLINE.match(text[under.start : under.end]))


def _with_gaps(blocks: list[Block]) -> list[Block]:
    close = {below.line for above, below in pairwise(blocks) if below.line == above.line + 1}
    return [replace(block, apart=block.line not in close) for block in blocks]


def _joined(text: str, lines: list[Block]) -> list[Block]:
    """Joins the lines of wrapped paragraphs."""
    quotes = {line.line: text[line.start : line.end] for line in lines}
    pairs = [(quotes[above.line], quotes[below.line]) for above, below in pairwise(lines) if _may_go_on(above, below)]
    width = width_of(pairs)
    blocks: list[Block] = []
    for line in lines:
        last = blocks[-1] if blocks else None
        if last and _may_go_on(last, line) and _runs_on(quotes[last.last_line], quotes[line.line], width):
            blocks[-1] = replace(last, end=line.end, last_line=line.last_line)
        else:
            blocks.append(line)
    return blocks


def _may_go_on(above: Block, below: Block) -> bool:
    return not below.apart and above.kind in (Kind.PROSE, Kind.ITEM) and below.kind is Kind.PROSE


def _runs_on(above: str, below: str, width: int) -> bool:
    """A number may begin an item or stand in the middle of a sentence: the line above tells."""
    begins_item = _NUMBER.match(below) and above.endswith(_ENDS)
    return not begins_item and goes_on(above, below, width)
