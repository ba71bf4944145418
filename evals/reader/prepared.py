"""What training reads: questions with the sentences that answer and those that nearly do, and claims with evidence."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Label(StrEnum):
    """UNSUPPORTED: refuted or not enough, it is not known which."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    NOT_ENOUGH = "not_enough"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with evidence. label: one of Label."""

    claim: str
    evidence: str
    title: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence and what stands around it, for the reader."""

    sentence: str
    title: str
    before: str
    after: str
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Group:
    """A question with the numbers of its rows. wrong: most tempting first. earlier, said: as in Asked.

    held_out: never trained on, for choosing and calibrating.
    """

    question: str
    source: str
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    held_out: bool
    earlier: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    rows: list[Row]
    groups: list[Group]
    statements: list[Statement]


def write(prepared: Prepared, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("rows", "groups", "statements"):
        lines = [json.dumps(asdict(item), ensure_ascii=False) for item in getattr(prepared, name)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def read(folder: Path) -> Prepared:
    """What `write` wrote. Raises FileNotFoundError where the preparation has not been run."""
    rows, groups, statements = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").split("\n") if line]
        for name in ("rows", "groups", "statements")
    )
    return Prepared(
        [Row(**row) for row in rows],
        [Group(**{**group, "right": tuple(group["right"]), "wrong": tuple(group["wrong"])}) for group in groups],
        [Statement(**statement) for statement in statements],
    )
