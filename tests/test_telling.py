"""An answer piece by piece, and what is left of it in the middle."""

from __future__ import annotations

import pytest

from qa.answering.evidence import MARKER_LIKE, Evidence, abstention, citable
from qa.domain import Answer, Conflict, Reason
from qa.events import CitationUsed, Delta
from qa.fakes import hit_among
from qa.telling import pieces, shown_of

ARTICLE = ["The mill of Ardal dates from 1402.", "Rain is common there.", "Visitors pay three crowns."]


def three_claims() -> Answer:
    """The second claim stands on two sentences, one of them cited before."""
    first, second, third = (citable(hit_among(ARTICLE, place), 0.9) for place in range(3))
    evidence = Evidence()
    evidence.state(ARTICLE[0], [first], 0.9)
    evidence.state("It rains, at the mill (1) too.", [second, first], 0.8)
    evidence.state(ARTICLE[2], [third], 0.7)
    return evidence.answer("extractive")


ANSWERS = [three_claims(), abstention(Reason.NOT_IN_ARTICLES, [citable(hit_among(ARTICLE, 0), 0.1)], "extractive")]


@pytest.mark.parametrize("answer", ANSWERS, ids=["answered", "abstained"])
def test_all_deltas_together_are_the_answer(answer: Answer) -> None:
    deltas = [piece.text for piece in pieces(answer) if isinstance(piece, Delta)]
    assert "".join(deltas) == answer.text
    assert all(deltas)


def test_each_claim_is_told_in_words_then_in_citations_then_in_markers() -> None:
    told = [p.text if isinstance(p, Delta) else p.citation.number for p in pieces(three_claims())]
    assert told == [
        ARTICLE[0],
        1,
        " [1]",
        " It rains, at the mill (1) too.",
        2,
        " [2][1]",
        f" {ARTICLE[2]}",
        3,
        " [3]",
    ]


def test_every_citation_is_told_once_before_its_number_is_shown() -> None:
    answer, known = three_claims(), list[int]()
    for piece in pieces(answer):
        if isinstance(piece, CitationUsed):
            known.append(piece.citation.number)
        else:
            assert set(map(int, MARKER_LIKE.findall(piece.text))) <= set(known)
    assert known == [citation.number for citation in answer.citations]


@pytest.mark.parametrize("shown", range(len(three_claims().text) + 1))
def test_what_was_shown_is_an_answer_with_whole_claims_and_their_citations(shown: int) -> None:
    whole = three_claims()
    left = shown_of(whole, shown)
    if left is None:
        assert shown < len(f"{ARTICLE[0]} [1]")
        return
    assert whole.text.startswith(left.text)
    assert len(left.text) <= shown
    assert all(left.text[claim.start : claim.end] == claim.text for claim in left.claims)
    used = set(map(int, MARKER_LIKE.findall(left.text.replace("(1)", ""))))
    assert used == {citation.number for citation in left.citations} == {n for c in left.claims for n in c.citations}


def test_what_was_shown_whole_is_the_answer_itself() -> None:
    for answer in ANSWERS:
        assert shown_of(answer, len(answer.text)) is answer


def test_half_an_abstention_is_nothing() -> None:
    assert shown_of(ANSWERS[1], 5) is None


def test_conflict_with_a_citation_that_was_not_shown_goes_with_it() -> None:
    whole = three_claims()
    answer = Answer(
        whole.status,
        None,
        whole.text,
        whole.claims,
        whole.citations,
        conflicts=(Conflict("a", (1, 2)), Conflict("b", (1, 3))),
    )
    left = shown_of(answer, len(whole.text) - 1)
    assert left is not None
    assert left.conflicts == (Conflict("a", (1, 2)),)
