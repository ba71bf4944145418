"""Each test holds a rule of qa.answering.topics: what he, it, there, then stand for, and what a question is about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told import after, turn

from qa.answering.casing import with_capitals


def test_country_is_no_province() -> None:
    assert after("Who governs the province?", "What did France do about Marland, the home of Holm?") != (
        "Who governs France?"
    )


@pytest.mark.parametrize("elsewhere", ["Sudmark Secretary General", "the Castle", 'Marland "to open the dam soon."'])
def test_office_building_or_quotation_is_no_province(elsewhere: str) -> None:
    made = after("Who governs the province?", f"When did the envoys go to {elsewhere}?")
    assert f"governs {elsewhere}" not in made


def test_phrase_that_points_back_itself_is_not_taken_up() -> None:
    told = turn("What was agreed?", "They agreed on the return of its guarded strip.")
    assert after("Who sold the return?", told) == "Who sold the return?"
    told = turn("What was agreed?", "They agreed on a guarded strip in that province.")
    assert after("Who sold the strip?", told) == "Who sold the guarded strip?"


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("did he criticise anyone", "did Holm criticise anyone"),
        ("when did varga hope to get out of it", "when did varga hope to get out of it"),
        ("who wants to live there", "who wants to live in Quenby"),
    ],
)
def test_earlier_question_in_small_letters_is_read_as_what_was_cited_writes_its_names(
    question: str, standalone: str
) -> None:
    told = turn(
        "what did holm say on friday about varga in quenby",
        "Yesterday Anders Holm praised in a long speech what Ottoline Varga had done in Quenby.",
    )
    assert after(question, told) == standalone


def test_office_of_what_was_cited_gives_no_noun_a_capital() -> None:
    moved = ["The Sudish Ministry was moved from there to a house in Quenby."]
    assert with_capitals("is the ministry in quenby?", moved) == "is the ministry in Quenby?"
    assert with_capitals("Is the ministry in quenby?", moved) == "Is the ministry in quenby?"


def test_name_is_not_put_where_the_question_has_it_but_for_the_pronoun() -> None:
    told = "What did Anders Holm and Zheng He build?"
    assert after("What did Holm get out of it?", "What did Anders Holm say?") == "What did Holm get out of it?"
    assert after("Where was he born?", "What did Zheng He say?") == "Where was Zheng He born?"
    assert after("Did Holm lose his house?", "Who is Anders Holm?") == "Did Holm lose his house?"
    assert after("What did they pay?", told) == "What did Anders Holm and Zheng He pay?"


def test_it_is_not_what_was_counted() -> None:
    told = "how many folk has the great fire killed"
    assert after("when did it break out?", told) == "when did the great fire break out?"


def test_they_are_the_two_of_whom_one_was_spoken_of_since() -> None:
    assert after("Did they sign it?", "When did Holm and Varga meet?", "What did Varga want?").startswith(
        "Did Holm and Varga sign"
    )


def test_he_is_of_two_the_one_who_was_spoken_of_more() -> None:
    met = turn("Did Anders Holm and Bo Varga meet?", "Anders Holm and Bo Varga met.")
    assert after("Is he old?", "What did Bo Varga want?", met) == "Is Bo Varga old?"


def test_them_is_no_noun_for_a_person() -> None:
    assert after("Did Varga agree to it?", "What did the defence minister say?") != (
        "Did Varga agree to the defence minister?"
    )


def test_superlative_belongs_to_its_noun() -> None:
    told = "Which is the most powerful guild in Quenby?"
    assert after("Who leads it?", told) == "Who leads the most powerful guild in Quenby?"


def test_what_was_asked_for_with_which_is_definite_afterwards() -> None:
    assert after("What is its name?", "Which memorandum did Varga sign?").endswith("hat is the memorandum's name?")


def test_after_a_question_for_the_source_the_thing_said_is_spoken_of() -> None:
    source = after("Who says so?", "How many ships were lost in Quenby?")
    assert after("And in Marland?", source) == "how many ships were lost in Marland?"


def test_there_is_where_something_is_before_who_acts_and_never_on_a_country() -> None:
    assert after("Who lives there?", "Who met in Marland?", "What did Norway want?") == "Who lives in Marland?"
    talks = turn("What was said on Quenby?", "Many live in Quenby.")
    assert after("Who lives there?", talks) == "Who lives in Quenby?"


def test_what_they_are_for_is_asked_of_things() -> None:
    told = "How many towers do the Norlanders have?"
    assert after("What are they for?", told) == "What are towers for?"


def test_place_of_what_was_to_be_done_is_left_out_of_a_long_clause() -> None:
    told = "What did Ottoline Varga and Holm plan to build at their meeting in Quenby?"
    assert after("How wide will it be?", told) == (
        "As for what Ottoline Varga and Holm plan to build, how wide will it be?"
    )


def test_doing_is_nothing_that_it_could_be() -> None:
    assert after("Why is it angry?", "What did Norway do then?") == "Why is Norway angry?"


def test_topic_is_both_of_two() -> None:
    assert (
        after("Anything on the ferry?", "What did Holm and Varga say?")
        == "As for Holm and Varga, anything on the ferry?"
    )


def test_topic_is_what_was_counted_before_where_it_was() -> None:
    made = after("Where was that agreed?", "How many guarded zones were set up in Marland?")
    assert made == "As for guarded zones, where was that agreed?"


def test_three_of_them_are_of_the_ones_counted() -> None:
    assert after("What became of three of them?", "How many guarded zones were set up?") == (
        "What became of three of the guarded zones?"
    )


def test_city_in_a_quotation_is_not_taken_for_the_region() -> None:
    told = turn("Who took most of it?", "As was agreed at the talks in Estholm, the guild took most of it.")
    assert "Estholm" not in after("How many live in the region?", told)


def test_name_without_a_mark_of_a_person_is_not_taken_for_one_where_the_answer_names_somebody() -> None:
    team = turn("Who speaks for Zarovia?", "Zarovia's team is headed by Oleg Bran, the governor of the province.")
    assert after("What does he have against a court?", team) == "What does Oleg Bran have against a court?"
    visit = turn("Did people from Brennfeld see Kober?", "They came in June and saw Kober, who offered a licence.")
    assert after("What did he offer?", visit) == "What did Kober offer?"


@pytest.mark.parametrize(
    ("earlier", "question", "standalone"),
    [
        ("When does the kelp plant open?", "Who is against it?", "Who is against the kelp plant?"),
        ("Why were the collars hidden?", "Who found them?", "Who found the collars?"),
        ("When did Line 14 leak?", "How old is it?", "How old is Line 14?"),
        ("Who is paying for the dig?", "When will that be ready?", "When will the dig be ready?"),
        ("Did Varga see the 120,000 kettles?", "Who made them?", "Who made the 120,000 kettles?"),
        ("Where is Holm's wife?", "Can she leave?", "Can Holm's wife leave?"),
        ("Who leads the Sons of the Well?", "What are their aims?", "What are the Sons of the Well's aims?"),
    ],
)
def test_phrase_is_taken_up_whole_and_without_its_verb(earlier: str, question: str, standalone: str) -> None:
    assert after(question, earlier) == standalone


def test_topic_is_what_the_cited_article_is_about_rather_than_a_setting() -> None:
    told = turn("When did a pilot in Estholm see the ferry?", "At noon.", title="The ferry has sunk")
    assert after("And how many had to swim?", told) == "As for the ferry, how many had to swim?"


def test_what_only_somebody_can_do_is_done_by_who_acted_before() -> None:
    assert after("What does it fear?", "Who does Turkey back in Syria?") == "What does Turkey fear?"
    assert after("What did Varga expect from them?", "What did the Council expect from the talks in Quenby?") == (
        "What did Varga expect from the talks in Quenby?"
    )


def test_he_and_she_are_not_taken_for_each_other() -> None:
    holm = turn("Where was Anders Holm born?")
    father = replace(turn("Who was Anders Holm's father?"), question="Who was his father?")
    mother = turn("Who was Anders Holm's mother?")
    assert after("Did she go to school?", holm, father, mother) == "Did Anders Holm's mother go to school?"
    school = replace(turn("Did Anders Holm's mother go to school?"), question="Did she go to school?")
    assert after("How many siblings did he have?", holm, father, mother, school) == (
        "How many siblings did Anders Holm have?"
    )


def test_answer_to_who_is_the_next_he() -> None:
    earlier = turn("Who designed the dam?", "The dam was designed by Anders Holm, an engineer.")
    assert after("Where was he born?", earlier) == "Where was Anders Holm born?"


def test_answer_to_where_is_the_next_there() -> None:
    earlier = turn("Where had Holm and Varga met?", "They met in Quenby on Monday.")
    assert after("Who else was there?", earlier) == "Who else was in Quenby besides Holm and Varga?"


def test_answer_to_when_is_the_next_that_day() -> None:
    earlier = turn("When was the dam opened?", "The dam was opened on May 3, 2019.")
    assert after("Who spoke on that day?", earlier) == "Who spoke on May 3, 2019?"


def test_thing_that_an_answer_introduced_is_the_next_it() -> None:
    earlier = turn(
        "What did Holm and Varga agree to set up?", "They agreed to create a 20 kilometre-wide guarded strip."
    )
    assert after("How wide will it be?", earlier) == "How wide will the guarded strip be?"


def test_follow_up_to_an_abstention_takes_the_question_itself_as_topic() -> None:
    made = after("How wide will it be?", "What did Holm and Varga agree to set up?")
    assert made == "As for what Holm and Varga agree to set up, how wide will it be?"
    assert after("Who pays for it?", made) == "As for what Holm and Varga agree to set up, who pays for it?"
    assert after("By when?", made) == "As for what Holm and Varga agree to set up, by when will it be?"


def test_nearest_turn_wins() -> None:
    made = after("What did she promise?", "What did Anders Holm say?", "What did Ottoline Varga say?")
    assert made == "What did Ottoline Varga promise?"


def test_turn_before_the_last_helps_where_the_last_names_nobody() -> None:
    assert (
        after("Where was he born?", "What did Anders Holm say?", "How deep is the sea?")
        == "Where was Anders Holm born?"
    )


def test_title_of_what_was_cited_is_the_last_resort() -> None:
    earlier = turn("what happened?", "nothing to name here", title="The flood of Quenby")
    assert after("What else?", earlier) == "As for The flood of Quenby, what else?"


@pytest.mark.parametrize("cited", ["Two of the letters came from Quenby.", "A clerk from Quenby had come to the quay."])
def test_number_or_home_is_nobody(cited: str) -> None:
    told = turn("Who wrote the letters?", cited)
    assert after("Where does he live?", told) == "As for the letters, where does he live?"


def test_somebody_told_to_be_one_may_stand_behind_from() -> None:
    told = turn("What became of the letters?", "The last came from Anders Holm, who was glad.")
    assert after("Where does he live?", told) == "Where does Anders Holm live?"


def test_what_is_done_is_no_thing() -> None:
    told = turn("Does the parish pay for the basic pension?", "It pays.")
    assert after("How many people do that?", told) == "How many people do that?"
