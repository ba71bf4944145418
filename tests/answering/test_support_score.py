"""What the score of a claim is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.calibration import Features, Floats
from qa.answering.claims.cited import Cited
from qa.answering.claims.objections import Kind
from qa.answering.support_score import ClaimModels, all_features, shipped_scale, spread
from qa.fakes import FakeEmbedder
from qa.ports import TokenVectors

SHORT = "The mill is old."
LONG = (
    "The old mill of Ardal, which grinds barley for the whole valley, was built of grey stone by monks in spring and "
    "burned down twice before it was bought by the brewery"
)
ONE, TWO = Cited(("The mill is old.",)), Cited(("The mill is old.", "Monks built it of stone."))
THREE = Cited((*TWO.quotes, "It burned down."))
REFUTES = -8.0


class Margins:
    """Gives the texts these logits of support, one after the other; the last again where there are more."""

    def __init__(self, *supports: float) -> None:
        self.supports = supports
        self.shown: list[str] = []

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        self.shown.extend(evidence)
        given = [*self.supports, *self.supports[-1:] * len(evidence)]
        return np.array([[0.0, support, REFUTES] for support in given[: len(evidence)]])


class NeverAsked:
    """An encoder for claims that need none."""

    def embed_tokens(self, text: str) -> TokenVectors:
        raise AssertionError(f"encoded, though it counts nothing: {text!r}")


def found(claim: str, cited: Cited, *supports: float) -> Features:
    return all_features(claim, cited, (), ClaimModels(Margins(*supports), FakeEmbedder()))


def test_a_claim_is_spread_that_says_much_and_cites_several_sentences() -> None:
    assert spread(LONG, ONE) == spread(SHORT, THREE) == spread(LONG, Cited(())) == 0
    assert spread(LONG, TWO) == 0.5
    assert spread(LONG, THREE) == spread(LONG, Cited((*THREE.quotes, "It was bought."))) == 1
    assert 0 < spread("The old stone mill of Ardal grinds its barley twice", THREE) < 1


def test_words_that_begin_alike_count_beside_those_that_are_the_same() -> None:
    features = all_features("Syria agrees", Cited(("The Syrian side made an agreement.",)), (), None)
    assert features["coverage"] == 0
    assert features["coverage_alike"] == 1


def test_a_denial_counts_only_where_nothing_is_denied_in_what_is_cited() -> None:
    never = Cited(("The mill never opened.",))
    assert all_features("The mill is not open.", ONE, (), None)["denies_alone"] == 1
    assert all_features("The mill is not open.", never, (), None)["denies_alone"] == 0
    assert all_features("The mill is open.", ONE, (), None)["denies_alone"] == 0


def test_the_reader_s_margins_count_where_a_claim_is_not_spread() -> None:
    features = found(SHORT, TWO, 1.0, 3.0, 2.0)
    assert features["margin_best"] == pytest.approx(3 - np.log1p(np.exp(REFUTES)))
    assert features["margin_together"] == pytest.approx(2 - np.log1p(np.exp(REFUTES)))
    assert features["spread_leaning"] == features["spread_soft_cover"] == 0
    assert "margin_best" not in all_features(SHORT, TWO, (), None)


def test_the_cover_of_each_word_counts_where_a_claim_is_spread() -> None:
    features = found(LONG, THREE, 2.0)
    assert 0 < features["spread_soft_cover"] < 1
    assert features["spread_leaning"] == 2 - REFUTES
    assert features["coverage"] == features["margin_best"] == 0


def test_a_claim_that_is_half_spread_is_judged_by_half_of_either() -> None:
    features, wholly = found(LONG, TWO, 1.0, 3.0, 2.0), found(LONG, THREE, 2.0)
    assert features["spread_leaning"] == wholly["spread_leaning"] / 2
    assert features["margin_best"] == pytest.approx((3 - np.log1p(np.exp(REFUTES))) / 2)


def test_what_counts_nothing_is_not_read() -> None:
    all_features(LONG, ONE, (), ClaimModels(Margins(1.0), NeverAsked()))
    reader = Margins(1.0)
    all_features(LONG, THREE, (), ClaimModels(reader, FakeEmbedder()))
    assert reader.shown == [" ".join(THREE.quotes)]


def test_exact_checks_count_alike_beside_the_reader_and_apart_without() -> None:
    models = ClaimModels(Margins(1.0), FakeEmbedder())
    both = (Kind.NUMBER, Kind.NAME)
    assert all_features(SHORT, ONE, both, models)["objected"] == all_features(SHORT, ONE, both[:1], models)["objected"]
    apart = all_features(SHORT, ONE, both[:1], None)
    assert apart["objected_number"] == 1
    assert apart["objected_name"] == 0


@pytest.mark.parametrize("name", ["words", "reader"])
def test_the_shipped_scale_knows_the_features(name: str) -> None:
    known = found(LONG, TWO, 0.0) if name == "reader" else all_features(LONG, TWO, (), None)
    assert set(shipped_scale(name).line.weights) == set(known)
