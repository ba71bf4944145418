from __future__ import annotations

import pytest
from observing import COST, OPENED, RIBBON, abstention, answer, case, seen, unanswerable

from evals.metrics import complete, exact_match, key_fact_recall, right, semantic_similarity, token_f1
from evals.metrics.squad_words import squad_words
from qa.fakes import FakeEmbedder


def test_right_needs_the_facts_in_the_answer_and_a_gold_sentence_cited() -> None:
    of = case(OPENED, facts=("4 May",))
    assert right.score(seen(of, answer(("It opened on 4 May.", [1])))) == 1.0
    assert right.score(seen(of, answer(("It opened in spring.", [1])))) == 0.0
    assert right.score(seen(of, answer(("It opened on 4 May.", [2])))) == 0.0
    assert right.score(seen(of, abstention())) == 0.0


def test_right_is_abstaining_from_what_the_articles_do_not_answer() -> None:
    assert right.score(seen(unanswerable(), abstention())) == 1.0
    assert right.score(seen(unanswerable(), answer(("On 4 May.", [1])))) == 0.0


def test_right_asks_only_for_what_the_case_names() -> None:
    assert right.score(seen(case(facts=("4 May",)), answer(("On 4 May.", [3])))) == 1.0
    assert right.score(seen(case(OPENED), answer(("Whatever.", [1])))) == 1.0
    assert right.score(seen(case(), answer(("Whatever.", [1])))) is None


def test_complete_needs_every_gold_group_and_right_only_one() -> None:
    of = case(OPENED, COST)
    one, both = seen(of, answer(("a", [1]))), seen(of, answer(("a", [1]), ("b", [2])))
    assert (right.score(one), complete.score(one)) == (1.0, 0.0)
    assert (right.score(both), complete.score(both)) == (1.0, 1.0)
    assert complete.score(seen(unanswerable(), abstention())) is None


def test_key_fact_recall_is_the_share_of_facts_said() -> None:
    of = case(OPENED, facts=("4 May", "2500 crowns"))
    assert key_fact_recall.score(seen(of, answer(("It opened on 4 May.", [1])))) == 0.5
    assert key_fact_recall.score(seen(of, abstention())) == 0.0
    assert key_fact_recall.score(seen(case(OPENED), answer(("x", [1])))) is None


def test_marker_is_not_taken_for_a_number_of_the_answer() -> None:
    assert key_fact_recall.score(seen(case(facts=("3",)), answer(("Berg did.", [3])))) == 0.0


def test_squad_normalisation_drops_case_punctuation_and_articles() -> None:
    assert squad_words("The  Bridge's opening, a feast!") == ["bridges", "opening", "feast"]
    # Punctuation goes before articles, as in the official script: "a.m." is no article.
    assert squad_words("9 a.m. An-other") == ["9", "am", "another"]


def test_token_f1_counts_each_word_as_often_as_it_stands() -> None:
    assert token_f1.overlap_f1("the bridge bridge", "a bridge") == pytest.approx(2 / 3)
    assert token_f1.overlap_f1("the", "an") == 1.0
    assert token_f1.overlap_f1("the", "bridge") == 0.0


def test_token_f1_and_exact_match_of_answers() -> None:
    of = case(OPENED, reference_answer="On 4 May")
    exact, longer = seen(of, answer(("on 4 May.", [1]))), seen(of, answer(("It opened on 4 May.", [1])))
    assert (exact_match.score(exact), token_f1.score(exact)) == (1.0, 1.0)
    assert exact_match.score(longer) == 0.0
    assert token_f1.score(longer) == pytest.approx(2 * 3 / (5 + 3))
    assert (exact_match.score(seen(of, abstention())), token_f1.score(seen(of, abstention()))) == (0.0, 0.0)
    assert token_f1.score(seen(case(OPENED), answer(("x", [1])))) is None


def test_semantic_similarity_needs_an_embedder() -> None:
    of = case(OPENED, reference_answer=RIBBON)
    given = answer((RIBBON, [3]))
    assert semantic_similarity.score(seen(of, given)) is None
    assert semantic_similarity.score(seen(of, given, embedder=FakeEmbedder())) == pytest.approx(1.0, abs=1e-5)
    other = semantic_similarity.score(seen(of, answer((COST, [2])), embedder=FakeEmbedder()))
    assert other is not None
    assert other < 0.9
    assert semantic_similarity.score(seen(of, abstention(), embedder=FakeEmbedder())) == 0.0
