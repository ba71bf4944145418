from __future__ import annotations

import json
import socket
from pathlib import Path

from evals.environment import articles_hash, machine, prompt_hashes, versions
from evals.opening import NOT_RECORDED
from qa.settings import NOT_SHOWN, Settings


def test_machine_is_described_without_its_name_and_without_a_path() -> None:
    told = json.dumps(machine())
    assert socket.gethostname() not in told
    assert "/home" not in told
    assert {"cores", "processor", "system", "python"} == machine().keys()


def test_packages_that_are_not_installed_are_left_out() -> None:
    assert versions(("pydantic", "no-such-package-anywhere")).keys() == {"pydantic"}


def test_no_setting_that_may_hold_a_secret_or_a_place_is_recorded() -> None:
    assert NOT_SHOWN <= NOT_RECORDED
    kept = Settings().model_dump(mode="json", exclude=NOT_RECORDED)
    texts = {name for name, value in kept.items() if isinstance(value, str)}
    assert texts <= {"embedding", "llm", "llm_model", "reader", "unsupported"}


def test_hash_of_articles_moves_with_an_id_or_a_version_and_not_with_the_order() -> None:
    one = articles_hash({"a": "v1", "b": "v1"})
    assert one == articles_hash({"b": "v1", "a": "v1"})
    assert len({one, articles_hash({"a": "v1", "b": "v2"}), articles_hash({"a": "v1", "c": "v1"})}) == 3


def test_prompts_are_hashed_by_name_and_a_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Answer.")
    (tmp_path / "notes.txt").write_text("No prompt.")
    hashes = prompt_hashes((tmp_path, tmp_path / "nowhere"))
    assert hashes.keys() == {"answer.md"}
    (tmp_path / "answer.md").write_text("Answer!")
    assert prompt_hashes((tmp_path,)) != hashes
