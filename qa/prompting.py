"""Where the prompts are: `prompts/` at the top of a checkout, inside the package once it is installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).with_name("prompts")
_CHECKED_OUT = Path(__file__).parent.parent / "prompts"

PROMPTS = _PACKAGED if _PACKAGED.is_dir() else _CHECKED_OUT
"""One Markdown file a model call."""
