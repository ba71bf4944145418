"""Text → sentences: exact ranges and roles, with what holds no words left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.domain import Role, Sentence
from qa.ingest.boundaries import pieces_of, ranges_of
from qa.ingest.dates import reads_as_dateline
from qa.ingest.headings import roles_of
from qa.ingest.layout import Block, Kind, blocks_of
from qa.ingest.units import holds_words, letters_of


@dataclass(frozen=True, slots=True)
class Split:
    """What a text was cut into.

    sentences: in reading order, without overlap. left_out: ranges of units without words, in reading order.
    headline: the text of the title line where it is not marked as a heading, else "". heading: of the first marked one.
    """

    sentences: tuple[Sentence, ...]
    left_out: tuple[tuple[int, int], ...]
    headline: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence before it has a number. block: counted from 0."""

    start: int
    end: int
    line: int
    block: int
    role: Role


_TOP = 4  # blocks that may begin with a dateline
_FEWEST_LETTERS_IN_HEADING = 4


def split(text: str, start: int = 0) -> Split:
    """The sentences of `text` from code point `start` on, which has to be where a line begins.

    Every letter from there on is inside a sentence or a range that was left out. Where nothing would be body (a heading
    alone), everything is, so that what can be read can also answer.
    """
    blocks = blocks_of(text, start)
    roles = roles_of(text, blocks)
    units = [unit for number, block in enumerate(blocks) for unit in _units(text, number, block, roles[number])]
    kept = _kept(text, blocks, units)
    held = {unit.start for unit in kept}
    return Split(
        sentences=tuple(_numbered(kept)),
        left_out=tuple((unit.start, unit.end) for unit in units if unit.start not in held),
        headline=_first(text, [b for b, role in zip(blocks, roles, strict=True) if _is_headline(b, role)]),
        heading=_first(text, [block for block in blocks if block.kind is Kind.HEADING]),
    )


def _is_headline(block: Block, role: Role) -> bool:
    return role is Role.TITLE and block.kind is not Kind.HEADING


def _first(text: str, blocks: Sequence[Block]) -> str:
    return text[blocks[0].start : blocks[0].end] if blocks else ""


def _units(text: str, number: int, block: Block, role: Role) -> Iterator[_Unit]:
    """Running text is cut into sentences; a title, a table row, a line of code stays whole."""
    whole = role is not Role.BODY or block.kind not in (Kind.PROSE, Kind.ITEM)
    line, counted = block.line, block.start
    for start, end in (pieces_of if whole else ranges_of)(text, block.start, block.end):
        # Counting on from the last unit, not from the block's beginning, keeps a long wrapped text linear.
        line += len((text[counted:start] + "x").splitlines()) - 1
        counted = start
        dateline = number < _TOP and start == block.start and reads_as_dateline(text[start:end])
        yield _Unit(start, end, line, number, Role.DATELINE if dateline and role is Role.BODY else role)


def _kept(text: str, blocks: Sequence[Block], units: Sequence[_Unit]) -> list[_Unit]:
    worded = [unit for unit in units if blocks[unit.block].kind is not Kind.FURNITURE]
    kept = [unit for unit in worded if _is_kept(text[unit.start : unit.end], unit.role)]
    if any(unit.role is Role.BODY for unit in kept):
        return kept
    return [replace(unit, role=Role.BODY) for unit in worded if holds_words(text[unit.start : unit.end])]


def _is_kept(quote: str, role: Role) -> bool:
    """One word can be a title or a heading."""
    if role is Role.TITLE:
        return True
    return holds_words(quote) or (role is Role.HEADING and letters_of(quote) >= _FEWEST_LETTERS_IN_HEADING)


def _numbered(units: Sequence[_Unit]) -> Iterator[Sentence]:
    paragraph, block = 0, -1
    for number, unit in enumerate(units, start=1):
        paragraph, block = paragraph + (unit.block != block), unit.block
        yield Sentence(number, unit.start, unit.end, unit.line, paragraph, unit.role)
