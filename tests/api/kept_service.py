"""A service with a real walk and a real record of conversations; only what is found is made up."""

from __future__ import annotations

from pathlib import Path

from doors import FakeService

from qa.answering.checked import CheckedAnswers, Unsupported
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.generative import VARIABLES, GenerativeAnswerer
from qa.answering.support import ExactWords
from qa.chat import AsAsked, Chat
from qa.fakes import FakeChecker, FakeReader, FakeRetriever, hit_among
from qa.ports import LanguageModel, Rewriter
from qa.prompting import load_prompt

ARTICLE = ["The mill of Ardal dates from 1402.", "Rain is\u2028common there.", "Visitors pay three crowns."]
QUESTION = "The mill of Ardal dates from when, and what do visitors pay?"
POLICY = Policy(answerable=0.3, enough=0.5, worth=0.5)


class KeptService(FakeService):
    """In a folder of the test's own. model: who phrases the answers, where they are not the articles' own sentences."""

    def __init__(self, folder: Path, rewriter: Rewriter | None = None, model: LanguageModel | None = None) -> None:
        super().__init__(url=f"sqlite:///{folder / 'library.db'}")
        self.retriever = FakeRetriever([hit_among(ARTICLE, place) for place in range(3)])
        walk = Chat(rewriter or AsAsked(), self.retriever, answers_by(model), self.conversations)
        self.chat = walk  # type: ignore[assignment]  # the real one in the fake's place


def answers_by(model: LanguageModel | None) -> CheckedAnswers:
    reader = FakeReader()
    extractive = ExtractiveAnswerer(reader, POLICY)
    if model is None:
        return CheckedAnswers(extractive, ExactWords())
    generative = GenerativeAnswerer(model, load_prompt("answer", VARIABLES), reader)
    return CheckedAnswers(generative, FakeChecker(), extractive, Unsupported.MARK)
