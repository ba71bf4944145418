"""The interval around the area under the ROC curve."""

from __future__ import annotations

import pytest

from evals.reader.ranking import auroc, auroc_interval

SCORES, TRUTHS = [3.0, 1.0, 2.0, 0.0], [True, True, False, False]


def test_the_interval_of_an_area_is_narrower_with_more_items() -> None:
    few, many = auroc_interval(SCORES, TRUTHS), auroc_interval(SCORES * 20, TRUTHS * 20)
    assert few
    assert many
    assert few.low < many.low < auroc(SCORES, TRUTHS) < many.high < few.high


def test_the_variance_of_an_area_is_that_of_its_items_shares() -> None:
    """Shares of the true ones: 1, 1/2; of the false ones: 1/2, 1. Variance 1/8 over 2, twice: 1/8."""
    found = auroc_interval(SCORES, TRUTHS)
    assert found
    assert found.low == pytest.approx(0.75 - 1.96 * (1 / 8) ** 0.5)
    assert found.high == 1


def test_a_single_item_of_a_class_has_no_interval() -> None:
    assert auroc_interval([1.0, 0.0, 0.0], [True, False, False]) is None
