"""Follow-ups made of questions that were asked one after the other."""

from __future__ import annotations

import random

from evals.reader.corpus import Asked, Collection, Text
from evals.reader.follow_ups import OWNERS, SUBJECTS, follow_ups, pointed
from qa.answering.names import names


def asked(question: str, text: str = "one", paragraph: int = 0) -> Asked:
    return Asked(question, text, (0,), paragraph=paragraph)


def library(asked: list[Asked]) -> Collection:
    text = Text("one", "squad", "Curie", ("She was born in Warsaw.", "Nobody came."), (0, 1), (False, True))
    return Collection({"one": text}, asked)


def test_what_both_questions_name_becomes_a_pronoun_in_the_second() -> None:
    pairs = [asked("Where was Marie Curie born?"), asked("When did Marie Curie move to Paris?")] * 40
    made = [each for each in follow_ups(library(pairs)) if each.question.startswith("When")]
    assert made
    assert {each.earlier for each in made} == {"Where was Marie Curie born?"}
    assert {each.question for each in made} <= {
        f"When did {word} move to Paris?" for word in (*SUBJECTS, "Marie Curie")
    }
    assert len({each.question for each in made}) > 1


def test_an_owner_becomes_a_possessive() -> None:
    question = "Where was Marie Curie's laboratory?"
    assert pointed(question, names(question)[0], random.Random(1)) in {f"Where was {w} laboratory?" for w in OWNERS}


def test_questions_about_different_paragraphs_do_not_follow_each_other() -> None:
    pairs = [asked("Where was Marie Curie born?"), asked("When did Marie Curie move?", paragraph=1)] * 40
    assert follow_ups(library(pairs)) == []


def test_a_question_that_names_nothing_stays_as_it_is() -> None:
    pairs = [asked("Where was Marie Curie born?"), asked("How many people came?")] * 40
    made = [each for each in follow_ups(library(pairs)) if each.question.startswith("How")]
    assert {(each.question, each.earlier) for each in made} == {
        ("How many people came?", "Where was Marie Curie born?")
    }


def test_what_answered_the_question_before_goes_with_them() -> None:
    pairs = [asked("Where was Marie Curie born?"), asked("How many people came?")] * 40
    assert {each.said for each in follow_ups(library(pairs))} == {"She was born in Warsaw."}


def test_they_are_the_same_every_time() -> None:
    pairs = [asked("Where was Marie Curie born?"), asked("When did Marie Curie move to Paris?")] * 10
    assert follow_ups(library(pairs)) == follow_ups(library(pairs))
