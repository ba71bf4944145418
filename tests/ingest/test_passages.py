from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain import Passage, Role, Sentence
from qa.ingest.passages import FEWEST, LONGEST, passages_of

B, T, H, D = Role.BODY, Role.TITLE, Role.HEADING, Role.DATELINE


def article(*sentences: tuple[Role, int]) -> list[Sentence]:
    """Sentences of these roles and lengths, one a line."""
    made: list[Sentence] = []
    start = 0
    for number, (role, length) in enumerate(sentences, start=1):
        made.append(Sentence(number, start, start + length, number, number, role))
        start += length + 1
    return made


def numbers_of(passages: tuple[Passage, ...]) -> list[list[int]]:
    return [[sentence.number for sentence in passage.sentences] for passage in passages]


def windows(count: int, length: int = 50) -> list[list[int]]:
    return numbers_of(passages_of(article(*[(B, length)] * count)))


def test_windows_hold_five_sentences_every_three() -> None:
    assert windows(11) == [[1, 2, 3, 4, 5], [4, 5, 6, 7, 8], [7, 8, 9, 10, 11]]
    assert windows(10) == [[1, 2, 3, 4, 5], [4, 5, 6, 7, 8], [7, 8, 9, 10]]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (1, [[1]]), (2, [[1, 2]]), (5, [[1, 2, 3, 4, 5]]), (6, [[1, 2, 3, 4, 5], [4, 5, 6]])],
)
def test_short_article_has_few_windows(count: int, expected: list[list[int]]) -> None:
    assert windows(count) == expected


def test_last_window_is_shifted_back_to_hold_three() -> None:
    passages = passages_of(article(*[(B, 50)] * 5), size=4, step=4)
    assert numbers_of(passages) == [[1, 2, 3, 4], [3, 4, 5]]


def test_title_stands_in_no_window_and_headings_only_beside_body() -> None:
    passages = passages_of(article((T, 20), (D, 20), (B, 50), (H, 20), (B, 50)))
    assert numbers_of(passages) == [[2, 3, 4, 5]]
    assert passages_of(article((T, 20), (H, 20), (D, 20))) == ()


def test_window_without_body_is_dropped() -> None:
    passages = passages_of(article((B, 50), (H, 20), (H, 20), (H, 20)), size=1, step=1)
    assert numbers_of(passages) == [[1]]


def test_long_sentences_make_smaller_windows() -> None:
    assert windows(4, length=LONGEST + 1) == [[1], [2], [3], [4]]
    assert windows(4, length=LONGEST // 2) == [[1, 2], [3, 4]]


def test_passages_are_numbered_from_one_and_span_their_sentences() -> None:
    sentences = article(*[(B, 50)] * 8)
    first, second = passages_of(sentences)
    assert (first.number, second.number) == (1, 2)
    assert (second.start, second.end) == (sentences[3].start, sentences[7].end)


@pytest.mark.parametrize(("size", "step"), [(0, 1), (3, 0), (3, 4)])
def test_step_that_would_leave_sentences_out_is_refused(size: int, step: int) -> None:
    with pytest.raises(ValueError, match=f"size {size}, step {step}"):
        passages_of([], size, step)


ARTICLES = st.lists(
    st.tuples(st.sampled_from([B, B, B, H, D, T]), st.one_of(st.integers(1, 80), st.integers(1, 2_000))), max_size=40
).map(lambda sentences: article(*sentences))


@settings(deadline=None)
@given(ARTICLES, st.integers(1, 8), st.data())
def test_every_body_sentence_is_in_a_window_and_no_two_are_equal(
    sentences: list[Sentence], size: int, data: st.DataObject
) -> None:
    passages = passages_of(sentences, size, data.draw(st.integers(1, size)))
    held = {sentence for passage in passages for sentence in passage.sentences}
    assert held >= {sentence for sentence in sentences if sentence.role is B}
    assert not any(sentence.role is T for sentence in held)
    assert len(set(map(tuple, numbers_of(passages)))) == len(passages)
    readable = [sentence.number for sentence in sentences if sentence.role is not T]
    for numbers in numbers_of(passages):
        place = readable.index(numbers[0])
        assert numbers == readable[place : place + len(numbers)]
        assert 1 <= len(numbers) <= max(size, FEWEST)


@settings(deadline=None)
@given(ARTICLES)
def test_only_a_single_sentence_may_be_longer_than_a_passage(sentences: list[Sentence]) -> None:
    for passage in passages_of(sentences):
        assert len(passage.sentences) == 1 or sum(s.end - s.start for s in passage.sentences) <= LONGEST
