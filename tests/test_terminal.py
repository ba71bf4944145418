from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa import terminal
from qa.api.schemas import ChatOut
from qa.domain import Answer, Citation, Reason, Skipped, Status, SyncReport, Turn
from qa.errors import InvalidInput

CITATION = Citation(1, "2018/sochi.txt", "The zone", date(2018, 9, 17), "sha256:aa", 4, 7, 0, 5, "Wide.", 0.9)


def shown(answer: Answer) -> str:
    turn = Turn("t", "c", datetime(2026, 1, 31, tzinfo=UTC), "q", "q", answer, {"total": 1.0})
    return "\n".join(terminal.answer_lines(ChatOut.of(turn), Path("seeds")))


def test_answer_has_a_footnote_with_title_place_and_quote() -> None:
    assert shown(Answer(Status.ANSWERED, None, "Wide. [1]", (), (CITATION,))).splitlines() == [
        "Wide. [1]",
        "",
        "[1] The zone (2018-09-17)",
        "    seeds/2018/sochi.txt:7",
        "    “Wide.”",
    ]


def test_article_without_a_date_shows_none() -> None:
    assert "[1] The zone\n" in shown(
        Answer(Status.ANSWERED, None, "Wide. [1]", (), (replace(CITATION, published=None),))
    )


def test_abstention_shows_what_is_nearest_without_numbers() -> None:
    text = shown(Answer(Status.ABSTAINED, Reason.NOT_IN_ARTICLES, "The articles do not say.", (), (), (CITATION,)))
    assert text.startswith("The articles do not say.\n\nNearest in the articles:\n\n -  The zone (2018-09-17)\n")
    assert "[1]" not in text


def test_article_cannot_steer_the_terminal() -> None:
    evil = replace(CITATION, quote="\x1b[2Jgone\x07", title="a\x9bb")
    text = shown(Answer(Status.ANSWERED, None, "A \x1b]0;x\x07 [1]", (), (evil,)))
    assert not {"\x1b", "\x07", "\x9b"} & set(text)
    assert "gone" in text


def test_report_counts_and_names_what_was_skipped_and_why() -> None:
    report = SyncReport(
        added=("a.txt", "b.txt"),
        changed=("c.txt",),
        removed=(),
        unchanged=3,
        skipped=(Skipped("d\udcff.txt", "it is empty"),),
        recoded={"b.txt": "cp1251"},
        embedded=12,
        seconds={"read": 0.25, "embed": 1.0},
        embedded_anew_from="other/1",
    )
    assert list(terminal.report_lines(report, Path("seeds"))) == [
        "seeds: 2 added, 1 changed, 0 removed, 3 unchanged; 12 sentences embedded, 1.2 s",
        "The embedding is another one than before (other/1): all was embedded anew.",
        "Not UTF-8, read as:",
        "  b.txt: cp1251",
        "Skipped:",
        "  d\ufffd.txt: it is empty",
    ]


def test_report_of_nothing_special_is_one_line() -> None:
    report = SyncReport((), (), (), 5, (), {}, 0, {"total": 0.01})
    assert list(terminal.report_lines(report, Path("seeds"))) == [
        "seeds: 0 added, 0 changed, 0 removed, 5 unchanged; 0 sentences embedded, 0.0 s"
    ]


def test_no_bar_is_drawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("Indexing") as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_sentence_is_lit_by_marks_where_there_are_no_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    long = "It will be [bold]wide[/bold]. " * 9
    terminal.Screen().show(terminal.Lit("seeds/sochi.txt:1", long, "Both agreed.", " So be it."))
    assert capsys.readouterr().out == f"seeds/sochi.txt:1\n{long}>>Both agreed.<< So be it.\n"


def test_line_that_is_not_utf_8_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    with pytest.raises(InvalidInput, match="not in UTF-8"):
        terminal.Screen().read()
