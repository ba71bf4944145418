"""kill -9 in the middle of indexing: every article is as it was before or as it is now, and the indexes agree."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import pytest
from folders import MAX_BYTES, assert_true_to_the_record, indexes_in, text_about, write
from killing import killed

from qa.fakes import FakeEmbedder
from qa.ingest.caches import catch_up
from qa.ingest.sync import Synchroniser
from qa.library.record import Library

BEFORE = {f"{number:03}.txt": text_about(f"seal {number}", 3) for number in range(80)}
AFTER = (
    {name: raw for name, raw in BEFORE.items() if int(name[:3]) % 5}
    | {f"{number:03}.txt": text_about(f"owl {number}", 4) for number in range(1, 80, 3)}
    | {f"new{number:03}.txt": text_about(f"elk {number}", 3) for number in range(70)}
)
MOMENTS = 25
CRASHING = Path(__file__).with_name("crashing.py")


def version(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Data folders, each left behind by a process that was killed at another moment between BEFORE and AFTER."""
    root = tmp_path_factory.mktemp("crash")
    articles, data = root / "articles", root / "data"
    data.mkdir()
    write(articles, BEFORE)
    with Library.open(f"sqlite:///{data}/library.db") as library:
        Synchroniser(library, FakeEmbedder(), indexes_in(data)).sync(articles, MAX_BYTES)
    write(articles, AFTER)
    steps = int(killed(CRASHING, articles, data, 0))
    moments = sorted(random.Random(11).sample(range(1, steps + 1), MOMENTS))
    killed(CRASHING, articles, data, *moments)
    return [root / f"data-{moment}" for moment in moments]


def test_every_article_is_as_before_or_as_after_and_the_next_run_completes(crashed: list[Path]) -> None:
    seen = set()
    for data in crashed:
        with Library.open(f"sqlite:///{data}/library.db") as library:
            indexes = indexes_in(data)
            catch_up(library, indexes)
            held = library.versions()
            for name in {*BEFORE, *AFTER}:
                allowed = {version(each[name]) if name in each else None for each in (BEFORE, AFTER)}
                assert held.get(name) in allowed
            for index in indexes:
                assert_true_to_the_record(index, library)
            seen.add(frozenset(held.items()))
            Synchroniser(library, FakeEmbedder(), indexes).sync(data.parent / "articles", MAX_BYTES)
            assert library.versions() == {name: version(raw) for name, raw in AFTER.items()}
            for index in indexes:
                assert_true_to_the_record(index, library)
    assert len(seen) > 2, "the moments have to fall between the batches too"


def test_lost_caches_are_rebuilt_after_a_crash_without_embedding(crashed: list[Path], tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(crashed[len(crashed) // 2], data)
    for path in data.glob("*.pickle"):
        path.unlink()
    with Library.open(f"sqlite:///{data}/library.db") as library:
        embedder, indexes = FakeEmbedder(), indexes_in(data)
        Synchroniser(library, embedder, indexes).catch_up()
        for index in indexes:
            assert_true_to_the_record(index, library)
        assert embedder.embedded == 0
