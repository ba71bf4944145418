from __future__ import annotations

from collections.abc import Sequence

import pytest
from observing import COST, FILE, OPENED, RIBBON, TEXT, abstention, answer, case, citation, seen, unanswerable

from evals.cases import GoldQuote
from evals.metrics import citation_precision, citation_recall, citation_validity, gold_recall, marker_validity


class Entails:
    """An entailment model that knows which sets of sentences carry a claim."""

    def __init__(self, *enough: set[str]) -> None:
        self.enough = enough

    def entails(self, sentences: Sequence[str], claim: str) -> bool:
        return any(needed <= set(sentences) for needed in self.enough)


def test_claim_that_cites_a_gold_sentence_is_carried_and_one_that_cites_another_is_not() -> None:
    both = seen(case(OPENED), answer(("On 4 May.", [1]), ("It cost much.", [2])))
    assert citation_recall.score(both) == 0.5
    assert citation_precision.score(both) == 0.5


def test_claim_without_a_citation_scores_zero() -> None:
    assert citation_recall.score(seen(case(OPENED), answer(("On 4 May.", [1]), ("In 1900.", [])))) == 0.5


def test_answer_without_any_citation_has_no_precision_to_speak_of_and_scores_zero() -> None:
    bare = seen(case(OPENED), answer(("On 4 May.", [])))
    assert citation_recall.score(bare) == 0.0
    assert citation_precision.score(bare) == 0.0


def test_marker_that_points_nowhere_scores_zero_even_beside_a_good_one() -> None:
    dangling = seen(case(OPENED), answer(("On 4 May.", [1, 7])))
    assert citation_recall.score(dangling) == 0.0
    assert citation_precision.score(dangling) == 0.5


def test_marker_in_the_text_that_no_claim_has_counts_as_a_claim_that_cites_nothing() -> None:
    stray = answer(("On 4 May.", [1])) | {"answer": "On 4 May. [1] And so on. [4]"}
    assert citation_recall.score(seen(case(OPENED), stray)) == 0.5


def test_citation_that_the_case_allows_beside_gold_is_neither_wrong_nor_enough() -> None:
    of = case(OPENED, context=(GoldQuote(FILE, RIBBON),))
    beside = seen(of, answer(("On 4 May.", [1]), ("Berg.", [3])))
    assert citation_recall.score(beside) == 1.0
    assert citation_precision.score(beside) == 1.0
    assert citation_recall.score(seen(of, answer(("Berg.", [3])))) == 0.0


def test_any_sentence_of_a_group_satisfies_it() -> None:
    of = case(gold=((GoldQuote(FILE, OPENED), GoldQuote(FILE, COST)), (GoldQuote(FILE, RIBBON),)))
    assert gold_recall.score(seen(of, answer(("It cost.", [2])))) == 0.5
    assert gold_recall.score(seen(of, answer(("It cost.", [2]), ("Berg.", [3])))) == 1.0


def test_gold_quote_may_be_part_of_the_sentence_or_hold_several() -> None:
    for quote in ("opened on 4 May", f"{OPENED}\n{COST}"):
        assert gold_recall.score(seen(case(quote), answer(("On 4 May.", [1])))) == 1.0


def test_the_same_words_in_another_article_are_not_gold() -> None:
    elsewhere = answer(("On 4 May.", [1]), citations=[citation(1, OPENED, article_id="other.txt")])
    texts = {("other.txt", "v1"): TEXT}
    assert gold_recall.score(seen(case(OPENED), elsewhere, texts=texts)) == 0.0


def test_without_gold_an_entailment_model_decides_and_without_one_nothing_is_measured() -> None:
    of, given = case(facts=("x",)), answer(("Claim.", [1, 2, 3]))
    assert citation_recall.score(seen(of, given)) is None
    assert citation_precision.score(seen(of, given)) is None
    together = Entails({OPENED, COST})
    assert citation_recall.score(seen(of, given), together) == 1.0
    # As in ALCE: the third carries nothing alone and can be left out; the first two cannot.
    assert citation_precision.score(seen(of, given), together) == pytest.approx(2 / 3)


def test_citations_of_a_claim_that_nothing_carries_are_all_imprecise() -> None:
    assert citation_precision.score(seen(case(facts=("x",)), answer(("Claim.", [1]))), Entails()) == 0.0


def test_abstention_has_no_citations_to_score() -> None:
    for metric in (citation_recall, citation_precision, citation_validity):
        assert metric.score(seen(case(OPENED), abstention())) is None
    assert citation_recall.score(seen(unanswerable(), answer(("On 4 May.", [1])))) is None


def test_quote_must_be_the_exact_text_at_its_range() -> None:
    good, shifted = citation(1, OPENED), citation(2, COST, start=TEXT.index(COST) + 1)
    assert citation_validity.score(seen(case(OPENED), answer(("a", [1]), ("b", [2]), citations=[good, shifted]))) == 0.5


def test_citation_of_a_version_that_cannot_be_read_is_invalid() -> None:
    unknown = answer(("a", [1]), citations=[citation(1, OPENED, version="v0")])
    assert citation_validity.score(seen(case(OPENED), unknown)) == 0.0


@pytest.mark.parametrize(
    ("text", "numbers", "claimed", "is_valid"),
    [
        ("One. [1] Two. [2]", [1, 2], [1, 2], True),
        ("One. [1] Two. [2] One again. [1]", [1, 2], [1, 2], True),
        ("One. [0] Two. [1]", [1, 2], [1, 2], False),
        ("One. [0] Two. [1]", [0, 1], [0, 1], False),
        ("One. [2] Two. [1]", [1, 2], [1, 2], False),
        ("One. [1]", [1, 2], [1, 2], False),
        ("One. [1] Two. [2]", [1], [1, 2], False),
        ("One. [1] Two. [2]", [1, 1, 2], [1, 2], False),
        ("One. [1] Two. [2]", [1, 2], [1], False),
    ],
)
def test_markers_and_citations_fit_as_the_contract_says(
    text: str, numbers: list[int], claimed: list[int], is_valid: bool
) -> None:
    given = answer(("One.", claimed), citations=[citation(number, OPENED) for number in numbers]) | {"answer": text}
    assert marker_validity.score(seen(case(OPENED), given)) == float(is_valid)


def test_abstention_without_markers_fits_and_one_that_cites_does_not() -> None:
    assert marker_validity.score(seen(case(OPENED), abstention())) == 1.0
    citing = answer(("On 4 May.", [1]), status="abstained")
    assert marker_validity.score(seen(case(OPENED), citing)) == 0.0
