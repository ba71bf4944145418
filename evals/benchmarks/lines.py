"""Reading the JSON files of public sets, with errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.cases import DatasetError


def present(path: Path, what: str) -> Path:
    """The path. Raises DatasetError if nothing is there."""
    if not path.exists():
        raise DatasetError(f"there is no {path}: give the path of {what}. Public sets do not come with this project.")
    return path


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the set holds
    """One JSON document. Raises DatasetError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is not a JSON file: {error}") from error


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line's number and object; blank lines are passed over. Raises DatasetError."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _object(path, number, line)


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"{path}, line {number}: {error}") from error
    if not isinstance(value, dict):
        raise DatasetError(f"{path}, line {number}: not a JSON object")
    return value
