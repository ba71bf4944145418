"""Stretches of sentences out of the record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa  # noqa: TID251 - the library's own tests
from shelves import article, library_in, text_about

from qa.domain import TitleSource
from qa.library import neighbourhoods
from qa.library.record import Library
from qa.ports import EmbeddedArticle, Neighbourhood, Stretch

ARTICLES = [article(f"{number:02}.txt", text_about(f"seal {number}", 3 + 5 * number)) for number in range(9)]
BY_ID = {each.article.id: each for each in ARTICLES}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("library")) as opened:
        opened.replace(ARTICLES)
        yield opened


def drawn(seed: int, count: int) -> list[Stretch]:
    generator = random.Random(seed)
    ids = [*BY_ID, "gone.txt"]
    return [
        Stretch(generator.choice(ids), first, first + generator.randint(-1, 12))
        for first in (generator.randint(-3, 60) for _ in range(count))
    ]


def expected(stretch: Stretch, held: EmbeddedArticle) -> tuple[list[int], list[int]]:
    """Numbers of the sentences, and of the passages that share one with the stretch, straight from the article."""
    numbers = [s.number for s in held.article.sentences if stretch.first <= s.number <= stretch.last]
    reaching = [
        each.passage.number
        for each in held.passages
        if numbers
        and each.passage.sentences[0].number <= numbers[-1]
        and each.passage.sentences[-1].number >= numbers[0]
    ]
    return numbers, reaching


def assert_is(found: Neighbourhood, stretch: Stretch) -> None:
    held = BY_ID[stretch.article_id]
    numbers, reaching = expected(stretch, held)
    assert (found.article_id, found.version) == (held.article.id, held.article.version)
    assert (found.title, found.published) == (held.article.title, held.article.published)
    assert found.spoken_title == held.article.spoken_title
    assert found.sentences == held.article.sentences[numbers[0] - 1 : numbers[-1]]
    assert found.quotes == tuple(map(held.article.quote, found.sentences))
    np.testing.assert_allclose(found.vectors, held.sentence_vectors[numbers[0] - 1 : numbers[-1]], atol=1e-3)
    assert [each.number for each in found.passages] == reaching
    for each in found.passages:
        given = held.passages[each.number - 1]
        assert (each.first, each.last) == (given.passage.sentences[0].number, given.passage.sentences[-1].number)
        np.testing.assert_allclose(each.vector, given.vector, atol=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_each_stretch_gets_its_sentences_and_the_passages_around_in_the_order_given(
    library: Library, seed: int
) -> None:
    stretches = drawn(seed, 40)
    there = [each for each in stretches if each.article_id in BY_ID and expected(each, BY_ID[each.article_id])[0]]
    found = library.read(stretches)
    assert len(found) == len(there)
    for neighbourhood, stretch in zip(found, there, strict=True):
        assert_is(neighbourhood, stretch)


def test_three_statements_do_however_many_stretches_there_are(library: Library) -> None:
    for count in (2, 60, 3_000):
        statements: list[str] = []

        def note(*event: object, kept: list[str] = statements) -> None:
            kept.append(str(event[2]))

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            assert library.read(drawn(count, count))
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        assert len([each for each in statements if not each.startswith("BEGIN")]) == 3


@pytest.mark.parametrize("within", [neighbourhoods._SENTENCES, neighbourhoods._PASSAGES])
def test_databases_without_json_get_the_same_rows_condition_by_condition(
    library: Library, within: neighbourhoods._Within
) -> None:
    ranges = [neighbourhoods._Range(1 + number % 9, first, first + 4, 5) for number, first in enumerate(range(1, 40))]
    with library.database.reading() as connection:
        by_json = neighbourhoods._rows(connection, within, neighbourhoods._merged(ranges))
        by_condition = connection.execute(within.one_by_one(ranges)).all()
    assert by_json
    assert set(map(tuple, by_json)) == set(map(tuple, by_condition))


def test_nothing_asked_and_nothing_there_give_nothing(library: Library) -> None:
    assert library.read([]) == []
    assert library.read([Stretch("gone.txt", 1, 5), Stretch("00.txt", 900, 905), Stretch("00.txt", 3, 2)]) == []


def test_file_name_is_no_spoken_title(tmp_path: Path) -> None:
    named = replace(ARTICLES[0], article=replace(ARTICLES[0].article, title_source=TitleSource.FILE_NAME))
    with library_in(tmp_path) as library:
        library.replace([named])
        (found,) = library.read([Stretch("00.txt", 1, 1)])
    assert (found.title, found.spoken_title) == (named.article.title, "")


def test_old_version_and_article_without_vectors_are_never_read(tmp_path: Path) -> None:
    later = article("00.txt", text_about("owl", 20))
    with library_in(tmp_path) as library:
        library.replace([ARTICLES[0], ARTICLES[1]])
        library.replace([later])
        library.remove(["01.txt"])
        (found,) = library.read([Stretch("00.txt", 1, 99), Stretch("01.txt", 1, 99)])
    assert (found.version, len(found.sentences)) == (later.article.version, len(later.article.sentences))
