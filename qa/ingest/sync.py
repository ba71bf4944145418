"""Folder → library → indexes: what is new or changed is embedded, what is gone is dropped, the rest is left alone.

Batch by batch: each is embedded, stored in one transaction, put into the indexes and settled. Whatever the moment of a
crash, every article is then as it was before or as it is now, and the next run goes on from there.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from qa.domain import Article, Skipped, SyncReport
from qa.errors import InvalidInput, NotReady
from qa.ingest.caches import Indexes, catch_up, mend
from qa.ingest.cutting import cutting
from qa.ingest.reading import Found, SourceFile, find_files, load, read_article
from qa.ingest.vectors import embed
from qa.library.batches import batches
from qa.library.record import Library, Recipe
from qa.ports import Embedder

Progress = Callable[[int, int], None]


class Synchroniser:
    """Keeps a library and its indexes true to a folder. One at a time on a library."""

    def __init__(self, library: Library, embedder: Embedder, indexes: Indexes) -> None:
        self._library = library
        self._embedder = embedder
        self._indexes = indexes

    @property
    def is_searchable(self) -> bool:
        """False where the library's vectors are of another embedding, and searching them would find nothing of use."""
        made = self._library.recipe
        return made is None or (made.embedding, made.dimensions) == (self._embedder.name, self._embedder.dimensions)

    def catch_up(self) -> None:
        """Brings the indexes to the state of the library, whatever a crash or a lost folder did to them."""
        mend(self._library, self._indexes)

    def sync(self, folder: Path, max_bytes: int, progress: Progress | None = None) -> SyncReport:
        """Brings the library and the indexes up to date with `folder`.

        progress: called with (files done, files in all). Raises ConfigurationError for a folder that cannot be listed.
        """
        clock = _Clock()
        with clock.step("total"):
            catch_up(self._library, self._indexes)
            with clock.step("read"):
                found = find_files(folder, max_bytes)
            tally = _Tally(len(found.files), progress)
            _Run(self._library, self._embedder, self._indexes, clock, tally).bring_in(found, max_bytes)
        return tally.report(clock.seconds)

    def check_recipe(self) -> None:
        """Raises NotReady where the library was made another way than a single article would be now."""
        if self._library.recipe not in (None, self._recipe()):
            raise NotReady(
                "The library was made with another embedding, or by a version that cut articles another way: "
                "stop the service and run `qa index`, which makes it anew."
            )

    def bring_in(self, article: Article) -> None:
        """One article, new or in the place of its version before. Check the recipe first."""
        embedded = embed([article], self._embedder)
        self._library.adopt(self._recipe())
        self._library.replace(embedded)
        catch_up(self._library, self._indexes)

    def take_out(self, article_id: str) -> None:
        self._library.remove([article_id])
        catch_up(self._library, self._indexes)

    def _recipe(self) -> Recipe:
        return Recipe(self._embedder.name, self._embedder.dimensions, cutting())


class _Run:
    """One run over a folder."""

    def __init__(self, library: Library, embedder: Embedder, indexes: Indexes, clock: _Clock, tally: _Tally) -> None:
        self._library = library
        self._embedder = embedder
        self._indexes = indexes
        self._clock = clock
        self._tally = tally
        self._known = library.versions()
        self._known_folders = {folder for each in self._known for folder in _folders(each)}
        self._recipe = Recipe(embedder.name, embedder.dimensions, cutting())
        self._waiting = library.unembedded() if library.recipe == self._recipe else set(self._known)

    def bring_in(self, found: Found, max_bytes: int) -> None:
        for skipped in found.skipped:
            self._skip(skipped.path, skipped.reason)
        self._remove_gone(found)
        for batch in batches(self._articles_to_store(found.files, max_bytes), _sentences):
            self._store(batch)
            self._tally.tick(len(batch))
        # Their files cannot be read now, but what the record holds of them can be embedded anew.
        for batch in batches((self._library.article(each) for each in sorted(self._waiting)), _sentences):
            self._store(batch)

    def _remove_gone(self, found: Found) -> None:
        """An article whose file is there but cannot be read stays; so do those in a folder that cannot be listed."""
        there = {file.id for file in found.files} | {skipped.path for skipped in found.skipped}
        gone = [each for each in self._known if there.isdisjoint((each, *_folders(each)))]
        with self._clock.step("store"):
            self._library.remove(gone)
        with self._clock.step("index"):
            catch_up(self._library, self._indexes)
        self._waiting.difference_update(gone)
        self._tally.removed.extend(sorted(gone))

    def _articles_to_store(self, files: Sequence[SourceFile], max_bytes: int) -> Iterator[Article]:
        for file in files:
            with self._clock.step("read"):
                article = self._article_to_store(file, max_bytes)
            if article:
                yield article
            else:
                self._tally.tick(1)

    def _article_to_store(self, file: SourceFile, max_bytes: int) -> Article | None:
        """None for one that is stored as it is, and for one that cannot be read, which is noted."""
        try:
            raw = load(file, max_bytes)
            if file.id not in self._waiting and self._known.get(file.id) == _version(raw):
                self._tally.unchanged += 1
                return None
            return read_article(file.id, raw)
        except InvalidInput as error:
            self._skip(file.id, str(error))
            return None

    def _skip(self, path: str, reason: str) -> None:
        kept = path in self._known or path in self._known_folders
        self._tally.skipped.append(Skipped(path, f"{reason}; what was read of it before stays" if kept else reason))

    def _store(self, batch: Sequence[Article]) -> None:
        with self._clock.step("embed"):
            embedded = embed(batch, self._embedder)
        with self._clock.step("store"):
            # Only now, with vectors at hand: an embedding that fails must not cost the library those it has.
            self._tally.adopt(self._library.recipe, self._recipe)
            self._library.adopt(self._recipe)
            self._library.replace(embedded)
        with self._clock.step("index"):
            catch_up(self._library, self._indexes)
        for article in batch:
            self._tally.stored(article, self._known.get(article.id))
            self._waiting.discard(article.id)


class _Tally:
    """What a run did so far."""

    def __init__(self, files: int, progress: Progress | None) -> None:
        self.removed: list[str] = []
        self.unchanged = 0
        self.skipped: list[Skipped] = []
        self._added: list[str] = []
        self._changed: list[str] = []
        self._recoded: dict[str, str] = {}
        self._embedded = 0
        self._anew_from: str | None = None
        self._done, self._files, self._progress = 0, files, progress

    def tick(self, files: int) -> None:
        self._done += files
        if self._progress:
            self._progress(self._done, self._files)

    def adopt(self, before: Recipe | None, recipe: Recipe) -> None:
        if before is not None and before != recipe:
            self._anew_from = before.embedding

    def stored(self, article: Article, before: str | None) -> None:
        """before: the version that the library held."""
        self._embedded += len(article.sentences)
        if article.encoding != "utf-8":
            self._recoded[article.id] = article.encoding
        if before is None:
            self._added.append(article.id)
        elif before == article.version:
            self.unchanged += 1
        else:
            self._changed.append(article.id)

    def report(self, seconds: Mapping[str, float]) -> SyncReport:
        return SyncReport(
            added=tuple(self._added),
            changed=tuple(self._changed),
            removed=tuple(self.removed),
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            recoded=self._recoded,
            embedded=self._embedded,
            seconds=seconds,
            embedded_anew_from=self._anew_from,
        )


class _Clock:
    """Seconds of wall time by step; a step that is entered again is added up."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("read", "embed", "store", "index", "total"), 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began


def _version(raw: bytes) -> str:
    """As qa.ingest.reading names it: what is unchanged need not be decoded and cut again."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _sentences(article: Article) -> int:
    return len(article.sentences)


def _folders(article_id: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(article_id).parents]
