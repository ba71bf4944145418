"""Claims with what they cite and whether it carries them, for fitting the check of support and for measuring it.

Nothing here was trained on, but `begin`: FEVER and FoolMeTwice are the third that training leaves out, built claims
are of held-out articles. A half of each is fitted on, the other measured; what shares a claim or an article is in one.
"""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.reader.corpus import Collection, cut, held_out_texts
from evals.reader.counterexamples import TRUE, built
from evals.reader.support import is_held_out
from qa.answering.claims.cited import Cited
from qa.answering.claims.overlap import coverage

SHOWN = 3
"""Sentences of an article that stand for what a claim of WiCE cites, chosen by word overlap whatever its label."""

HEAD = 6
"""Lines at the top of an article of WiCE that may be title, author and date."""
_DENIAL = r"(?:not|no|none|nor|never|hardly|cannot|unable|without)"
TWICE_DENIED = re.compile(rf"\b{_DENIAL} (?:\w+ ){{0,2}}{_DENIAL}\b", re.IGNORECASE)
WHOLE = 0.95
"""The share of the evidence's characters that its sentences must have."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """kind: of a built claim, its class; else the label as it stands in the set."""

    claim: str
    cited: Cited
    is_supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Halves:
    """name: of the set."""

    name: str
    fitted: Sequence[Labelled]
    measured: Sequence[Labelled]


def is_fitted(key: str) -> bool:
    """The half that is fitted on, the same in every run."""
    return zlib.crc32(f"fit {key.strip().lower()}".encode()) % 2 == 0


def halves(name: str, labelled: Sequence[Labelled]) -> Halves:
    return Halves(
        name,
        [each for each in labelled if is_fitted(each.claim)],
        [each for each in labelled if not is_fitted(each.claim)],
    )


def built_halves(found: Collection) -> Halves:
    """Of the articles that training left out; the halves by article."""
    held = held_out_texts(found)
    sides: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for name in sorted(held):
        text = found.texts[name]
        sides[is_fitted(name)] += [(text.title, sentence) for sentence in text.sentences]
    return Halves("built", *(list(built_claims(sides[side])) for side in (True, False)))


def built_claims(sentences: Sequence[tuple[str, str]]) -> Iterator[Labelled]:
    """What can be told true or false: a second negation beside the first makes neither ("can not hardly")."""
    for each in built(sentences):
        if each.kind != TRUE and TWICE_DENIED.search(each.claim):
            continue
        yield Labelled(each.claim, Cited((each.evidence,), (each.title,)), each.kind == TRUE, each.kind)


def pairs(path: Path) -> list[Labelled]:
    """A file of the `support` folder: the third that training leaves out."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Labelled(row["claim"], cited(row["evidence"], row.get("title", "")), row["label"] == "supported", row["label"])
        for row in rows
        if is_held_out(row["claim"]) and not row.get("in_fever_symmetric")
    ]


def symmetric(path: Path) -> list[Labelled]:
    """FEVER symmetric (Schuster et al. 2019)."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Labelled(row["claim"], cited(row["evidence"]), row["label"] == "SUPPORTS", row["label"]) for row in rows]


def begin(path: Path) -> list[Labelled]:
    """BEGIN (Dziri et al. 2022); training saw all of it."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {"fully attributable": True, "not fully attributable": False}
    return [
        Labelled(row["response"], cited(row["knowledge"]), known[label], label)
        for row in rows
        if (label := (row.get("begin_label") or "").lower()) in known
    ]


def wice(folder: Path) -> list[Labelled]:
    """WiCE (Kamoi et al. 2023). Supported: wholly or partly, as the folder's `unanswerable` has it."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return [
        Labelled(
            row["question"],
            Cited(tuple(best_sentences(row["question"], folder / "documents" / f"{row['context_docs'][0]}.txt"))),
            not row["unanswerable"],
            row["type"],
        )
        for row in rows
    ]


def wice_without(folder: Path) -> list[Labelled]:
    """WiCE's supported claims beside an article from which all that the annotators took is left out: not supported.

    The article is of the same matter and does not say it, as those are for which WiCE itself has few claims.
    """
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return [
        Labelled(row["question"], Cited(tuple(best_sentences(row["question"], article, taken(row)))), False, "without")
        for row in rows
        if not row["unanswerable"]
        for article in (folder / "documents" / f"{row['context_docs'][0]}.txt",)
    ]


def wice_annotated(folder: Path) -> list[Labelled]:
    """WiCE's wholly supported claims with all that the annotators took, and the lines on top of the article."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return [
        Labelled(
            row["question"], annotated(row, folder / "documents" / f"{row['context_docs'][0]}.txt"), True, row["type"]
        )
        for row in rows
        if row["type"] == "claim_supported"
    ]


def annotated(row: dict[str, Any], article: Path) -> Cited:
    head = [line for line in article.read_text("utf-8").splitlines()[:HEAD] if line.startswith(("(meta data)", "#"))]
    return Cited(tuple(taken(row)), tuple(head))


def taken(row: dict[str, Any]) -> list[str]:
    """The sentences that the annotators of WiCE took for evidence."""
    groups = row.get("evidence_sets") or [row["evidence"]]
    return list(dict.fromkeys(piece["quote"] for group in groups for piece in group))


def best_sentences(claim: str, article: Path, but: Sequence[str] = ()) -> list[str]:
    """The sentences that hold most of the claim's words, each adding to those before, in reading order.

    but: sentences that are left out.
    """
    text = article.read_text("utf-8")
    left_out = {" ".join(each.split()) for each in but}
    cleaned = (" ".join(text[each.start : each.end].split()) for each in cut(text))
    sentences = [each for each in cleaned if each not in left_out]
    chosen: list[int] = []
    for _ in range(min(SHOWN, len(sentences))):
        so_far = " ".join(sentences[place] for place in chosen)
        rest = [place for place in range(len(sentences)) if place not in chosen]
        chosen.append(max(rest, key=lambda place: coverage(claim, f"{so_far} {sentences[place]}")))
    return [sentences[place] for place in sorted(chosen)]


def cited(evidence: str, title: str = "") -> Cited:
    """Evidence that may be several sentences, each cited by itself; as one where the cut would lose some of it."""
    sentences = tuple(evidence[each.start : each.end] for each in cut(evidence))
    is_whole = sum(map(len, sentences)) > WHOLE * len(evidence)
    return Cited(sentences if is_whole else (evidence,), (title,) if title else ())
