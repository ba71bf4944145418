"""The benchmark of a long conversation says what it is for, against a running service; no figure of it is held."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import SEEDS, Place, serving

from evals.benchmarks.long_conversation import measure


@pytest.mark.process
@pytest.mark.integration
def test_a_long_conversation_is_held_against_short_ones(tmp_path: Path) -> None:
    with serving(Place(tmp_path, SEEDS)) as running, running.client() as client:
        long, short = measure(client, turns=20)
        [kept] = [each for each in client.get("/v1/conversations").json()["conversations"] if each["turns"] == 20]
    assert len(long) == len(short) == 2
    assert kept["title"] == "Who met in Sochi?"
