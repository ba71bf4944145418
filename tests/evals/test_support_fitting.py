"""The check of support is fitted on one half of each set, measured on the other, and refuses few true claims."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("nupunkt")

from evals.benchmarks.conflicts import Lines, counted
from evals.benchmarks.support import class_rows, crossed, judged, set_row
from evals.reader.fit_support import REFUSED, not_refused, row, scale
from evals.reader.support_sets import Halves, Labelled, best_sentences, built_claims, cited, halves, wice_without
from qa.answering.calibration import Line
from qa.answering.claims.cited import Cited
from qa.answering.support import ClaimChecker
from qa.domain import Support

PLACES = ("Ardal", "Odda", "Bergen", "Moss", "Voss", "Hamar", "Lom", "Rana")
EVIDENCE = "The old mill of {} was built of grey stone and grinds barley for the whole valley."
WHOLE = "The mill of {} was built of stone and grinds barley for the valley."
OTHER = "A new bridge near {} lets heavy lorries cross on their way home."


def labelled() -> list[Labelled]:
    """True claims are shortened evidence, false ones speak of something else in the same place."""
    found = []
    for place in PLACES:
        evidence = Cited((EVIDENCE.format(place),))
        found.append(Labelled(WHOLE.format(place), evidence, True, "true"))
        found.append(Labelled(OTHER.format(place), evidence, False, "detail"))
    return found


def test_no_claim_is_in_both_halves() -> None:
    both = halves("set", labelled())
    assert {each.claim for each in both.fitted}.isdisjoint(each.claim for each in both.measured)
    assert len(both.fitted) + len(both.measured) == 2 * len(PLACES)
    assert both == halves("set", labelled())


def test_the_scale_passes_true_claims_and_stops_others() -> None:
    rows = [row(each, None) for each in labelled()]
    fitted = scale(dict.fromkeys(("built", "begin", "wice", "wice_annotated"), rows))
    found = judged(ClaimChecker(fitted), labelled())
    refused = [each for each in found if each.of.is_supported and each.support is Support.UNSUPPORTED]
    assert len(refused) <= REFUSED * len(PLACES)
    assert all(each.support is not Support.SUPPORTED for each in found if not each.of.is_supported)
    assert list(class_rows(found)) == ["| detail | 8 | 100.0% | 100.0% |", "| true | 8 | 0.0% | 0.0% |"]
    assert set_row("set", found) == "| set | 16 | 1.000 (1.00–1.00) | 1.000 | 100.0% | 0.0% |"


def test_every_claim_is_judged_by_the_fit_on_the_other_half() -> None:
    """One half calls true what the other calls false, so each is told wholly wrong by the other's fit."""
    one, other = labelled(), [replace(each, is_supported=not each.is_supported) for each in labelled()]
    known = [Halves(name, one, one) for name in ("built", "begin")]
    known += [Halves("wice", one, [*other, replace(one[0], kind="without")]), Halves("wice_annotated", one, one)]
    found = crossed(known, None)
    assert [each.of for each in found] == [*other, *one]


def test_a_built_claim_that_denies_twice_is_neither_true_nor_false() -> None:
    sentences = [("", "The old mill of Ardal can hardly be seen from the road in winter.")] * 3
    assert "negation" not in {each.kind for each in built_claims(sentences)}
    plain = [("", "The old mill of Ardal can easily be seen from the road in winter.")] * 3
    assert "negation" in {each.kind for each in built_claims(plain)}


def test_the_sentences_shown_are_those_that_add_most(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Rain fell on the hills.\nThe mill is very old.\nIt grinds barley daily.\nNobody was at home.\n")
    assert "The mill is very old." in best_sentences("The old mill grinds barley.", article)
    assert "It grinds barley daily." in best_sentences("The old mill grinds barley.", article)


def test_a_claim_beside_an_article_without_its_evidence_is_not_supported(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text("The mill is very old.\nThe mill is open daily.\nRain fell on it.\n")
    claim = {"question": "The old mill.", "context_docs": ["a"], "evidence": [{"quote": "The mill is  very old."}]}
    rows = [{**claim, "unanswerable": False}, {**claim, "unanswerable": True}]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (without,) = wice_without(tmp_path)
    assert (without.is_supported, without.kind) == (False, "without")
    assert without.cited.quotes == ("The mill is open daily.", "Rain fell on it.")


def test_of_true_claims_the_same_share_is_refused_however_many_a_set_has() -> None:
    rows = [row(each, None) for each in labelled() if each.is_supported]
    line = Line({"coverage": 0.0}, 0.0)
    low = [replace(rows[0], features={"coverage": np.asarray(0.0)})]
    high = [replace(each, features={"coverage": np.asarray(1.0)}) for each in rows]
    steep = replace(line, weights={"coverage": 2.0})
    assert not_refused(steep, [high * 3, high]) == not_refused(steep, [high])
    assert not_refused(steep, [low, high]) == 0.5  # one in two of a set is more than REFUSED
    assert not_refused(steep, [high * 5 + low, high]) > 0.5


def test_evidence_of_several_sentences_is_cited_one_by_one() -> None:
    assert cited("The mill is very old. It grinds barley daily.").quotes == (
        "The mill is very old.",
        "It grinds barley daily.",
    )
    assert cited("Yes.").quotes == ("Yes.",)


def test_disagreements_are_counted_by_whether_they_are_real(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for name, year in (("a", 1402), ("b", 1420)):
        (tmp_path / "documents" / f"{name}.txt").write_text(f"The mill of Ardal was built in {year} by monks.\n")
    question = {"question": "When was the mill of Ardal built?", "context_docs": ["a", "b"]}
    rows = [{**question, "answer_aliases": ["1402"], "wrong_answers": ["1420"]}, question]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = counted(tmp_path)
    assert (found.questions, found.disagreements, found.reported, found.false) == (2, 1, 1, 1)
    assert (found.pairs, found.of_values) == (2, 1)
    assert counted(tmp_path, Lines.ODD).false == 0
    assert counted(tmp_path, Lines.EVEN).false == 1


def test_a_question_with_one_article_of_its_own_is_asked_of_all(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for name in ("a", "b"):
        (tmp_path / "documents" / f"{name}.txt").write_text("The mill of Ardal was built by monks.\n")
    row = {"question": "When was the mill of Ardal built?", "context_docs": ["a"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row))
    assert counted(tmp_path).pairs == 1
