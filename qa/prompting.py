"""The prompts, one Markdown file a model call: in `prompts/` of a checkout, inside the package once it is installed.

A file has the sections `# System` and `# User`; `$name` stands for what is filled in, `$$` for a dollar sign.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from qa.errors import ConfigurationError
from qa.ports import Prompt

_PACKAGED = Path(__file__).with_name("prompts")
_CHECKED_OUT = Path(__file__).parent.parent / "prompts"

PROMPTS = _PACKAGED if _PACKAGED.is_dir() else _CHECKED_OUT
"""One Markdown file a model call."""
_SECTIONS = re.compile(r"\s*^# System[ \t]*$\n(?P<system>.*?)^# User[ \t]*$\n(?P<user>.*)\Z", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt with its gaps. name: of the file, without `.md`. hash: sha256 of its bytes."""

    name: str
    system: string.Template
    user: string.Template
    hash: str

    def filled(self, **values: str) -> Prompt:
        """What is put in is never read as a template again, so an article cannot reach into the prompt."""
        return Prompt(self.system.substitute(values), self.user.substitute(values), self.hash)


def load_prompt(name: str, variables: AbstractSet[str], folder: Path = PROMPTS) -> PromptFile:
    """Raises ConfigurationError: for a file that cannot be read, a section or a variable that is missing or unknown."""
    path = folder / f"{name}.md"
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The prompt {path} cannot be read ({error}): put it back as it was shipped."
        ) from error
    sections = _SECTIONS.match(text.replace("\r\n", "\n"))
    if sections is None:
        raise ConfigurationError(f"The prompt {path} needs a line `# System` first and a line `# User` after it.")
    prompt = PromptFile(
        name,
        string.Template(sections["system"].strip()),
        string.Template(sections["user"].strip()),
        hashlib.sha256(raw).hexdigest(),
    )
    _check_variables(prompt, variables, path)
    return prompt


def _check_variables(prompt: PromptFile, variables: AbstractSet[str], path: Path) -> None:
    if not (prompt.system.is_valid() and prompt.user.is_valid()):
        raise ConfigurationError(f"The prompt {path} has a $ without a name behind it: write $$ for a dollar sign.")
    found = {*prompt.system.get_identifiers(), *prompt.user.get_identifiers()}
    if missing := _listed(variables - found):
        raise ConfigurationError(f"The prompt {path} never says {missing}: what it stands for must be shown.")
    if unknown := _listed(found - variables):
        raise ConfigurationError(f"The prompt {path} says {unknown}, which nothing fills: use {_listed(variables)}.")


def _listed(names: AbstractSet[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names))
