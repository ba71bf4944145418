from __future__ import annotations

import pytest
from observing import FILE, OPENED, RIBBON, abstention, answer, case, seen, unanswerable

from evals.calibration import bins, expected_error, judged_claims
from evals.cases import GoldQuote


def test_scores_that_can_be_believed_have_no_error() -> None:
    believed = [(0.95, True)] * 19 + [(0.95, False)] + [(0.25, True)] + [(0.25, False)] * 3
    assert expected_error(believed) == pytest.approx(0.0)
    assert [(held.count, held.share_right) for held in bins(believed)] == [(4, 0.25), (20, 0.95)]


def test_error_is_weighted_by_how_many_claims_a_bin_holds() -> None:
    assert expected_error([(1.0, True)] * 3 + [(0.5, False)]) == pytest.approx(0.125)
    assert expected_error([]) is None


def test_claim_is_right_if_it_cites_gold_and_wrong_where_nothing_can_be() -> None:
    given = answer(("a", [1]), ("b", [2]))
    assert judged_claims(seen(case(OPENED), given)) == [(0.9, True), (0.9, False)]
    assert judged_claims(seen(unanswerable(), given)) == [(0.9, False), (0.9, False)]


def test_claim_that_only_says_who_is_meant_is_not_counted() -> None:
    of = case(OPENED, context=(GoldQuote(FILE, RIBBON),))
    assert judged_claims(seen(of, answer(("a", [1]), ("c", [3])))) == [(0.9, True)]


def test_abstention_and_case_without_gold_say_nothing() -> None:
    assert judged_claims(seen(case(OPENED), abstention())) == []
    assert judged_claims(seen(case(facts=("x",)), answer(("a", [1])))) == []
