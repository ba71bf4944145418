"""Settings to a ready service: over the real embedding, Chroma and tantivy, and after what can befall their files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qa.assembly import open_service
from qa.domain import Filter, Question, Status
from qa.errors import ConfigurationError, LibraryLocked
from qa.fakes_models import Mode, ScriptedOpenAI
from qa.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = Question("How many observation posts has Türkiye set up around Idlib?")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the seeds in it; copy it before you change it."""
    folder = tmp_path_factory.mktemp("indexed")
    with open_service(settings(folder), "test") as service:
        service.sync()
    return folder


@pytest.fixture
def data_dir(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "data"))


def settings(data_dir: Path, **given: str) -> Settings:
    return Settings(articles_dir=SEEDS, data_dir=data_dir, **given)


async def test_an_indexed_library_answers_and_cites_to_the_letter(data_dir: Path) -> None:
    with open_service(settings(data_dir), "test") as service:
        turn = await service.chat.ask(QUESTION)
        cited = turn.answer.citations[0]
        text = service.library.article(cited.article_id, cited.version).text
    assert turn.answer.status is Status.ANSWERED
    assert "12 observation posts" in cited.quote == text[cited.start : cited.end]
    assert text == (SEEDS / cited.article_id).read_bytes().decode()


async def test_a_language_model_that_is_named_phrases_the_answer_with_the_articles_behind_it(
    data_dir: Path,
) -> None:
    said = "Türkiye has 12 observation posts around Idlib."
    with ScriptedOpenAI(said, "It has 99 of them.", Mode.UNAUTHORIZED) as server:
        named = settings(data_dir, llm="openai-like", llm_base_url=server.base_url, llm_model="m")
        with open_service(named, "test") as service:
            phrased, invented, refused = [(await service.chat.ask(QUESTION)).answer for _ in range(3)]
    assert phrased.text == f"{said} [1]"
    assert "12 observation posts" in phrased.citations[0].quote
    assert phrased.model == "openai-like/m"
    assert {invented.model, refused.model} == {
        "extractive (fallback: unsupported)",
        "extractive (fallback: unauthorized)",
    }
    assert invented.text == refused.text
    assert "12 observation posts" in refused.text


async def test_an_unchanged_folder_embeds_nothing(data_dir: Path) -> None:
    with open_service(settings(data_dir), "test") as service:
        report = service.sync()
    assert (report.embedded, report.unchanged) == (0, 5)


async def test_a_filter_that_allows_nothing_abstains(data_dir: Path) -> None:
    with open_service(settings(data_dir), "test") as service:
        turn = await service.chat.ask(Question(QUESTION.text, within=Filter(articles=("none.txt",))))
    assert turn.answer.status is Status.ABSTAINED


@pytest.mark.parametrize("cache", ["chroma", "lexical"])
@pytest.mark.parametrize("damage", ["removed", "overwritten"])
async def test_a_lost_or_damaged_cache_is_filled_again_without_embedding(
    data_dir: Path, cache: str, damage: str
) -> None:
    folder = data_dir / cache
    if damage == "removed":
        shutil.rmtree(folder)
    else:
        for file in [path for path in folder.rglob("*") if path.is_file()]:
            file.write_bytes(b"\x00 not what it was \x00" * 64)
    with open_service(settings(data_dir), "test") as service:
        hits = await service.retriever.search(QUESTION.text, 3, Filter())
        assert service.sync().embedded == 0
    assert any("12 observation posts" in hit.quote for hit in hits)


async def test_answers_are_the_same_from_a_refilled_index(data_dir: Path) -> None:
    with open_service(settings(data_dir), "test") as service:
        before = await service.retriever.search(QUESTION.text, 10, Filter())
    shutil.rmtree(data_dir / "chroma")
    shutil.rmtree(data_dir / "lexical")
    with open_service(settings(data_dir), "test") as service:
        after = await service.retriever.search(QUESTION.text, 10, Filter())
    assert [(hit.key, hit.score) for hit in before] == [(hit.key, hit.score) for hit in after]


async def test_another_embedding_is_not_searched_before_everything_is_embedded_again(data_dir: Path) -> None:
    other = settings(data_dir, embedding="qa.fakes.llama_index_embedding")
    with open_service(other, "test") as service:
        assert not service.is_ready
        assert service.sync().embedded == 87
        assert service.is_ready


async def test_a_data_folder_has_one_owner(data_dir: Path) -> None:
    with open_service(settings(data_dir), "test"), pytest.raises(LibraryLocked, match="held by process"):
        open_service(settings(data_dir), "another")


async def test_what_cannot_be_opened_holds_nothing_afterwards(data_dir: Path) -> None:
    with pytest.raises(ConfigurationError):
        open_service(settings(data_dir, embedding="no.such.Model"), "test")
    with open_service(settings(data_dir), "test") as service:
        assert service.is_ready
