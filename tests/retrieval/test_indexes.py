"""One contract for every index, real and fake: what is put is found, what is dropped is not, filters hold inside."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from qa.domain import Filter
from qa.errors import CacheDamaged, ConfigurationError
from qa.fakes import FakeDenseIndex, FakeEmbedder, FakeLexicalIndex
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.ports import DenseIndex, EmbeddedArticle, LexicalIndex, Match, PassageIndex
from qa.retrieval.chroma import CLOSED, ChromaIndex, is_as_it_was_closed
from qa.retrieval.lexical import TantivyIndex

pytestmark = pytest.mark.integration

EMBEDDER = FakeEmbedder()
BRIDGE = (
    "Bridge over the Oster opens\nPublished: 5 March 2020\nThe bridge carries trams.\nIt cost nine million crowns.\n"
)
MILL = "Mill of Ardal burns down\nPublished: 7 May 2021\nThe mill stood since 1402.\nNobody was hurt by the fire.\n"
UNDATED = "Bakers raise their prices\nBread costs four crowns now.\nThe bakers blame the weather.\n"


def article(article_id: str, text: str) -> EmbeddedArticle:
    return embed([read_article(article_id, text.encode())], EMBEDDER)[0]


def search_dense(index: DenseIndex, text: str, limit: int, within: Filter) -> list[Match]:
    return index.search(EMBEDDER.embed_question(text), limit, within)


def search_lexical(index: LexicalIndex, text: str, limit: int, within: Filter) -> list[Match]:
    return index.search(text, limit, within)


Found = Callable[[str, int, Filter], list[Match]]


@pytest.fixture(params=["chroma", "fake dense", "tantivy", "fake lexical"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PassageIndex]:
    made: dict[str, Callable[[], PassageIndex]] = {
        "chroma": lambda: ChromaIndex.embedded(tmp_path / "chroma"),
        "fake dense": FakeDenseIndex,
        "tantivy": lambda: TantivyIndex(tmp_path / "lexical"),
        "fake lexical": FakeLexicalIndex,
    }
    opened = made[request.param]()
    opened.put([article("bridge.txt", BRIDGE), article("it's/mill ü.txt", MILL), article("bakers.txt", UNDATED)])
    opened.commit()
    yield opened
    opened.close()


@pytest.fixture
def found(index: PassageIndex) -> Found:
    if isinstance(index, ChromaIndex | FakeDenseIndex):
        return lambda text, limit, within: search_dense(index, text, limit, within)
    assert isinstance(index, TantivyIndex | FakeLexicalIndex)
    return lambda text, limit, within: search_lexical(index, text, limit, within)


def articles(matches: list[Match]) -> set[str]:
    return {match.article_id for match in matches}


def test_what_shares_words_is_found_first(found: Found) -> None:
    best = found("bridge trams", 10, Filter())[0]
    assert best.article_id == "bridge.txt"
    assert best.first <= 3 <= best.last


def test_scores_fall(found: Found) -> None:
    scores = [match.score for match in found("the mill fire", 10, Filter())]
    assert scores == sorted(scores, reverse=True)


def test_no_more_is_given_than_asked_for(found: Found) -> None:
    assert len(found("the mill of the bridge", 1, Filter())) == 1


def test_an_article_filter_holds(found: Found) -> None:
    within = Filter(articles=("bakers.txt", "it's/mill ü.txt"))
    assert "bridge.txt" not in articles(found("the bridge the mill the bakers", 10, within))
    assert found("the bridge", 10, Filter(articles=())) == []


@pytest.mark.parametrize(
    ("within", "allowed"),
    [
        (Filter(published_from=date(2021, 1, 1)), {"it's/mill ü.txt"}),
        (Filter(published_to=date(2020, 3, 5)), {"bridge.txt"}),
        (Filter(published_from=date(2020, 3, 5), published_to=date(2021, 5, 7)), {"bridge.txt", "it's/mill ü.txt"}),
        (Filter(articles=("bridge.txt",), published_from=date(2021, 1, 1)), set()),
    ],
)
def test_a_date_filter_holds_and_leaves_undated_articles_out(found: Found, within: Filter, allowed: set[str]) -> None:
    assert articles(found("the bridge the mill the bakers", 10, within)) == allowed


def test_a_changed_article_is_replaced_whole(index: PassageIndex, found: Found) -> None:
    index.put([article("bridge.txt", "Bridge closes again\nThe ferry runs once more.\n")])
    index.commit()
    matches = [match for match in found("ferry bridge trams", 10, Filter()) if match.article_id == "bridge.txt"]
    assert matches
    assert all(match.last == 2 for match in matches)


def test_a_dropped_article_disappears(index: PassageIndex, found: Found) -> None:
    index.drop(["bridge.txt", "never-there.txt"])
    index.commit()
    assert "bridge.txt" not in articles(found("the bridge trams", 10, Filter()))


def test_putting_the_same_again_changes_nothing(index: PassageIndex) -> None:
    before = index.count()
    index.put([article("bridge.txt", BRIDGE)])
    index.commit()
    assert index.count() == before


def test_a_cleared_index_is_empty(index: PassageIndex, found: Found) -> None:
    index.clear()
    index.commit()
    assert (index.count(), found("bridge", 5, Filter())) == (0, [])


def test_the_lexical_index_finds_other_spellings_and_never_the_title(tmp_path: Path) -> None:
    lexical = TantivyIndex(tmp_path)
    lexical.put([article("a.txt", "Türkiye builds a wall\nThe de-militarised zone is closed.\nRain fell all day.\n")])
    lexical.commit()
    assert [match.first for match in lexical.search("demilitarized zones", 1, Filter())] == [2]
    assert {match.first for match in lexical.search("turkiye", 9, Filter())} == {2, 3}


def test_rarity_falls_with_the_number_of_sentences_that_hold_a_word(tmp_path: Path) -> None:
    lexical = TantivyIndex(tmp_path)
    assert lexical.rarity(["anything"]) == [pytest.approx(0.693, abs=0.001)]
    lexical.put([article("bridge.txt", BRIDGE), article("bakers.txt", UNDATED)])
    lexical.commit()
    bread, unknown = lexical.rarity(["bread", "xylophone"])
    assert 0 < bread < unknown


@pytest.mark.parametrize("kind", ["chroma", "lexical"])
def test_what_was_committed_is_there_after_opening_again(tmp_path: Path, kind: str) -> None:
    def opened() -> ChromaIndex | TantivyIndex:
        return ChromaIndex.embedded(tmp_path) if kind == "chroma" else TantivyIndex(tmp_path)

    first = opened()
    first.put([article("bridge.txt", BRIDGE)])
    first.commit()
    held = first.count()
    first.close()
    again = opened()
    assert again.count() == held > 0
    again.close()


def test_chroma_server_that_is_not_there_is_said_with_how_to_mend_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConfigurationError, match=rf"{url}.*`chroma run`.*leave QA_CHROMA_URL out"):
        ChromaIndex.served(url)


def test_after_an_unclean_end_chroma_is_tried_in_another_process_first(tmp_path: Path) -> None:
    index = ChromaIndex.embedded(tmp_path)
    index.put([article("bridge.txt", BRIDGE)])
    index.close()
    assert is_as_it_was_closed(tmp_path)
    (tmp_path / CLOSED).unlink()
    assert not is_as_it_was_closed(tmp_path)
    again = ChromaIndex.embedded(tmp_path)
    assert again.count() > 0
    again.close()


def test_a_damaged_dense_index_is_noticed(tmp_path: Path) -> None:
    ChromaIndex.embedded(tmp_path).close()
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(CacheDamaged):
        ChromaIndex.embedded(tmp_path)


def test_a_damaged_lexical_index_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(CacheDamaged, match="cannot be opened"):
        TantivyIndex(tmp_path)
