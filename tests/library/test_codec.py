"""Answers in JSON."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qa.domain import Answer, Citation, Claim, Conflict, Reason, Status, Support, Usage
from qa.library.codec import answer_from_json, answer_to_json, timings_from_json, timings_to_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCORES = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.integers(0, 10**9)
CITATIONS = st.builds(
    Citation,
    number=NUMBERS,
    article_id=TEXTS,
    title=TEXTS,
    published=st.none() | st.dates(min_value=date(1, 1, 1)),
    version=TEXTS,
    sentence=NUMBERS,
    line=NUMBERS,
    start=NUMBERS,
    end=NUMBERS,
    quote=TEXTS,
    score=SCORES,
)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from(Status),
    reason=st.none() | st.sampled_from(Reason),
    text=TEXTS,
    claims=st.lists(
        st.builds(Claim, TEXTS, NUMBERS, NUMBERS, st.tuples(NUMBERS), st.sampled_from(Support), SCORES), max_size=2
    ).map(tuple),
    citations=st.lists(CITATIONS, max_size=2).map(tuple),
    nearest=st.lists(CITATIONS, max_size=2).map(tuple),
    conflicts=st.lists(st.builds(Conflict, TEXTS, st.tuples(NUMBERS, NUMBERS)), max_size=1).map(tuple),
    model=TEXTS,
    usage=st.none()
    | st.builds(
        Usage,
        st.none() | NUMBERS,
        st.none() | NUMBERS,
        st.none() | SCORES,
        st.none() | SCORES,
        st.dictionaries(TEXTS, TEXTS, max_size=2),
    ),
)


@given(ANSWERS)
def test_answer_comes_back_equal(answer: Answer) -> None:
    assert answer_from_json(answer_to_json(answer)) == answer


def test_an_answer_that_was_kept_before_usage_was_known_can_be_read() -> None:
    kept = '{"status": "abstained", "reason": "not_in_articles", "text": "No.", "claims": [], "citations": []}'
    assert answer_from_json(kept).usage is None


@given(st.dictionaries(TEXTS, SCORES))
def test_timings_come_back_equal(timings: dict[str, float]) -> None:
    assert timings_from_json(timings_to_json(timings)) == timings
