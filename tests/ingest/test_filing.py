"""Single articles put and removed: the file first, then the library and the indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from folders import MAX_BYTES, assert_true_to_the_record, indexes_in, text_about

from qa.errors import ConfigurationError, InvalidInput, NotFound, NotReady, TooLarge, UnsupportedType
from qa.fakes import FakeEmbedder
from qa.ingest.filing import Filing, write
from qa.ingest.sync import Synchroniser
from qa.library.record import Library
from qa.ports import PassageText, PassageVectors

ODD = 'deep/er/odd "name" é.txt'


class Desk:
    """A filing over a folder, with what it should keep true."""

    def __init__(self, root: Path, library: Library) -> None:
        self.folder = root / "articles"
        self.library = library
        self.indexes = indexes_in(root)
        self.synchroniser = Synchroniser(library, FakeEmbedder(), self.indexes)
        self.filing = Filing(library, self.synchroniser, self.folder, MAX_BYTES)

    def check(self) -> None:
        for index in self.indexes:
            assert_true_to_the_record(index, self.library)
        held = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}
        assert held == set(self.library.versions())
        assert self.library.pending() == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Library.open(f"sqlite:///{tmp_path / 'library.db'}") as library:
        yield Desk(tmp_path, library)


def test_article_that_was_put_is_a_file_and_can_be_found(desk: Desk) -> None:
    filed = desk.filing.put(ODD, text_about("seal"))
    assert (filed.is_new, filed.summary.id, filed.summary.title) == (True, ODD, "All about the seal")
    assert (desk.folder / ODD).read_bytes() == text_about("seal")
    assert desk.library.article(ODD).version == filed.summary.version
    desk.check()


def test_reason_against_an_article_ends_with_one_full_stop(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match=r"Save it as UTF-8\.$"):
        desk.filing.put("a.txt", b"\x00\x01\x02\x03" * 500)


def test_article_is_replaced_whole_and_another_run_over_the_folder_changes_nothing(desk: Desk) -> None:
    desk.filing.put("a.txt", text_about("seal"))
    again = desk.filing.put("a.txt", text_about("whale", 9))
    assert (again.is_new, again.summary.title) == (False, "All about the whale")
    desk.check()
    report = desk.synchroniser.sync(desk.folder, MAX_BYTES)
    assert (report.unchanged, report.embedded) == (1, 0)


def test_the_same_article_put_again_is_not_embedded_again(desk: Desk) -> None:
    class Down(FakeEmbedder):
        def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
            raise RuntimeError("the embedding's server is down")

    desk.filing.put("a.txt", text_about("seal"))
    (desk.folder / "a.txt").unlink()
    again = Filing(desk.library, Synchroniser(desk.library, Down(), desk.indexes), desk.folder, MAX_BYTES)
    assert not again.put("a.txt", text_about("seal")).is_new
    desk.check()


def test_removed_article_is_gone_from_the_folder_and_the_indexes(desk: Desk) -> None:
    desk.filing.put("a.txt", text_about("seal"))
    desk.filing.put("b.md", text_about("whale"))
    desk.filing.remove("a.txt")
    assert set(desk.library.versions()) == {"b.md"}
    desk.check()
    with pytest.raises(NotFound, match=r"a\.txt"):
        desk.filing.remove("a.txt")


@pytest.mark.parametrize(
    ("article_id", "words"),
    [
        ("../a.txt", "begins with a dot"),
        ("x/../../a.txt", "begins with a dot"),
        (".a.txt", "begins with a dot"),
        ("/etc/a.txt", "no relative path"),
        ("x//a.txt", "no relative path"),
        ("a.txt/", "no relative path"),
        ("a\n.txt", "control character"),
        ("a\0.txt", "control character"),
        ("\ud800.txt", "surrogate"),
        ("é" * 200 + ".txt", "longer than 255 bytes"),
        ("a/" * 1100 + "a.txt", "more than 100 parts"),
        (("é" * 120 + "/") * 20 + "a.txt", "path of more than 4,000 bytes"),
        ("x/link/a.txt", "symbolic link"),
        ("taken/a.txt", "in the way"),
        ("folder.txt", "in the way"),
    ],
)
def test_id_that_is_no_path_of_an_article_is_refused_and_nothing_is_written(
    desk: Desk, tmp_path: Path, article_id: str, words: str
) -> None:
    (desk.folder / "x").mkdir(parents=True)
    (desk.folder / "x" / "link").symlink_to(tmp_path)
    (desk.folder / "folder.txt").mkdir()
    (desk.folder / "taken").write_text("A file.")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InvalidInput, match=words):
        desk.filing.put(article_id, text_about("seal"))
    assert sorted(tmp_path.rglob("*")) == before
    assert desk.library.versions() == {}


@pytest.mark.parametrize(
    ("article_id", "raw", "error"),
    [
        ("a.pdf", b"Text.", UnsupportedType),
        ("a", b"Text.", UnsupportedType),
        ("a.txt", b"x" * (MAX_BYTES + 1), TooLarge),
        ("a.txt", b"", InvalidInput),
        ("a.txt", b"\x00\x01\x02\x03" * 500, InvalidInput),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_article_before_stays(
    desk: Desk, article_id: str, raw: bytes, error: type[InvalidInput]
) -> None:
    desk.filing.put("a.txt", text_about("seal"))
    with pytest.raises(error):
        desk.filing.put(article_id, raw)
    assert (desk.folder / "a.txt").read_bytes() == text_about("seal")
    desk.check()


def test_library_of_another_embedding_is_refused_before_the_file_is_written(desk: Desk) -> None:
    class Other(FakeEmbedder):
        name = "other"

    desk.filing.put("a.txt", text_about("seal"))
    other = Filing(desk.library, Synchroniser(desk.library, Other(), desk.indexes), desk.folder, MAX_BYTES)
    with pytest.raises(NotReady, match="qa index"):
        other.put("b.txt", text_about("whale"))
    assert not (desk.folder / "b.txt").exists()


def test_folder_that_cannot_be_written_names_the_setting(own_folder: Path) -> None:
    own_folder.chmod(0o500)
    with pytest.raises(ConfigurationError, match="QA_ARTICLES_DIR"):
        write(own_folder / "a.txt", text_about("seal"))
    assert list(own_folder.iterdir()) == []
