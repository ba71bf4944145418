"""Who says something in a claim says something in what it cites."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.speakers import other_speakers, speakers


def others(claim: str, text: str, title: str = "") -> list[str]:
    return other_speakers(claim, Cited((text,), (title,)))


@pytest.mark.parametrize(
    ("claim", "text", "title"),
    [
        ("Putin said the zone was wide.", "Vladimir Putin, the president, said the zone was wide.", ""),
        ("According to Putin, the zone is wide.", '"The zone is wide," Putin said.', ""),
        ("Putin said the zone was wide.", '"The zone is wide," said Putin.', ""),
        ("Putin said the zone was wide.", "He said the zone was wide.", "Putin on the zone"),
        ("The ministry said it rained.", "It rained, the ministry said.", ""),
        ("He said it rained.", "Putin said it rained.", ""),
        ("Putin said it rained.", "It rained on Putin.", ""),
    ],
)
def test_the_same_speaker_is_found(claim: str, text: str, title: str) -> None:
    assert others(claim, text, title) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Erdogan said the zone was wide.", "Putin said Erdogan agreed that the zone was wide."),
        ("According to Erdogan, the zone is wide.", "Putin told Erdogan that the zone was wide."),
        ("The army said it rained.", "It rained on the army, the ministry said."),
    ],
)
def test_whoever_only_listens_is_no_speaker(claim: str, text: str) -> None:
    assert len(others(claim, text)) == 1


def test_whoever_is_told_does_not_speak() -> None:
    assert speakers("Josef is told to go.") == ()
