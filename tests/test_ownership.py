"""One owner at a time, named to the next one; gone with its process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.errors import ConfigurationError, LibraryLocked
from qa.ownership import holder, own

HOLD = """
import sys, time
from pathlib import Path
from qa.ownership import own
with own(Path(sys.argv[1]), "qa serve", "http://127.0.0.1:8123"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held_elsewhere(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_folder_is_created_and_held_and_given_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with own(folder, "qa index") as me:
        assert me.pid == os.getpid()
        assert holder(folder) == me
    assert holder(folder) is None
    with own(folder, "qa index"):
        pass


def test_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        with pytest.raises(LibraryLocked) as refusal, own(tmp_path, "qa index"):
            pass
        for part in (str(process.pid), "qa serve", "http://127.0.0.1:8123", str(tmp_path), "QA_DATA_DIR"):
            assert part in str(refusal.value)


def test_holder_of_another_process_gives_its_url(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        other = holder(tmp_path)
        assert other is not None
        assert (other.pid, other.url) == (process.pid, "http://127.0.0.1:8123")


def test_killed_owner_leaves_the_folder_free_though_its_card_stays(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert (tmp_path / "owner.json").exists()
    assert holder(tmp_path) is None
    with own(tmp_path, "qa serve") as me:
        assert holder(tmp_path) == me


def test_same_process_is_refused_a_second_time(tmp_path: Path) -> None:
    with own(tmp_path, "qa serve"):
        with pytest.raises(LibraryLocked, match=f"process {os.getpid()}"), own(tmp_path, "qa index"):
            pass
        assert holder(tmp_path) is not None


def test_refusal_leaves_the_first_owner_in_place(tmp_path: Path) -> None:
    with own(tmp_path, "qa serve") as me:
        for _ in range(2):
            with pytest.raises(LibraryLocked), own(tmp_path, "qa index"):
                pass
        assert holder(tmp_path) == me


def test_lock_is_given_back_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), own(tmp_path, "qa index"):
        raise ZeroDivisionError
    with own(tmp_path, "qa index"):
        pass


@pytest.mark.parametrize("card", ["", "{", '{"pid": 1}', "[]", "\x00"])
def test_broken_card_names_nobody_but_the_lock_still_holds(tmp_path: Path, card: str) -> None:
    with own(tmp_path, "qa serve"):
        (tmp_path / "owner.json").write_text(card)
        assert holder(tmp_path) is None
        with pytest.raises(LibraryLocked, match="another process"), own(tmp_path, "qa index"):
            pass


def test_data_folder_that_is_a_file_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(ConfigurationError, match="QA_DATA_DIR"), own(tmp_path / "data", "qa index"):
        pass


def test_data_folder_below_a_file_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="QA_DATA_DIR"), own(tmp_path / "file" / "data", "qa index"):
        pass


def test_data_folder_that_cannot_be_written_names_the_setting(own_folder: Path) -> None:
    own_folder.chmod(0o500)
    with pytest.raises(ConfigurationError, match="QA_DATA_DIR"), own(own_folder, "qa index"):
        pass


def test_folder_that_never_existed_has_no_holder(tmp_path: Path) -> None:
    assert holder(tmp_path / "nothing") is None
    assert not (tmp_path / "nothing").exists()


def test_card_is_written_whole(tmp_path: Path) -> None:
    with own(tmp_path, "qa serve", "http://localhost:1"):
        card = json.loads((tmp_path / "owner.json").read_text())
        assert set(card) == {"pid", "command", "url", "since"}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["owner.json", "owner.lock"]
