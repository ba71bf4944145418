"""What a figure depends on besides the product: packages, prompts and the machine. No host name and no path."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

PACKAGES = (
    "qa", "chromadb", "ir-measures", "llama-index-core", "numpy", "nupunkt", "onnxruntime", "pydantic", "sqlalchemy",
    "tantivy", "tokenizers",
)  # fmt: skip


def versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """The version of each package that is installed."""
    held = {}
    for name in names:
        try:
            held[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return held


def machine() -> dict[str, str | int]:
    """Cores, processor, system and Python: what times can be compared by."""
    return {
        "cores": os.cpu_count() or 1,
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def prompt_hashes(folders: Iterable[Path]) -> dict[str, str]:
    """sha256 of each prompt by file name, from the folders that exist."""
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.md"))]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def articles_hash(versions_by_id: Mapping[str, str]) -> str:
    """sha256 over ids and versions."""
    lines = "\n".join(f"{article} {version}" for article, version in sorted(versions_by_id.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _processor() -> str:
    """The model's name where Linux tells it; `platform.processor()` is empty there."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
