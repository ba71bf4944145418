"""Questions with the folder of articles they are about, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """name: for the run file. cases: in order. articles: a folder that the product can index."""

    name: str
    cases: tuple[Case, ...]
    articles: Path
