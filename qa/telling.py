"""An answer piece by piece: each claim's words, then its citations, then its markers; and what is left of it when the
reader goes away in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from qa.answering.evidence import MARKER_LIKE
from qa.domain import Answer, Claim
from qa.events import CitationUsed, Delta

MARKERS = re.compile(r"(?:\s*\[\d+\])*")


def pieces(answer: Answer, told: int = 0) -> Iterator[CitationUsed | Delta]:
    """All deltas together are `answer.text`; a citation comes before the first delta that shows its number.

    told: how many of its characters were told when it was shorter, by this function.
    """
    known = set(map(int, MARKER_LIKE.findall(answer.text[:told])))
    untold = {citation.number: citation for citation in answer.citations if citation.number not in known}
    start = told
    for end in (end for end in _ends(answer) if end > told):
        text = answer.text[start:end]
        for number in map(int, MARKER_LIKE.findall(text)):
            if number in untold:
                yield CitationUsed(untold.pop(number))
        yield Delta(text)
        start = end


def shown_of(answer: Answer, shown: int) -> Answer | None:
    """What a reader has of an answer after its first `shown` characters: its whole claims, markers included.

    The answer itself if all was shown; None if not even one claim was.
    """
    if shown >= len(answer.text):
        return answer
    claims = tuple(claim for claim in answer.claims if _end_with_markers(answer, claim) <= shown)
    if not claims:
        return None
    text = answer.text[: _end_with_markers(answer, claims[-1])]
    used = {number for claim in claims for number in claim.citations}
    return replace(
        answer,
        text=text,
        claims=claims,
        citations=tuple(citation for citation in answer.citations if citation.number in used),
        conflicts=tuple(conflict for conflict in answer.conflicts if used.issuperset(conflict.citations)),
    )


def _ends(answer: Answer) -> list[int]:
    """Where the pieces end: behind each claim's words, behind its markers, and at the end."""
    ends = {len(answer.text)}
    for claim in answer.claims:
        ends |= {claim.end, _end_with_markers(answer, claim)}
    return sorted(ends - {0})


def _end_with_markers(answer: Answer, claim: Claim) -> int:
    behind = MARKERS.match(answer.text, claim.end)
    assert behind is not None  # it matches nothing at all, too
    return behind.end()
