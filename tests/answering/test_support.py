"""A claim is supported by exact words, or by the exact checks and a score together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.calibration import Floats, Line
from qa.answering.evidence import citable
from qa.answering.support import ClaimChecker, ExactWords, load
from qa.answering.support_score import ClaimModels, Scale, shipped_scale
from qa.domain import Citation, Support
from qa.fakes import FakeEmbedder, hit_among

ARTICLE = ["The mill dates\n from 1402.", "Rain is common there."]
CITED = [citable(hit_among(ARTICLE, 0), 0.9).citation(1)]


def test_a_claim_in_the_words_of_its_citation_is_supported() -> None:
    assert ExactWords().check("The mill dates from 1402.", CITED).support is Support.SUPPORTED


def test_a_claim_in_other_words_is_not_called_supported() -> None:
    assert ExactWords().check("The mill dates from 1403.", CITED).support is Support.UNCHECKED


def test_a_claim_that_cites_nothing_is_not_supported() -> None:
    assert ExactWords().check("The mill dates from 1402.", []).support is Support.UNCHECKED


SCALE = Scale(Line({"coverage": 10.0, "margin_best": 1.0}, -5.0), supported=0.9, partial=0.5)
WORDS = Scale(Line({"coverage": 10.0}, -5.0), supported=0.9, partial=0.5)


class FakeModel:
    """Gives every text the same logits, and remembers what it was shown."""

    def __init__(self, *logits: float) -> None:
        self.logits = logits
        self.shown: list[str] = []

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        self.shown.extend(evidence)
        return np.array([self.logits] * len(evidence))


def models(reader: FakeModel) -> ClaimModels:
    return ClaimModels(reader, FakeEmbedder())


def cite(*quotes: str, title: str = "") -> list[Citation]:
    return [citable(hit_among([quote], 0, title=title), 0.9).citation(n) for n, quote in enumerate(quotes, 1)]


def test_the_words_of_a_sentence_are_supported_without_the_model() -> None:
    model = FakeModel(0.0, -9.0, 9.0)
    verdict = ClaimChecker(SCALE, models(model)).check("The mill dates from 1402.", CITED)
    assert (verdict.support, verdict.score, verdict.why) == (Support.SUPPORTED, 1.0, "")
    assert model.shown == []


def test_other_words_that_say_the_same_are_supported() -> None:
    assert ClaimChecker(WORDS).check("From 1402 dates the mill.", CITED).support is Support.SUPPORTED


def test_where_an_exact_check_objects_no_score_helps() -> None:
    verdict = ClaimChecker(SCALE, models(FakeModel(0.0, 9.0, -9.0))).check("The mill dates from 1403.", CITED)
    assert verdict.support is Support.UNSUPPORTED
    assert verdict.score < SCALE.partial
    assert verdict.why == "no cited sentence has the date 1403"


def test_a_verdict_says_what_is_not_carried() -> None:
    verdict = ClaimChecker(WORDS).check("The mill dates from 1402 and grinds excellent barley flour.", CITED)
    assert verdict.support is not Support.SUPPORTED
    assert "grinds, excellent, barley" in verdict.why


def test_what_cites_nothing_is_unsupported() -> None:
    assert ClaimChecker(WORDS).check("The mill dates from 1402.", []).support is Support.UNSUPPORTED


def test_the_model_reads_each_sentence_and_all_of_them() -> None:
    model = FakeModel(0.0, 1.0, -1.0)
    ClaimChecker(SCALE, models(model)).check("The mill is old and wet.", cite("The mill is old.", "The mill is wet."))
    assert model.shown == ["The mill is old.", "The mill is wet.", "The mill is old. The mill is wet."]


def test_what_the_model_takes_for_refuted_is_not_supported() -> None:
    claim, cited = "The mill is wet.", cite("Wet is the mill.")
    assert ClaimChecker(SCALE, models(FakeModel(0.0, 6.0, -6.0))).check(claim, cited).support is Support.SUPPORTED
    assert ClaimChecker(SCALE, models(FakeModel(0.0, -6.0, 6.0))).check(claim, cited).support is Support.UNSUPPORTED


def test_weights_without_the_outputs_for_claims_are_done_without(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    checker = load(models(FakeModel(0.0, 9.0)))
    assert "judge none" in caplog.text
    assert checker.check("The mill dates from 1402.", CITED).support is Support.SUPPORTED
    assert checker.check("The bridge dates from 1402.", CITED).support is not Support.SUPPORTED


def test_the_shipped_words_scale_tells_what_is_carried_from_what_is_not() -> None:
    checker = ClaimChecker(shipped_scale("words"))
    assert checker.check("From 1402 dates the mill.", CITED).support is Support.SUPPORTED
    assert checker.check("Bread was baked by monks.", CITED).support is Support.UNSUPPORTED
