"""`qa index`, `qa ask` and `qa doctor` on a library of their own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from processes import SEEDS, Place

pytestmark = [pytest.mark.process, pytest.mark.integration]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, Path(shutil.copytree(SEEDS, tmp_path / "articles")))


def test_index_says_what_it_did_and_does_nothing_twice(place: Place) -> None:
    first = place.qa("index")
    assert first.returncode == 0, first.stderr
    assert "5 added, 0 changed, 0 removed, 0 unchanged" in first.stdout
    assert first.stderr == ""  # no bar where stderr is no terminal
    again = place.qa("index", "--json")
    report = json.loads(again.stdout)
    assert (report["added"], report["changed"], report["removed"], report["unchanged"]) == ([], [], [], 5)
    assert report["embedded"] == 0


def test_index_takes_the_folder_it_is_given(place: Place) -> None:
    other = place.root / "other articles"
    (other / "ü").mkdir(parents=True)
    (other / "ü" / "a b.txt").write_text("The bridge over the river was opened on Monday by the mayor.\n")
    assert "1 added" in place.qa("index", str(other)).stdout
    done = place.qa("ask", "When was the bridge opened?", QA_ARTICLES_DIR=str(other))
    assert f"    {other}/ü/a b.txt:1\n" in done.stdout


def test_changed_removed_and_skipped_articles_are_told(place: Place) -> None:
    place.qa("index")
    one, two, *_ = sorted(place.articles.iterdir())
    one.unlink()
    two.write_text(two.read_text(encoding="utf-8") + "The talks ended on Friday evening.\n", encoding="utf-8")
    (place.articles / "empty.txt").touch()
    (place.articles / "picture.png").write_bytes(b"\x89PNG\r\n")
    os.mkfifo(place.articles / "pipe.txt")
    done = place.qa("index")
    assert done.returncode == 0, done.stderr
    assert "0 added, 1 changed, 1 removed, 3 unchanged" in done.stdout
    for name in ("empty.txt", "picture.png", "pipe.txt"):
        assert f"  {name}: " in done.stdout


def test_empty_folder_is_fine_but_said(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    place = Place(tmp_path, tmp_path / "articles")
    done = place.qa("index")
    assert done.returncode == 0
    assert f"No articles were found in {place.articles}" in done.stderr
    asked = place.qa("ask", "Anything?")
    assert asked.returncode == 0
    assert "qa index" in asked.stderr


def test_abstention_is_exit_0(place: Place) -> None:
    place.qa("index")
    done = place.qa("ask", "Which wines go well with grilled aubergines?")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert "[1]" not in done.stdout


def test_doctor_follows_a_library_from_nothing_to_well_to_out_of_date(place: Place) -> None:
    before = place.qa("doctor")
    assert before.returncode == 1
    assert "-> Run `qa index`." in before.stdout
    assert not (place.root / "data").exists()
    place.qa("index")
    well = place.qa("doctor")
    assert well.returncode == 0, well.stdout
    assert "NO" not in well.stdout.split()
    assert "5 articles" in well.stdout
    assert "QA_PORT = 8000 (default)" in well.stdout
    (place.articles / "new.txt").write_text("The mayor opened the bridge on Monday.\n")
    next(place.articles.glob("000*")).unlink()
    after = place.qa("doctor")
    assert after.returncode == 1
    assert "4 as indexed, 0 skipped, 1 new, 0 changed, 1 removed" in after.stdout


def test_doctor_names_what_cannot_work_and_goes_on(place: Place) -> None:
    done = place.qa("doctor", QA_EMBEDDING="nowhere.Nothing", QA_ARTICLES_DIR="gone")
    assert done.returncode == 1
    assert "nowhere.Nothing" in done.stdout
    assert "Traceback" not in done.stderr
