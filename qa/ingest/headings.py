"""Which blocks are the title, a heading or a dateline: the parts of an article that never answer.

Where in doubt a block is body: a heading taken for body is noise, a fact taken for a heading is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.domain import Role
from qa.ingest.dates import reads_as_dateline
from qa.ingest.layout import Block, Kind

_CLOSERS = "\"'”’»)]*_ "
_OPENERS = "\"'“‘«([*_¿¡#@$£€"
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\. \. \.)$")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Jr|Sr|Inc|Ltd|Co|Corp|Bros|St)\.$")
_NO_END_OF_TITLE = (".", ":", ";", ",", "|", "。")
_NO_END_OF_HEADING = (*_NO_END_OF_TITLE, "!", "…", "！")
_ENDS_OF_PROSE = (".", "!", "?", ":", "…", "。", "！", "？", "।", "؟", "۔")
_MOST_TITLE_WORDS, _LONGEST_TITLE = 25, 200
_MOST_HEADING_WORDS, _LONGEST_HEADING = 12, 90
_MOST_HEADINGS_IN_A_ROW = 2
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w+")
_LABEL = re.compile(r":\s+\S")
_TOP = 3  # blocks


def roles_of(text: str, blocks: Sequence[Block]) -> list[Role]:
    """The role of each block; at most one is the title, and datelines stand near the top only."""
    quotes = [text[block.start : block.end] for block in blocks]
    roles = [Role.HEADING if block.kind is Kind.HEADING else Role.BODY for block in blocks]
    top = [i for i, block in enumerate(blocks) if block.kind is not Kind.FURNITURE][: _TOP + 1]
    for i in top:
        if blocks[i].kind is Kind.PROSE and reads_as_dateline(quotes[i]):
            roles[i] = Role.DATELINE
    first = next((i for i in top if roles[i] is not Role.DATELINE), None)
    if first is not None and _is_title(blocks[first:], quotes[first:]):
        roles[first] = Role.TITLE
    _mark_plain_headings(blocks, quotes, roles)
    return roles


def _is_title(blocks: Sequence[Block], quotes: Sequence[str]) -> bool:
    """Whether the first of these blocks is: a marked heading, or a headline with something to head."""
    if blocks[0].kind is Kind.HEADING:
        return True
    if blocks[0].kind is not Kind.PROSE or not reads_as_headline(quotes[0]):
        return False
    if len(blocks) > 1 and _goes_on(blocks[1], quotes[1]):
        return False
    return any(_is_prose(block, quote) or len(quote) > len(quotes[0]) for block, quote in _rest(blocks, quotes))


def _rest(blocks: Sequence[Block], quotes: Sequence[str]) -> list[tuple[Block, str]]:
    return list(zip(blocks, quotes, strict=True))[1:]


def reads_as_headline(line: str) -> bool:
    """Short, beginning like a sentence, and not ending like one: `?`, `!` and an ellipsis are ends of headlines too."""
    return _is_short(line, _MOST_TITLE_WORDS, _LONGEST_TITLE) and (
        _ends_open(line, _NO_END_OF_TITLE)
        or bool(_ELLIPSIS.search(line.rstrip(_CLOSERS)))
        or bool(_ABBREVIATION.search(line))
    )


def _is_short(line: str, words: int, characters: int) -> bool:
    return (
        len(line) <= characters
        and len(line.split()) <= words
        and _begins_like_a_sentence(line)
        and not _ADDRESS.search(line)
    )


def _ends_open(line: str, ends: tuple[str, ...]) -> bool:
    return not line.rstrip(_CLOSERS).endswith(ends)


def _begins_like_a_sentence(line: str) -> bool:
    """With a capital, a digit or a letter of a script without case; `iPhone` counts as a capital."""
    word = line.lstrip(_OPENERS).split(maxsplit=1)[:1]
    return bool(word) and word[0][0].isalnum() and (not word[0][0].islower() or any(map(str.isupper, word[0])))


def _goes_on(block: Block, quote: str) -> bool:
    """Whether a block may be the rest of the line above it."""
    return not block.apart and quote[0].islower()


def _is_prose(block: Block, quote: str) -> bool:
    return block.kind in (Kind.PROSE, Kind.ITEM) and quote.rstrip(_CLOSERS).endswith(_ENDS_OF_PROSE)


def _mark_plain_headings(blocks: Sequence[Block], quotes: Sequence[str], roles: list[Role]) -> None:
    """Marks short lines that stand alone above prose. More in a row than two are a list, and lists hold facts."""
    run: list[int] = []
    for i, (block, quote) in enumerate(zip(blocks, quotes, strict=True)):
        if roles[i] is Role.BODY and _reads_as_heading(block, quote):
            run.append(i)
            continue
        heads = roles[i] is Role.BODY and _is_prose(block, quote) and not _goes_on(block, quote)
        if heads and len(run) <= _MOST_HEADINGS_IN_A_ROW:
            for heading in run:
                roles[heading] = Role.HEADING
        run = []


def _reads_as_heading(block: Block, quote: str) -> bool:
    return (
        block.kind is Kind.PROSE
        and block.line == block.last_line
        and _is_short(quote, _MOST_HEADING_WORDS, _LONGEST_HEADING)
        and _ends_open(quote, _NO_END_OF_HEADING)
        and not _LABEL.search(quote)
    )
