"""A folder → its files → articles.

What cannot be read is named with the reason and never stops the rest. Files and folders whose name begins with a dot
are passed over in silence: they belong to editors, version control and operating systems.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa.domain import Article, Skipped, TitleSource
from qa.errors import ConfigurationError, InvalidInput, TooLarge
from qa.ingest.dates import date_of_lines, date_of_name
from qa.ingest.decoding import decode
from qa.ingest.front_matter import FrontMatter, front_matter_of
from qa.ingest.sentences import Split, split

SUFFIXES = (".txt", ".md", ".markdown")
"""In lower case; a file's own may be in any."""

_EMPTY = "it is empty"
_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)\s]*\)")
_TOP_CHARACTERS, _TOP_LINES = 5_000, 3


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be read. id: path relative to the articles folder, with `/`, exactly as the names are written."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds. files: by id. skipped: by path, with the reason."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


def find_files(folder: Path, max_bytes: int) -> Found:
    """Every article under `folder`, however deep, and what was skipped.

    Symbolic links are named and never followed; nothing but regular files is opened.
    Raises ConfigurationError for a folder that is not there or cannot be listed.
    """
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    for relative, found in _walk(folder):
        reason = found if isinstance(found, str) else _reason_to_skip(found, max_bytes)
        if reason:
            skipped.append(Skipped(_printable(relative), reason))
        else:
            files.append(SourceFile(relative, folder / relative))
    return Found(
        tuple(sorted(files, key=lambda file: file.id)),
        tuple(sorted(skipped, key=lambda file: (file.path, file.reason))),
    )


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str] | str]]:
    """Each entry but folders, with its path relative to `folder`; for a folder that cannot be listed, the reason.

    A list instead of recursion, so that the depth of the folders has no limit but the system's.
    """
    waiting = [("", _entries_of_root(folder))]
    while waiting:
        prefix, entries = waiting.pop()
        for entry in entries:
            relative = f"{prefix}{entry.name}"
            if entry.name.startswith("."):
                continue
            if not entry.is_dir(follow_symlinks=False) or _fault_of(entry.name):
                yield relative, entry
                continue
            try:
                waiting.append((f"{relative}/", _entries(entry.path)))
            except OSError as error:
                yield relative, f"the folder cannot be listed: {_words(error)}"


def _entries(path: str | Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return list(entries)


def _entries_of_root(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return _entries(folder)
    except OSError as error:
        raise ConfigurationError(
            f"The articles folder {_printable(str(folder))} cannot be listed: {_words(error)} "
            f"(looked for at {_printable(str(folder.absolute()))}). "
            "Set QA_ARTICLES_DIR to a folder of .txt and .md files."
        ) from error


def _reason_to_skip(entry: os.DirEntry[str], max_bytes: int) -> str:
    """Why a file is not read; "" where it is."""
    if fault := _fault_of(entry.name):
        return f"the name {fault}: rename it"
    if entry.is_symlink():
        return "a symbolic link; links are not followed, put the file itself here"
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return f"it cannot be looked at: {_words(error)}"
    return _reason_by_status(entry, status, max_bytes)


def _reason_by_status(entry: os.DirEntry[str], status: os.stat_result, max_bytes: int) -> str:
    suffix = PurePosixPath(entry.name).suffix
    if not stat.S_ISREG(status.st_mode):
        return f"{_name_of_type(status.st_mode)}, not a file"
    if suffix.lower() not in SUFFIXES:
        return f"{f'suffix {suffix}' if suffix else 'a name without a suffix'} is not read; .txt and .md are"
    if status.st_size > max_bytes:
        return _too_large(status.st_size, max_bytes)
    if not status.st_size:
        return _EMPTY
    may_read = os.access(entry.path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
    return "" if may_read else "it cannot be opened: permission denied"


def _name_of_type(mode: int) -> str:
    names = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"))
    return next((name for is_type, name in names if is_type(mode)), "a device")


def _too_large(size: int, max_bytes: int) -> str:
    return f"{size:,} bytes; the limit is {max_bytes:,}: split it, or raise QA_MAX_ARTICLE_BYTES"


def _fault_of(name: str) -> str:
    """Why an article's id cannot hold it; "" where it can. Bytes that are no UTF-8 come as lone surrogates."""
    kinds = {unicodedata.category(character) for character in name}
    return "is not valid UTF-8" if "Cs" in kinds else "holds a control character" if "Cc" in kinds else ""


def _printable(name: str) -> str:
    decoded = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return "".join(repr(c)[1:-1] if unicodedata.category(c) == "Cc" else c for c in decoded)


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def load(file: SourceFile, max_bytes: int) -> bytes:
    """The bytes of a file found before.

    Raises InvalidInput, TooLarge among it, where it vanished, grew or became something else since: it is opened without
    following a link or waiting for the other end of a pipe, and looked at again once it is open.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(file.path, flags)
        try:
            raw = _contents(descriptor, max_bytes)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InvalidInput(f"it cannot be read: {_words(error)}") from error
    if len(raw) > max_bytes:
        raise TooLarge(_too_large(len(raw), max_bytes))
    return raw


def _contents(descriptor: int, max_bytes: int) -> bytes:
    """The bytes, or the first too many."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InvalidInput(f"{_name_of_type(status.st_mode)}, not a file")
    if status.st_size > max_bytes:
        raise TooLarge(_too_large(status.st_size, max_bytes))
    with open(descriptor, "rb", closefd=False) as stream:
        return stream.read(max_bytes + 1)


def read_article(article_id: str, raw: bytes) -> Article:
    """One article from the bytes of its file.

    Raises InvalidInput for what is empty, blank, binary, in no encoding that can be told, or without anything that
    reads as a sentence.
    """
    if not raw:
        raise InvalidInput(_EMPTY)
    decoded = decode(raw)
    matter = front_matter_of(decoded.text) or FrontMatter(0, 0, 0, "", None)
    parts = split(decoded.text, matter.body)
    if not parts.sentences:
        raise InvalidInput(_nothing_to_read(decoded.text))
    title, source = _title(article_id, matter, parts)
    return Article(
        id=article_id,
        version=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        text=decoded.text,
        encoding=decoded.encoding,
        title=title,
        title_source=source,
        published=matter.published or date_of_lines(_top(decoded.text, matter.body)) or date_of_name(article_id),
        sentences=parts.sentences,
        left_out=(*_range(matter), *parts.left_out),
    )


def _nothing_to_read(text: str) -> str:
    if not text.strip():
        return "it holds nothing but white space"
    return f"nothing in its {len(text):,} characters reads as a sentence"


def _title(article_id: str, matter: FrontMatter, parts: Split) -> tuple[str, TitleSource]:
    candidates = (
        (matter.title, TitleSource.FRONT_MATTER),
        (parts.headline, TitleSource.HEADLINE),
        (parts.heading, TitleSource.HEADING),
    )
    named = PurePosixPath(article_id).stem, TitleSource.FILE_NAME
    return next(((_plain(words), source) for words, source in candidates if _plain(words)), named)


def _plain(title: str) -> str:
    """On one line, without the marks of Markdown for links and emphasis."""
    return " ".join(_LINK.sub(r"\1", title).split()).strip("*_` ")


def _top(text: str, body: int) -> list[str]:
    """The first lines that hold text: where a dateline stands."""
    lines = text[body : body + _TOP_CHARACTERS].splitlines()
    return [line for line in lines if line.strip()][:_TOP_LINES]


def _range(matter: FrontMatter) -> tuple[tuple[int, int], ...]:
    return ((matter.start, matter.end),) if matter.body else ()
