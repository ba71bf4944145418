"""What the score of a claim is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.calibration import Floats
from qa.answering.claims.cited import Cited
from qa.answering.support_score import all_features, shipped_scale, spread, word_features

SHORT = "The mill is old."
LONG = (
    "The old mill of Ardal, which grinds barley for the whole valley, was built of grey stone by monks in spring and "
    "burned down twice before it was bought by the brewery"
)
ONE, TWO = Cited(("The mill is old.",)), Cited(("The mill is old.", "Monks built it of stone."))


class Margins:
    """Gives the texts these logits of support, one after the other."""

    def __init__(self, *supports: float) -> None:
        self.supports = supports

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        return np.array([[0.0, support, -8.0] for support in self.supports[: len(evidence)]])


def test_a_claim_is_spread_that_says_much_and_cites_several_sentences() -> None:
    assert spread(LONG, ONE) == spread(SHORT, ONE) == 0
    assert spread(SHORT, TWO) < 0.05
    assert spread(LONG, TWO) > 0.45
    assert spread(LONG, Cited(())) == 0


def test_words_that_begin_alike_count_beside_those_that_are_the_same() -> None:
    found = word_features("Syria agrees", Cited(("The Syrian side made an agreement.",)), ())
    assert found["coverage"] == 0
    assert found["coverage_alike"] == 1


def test_a_denial_counts_only_where_nothing_is_denied_in_what_is_cited() -> None:
    assert word_features("The mill is not open.", ONE, ())["denies_alone"] == 1
    assert word_features("The mill is not open.", Cited(("The mill never opened.",)), ())["denies_alone"] == 0
    assert word_features("The mill is open.", ONE, ())["denies_alone"] == 0


def test_the_reader_s_margins_count_apart_where_a_claim_is_spread() -> None:
    found = all_features(LONG, TWO, (), Margins(1.0, 3.0, 2.0))
    assert found["margin_best"] == pytest.approx(3 - np.log1p(np.exp(-8.0)))
    assert found["margin_together"] == pytest.approx(2 - np.log1p(np.exp(-8.0)))
    assert found["margin_best_spread"] == pytest.approx(found["margin_best"] * found["spread"])
    assert found["margin_together_spread"] == pytest.approx(found["margin_together"] * found["spread"])
    assert "margin_best" not in all_features(LONG, TWO, (), None)


@pytest.mark.parametrize("name", ["words", "reader"])
def test_the_shipped_scale_knows_the_features(name: str) -> None:
    known = all_features(LONG, TWO, (), Margins(0.0, 0.0, 0.0) if name == "reader" else None)
    assert set(shipped_scale(name).line.weights) <= set(known)
