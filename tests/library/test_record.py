"""Articles in the record: replaced whole, removed, listed, streamed; and what the caches are still to be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shelves import RECIPE, answered, article, citation, library_in, text_about, turn, url_in

from qa.domain import Passage, Role, Sentence
from qa.errors import NotFound
from qa.library.conversations import KeptConversations
from qa.library.record import Change, Counts, Library, Op, Recipe
from qa.ports import EmbeddedArticle, EmbeddedPassage

SEAL = article("a/seal.txt", text_about("seal"))
SEAL_LATER = article("a/seal.txt", text_about("harbour seal", 30))
OWL = article("owl.md", text_about("owl"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as opened:
        yield opened


def assert_same(back: EmbeddedArticle, stored: EmbeddedArticle) -> None:
    """Equal in every word and number, but for what float16 rounds away."""
    assert back.article == stored.article
    assert [each.passage for each in back.passages] == [each.passage for each in stored.passages]
    np.testing.assert_allclose(back.sentence_vectors, stored.sentence_vectors, atol=1e-3)
    for kept, given in zip(back.passages, stored.passages, strict=True):
        np.testing.assert_allclose(kept.vector, given.vector, atol=1e-3)


def test_article_comes_back_as_it_was_stored_with_its_vectors(library: Library) -> None:
    library.replace([SEAL, OWL])
    back = list(library.embedded())
    assert [each.article.id for each in back] == ["a/seal.txt", "owl.md"]
    assert_same(back[0], SEAL)
    assert_same(back[1], OWL)


def test_everything_is_there_when_the_library_is_opened_again(tmp_path: Path, library: Library) -> None:
    library.replace([SEAL])
    library.close()
    with Library.open(url_in(tmp_path)) as again:
        assert again.versions() == {"a/seal.txt": SEAL.article.version}
        assert again.article("a/seal.txt") == SEAL.article


def test_passage_with_a_title_in_its_middle_comes_back_without_it(library: Library) -> None:
    title = replace(SEAL.article.sentences[4], role=Role.TITLE)
    sentences: tuple[Sentence, ...] = (*SEAL.article.sentences[:4], title, *SEAL.article.sentences[5:])
    around = Passage(1, (*sentences[2:4], *sentences[5:7]))
    odd = replace(
        SEAL,
        article=replace(SEAL.article, sentences=sentences),
        passages=(EmbeddedPassage(around, SEAL.passages[0].vector),),
    )
    library.replace([odd])
    assert_same(next(library.embedded()), odd)


def test_changed_article_is_replaced_whole(library: Library) -> None:
    library.replace([SEAL, OWL])
    library.replace([SEAL_LATER])
    assert library.versions() == {"a/seal.txt": SEAL_LATER.article.version, "owl.md": OWL.article.version}
    assert library.article("a/seal.txt") == SEAL_LATER.article
    with pytest.raises(NotFound, match=SEAL.article.version):
        library.article("a/seal.txt", SEAL.article.version)


def test_storing_the_same_version_again_changes_nothing(library: Library) -> None:
    for _ in range(2):
        library.replace([SEAL])
        assert library.versions() == {"a/seal.txt": SEAL.article.version}
        assert_same(next(library.embedded()), SEAL)


def test_batch_with_a_faulty_article_stores_none_of_it(library: Library) -> None:
    with pytest.raises(ValueError, match=r"owl\.md"):
        library.replace([SEAL, replace(OWL, sentence_vectors=OWL.sentence_vectors[:1])])
    assert library.versions() == {}
    assert [change.op for change in library.pending()] == [Op.CLEAR]


def test_removed_article_is_gone_and_removing_it_again_is_no_fault(library: Library) -> None:
    library.replace([SEAL, OWL])
    for _ in range(2):
        library.remove(["a/seal.txt"])
        assert library.versions() == {"owl.md": OWL.article.version}
    with pytest.raises(NotFound, match=r"a/seal\.txt"):
        library.article("a/seal.txt")


def test_same_bytes_at_two_ids_are_two_articles(library: Library) -> None:
    twin = replace(SEAL, article=replace(SEAL.article, id="b/copy.txt"))
    library.replace([SEAL, twin])
    assert library.versions() == dict.fromkeys(["a/seal.txt", "b/copy.txt"], SEAL.article.version)
    library.remove(["a/seal.txt"])
    assert library.article("b/copy.txt") == twin.article


def test_counts_are_of_what_can_be_searched(library: Library) -> None:
    assert library.counts() == Counts(0, 0, 0, 0)
    library.replace([SEAL, OWL])
    sentences = [*SEAL.article.sentences, *OWL.article.sentences]
    bodies = [sentence for sentence in sentences if sentence.role is Role.BODY]
    assert 0 < len(bodies) < len(sentences)
    passages = len(SEAL.passages) + len(OWL.passages)
    assert library.counts() == Counts(2, len(sentences), len(bodies), passages)


def test_changes_wait_in_order_until_they_are_settled(library: Library) -> None:
    library.settle(library.pending()[-1].seq)
    library.replace([SEAL])
    library.remove(["a/seal.txt"])
    library.replace([OWL])
    pending = library.pending()
    assert [(change.article_id, change.op) for change in pending] == [
        ("a/seal.txt", Op.PUT),
        ("a/seal.txt", Op.DROP),
        ("owl.md", Op.PUT),
    ]
    library.settle(pending[1].seq)
    assert library.pending() == pending[2:]


def test_number_of_a_settled_change_is_never_given_again(library: Library) -> None:
    library.replace([SEAL])
    last = library.pending()[-1].seq
    library.settle(last)
    library.replace([OWL])
    assert library.pending() == [Change(last + 1, "owl.md", Op.PUT)]


def test_listing_goes_on_after_an_id_in_their_order(library: Library) -> None:
    named = [replace(SEAL, article=replace(SEAL.article, id=f"{name}.txt")) for name in ("b", "é", "a", "Z", "c d")]
    library.replace(named)
    ids = sorted(each.article.id for each in named)
    assert [each.id for each in library.summaries(10, None)] == ids
    assert [each.id for each in library.summaries(2, ids[1])] == ids[2:4]
    assert library.summaries(10, ids[-1]) == []


def test_summary_says_what_the_article_is(library: Library) -> None:
    library.replace([SEAL])
    (summary,) = library.summaries(1, None)
    assert (summary.id, summary.version, summary.title) == ("a/seal.txt", SEAL.article.version, "All about the seal")
    assert summary.published == SEAL.article.published
    assert summary.published is not None
    assert (summary.sentences, summary.characters) == (len(SEAL.article.sentences), len(SEAL.article.text))


def test_streaming_gives_only_those_asked_for_that_exist(library: Library) -> None:
    library.replace([SEAL, OWL])
    assert [each.article.id for each in library.embedded(["owl.md", "no.txt"])] == ["owl.md"]
    assert list(library.embedded([])) == []


def test_other_recipe_drops_vectors_but_no_article(library: Library) -> None:
    library.replace([SEAL, OWL])
    library.adopt(Recipe("other", 32, RECIPE.layout))
    assert library.embedding_name == "other"
    assert library.unembedded() == {"a/seal.txt", "owl.md"} == set(library.versions())
    assert library.counts() == Counts(0, 0, 0, 0)
    assert list(library.embedded()) == []
    assert library.article("owl.md") == OWL.article
    assert [change.op for change in library.pending()] == [Op.CLEAR]


def test_same_recipe_again_changes_nothing(library: Library) -> None:
    library.replace([SEAL])
    pending = library.pending()
    library.adopt(RECIPE)
    assert library.unembedded() == set()
    assert library.pending() == pending


def test_vectors_before_a_recipe_are_refused(tmp_path: Path) -> None:
    with Library.open(url_in(tmp_path)) as library, pytest.raises(ValueError, match="adopt"):
        library.replace([SEAL])


def test_version_that_a_turn_cites_stays_without_vectors_when_its_article_changes(library: Library) -> None:
    library.replace([SEAL, OWL])
    conversations = KeptConversations(library.database)
    conversations.keep(turn("t1", conversations.open(None), answered([citation(SEAL)])))
    library.replace([SEAL_LATER, article("owl.md", text_about("barn owl"))])
    old = library.article("a/seal.txt", SEAL.article.version)
    assert old == SEAL.article
    assert library.article("a/seal.txt") == SEAL_LATER.article
    with pytest.raises(NotFound):
        library.article("owl.md", OWL.article.version)
    with library.database.reading() as connection:
        held = connection.exec_driver_sql(
            "SELECT count(*), count(vector) FROM sentences JOIN versions ON pk = version_pk WHERE version = ?",
            (SEAL.article.version,),
        ).one()
    assert tuple(held) == (len(SEAL.article.sentences), 0)


def test_cited_version_stays_when_its_article_is_removed_and_can_come_back(library: Library) -> None:
    library.replace([SEAL])
    conversations = KeptConversations(library.database)
    conversations.keep(turn("t1", conversations.open(None), answered([citation(SEAL)])))
    library.remove(["a/seal.txt"])
    assert library.article("a/seal.txt", SEAL.article.version) == SEAL.article
    assert library.counts().articles == 0
    library.replace([SEAL])
    assert_same(next(library.embedded()), SEAL)


def test_nothing_of_a_pruned_version_is_left_behind(library: Library) -> None:
    library.replace([SEAL, OWL])
    library.replace([SEAL_LATER])
    library.remove(["owl.md"])
    with library.database.reading() as connection:
        for table in ("texts", "sentences", "passages"):
            kept = connection.exec_driver_sql(f"SELECT DISTINCT version_pk FROM {table}").scalars().all()
            current = connection.exec_driver_sql("SELECT version_pk FROM articles").scalars().all()
            assert kept == current


def test_more_ids_than_one_statement_takes_are_removed(library: Library) -> None:
    library.replace([SEAL])
    library.remove([f"{number}.txt" for number in range(2_500)] + ["a/seal.txt"])
    assert library.versions() == {}
