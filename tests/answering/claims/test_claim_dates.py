"""Every date of a claim is one that is cited, or that the cited words mean on the day of their article."""

from __future__ import annotations

from datetime import date

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import missing_dates

MONDAY = date(2018, 9, 17)


def missing(claim: str, text: str, published: date | None = None) -> list[str]:
    return missing_dates(claim, Cited((text,), (), (published,) if published else ()))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It starts on October 15.", "It is due by 15 October."),
        ("It opened in 2019.", "It opened on 12 May 2019."),
        ("It opened on 12 May.", "It opened on May 12th, 2019."),
        ("It ran from 15 to 20 March.", "It ran 15-20 March 2014."),
        ("He served until 2015.", "He served in 2014-15."),
        ("It was built in the 1990s.", "It was built in 1994."),
        ("It closed in Sept. 2018.", "It closed in September 2018."),
        ("It may close.", "It may close."),
        ("It opened on 12 May 2019.", "Opened: 2019-05-12T10:00"),
    ],
)
def test_the_same_date_in_another_form_is_found(claim: str, text: str) -> None:
    assert missing(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It starts on October 16.", "It is due by October 15."),
        ("It opened in 2018.", "It opened in 2019."),
        ("It opened in June.", "It opened in May."),
        ("It opened on 9 March.", "It ran from 5 March to 9 April."),
        ("They met on Tuesday.", "They met on Monday."),
        ("It was built in the 1980s.", "It was built in 1994."),
        ("It opened on 12 May 2018.", "It opened on 12 May 2019."),
    ],
)
def test_another_date_is_missing(claim: str, text: str) -> None:
    assert len(missing(claim, text)) == 1


def test_a_weekday_counts_from_the_articles_own_date() -> None:
    assert missing("They met on 17 September 2018.", "They met on Monday.", MONDAY) == []
    assert missing("They meet on 24 September 2018.", "They meet on Monday.", MONDAY) == []
    assert missing("They met on 16 September.", "They met yesterday.", MONDAY) == []
    assert missing("They met on 18 September 2018.", "They met on Monday.", MONDAY) == ["18 September 2018"]
    assert missing("They met on Monday.", "They met on September 17.", MONDAY) == []


def test_a_year_that_the_text_leaves_out_is_that_of_the_article() -> None:
    assert missing("They met on 5 May 2018.", "They met on May 5.", MONDAY) == []
    assert missing("They met on 5 May 2017.", "They met on May 5.", MONDAY) == ["5 May 2017"]
    assert missing("They met in 2018.", "They met in 2015.", MONDAY) == ["2018"]


def test_without_the_articles_date_a_weekday_is_only_itself() -> None:
    assert missing("They met on 17 September 2018.", "They met on Monday.") == ["17 September 2018"]
