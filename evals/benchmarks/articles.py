"""Laying out the texts of a public set as a folder of articles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path


def file_name(title: str) -> str:
    """A name from a title that is the same every time and taken by no other title: `sochi-accords-1a2b3c4d.txt`."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
    return f"{stem}-{hashlib.sha256(title.encode()).hexdigest()[:8]}.txt"


def lay_out(texts: Mapping[str, str], name: str, scratch: Path) -> Path:
    """Writes each text under its file name in a folder that is named by what it holds; written once.

    Texts keep their characters: line ends are not translated.
    """
    content = hashlib.sha256("".join(f"{file}\0{text}\0" for file, text in sorted(texts.items())).encode())
    folder = scratch / f"{name}-{content.hexdigest()[:16]}"
    if not folder.exists():
        draft = folder.with_name(folder.name + ".new")
        draft.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (draft / file).write_text(text, encoding="utf-8", newline="")
        draft.rename(folder)
    return folder
