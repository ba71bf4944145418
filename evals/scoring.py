"""The table of metrics, and what they make of one answer: its values and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evals.metrics import (
    abstention_precision,
    abstention_recall,
    citation_precision,
    citation_recall,
    citation_validity,
    complete,
    cost,
    exact_match,
    false_abstention,
    follow_up_right,
    gold_recall,
    key_fact_recall,
    latency,
    marker_validity,
    ndcg,
    reason_given,
    recall_at,
    reciprocal_rank,
    rewrite_f1,
    right,
    semantic_similarity,
    standalone_right,
    token_f1,
    tokens,
)
from evals.metrics.entailment import Entailment, support_check
from evals.observed import Observed

Values = dict[str, float | None]
"""The value of each metric by name; None where it does not apply or could not be measured."""


class Kind(StrEnum):
    """What a value is: a share from 0 to 1, or an amount that has a unit and is shown as percentiles."""

    SHARE = "share"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: how a case is scored, how it reads, and which way is better."""

    name: str
    title: str
    score: Callable[[Observed], float | None]
    kind: Kind = Kind.SHARE
    lower_is_better: bool = False


def _by_judge(seen: Observed) -> None:
    """Only a judge gives it."""


def _checked(score: Callable[[Observed, Entailment | None], float | None]) -> Callable[[Observed], float | None]:
    """By gold sentences where a case has them; by the support check where it is answerable and has none."""

    def scored(seen: Observed) -> float | None:
        return score(seen, support_check() if seen.case.answerable and not seen.case.gold else None)

    return scored


METRICS: tuple[Metric, ...] = (
    Metric("right", "Right", right.score),
    Metric("complete", "Complete", complete.score),
    Metric("key_fact_recall", "Key-fact recall", key_fact_recall.score),
    Metric("gold_recall", "Gold recall", gold_recall.score),
    Metric("citation_recall", "Citation recall", _checked(citation_recall.score)),
    Metric("citation_precision", "Citation precision", _checked(citation_precision.score)),
    Metric("citation_validity", "Citation validity", citation_validity.score),
    Metric("marker_validity", "Marker validity", marker_validity.score),
    Metric("recall_at_1", "Recall at 1", recall_at.at_1),
    Metric("recall_at_3", "Recall at 3", recall_at.at_3),
    Metric("recall_at_5", "Recall at 5", recall_at.at_5),
    Metric("recall_at_10", "Recall at 10", recall_at.at_10),
    Metric("mrr", "MRR", reciprocal_rank.score),
    Metric("ndcg_at_10", "nDCG at 10", ndcg.score),
    Metric("abstention_precision", "Abstention precision", abstention_precision.score),
    Metric("abstention_recall", "Abstention recall", abstention_recall.score),
    Metric("false_abstention", "False abstention", false_abstention.score, lower_is_better=True),
    Metric("reason_given", "Reason given", reason_given.score),
    Metric("follow_up_right", "Follow-up right", follow_up_right.score),
    Metric("standalone_right", "Standalone right", standalone_right.score),
    Metric("rewrite_f1", "Rewriting F1", rewrite_f1.score),
    Metric("token_f1", "Token F1", token_f1.score),
    Metric("exact_match", "Exact match", exact_match.score),
    Metric("semantic_similarity", "Semantic similarity", semantic_similarity.score),
    Metric("judged_correct", "Judged correct", _by_judge),
    Metric("judged_faithful", "Judged faithful", _by_judge),
    Metric("latency_ms", "Latency (ms)", latency.score, Kind.AMOUNT, lower_is_better=True),
    Metric("tokens", "Tokens", tokens.score, Kind.AMOUNT, lower_is_better=True),
    Metric("cost", "Cost", cost.score, Kind.AMOUNT, lower_is_better=True),
)


class Outcome(StrEnum):
    """What came of asking a case once."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_MEASURED = "not_measured"


def score(seen: Observed) -> Values:
    """Every metric of the table for one answer; only amounts for a turn that is played and not judged."""
    judged = not seen.case.answerable or bool(seen.case.key_facts or seen.case.gold)
    return {metric.name: metric.score(seen) if judged or metric.kind is Kind.AMOUNT else None for metric in METRICS}


def outcome(values: Mapping[str, float | None]) -> Outcome:
    """Passed: right, and every citation and marker is sound. A case without facts and gold is not measured."""
    if values["right"] is None:
        return Outcome.NOT_MEASURED
    sound = values["marker_validity"] == 1.0 and values["citation_validity"] in (None, 1.0)
    return Outcome.PASSED if values["right"] == 1.0 and sound else Outcome.FAILED
