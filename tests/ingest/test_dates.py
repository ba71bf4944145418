from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.ingest.dates import date_of_lines, date_of_name, date_of_value, reads_as_dateline

SOCHI = date(2018, 9, 17)


@pytest.mark.parametrize(
    "line",
    [
        "SOCHI, September 17, 2018 /TASS/",
        "SOCHI, September 17, 2018 /TASS/. Moscow and Ankara have agreed to pool efforts.",
        "SOCHI, Russia, Sept. 17, 2018 (Reuters) - Moscow and Ankara have agreed.",
        "SOCHI, 17 September 2018 — Moscow and Ankara have agreed.",
        "Published: 17 September 2018",
        "Published on September 17, 2018 at 3:15 p.m. ET",
        "Monday, September 17th, 2018",
        "17th of September, 2018",
        "By A. Writer, 17 September 2018",
        "The Daily | 2018-09-17 | A. Writer",
        "2018-09-17",
        "2018-09-17T10:00:00+03:00",
        "17.09.2018",
        "09/17/2018",
    ],
)
def test_full_date_in_a_dateline_is_the_date(line: str) -> None:
    assert date_of_lines(["A headline about Idlib", line]) == SOCHI


@pytest.mark.parametrize(
    "line",
    [
        "SOCHI, September 17. /TASS/. Moscow and Ankara have agreed.",  # no year
        "September 2018",  # no day
        "2018-02-31",
        "Published: 31 April 2020",
        "03/04/2020",  # March or April
        "03.04.20",
        "Updated: 17 September 2018",
        "",
    ],
)
def test_date_that_is_not_whole_possible_and_plain_is_none(line: str) -> None:
    assert date_of_lines([line]) is None


@pytest.mark.parametrize(
    "line",
    [
        "In Sochi, September 17, 2018 – a day of talks – changed the plan.",
        "On September 17, 2018 the presidents met in Sochi.",
        "The memorandum was signed on 17 September 2018.",
        "September 17, 2018 – Russia and Turkey agree on a zone along the line of contact",
        "17 September 2018 was a cold day.",
    ],
)
def test_date_that_a_sentence_mentions_is_no_dateline(line: str) -> None:
    assert date_of_lines([line]) is None


@pytest.mark.parametrize("line", ["SOCHI, September 17.", "MOSCOW, March 5.", "Updated: 5 March 2020", "2020-03-05"])
def test_dateline_is_told_without_a_year_too(line: str) -> None:
    assert reads_as_dateline(line)


@pytest.mark.parametrize("line", ["It rained.", "SOCHI, September 17. Talks began.", "Putin, Erdogan agree Idlib plan"])
def test_what_says_more_than_when_and_where_is_no_dateline(line: str) -> None:
    assert not reads_as_dateline(line)


@pytest.mark.parametrize(
    "article_id",
    ["2018-09-17.txt", "a/20180917.md", "2018/09/17/sochi.txt", "2018/09/17-sochi.txt", "sochi 2018_09_17.txt",
     "2018-09-17/sochi.txt", "17-09-2018.txt", "x/2018-09-17-talks-2.txt"],
)  # fmt: skip
def test_full_date_in_the_file_name_or_folders_is_the_date(article_id: str) -> None:
    assert date_of_name(article_id) == SOCHI


@pytest.mark.parametrize(
    "article_id",
    ["003_de547923812ac6d7.txt", "2018/sochi.txt", "2018-02-31.txt", "2018-09-17_2018-09-18.txt", "03-04-2018.txt",
     "id-98765432.txt", "a20180917b.txt", "2018-09.txt"],
)  # fmt: skip
def test_name_without_one_full_date_gives_none(article_id: str) -> None:
    assert date_of_name(article_id) is None


@settings(deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back_in_each_way_of_writing(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%b. %d, %Y}".replace("May.", "May")):
        assert date_of_value(written) == day


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_asked_for_its_date(text: str) -> None:
    for found in (date_of_value(text), date_of_lines([text]), date_of_name(text)):
        assert found is None or f"{found.year:04}" in text
