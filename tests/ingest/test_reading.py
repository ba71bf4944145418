from __future__ import annotations

import hashlib
import os
import socket
from datetime import date
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain import Article, TitleSource
from qa.errors import ConfigurationError, InvalidInput, TooLarge
from qa.ingest.reading import Found, SourceFile, find_files, load, read_article

SEEDS = Path(__file__).parents[2] / "seeds"
LIMIT = 1_000
BODY = "Putin said the two leaders agreed to create a zone by October 15. It rained in Sochi on Monday."


def put(path: Path, content: str = BODY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    return path


def ids_of(found: Found) -> list[str]:
    return [file.id for file in found.files]


def reasons_of(found: Found) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in found.skipped}


def read(content: str, article_id: str = "a.txt") -> Article:
    return read_article(article_id, content.encode())


# The folder


def test_text_and_markdown_are_found_at_any_depth_in_the_order_of_their_ids(tmp_path: Path) -> None:
    names = ["b.txt", "a.MD", "2018/sochi.txt", "2018/x/y.markdown", "Ünï çode 'q\" (1).txt", "a/b.txt", "a-b.txt"]
    for name in reversed(names):
        put(tmp_path / name)
    found = find_files(tmp_path, LIMIT)
    assert ids_of(found) == sorted(names)
    assert [file.path for file in found.files] == [tmp_path / name for name in sorted(names)]
    assert found.skipped == ()


def test_names_keep_the_form_of_unicode_they_are_written_in(tmp_path: Path) -> None:
    decomposed = "u\u0308.txt"
    put(tmp_path / decomposed)
    assert ids_of(find_files(tmp_path, LIMIT)) == [decomposed]


def test_folders_hundreds_deep_are_read(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 300) + "/a.txt"
    put(tmp_path / deep)
    assert ids_of(find_files(tmp_path, LIMIT)) == [deep]


def test_hidden_files_and_folders_are_passed_over_in_silence(tmp_path: Path) -> None:
    put(tmp_path / ".git" / "a.txt")
    put(tmp_path / ".hidden.txt")
    (tmp_path / ".link").symlink_to(tmp_path)
    assert find_files(tmp_path, LIMIT) == Found((), ())


def test_other_suffixes_are_named(tmp_path: Path) -> None:
    put(tmp_path / "a.pdf")
    put(tmp_path / "x" / "README")
    assert reasons_of(find_files(tmp_path, LIMIT)) == {
        "a.pdf": "suffix .pdf is not read; .txt and .md are",
        "x/README": "a name without a suffix is not read; .txt and .md are",
    }


def test_empty_and_too_large_files_are_named_with_the_setting_that_helps(tmp_path: Path) -> None:
    put(tmp_path / "empty.txt", "")
    put(tmp_path / "large.txt", "x" * (LIMIT + 1))
    put(tmp_path / "fits.txt", "x" * LIMIT)
    found = find_files(tmp_path, LIMIT)
    assert ids_of(found) == ["fits.txt"]
    assert reasons_of(found) == {
        "empty.txt": "it is empty",
        "large.txt": "1,001 bytes; the limit is 1,000: split it, or raise QA_MAX_ARTICLE_BYTES",
    }


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    put(folder / "a.txt")
    put(tmp_path / "outside" / "secret.txt")
    for name, target in (
        ("inside.txt", folder / "a.txt"),
        ("outside.txt", tmp_path / "outside" / "secret.txt"),
        ("folder", tmp_path / "outside"),
        ("circle", folder),
        ("broken.txt", folder / "nothing"),
        ("self.txt", folder / "self.txt"),
    ):
        (folder / name).symlink_to(target)
    found = find_files(folder, LIMIT)
    assert ids_of(found) == ["a.txt"]
    assert set(reasons_of(found)) == {"inside.txt", "outside.txt", "folder", "circle", "broken.txt", "self.txt"}
    assert all("link" in reason for reason in reasons_of(found).values())


def test_folder_of_articles_may_itself_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert ids_of(find_files(tmp_path / "link", LIMIT)) == ["a.txt"]


def test_pipes_and_sockets_are_named_without_being_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path may be no longer than about a hundred bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        found = find_files(tmp_path, LIMIT)
    assert reasons_of(found) == {"pipe.txt": "a named pipe, not a file", "socket.txt": "a socket, not a file"}


def test_folder_named_like_an_article_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path / "a.txt" / "b.txt")
    assert ids_of(find_files(tmp_path, LIMIT)) == ["a.txt/b.txt"]


def test_name_that_is_not_utf8_is_named_in_a_form_that_can_be_printed(tmp_path: Path) -> None:
    put(tmp_path / os.fsdecode(b"caf\xe9.txt"))
    put(tmp_path / os.fsdecode(b"d\xff") / "a.txt")
    found = find_files(tmp_path, LIMIT)
    assert ids_of(found) == []
    assert set(reasons_of(found)) == {"caf\\xe9.txt", "d\\xff"}
    assert all("not valid UTF-8" in reason for reason in reasons_of(found).values())


def test_name_with_a_control_character_is_named_on_one_line(tmp_path: Path) -> None:
    put(tmp_path / "new\nline.txt")
    put(tmp_path / "ta\tb" / "a.txt")
    found = find_files(tmp_path, LIMIT)
    assert ids_of(found) == []
    assert reasons_of(found) == dict.fromkeys(
        ("new\\nline.txt", "ta\\tb"), "the name holds a control character: rename it"
    )


def test_what_may_not_be_read_is_named(own_folder: Path) -> None:
    put(own_folder / "closed.txt").chmod(0)
    put(own_folder / "shut" / "a.txt").parent.chmod(0)
    try:
        reasons = reasons_of(find_files(own_folder, LIMIT))
    finally:
        (own_folder / "shut").chmod(0o700)
    assert reasons == {
        "closed.txt": "it cannot be opened: permission denied",
        "shut": "the folder cannot be listed: permission denied",
    }


def test_folder_that_cannot_be_listed_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    """A path too long to be opened is refused by the system to everybody, root included."""
    put(tmp_path / "a.txt")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    found = find_files(tmp_path, LIMIT)
    assert ids_of(found) == ["a.txt"]
    ((path, reason),) = reasons_of(found).items()
    assert path.startswith("d" * 250)
    assert reason == "the folder cannot be listed: file name too long"


@pytest.mark.parametrize(("name", "reason"), [("none", "no such file"), ("a.txt", "not a directory")])
def test_no_folder_is_a_configuration_error_that_names_the_setting(tmp_path: Path, name: str, reason: str) -> None:
    put(tmp_path / "a.txt")
    with pytest.raises(ConfigurationError, match=f"{name} cannot be listed: {reason}.*QA_ARTICLES_DIR"):
        find_files(tmp_path / name, LIMIT)


# The bytes of one file


def test_bytes_of_a_file_are_loaded(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", "x" * LIMIT)
    assert load(SourceFile("a.txt", path), LIMIT) == b"x" * LIMIT


def test_file_that_vanished_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read: no such file"):
        load(SourceFile("a.txt", tmp_path / "a.txt"), LIMIT)


def test_file_that_grew_is_too_large(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", "x" * (LIMIT + 1))
    with pytest.raises(TooLarge, match="1,001 bytes; the limit is 1,000"):
        load(SourceFile("a.txt", path), LIMIT)


def test_pipe_put_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InvalidInput, match="a named pipe, not a file"):
        load(SourceFile("a.txt", tmp_path / "a.txt"), LIMIT)


def test_folder_device_or_socket_put_in_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "a folder, not a file"), (Path("/dev/zero"), "a device, not a file")):
        with pytest.raises(InvalidInput, match=reason):
            load(SourceFile("a.txt", path), LIMIT)


def test_link_put_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "secret.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(InvalidInput, match="cannot be read"):
        load(SourceFile("a.txt", tmp_path / "a.txt"), LIMIT)


def test_every_way_of_loading_gives_its_descriptor_back(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    put(tmp_path / "a.txt")
    put(tmp_path / "large.txt", "x" * (LIMIT + 1))
    before = psutil.Process().num_fds()
    for name in ("pipe.txt", "a.txt", "large.txt", "none.txt", "."):
        try:
            load(SourceFile(name, tmp_path / name), LIMIT)
        except InvalidInput:
            continue
    assert psutil.Process().num_fds() == before


# The article


def test_article_keeps_its_text_line_ends_and_hash() -> None:
    raw = f"\ufeffPutin, Erdogan agree Idlib plan\r\n{BODY}\r\n".encode()
    article = read_article("2018/09/17/sochi.txt", raw)
    assert article.text == raw.decode().removeprefix("\ufeff")
    assert (article.id, article.encoding) == ("2018/09/17/sochi.txt", "utf-8")
    assert article.version == "sha256:" + hashlib.sha256(raw).hexdigest()
    assert article.published == date(2018, 9, 17)
    assert article.quote(article.sentences[1]) == BODY.removesuffix(" It rained in Sochi on Monday.")


def test_other_encoding_is_named_and_offsets_are_of_the_decoded_text() -> None:
    text = "Le président a déclaré que la zone sera créée à l’été. Les négociations ont été menées à Sotchi."
    article = read_article("a.txt", text.encode("cp1252"))
    assert (article.text, article.encoding) == (text, "cp1252")
    assert [article.quote(sentence) for sentence in article.sentences] == [f"{s}." for s in text[:-1].split(". ")]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "it is empty"),
        (b" \r\n\t \n", "nothing but white space"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (b"\x00\x01\x02binary", "NUL"),
        (b"*** !!! 12 13\n/TASS/.", "nothing in its 21 characters reads as a sentence"),
        (b"---\ntitle: x\n---\n", "reads as a sentence"),
        (bytes(range(1, 32)) * 9, "control characters"),
    ],
)
def test_what_holds_no_article_is_an_input_error_with_the_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_article("a.txt", raw)


@pytest.mark.parametrize(
    ("content", "title", "source"),
    [
        (f"---\ntitle: The plan\n---\n# Other\n{BODY}", "The plan", TitleSource.FRONT_MATTER),
        (f"Putin, Erdogan agree Idlib plan\n{BODY}", "Putin, Erdogan agree Idlib plan", TitleSource.HEADLINE),
        (f"**What is the Idlib plan?**\n\n{BODY}", "What is the Idlib plan?", TitleSource.HEADLINE),
        (f"# [The plan](https://example.org) #\n{BODY}", "The plan", TitleSource.HEADING),
        (f"The plan\n========\n{BODY}", "The plan", TitleSource.HEADING),
        (f"{BODY}\n\n## Later on\n{BODY}", "Later on", TitleSource.HEADING),
        (f"---\nauthor: x\n---\n{BODY}", "idlib plan", TitleSource.FILE_NAME),
        (BODY, "idlib plan", TitleSource.FILE_NAME),
    ],
)
def test_title_comes_from_the_first_place_that_has_one(content: str, title: str, source: TitleSource) -> None:
    article = read(content, "2018/idlib plan.md")
    assert (article.title, article.title_source) == (title, source)


@pytest.mark.parametrize(
    ("content", "article_id", "published"),
    [
        (f"---\ndate: 2020-03-05\n---\nSOCHI, September 17, 2018. {BODY}", "2019-01-01.txt", date(2020, 3, 5)),
        (f"SOCHI, September 17, 2018. {BODY}", "2019-01-01.txt", date(2018, 9, 17)),
        (f"---\ndate: soon\n---\n{BODY}", "2019-01-01.txt", date(2019, 1, 1)),
        (f"Idlib plan agreed\n\nBy A. Writer | 5 March 2020\n\n{BODY}", "a.txt", date(2020, 3, 5)),
        (f"SOCHI, September 17. {BODY}", "a.txt", None),
        (f"{BODY}\n{BODY}\n{BODY}\n2020-03-05\n", "a.txt", None),
        (f"The plan of September 17, 2018\n{BODY}", "2018/sochi.txt", None),
    ],
)
def test_date_comes_from_the_first_place_that_has_one_and_is_never_invented(
    content: str, article_id: str, published: date | None
) -> None:
    assert read(content, article_id).published == published


def test_front_matter_is_left_out_and_the_lines_below_keep_their_numbers() -> None:
    article = read(f"---\ntitle: x\n---\n\n{BODY}")
    assert [article.text[start:end] for start, end in article.left_out] == ["---\ntitle: x\n---"]
    assert [sentence.line for sentence in article.sentences] == [5, 5]


def test_seeds_are_found_and_read_whole() -> None:
    found = find_files(SEEDS, 10_000_000)
    articles = [read_article(file.id, load(file, 10_000_000)) for file in found.files]
    assert [len(article.sentences) for article in articles] == [15, 15, 14, 29, 14]
    assert [article.title_source.value for article in articles] == [
        "file_name", "headline", "file_name", "headline", "file_name",
    ]  # fmt: skip
    assert {article.encoding for article in articles} == {"utf-8"}
    assert {article.published for article in articles} == {None}
    assert found.skipped == ()


@settings(deadline=None)
@given(st.one_of(st.text().map(str.encode), st.binary()))
def test_any_bytes_give_an_article_with_every_letter_held_or_an_error_of_ours(raw: bytes) -> None:
    try:
        article = read_article("a.txt", raw)
    except InvalidInput:
        return
    ranges = [*((sentence.start, sentence.end) for sentence in article.sentences), *article.left_out]
    held = {place for start, end in ranges for place in range(start, end)}
    assert all(place in held for place, character in enumerate(article.text) if character.isalpha())
    assert article.title
