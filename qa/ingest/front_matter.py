"""The block between two `---` lines at the top of a file: its title, its date and where the article begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa.ingest.dates import date_of_value


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """start, end: code points, both `---` lines included. body: where the rest of the text begins. title: may be ""."""

    start: int
    end: int
    body: int
    title: str
    published: date | None


_EDGE = re.compile(r"\s*---[ \t]*$")
_CLOSE = re.compile(r"(---|\.\.\.)[ \t]*$")
_ENTRY = re.compile(r"([A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(.*))?$")
_MORE = re.compile(r"(\s+\S|-\s|#|\s*$)")  # a nested value, a list item, a comment, a blank line
_DATES = ("date", "published", "published_at", "pubdate", "publish_date", "date_published")
_BLOCK_SCALARS = ("|", ">", "|-", ">-", "|+", ">+")


def front_matter_of(text: str) -> FrontMatter | None:
    """The front matter, or None where the text does not begin with one.

    Simple `key: value` lines are read; lists, nested and folded values are passed over. A thematic break in Markdown
    is told from it by its lines: all must look like entries, and one must be.
    """
    lines = text.splitlines(keepends=True)
    closing = _closing_line(lines)
    if closing is None:
        return None
    entries = _entries(lines[1:closing])
    body = sum(map(len, lines[: closing + 1]))
    block = text[:body]
    return FrontMatter(
        start=len(block) - len(block.lstrip()),
        end=len(block.rstrip()),
        body=body,
        title=entries.get("title", ""),
        published=next((day for key in _DATES if (day := date_of_value(entries.get(key, "")))), None),
    )


def _closing_line(lines: list[str]) -> int | None:
    if not lines or not _EDGE.match(lines[0].rstrip()):
        return None
    entries = 0
    for number, line in enumerate(lines[1:], start=1):
        bare = line.rstrip()
        if _CLOSE.match(bare):
            return number if entries else None
        if _ENTRY.match(bare):
            entries += 1
        elif not _MORE.match(line):
            return None
    return None


def _entries(lines: list[str]) -> dict[str, str]:
    """The first value of each key, in lower case."""
    found: dict[str, str] = {}
    for line in lines:
        if match := _ENTRY.match(line.rstrip()):
            found.setdefault(match[1].lower().replace("-", "_").replace(" ", "_"), _plain(match[2] or ""))
    return found


def _plain(value: str) -> str:
    """A scalar without its quotes, or without the comment behind it."""
    value = value.strip()
    if value in _BLOCK_SCALARS:
        return ""
    if quoted := re.match(r'"((?:[^"\\]|\\.)*)"', value):
        return re.sub(r"\\(.)", r"\1", quoted[1]).strip()
    if quoted := re.match(r"'((?:[^']|'')*)'", value):
        return quoted[1].replace("''", "'").strip()
    return re.split(r"(?:^|\s)#", value)[0].strip()
