"""Catching up, rebuilding, checking."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import assert_true_to_the_record, indexes_in, text_about
from on_disk import DenseOnDisk, LexicalOnDisk

from qa.domain import Filter
from qa.fakes import FakeEmbedder
from qa.ingest.caches import catch_up, check, mend, rebuild
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.library.record import Library, Recipe
from qa.ports import EmbeddedArticle

Indexes = tuple[DenseOnDisk, LexicalOnDisk]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(f"sqlite:///{tmp_path}/library.db") as opened:
        opened.adopt(Recipe("fake", 64, "first"))
        yield opened


@pytest.fixture
def indexes(tmp_path: Path) -> Indexes:
    return indexes_in(tmp_path)


def articles(*topics: str) -> list[EmbeddedArticle]:
    read = [read_article(f"{topic.split()[0]}.txt", text_about(topic)) for topic in topics]
    return embed(read, FakeEmbedder())


def assert_true(library: Library, indexes: Indexes) -> None:
    assert check(library, indexes)
    for index in indexes:
        assert_true_to_the_record(index, library)


def test_indexes_follow_what_was_stored_and_removed(library: Library, indexes: Indexes) -> None:
    library.replace(articles("seal", "owl", "fox"))
    library.remove(["owl.txt"])
    library.replace(articles("fox in winter"))
    catch_up(library, indexes)
    assert_true(library, indexes)
    assert library.pending() == []
    library.remove(["seal.txt", "fox.txt"])
    catch_up(library, indexes)
    assert_true(library, indexes)


@pytest.mark.parametrize("seed", range(8))
def test_replaying_what_was_told_before_changes_nothing(library: Library, indexes: Indexes, seed: int) -> None:
    """As after a crash between the indexes' commit and its settling: the same changes come again and again."""
    generator = random.Random(seed)
    for _ in range(6):
        topic = generator.choice(["seal", "owl", "fox"])
        if generator.random() < 0.3:
            library.remove([f"{topic}.txt"])
        else:
            library.replace(articles(f"{topic} {generator.randint(1, 9)}"))
        pending = library.pending()
        for _ in range(generator.randint(0, 2)):
            catch_up(Unsettling(library), indexes)  # type: ignore[arg-type]
            assert_true(library, indexes)
            assert library.pending() == pending
    catch_up(library, indexes)
    assert_true(library, indexes)
    assert library.pending() == []


class Unsettling:
    """A library whose settling is lost."""

    def __init__(self, library: Library) -> None:
        self.pending = library.pending
        self.embedded = library.embedded

    def settle(self, up_to_seq: int) -> None:
        pass


def test_other_recipe_clears_the_indexes(library: Library, indexes: Indexes) -> None:
    library.replace(articles("seal", "owl"))
    catch_up(library, indexes)
    library.adopt(Recipe("other", 32, "first"))
    read = read_article("owl.txt", text_about("owl"))
    library.replace(embed([read], FakeEmbedder(32)))
    catch_up(library, indexes)
    assert set(indexes[0].held()) == {"owl.txt"}
    assert_true(library, indexes)


def test_rebuilt_indexes_are_the_same_to_the_last_bit(library: Library, indexes: Indexes, tmp_path: Path) -> None:
    library.replace(articles("seal", "owl"))
    catch_up(library, indexes)
    (tmp_path / "new").mkdir()
    anew = indexes_in(tmp_path / "new")
    assert not check(library, anew)
    rebuild(library, anew)
    assert_true(library, anew)
    question = FakeEmbedder().embed_question("Where was the owl seen?")
    assert anew[0].search(question, 5, Filter()) == indexes[0].search(question, 5, Filter())


def test_rebuilding_settles_what_was_pending(library: Library, indexes: Indexes) -> None:
    library.replace(articles("seal"))
    rebuild(library, indexes)
    assert library.pending() == []
    assert_true(library, indexes)


def test_index_that_lost_articles_or_holds_too_many_is_rebuilt_and_logged(
    library: Library, indexes: Indexes, caplog: pytest.LogCaptureFixture
) -> None:
    library.replace(articles("seal", "owl"))
    catch_up(library, indexes)
    for number in (0, 1):
        if number:
            indexes[1].put(articles("stray"))
        else:
            indexes[0].drop(["seal.txt"])
        for index in indexes:
            index.commit()
        assert not check(library, indexes)
        with caplog.at_level(logging.WARNING):
            mend(library, indexes)
        assert "rebuilt" in caplog.text
        assert_true(library, indexes)
        caplog.clear()


def test_true_indexes_are_left_alone(library: Library, indexes: Indexes, caplog: pytest.LogCaptureFixture) -> None:
    library.replace(articles("seal"))
    catch_up(library, indexes)
    held = indexes[0].held()["seal.txt"]
    mend(library, indexes)
    assert indexes[0].held()["seal.txt"] is held
    assert caplog.text == ""
