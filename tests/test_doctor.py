from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from qa.doctor import Finding, examine
from qa.fakes_models import Mode, ScriptedOpenAI
from qa.ownership import own
from qa.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    return Settings(api_keys="s3cret")


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def test_finding_says_what_is_wrong_and_how_to_mend_it() -> None:
    finding = Finding("library", False, "one\ntwo", "Do this.")
    assert list(finding.lines()) == [
        "NO  library     one",
        "                two",
        "                -> Do this.",
    ]
    assert list(Finding("library", True, "fine").lines()) == ["ok  library     fine"]


def test_secrets_are_not_among_the_settings(settings: Settings) -> None:
    said = found(settings)["settings"].said
    assert "QA_API_KEYS = 1 set, not shown" in said
    assert "s3cret" not in said


def test_library_that_does_not_exist_is_named_and_not_made(settings: Settings) -> None:
    library = found(settings)["library"]
    assert not library.is_well
    assert library.mend == "Run `qa index`."
    assert not settings.data_dir.exists()


def test_embedding_that_cannot_be_made_is_a_finding(settings: Settings) -> None:
    embedding = found(settings.model_copy(update={"embedding": "nowhere.Nothing"}))["embedding"]
    assert not embedding.is_well
    assert "nowhere.Nothing" in embedding.said


def with_model(settings: Settings, base_url: str, **given: object) -> Settings:
    return settings.model_copy(update={"llm": "openai-like", "llm_base_url": base_url, "llm_model": "m", **given})


def test_without_a_language_model_there_is_none_to_try(settings: Settings) -> None:
    assert found(settings)["model"].is_well
    assert "extractive" in found(settings)["model"].said


def test_a_language_model_is_tried_and_what_it_said_is_told(settings: Settings) -> None:
    with ScriptedOpenAI("Ready.") as server:
        model = found(with_model(settings, server.base_url))["model"]
    assert model.is_well
    assert "openai-like/m answers 'Ready.', its first token after" in model.said
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("mode", "mend"),
    [(Mode.UNAUTHORIZED, "set QA_LLM_API_KEY"), (Mode.NOT_FOUND, "QA_LLM_MODEL"), (Mode.HTML, "often ending in /v1")],
)
def test_a_language_model_that_fails_is_a_finding_with_its_mend(settings: Settings, mode: Mode, mend: str) -> None:
    with ScriptedOpenAI(mode) as server:
        model = found(with_model(settings, server.base_url))["model"]
    assert not model.is_well
    assert mend in model.said


def test_a_language_model_that_is_down_is_a_finding_with_its_mend(settings: Settings) -> None:
    with ScriptedOpenAI() as server:
        pass
    model = found(with_model(settings, server.base_url, llm_retries=0))["model"]
    assert not model.is_well
    assert f"{server.base_url} cannot be reached" in model.said


def test_a_language_model_whose_extra_is_missing_is_a_finding(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ollama", None)  # as after a default install
    model = found(settings.model_copy(update={"llm": "ollama", "llm_model": "m"}))["model"]
    assert not model.is_well
    assert "pip install llama-index-llms-ollama" in model.said


def test_folder_that_is_being_indexed_is_left_alone(settings: Settings) -> None:
    with own(settings.data_dir, "qa index"):
        findings = found(settings)
    assert findings["data folder"].is_well
    assert str(os.getpid()) in findings["data folder"].said
    assert not {"library", "service", "articles"} & set(findings)


def test_service_that_holds_the_folder_but_does_not_answer_is_a_finding(settings: Settings) -> None:
    with own(settings.data_dir, "qa serve", "http://127.0.0.1:1"):
        service = found(settings)["service"]
    assert not service.is_well
    assert "does not answer" in service.said
