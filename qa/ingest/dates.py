"""When an article was published, where it says so: never invented, never a file's modification time.

A date counts only with its day, its month and its year. `03/04/2020` may be April or March, so it counts for neither;
`03/14/2020` can only be one. A date that a sentence of the running text mentions is no dateline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = rf"(?:(?:{_FULL})|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)(?!\w)"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?(?!\w)"
_DAY_MONTH = rf"(?:{_DAY}(?:\s+of)?\s+{_MONTH}|{_MONTH}\s+{_DAY})"
_NUMERIC = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
_DATE = rf"(?P<date>{_DAY_MONTH},?\s+[0-9]{{4}}|{_NUMERIC})(?![0-9])"

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ZONE = r"(?:\s?(?:Z|[A-Z]{2,5}|[+-][0-9]{2}:?[0-9]{2}))?"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+)?)[0-9]{{1,2}}[:.][0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?(?:\s?[ap]\.?m\.?)?{_ZONE})?"
_LABEL = r"(?:(?:(?:first|originally)\s+)?(?:published|posted|issued|released|date)(?:\s+on)?\s*:?\s+)?"
_BYLINE = r"(?:by\s+[^|0-9]{3,60}?,?\s+)?"
_FIELD = re.compile(rf"{_BYLINE}{_LABEL}{_WEEKDAY}{_DATE}{_TIME}\.?", re.IGNORECASE)
_OTHER_FIELD = re.compile(rf"(?:last\s+)?(?:updated|modified)(?:\s+on)?\s*:?\s+{_WEEKDAY}{_DATE}{_TIME}", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[|·•]\s*|\s+[-–—]\s+|\t+|\s{3,}")
_LONGEST_LINE = 150
_MOST_WORDS_BESIDE = 6

_PLACE = r"(?P<place>[^\W\d_][^,0-9|\n]{1,40}(?:,\s[^,0-9|\n]{2,30})?)"
_AGENCY = r"(?:/[^/\n]{2,20}/|\([^()\n]{2,30}\))"
_PLACED = re.compile(
    rf"{_PLACE},\s+{_WEEKDAY}(?:{_DATE}|{_DAY_MONTH})\s*(?P<end>\.?\s*(?:{_AGENCY}\.?|$|[—–:-])|\.)", re.IGNORECASE
)
_REST = re.compile(rf"\s*(?:{_AGENCY})?[\s.—–:-]*$")

_NAME_DATE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{4}[-_. ][0-9]{2}[-_. ][0-9]{2}|[0-9]{2}[-_. ][0-9]{2}[-_. ][0-9]{4})(?![0-9])"
)
_COMPACT_DATE = re.compile(r"(?<![0-9A-Za-z])(?:1[89]|20)[0-9]{6}(?![0-9A-Za-z])")
_FOLDER_DATE = re.compile(r"(?:^|/)[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}(?=[/_. -])")


def date_of_value(value: str) -> date | None:
    """The date that a front matter value is, with or without a time behind it; None for anything else."""
    return _whole(value.strip())


def date_of_lines(lines: Iterable[str]) -> date | None:
    """The date of the first line that is or begins with a full dateline: `SOCHI, September 17, 2018 /TASS/`,
    `Published: 5 March 2020`, `By A. Writer | 2020-03-05`."""
    return next((day for line in lines if (day := _date_of_line(line.strip()))), None)


def reads_as_dateline(text: str) -> bool:
    """Whether a unit or line says when and where and nothing else, with a year or without."""
    placed = _place_and_date(text.strip())
    if placed is not None:
        return bool(_REST.match(text.strip(), placed.start("end")))
    return any(_FIELD.fullmatch(field) or _OTHER_FIELD.fullmatch(field) for field in _fields(text))


def date_of_name(article_id: str) -> date | None:
    """The one full date in a file's name, else in its folders: `2018-09-17`, `20180917`, `2018/09/17`.

    Two different dates name none.
    """
    folder, _, name = article_id.rpartition("/")
    return _only(_dates_of(name)) if _dates_of(name) else _only(_dates_of(f"{folder}/") | _dates_of_folders(article_id))


def _date_of_line(line: str) -> date | None:
    placed = _place_and_date(line)
    if placed is not None:
        return _parsed(placed["date"]) if placed["date"] else None
    return next((day for field in _fields(line) if (day := _whole(field))), None)


def _place_and_date(text: str) -> re.Match[str] | None:
    """A dateline's place is in capitals: without that, `In Sochi, September 17 …` would be one."""
    match = _PLACED.match(text)
    return match if match and match["place"].split(",")[0].split("(")[0].isupper() else None


def _fields(line: str) -> list[str]:
    """The parts of a line between bars, dots and dashes; none where what stands beside a date could be a sentence."""
    if len(line) > _LONGEST_LINE:
        return []
    fields = _SEPARATOR.split(line.strip())
    return fields if sum(len(field.split()) for field in fields if not _whole(field)) <= _MOST_WORDS_BESIDE else []


def _whole(text: str) -> date | None:
    match = _FIELD.fullmatch(text)
    return _parsed(match["date"]) if match else None


def _parsed(text: str) -> date | None:
    """The day that `text` names; None for one that does not exist or could be two."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    if named := re.search(r"[A-Za-z]{3,}", re.sub(r"[0-9](?:st|nd|rd|th)\b|\bof\b", "", text)):
        return _day(numbers[1], _MONTHS.index(named[0][:3].lower()) + 1, numbers[0])
    if re.match(r"[0-9]{4}", text):
        return _day(*numbers)
    first, second, year = numbers
    if first == second or second > 12:
        return _day(year, first, second)
    return _day(year, second, first) if first > 12 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dates_of(name: str) -> set[date]:
    found = {_parsed(text) for text in _NAME_DATE.findall(name)}
    found |= {_day(int(text[:4]), int(text[4:6]), int(text[6:])) for text in _COMPACT_DATE.findall(name)}
    return {day for day in found if day}


def _dates_of_folders(article_id: str) -> set[date]:
    return {day for text in _FOLDER_DATE.findall(article_id) if (day := _parsed(text))}


def _only(days: set[date]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None
