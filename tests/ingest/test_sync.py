"""Folder to library to indexes, run after run."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from folders import MAX_BYTES, assert_true_to_the_record, indexes_in, text_about, write
from on_disk import DenseOnDisk, LexicalOnDisk

from qa.domain import SyncReport
from qa.errors import ConfigurationError
from qa.fakes import FakeEmbedder
from qa.ingest.sync import Synchroniser
from qa.library.record import Library
from qa.ports import PassageText, PassageVectors

NAMES = ["a.txt", "b.md", "deep/er/c.txt", "deep/d.txt", 'odd "name" é.txt', "zz.txt"]
BROKEN = [b"", b" \n\t\n", b"\x00\x01\x02\x03" * 500, b"%PDF-1.7 and so on", b"x" * (MAX_BYTES + 1)]


class Other(FakeEmbedder):
    name = "other"


class Failing(FakeEmbedder):
    name = "failing"

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        raise RuntimeError("the embedding's server is down")


@dataclass
class Place:
    """A folder and the library over it, opened."""

    folder: Path
    library: Library
    embedder: FakeEmbedder
    indexes: tuple[DenseOnDisk, LexicalOnDisk]

    def sync(self, embedder: FakeEmbedder | None = None) -> SyncReport:
        return self.synchroniser(embedder).sync(self.folder, MAX_BYTES)

    def synchroniser(self, embedder: FakeEmbedder | None = None) -> Synchroniser:
        return Synchroniser(self.library, embedder or self.embedder, self.indexes)

    def check(self) -> None:
        for index in self.indexes:
            assert_true_to_the_record(index, self.library)
        assert self.library.pending() == []


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "data").mkdir()
    (tmp_path / "articles").mkdir()
    with Library.open(f"sqlite:///{tmp_path}/data/library.db") as library:
        yield Place(tmp_path / "articles", library, FakeEmbedder(), indexes_in(tmp_path / "data"))


class Seen:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.total = 0

    def __call__(self, done: int, total: int) -> None:
        self.done.append(done)
        self.total = total


def version(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def next_state(generator: random.Random, files: dict[str, bytes]) -> dict[str, bytes]:
    """Some files come, go, change, break, or are copied."""
    files = dict(files)
    for name in generator.sample(NAMES, generator.randint(0, 4)):
        step = generator.choice(["write", "write", "remove", "break", "copy"])
        if step == "write":
            files[name] = text_about(generator.choice(["seal", "owl", "fox", "elk"]), generator.randint(2, 9))
        elif step == "break":
            files[name] = generator.choice(BROKEN)
        elif step == "copy" and files:
            files[name] = files[generator.choice(sorted(files))]
        else:
            files.pop(name, None)
    return files


@pytest.mark.parametrize("seed", range(12))
def test_library_and_indexes_follow_the_folder_whatever_happens_to_it(place: Place, seed: int) -> None:
    generator = random.Random(seed)
    files: dict[str, bytes] = {}
    model: dict[str, str] = {}
    for _ in range(10):
        files = next_state(generator, files)
        write(place.folder, files)
        broken = {name for name, raw in files.items() if raw in BROKEN}
        good = {name: version(raw) for name, raw in files.items() if name not in broken}
        before = model
        model = good | {name: held for name, held in before.items() if name in broken}
        report = place.sync()
        assert place.library.versions() == model
        assert set(report.added) == set(good) - set(before)
        assert set(report.changed) == {name for name in good if name in before and before[name] != good[name]}
        assert set(report.removed) == set(before) - set(files)
        assert report.unchanged == sum(before.get(name) == held for name, held in good.items())
        assert {each.path for each in report.skipped} == broken
        place.check()


def test_unchanged_folder_embeds_nothing_and_touches_no_index(place: Place) -> None:
    write(place.folder, {name: text_about(name) for name in NAMES})
    first = place.sync()
    assert first.embedded == place.library.counts().sentences > 0
    held = [index.held() for index in place.indexes]
    place.embedder.embedded = 0
    again = place.sync()
    assert place.embedder.embedded == again.embedded == 0
    assert (again.added, again.changed, again.removed, again.unchanged) == ((), (), (), len(NAMES))
    for index, before in zip(place.indexes, held, strict=True):
        assert all(index.held()[name] is before[name] for name in NAMES)


def test_only_what_changed_is_embedded(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal"), "b.txt": text_about("owl")})
    place.sync()
    write(place.folder, {"a.txt": text_about("seal"), "b.txt": text_about("barn owl", 3)})
    report = place.sync()
    assert report.embedded == len(place.library.article("b.txt").sentences)
    assert (report.changed, report.unchanged) == (("b.txt",), 1)


def test_article_that_breaks_stays_as_it_was_and_is_named(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal"), "b.txt": b""})
    place.sync()
    write(place.folder, {"a.txt": b"\x00\x01" * 500, "b.txt": b""})
    report = place.sync()
    reasons = {each.path: each.reason for each in report.skipped}
    assert "stays" in reasons["a.txt"]
    assert "stays" not in reasons["b.txt"]
    assert place.library.versions() == {"a.txt": version(text_about("seal"))}


def test_articles_behind_something_that_is_not_followed_stay(place: Place, tmp_path: Path) -> None:
    write(place.folder, {"sub/a.txt": text_about("seal"), "b.txt": text_about("owl"), "sub2/c.txt": text_about("fox")})
    place.sync()
    (place.folder / "sub").rename(tmp_path / "elsewhere")
    (place.folder / "sub").symlink_to(tmp_path / "elsewhere")
    (place.folder / "sub2" / "c.txt").unlink()
    report = place.sync()
    assert set(place.library.versions()) == {"sub/a.txt", "b.txt"}
    assert ["stays" in each.reason for each in report.skipped] == [True]
    assert report.removed == ("sub2/c.txt",)


def test_emptied_folder_empties_the_library(place: Place) -> None:
    write(place.folder, {name: text_about(name) for name in NAMES})
    place.sync()
    write(place.folder, {})
    assert place.sync().removed == tuple(sorted(NAMES))
    assert place.library.versions() == {}
    place.check()


def test_folder_that_is_not_there_changes_nothing(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal")})
    place.sync()
    (place.folder / "a.txt").unlink()
    place.folder.rmdir()
    with pytest.raises(ConfigurationError):
        place.sync()
    assert set(place.library.versions()) == {"a.txt"}


def test_encoding_other_than_utf8_is_named(place: Place) -> None:
    latin = "La Reunión\n\nEl señor Muñoz llegó mañana por la tarde a la reunión de los niños.\n" * 4
    write(place.folder, {"a.txt": latin.encode("cp1252"), "b.txt": b"\xef\xbb\xbf" + text_about("owl")})
    report = place.sync()
    assert set(report.recoded) == {"a.txt"}
    assert report.recoded["a.txt"] == place.library.article("a.txt").encoding


def test_every_file_is_counted_once_in_the_progress(place: Place) -> None:
    files = {f"{number:03}.txt": text_about(f"seal {number}", 2) for number in range(150)}
    write(place.folder, files)
    for changed in (files, {**files, "000.txt": b"\x00" * 99, "001.txt": text_about("owl")}):
        write(place.folder, changed)
        seen = Seen()
        place.synchroniser().sync(place.folder, MAX_BYTES, seen)
        assert seen.total == 150
        assert seen.done == sorted(set(seen.done))
        assert seen.done[-1] == 150


def test_report_times_its_steps(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal")})
    seconds = place.sync().seconds
    assert set(seconds) == {"read", "embed", "store", "index", "total"}
    assert sum(seconds.values()) - seconds["total"] <= seconds["total"]


def test_other_embedding_embeds_everything_again_and_says_so(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal"), "b.txt": text_about("owl")})
    assert place.sync().embedded_anew_from is None
    other = Other(dimensions=32)
    assert not place.synchroniser(other).is_searchable
    report = place.sync(other)
    assert report.embedded_anew_from == "fake"
    assert (report.unchanged, report.embedded) == (2, place.library.counts().sentences)
    assert place.library.embedding_name == "other"
    assert next(place.library.embedded()).sentence_vectors.shape[1] == 32
    assert place.synchroniser(other).is_searchable
    assert place.sync(other).embedded == 0
    place.check()


def test_article_whose_file_broke_is_embedded_anew_from_the_record(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal"), "b.txt": text_about("owl")})
    place.sync()
    write(place.folder, {"a.txt": b"", "b.txt": b""})
    place.sync(Other(dimensions=32))
    assert place.library.unembedded() == set()
    assert place.library.counts().articles == 2
    place.check()


def test_embedding_that_fails_costs_the_library_nothing(place: Place) -> None:
    write(place.folder, {"a.txt": text_about("seal")})
    place.sync()
    with pytest.raises(RuntimeError):
        place.sync(Failing())
    assert place.library.embedding_name == "fake"
    assert place.library.unembedded() == set()
    place.check()


def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path) -> None:
    peaks = []
    for number in (96, 384):
        folder, data = tmp_path / f"articles{number}", tmp_path / f"data{number}"
        data.mkdir()
        write(folder, {f"{index:04}.txt": text_about(f"seal {index}", 5) for index in range(number)})
        with Library.open(f"sqlite:///{data}/library.db") as library:
            counting = (Counting(), Counting())
            tracemalloc.start()
            Synchroniser(library, FakeEmbedder(256), counting).sync(folder, MAX_BYTES)  # type: ignore[arg-type]
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert counting[0].put_in == number
    assert peaks[1] < 1.5 * peaks[0]


class Counting:
    """An index that keeps nothing."""

    put_in = 0

    def put(self, articles: Sequence[object]) -> None:
        self.put_in += len(articles)

    def drop(self, article_ids: Sequence[str]) -> None:
        pass

    def commit(self) -> None:
        pass

    def clear(self) -> None:
        pass
