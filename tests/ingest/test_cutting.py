"""The name of the way articles are cut."""

from __future__ import annotations

import subprocess
import sys

from qa.domain import Role
from qa.ingest import cutting as module
from qa.ingest.cutting import cutting
from qa.ingest.reading import read_article


def test_name_is_the_same_in_every_process() -> None:
    program = "from qa.ingest.cutting import cutting; print(cutting())"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == cutting()


def test_specimen_holds_what_the_rules_are_about() -> None:
    article = read_article("specimen.md", module._SPECIMEN.encode())
    assert {sentence.role for sentence in article.sentences} >= {Role.TITLE, Role.BODY, Role.HEADING}
    assert article.left_out
    assert len(article.sentences) > 12
