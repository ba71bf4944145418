from __future__ import annotations

from qa.answering.evidence import Citable, citable
from qa.answering.other_side import nearly_as_likely, other_side
from qa.fakes import hit_among

QUESTION = "When was the mill of Ardal built?"


def sentence(year: int, score: float, article: str) -> Citable:
    return citable(hit_among([f"The mill of Ardal was built in {year} by monks."], 0, article_id=article), score)


ONE, OTHER, THIRD = sentence(1402, 0.9, "a.txt"), sentence(1420, 0.6, "b.txt"), sentence(1440, 0.8, "c.txt")
SAID = [ONE.citation(1)]


def test_the_likeliest_that_contradicts_is_the_other_side() -> None:
    assert other_side(QUESTION, SAID, [ONE, OTHER, THIRD]) == THIRD


def test_what_is_cited_already_is_none() -> None:
    assert other_side(QUESTION, [*SAID, OTHER.citation(2)], [ONE, OTHER]) is None


def test_what_agrees_or_stands_in_the_same_article_is_none() -> None:
    assert other_side(QUESTION, SAID, [ONE, sentence(1402, 0.8, "b.txt"), sentence(1420, 0.8, "a.txt")]) is None
    assert other_side(QUESTION, [], [ONE, OTHER]) is None


def test_only_what_is_nearly_as_likely_as_the_best_is_considered() -> None:
    unlikely = sentence(1450, 0.4, "d.txt")
    assert nearly_as_likely([ONE, THIRD, OTHER, unlikely]) == (ONE, THIRD, OTHER)
    assert nearly_as_likely([]) == ()
