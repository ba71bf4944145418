"""What is told of a question while it is being answered, in this order.

Started, EvidenceRead, any number of Delta and CitationUsed (a citation before the first delta that shows its number),
then exactly one of Done or Failed.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain import Citation, Turn


@dataclass(frozen=True, slots=True)
class Started:
    """The question is understood; the looking up begins."""

    conversation_id: str
    turn_id: str
    standalone_question: str


@dataclass(frozen=True, slots=True)
class EvidenceRead:
    """The sentences that are read for an answer, best first. number: their order here; score: that of the search."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """The next characters of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CitationUsed:
    """A citation of the answer."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Done:
    """The whole turn; it is on disk. All deltas together are the text of its answer."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong, for a door to put into words that give nothing away."""

    error: Exception


Event = Started | EvidenceRead | Delta | CitationUsed | Done | Failed
