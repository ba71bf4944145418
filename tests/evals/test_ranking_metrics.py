from __future__ import annotations

import math
import sys

import pytest
from observing import COST, FILE, OPENED, RIBBON, answer, case, found, seen, unanswerable

from evals.cases import GoldQuote
from evals.metrics import ndcg, recall_at, reciprocal_rank
from qa.errors import ConfigurationError

ANSWER = answer(("x", [1]))


def test_library_that_is_missing_is_told_with_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'qa\[eval\]'.*--no-retrieval"):
        recall_at.at_1(seen(case(COST), ANSWER, found=found(COST)))


def test_rank_of_the_first_gold_sentence() -> None:
    second = seen(case(COST), ANSWER, found=found(OPENED, COST, RIBBON))
    assert (recall_at.at_1(second), recall_at.at_3(second)) == (0.0, 1.0)
    assert reciprocal_rank.score(second) == 0.5
    assert ndcg.score(second) == pytest.approx(1 / math.log2(3))


def test_recall_is_over_groups_and_a_second_sentence_of_a_group_adds_nothing() -> None:
    group = (GoldQuote(FILE, OPENED), GoldQuote(FILE, COST))
    both = seen(case(gold=(group, (GoldQuote(FILE, RIBBON),))), ANSWER, found=found(OPENED, COST, RIBBON))
    assert recall_at.at_1(both) == 0.5
    two = seen(case(gold=(group, (GoldQuote(FILE, RIBBON),))), ANSWER, found=found(OPENED, COST))
    assert recall_at.at_10(two) == 0.5


def test_finding_nothing_scores_zero_and_not_searching_is_not_measured() -> None:
    assert recall_at.at_5(seen(case(COST), ANSWER, found=())) == 0.0
    assert reciprocal_rank.score(seen(case(COST), ANSWER, found=found(OPENED))) == 0.0
    assert recall_at.at_5(seen(case(COST), ANSWER)) is None
    assert ndcg.score(seen(unanswerable(), ANSWER, found=found(OPENED))) is None
