"""Articles put into the folder and taken out of it one by one, while the library is served.

The folder stays what the library mirrors: the file is written first, whole and on disk, then brought in. Whatever a
crash leaves in between is made good by the next `qa index`.
"""

from __future__ import annotations

import os
import tempfile
import threading
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath

from qa.domain import Article, ArticleSummary
from qa.errors import ConfigurationError, InvalidInput, NotFound, TooLarge, UnsupportedType
from qa.ingest.reading import SUFFIXES, read_article
from qa.ingest.sync import Synchroniser
from qa.library.record import Library
from qa.ports import Filed

LONGEST_NAME = 255
"""Bytes of one part of a path, on Linux."""
MOST_PARTS = 100
"""Of one path. Much deeper folders cannot be made, or not be removed again: the standard library recurses."""
LONGEST_PATH = 4000
"""Bytes of a whole path: Linux takes 4,095, and the draft beside the file needs some more than the file."""


class Filing:
    """Implements qa.ports.ArticleFiling over a folder. Threads may share it: one article after the other."""

    def __init__(self, library: Library, synchroniser: Synchroniser, folder: Path, max_bytes: int) -> None:
        self._library = library
        self._synchroniser = synchroniser
        self._folder = folder
        self._max_bytes = max_bytes
        self._one_at_a_time = threading.Lock()

    def put(self, article_id: str, raw: bytes) -> Filed:
        place = self._place(article_id)
        if len(raw) > self._max_bytes:
            raise TooLarge(f"The article has {len(raw):,} bytes; the limit is {self._max_bytes:,}: split it.")
        try:
            article = read_article(article_id, raw)
        except InvalidInput as error:
            raise InvalidInput(f"The article cannot be taken: {str(error).removesuffix('.')}.") from error
        with self._one_at_a_time:
            before = self._version(article_id)
            self._synchroniser.check_recipe()
            write(place, raw)
            if before != article.version or article_id in self._library.unembedded():
                self._synchroniser.bring_in(article)
        return Filed(summary_of(article), is_new=before is None)

    def remove(self, article_id: str) -> None:
        with self._one_at_a_time:
            if self._version(article_id) is None:
                raise NotFound(f"There is no article {article_id!r}. GET /v1/articles lists those there are.")
            erase(self._place(article_id))
            self._synchroniser.take_out(article_id)

    def _version(self, article_id: str) -> str | None:
        try:
            return self._library.article(article_id).version
        except NotFound:
            return None

    def _place(self, article_id: str) -> Path:
        """Where its file is. Raises InvalidInput for an id that is no path inside the folder."""
        if reason := reason_against(article_id):
            raise InvalidInput(f"The id {article_id[:80]!r} cannot be used: {reason}.")
        suffix = PurePosixPath(article_id).suffix
        if suffix.lower() not in SUFFIXES:
            raise UnsupportedType(f"The id {article_id[:80]!r} ends in {suffix or 'no suffix'!r}: use .txt or .md.")
        if len(os.fsencode(self._folder / article_id)) > LONGEST_PATH:
            raise InvalidInput(
                f"The id {article_id[:80]!r}… makes a path of more than {LONGEST_PATH:,} bytes: use a shorter one."
            )
        place = self._folder
        for part in PurePosixPath(article_id).parts:
            place /= part
            if place.is_symlink():
                raise InvalidInput(
                    f"The id {article_id[:80]!r} leads over a symbolic link, and those are not followed."
                )
        return place


def reason_against(article_id: str) -> str:
    """Why no file below the folder can have this id; "" where one can."""
    parts = article_id.split("/")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in article_id):
        return "it holds a control character or half a surrogate pair"
    if "" in parts:
        return "it is no relative path: leave out the slash at its beginning or end, and double ones"
    if any(part.startswith(".") for part in parts):
        return "a part of it begins with a dot, and such files are passed over"
    if len(parts) > MOST_PARTS:
        return f"it has more than {MOST_PARTS} parts between slashes: use fewer folders"
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        return f"a part of it is longer than {LONGEST_NAME} bytes"
    return ""


def write(place: Path, raw: bytes) -> None:
    """Puts the file there in one step, on disk when this returns: whoever looks sees the old one or the new one whole.

    Raises InvalidInput where something that is no file or folder is in the way, ConfigurationError where the folder
    cannot be written.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # A name with a dot in front: one that a crash leaves is never read as an article.
        descriptor, draft = tempfile.mkstemp(prefix=".", suffix=".new", dir=place.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o644)
            Path(draft).replace(place)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        settle(place.parent)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise InvalidInput(f"{place.name!r} cannot be put there: a file or folder is in the way.") from error
    except OSError as error:
        raise _not_written(error) from error


def erase(place: Path) -> None:
    """Takes the file away, if it is there. Raises ConfigurationError where the folder cannot be written."""
    try:
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            settle(place.parent)
    except OSError as error:
        raise _not_written(error) from error


def settle(folder: Path) -> None:
    """Makes what was done to a folder's names last over a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _not_written(error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The articles folder cannot be written: {error.strerror or error}. "
        "Give the service's user the right to, and room, or set QA_ARTICLES_DIR to another folder."
    )


def summary_of(article: Article) -> ArticleSummary:
    return ArticleSummary(
        article.id, article.version, article.title, article.published, article.encoding,
        len(article.sentences), len(article.text),
    )  # fmt: skip
