"""A product small enough to know by heart, and ways to break it through its seam."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, GoldQuote
from evals.product import Found, Json, Product, ProductDown, ProductFailed
from qa.fakes import FakeEmbedder, words_of
from qa.ingest.sentences import split

ARTICLES = {
    "bridge.txt": (
        "The old bridge opened on 4 May.\nIt cost 2,500 crowns to build.\nMayor Anna Berg cut the ribbon at noon.\n"
        "Engineer Tom Holt drew the plans.\n"
    ),
    "harbour.txt": (
        "The harbour froze in January.\nForty ships waited in the ice.\nCaptain Lund said the winter was the worst.\n"
        "A tug broke the ice on Friday.\n"
    ),
}
IDLE = frozenset(
    words_of("a an and did do does in is it its of on or s the to was were what when where who how many much")
)


def sentence(file: str, words: str) -> GoldQuote:
    """The line of an article that holds the words."""
    return GoldQuote(file, next(line for line in ARTICLES[file].splitlines() if words in line))


def case(number: int, question: str, file: str, words: str, fact: str, **more: Any) -> Case:
    return Case(
        id=f"mini-{number:02}", tags=more.pop("tags", ("plain",)), question=question, answerable=True,
        reference_answer=fact, key_facts=((fact,),), gold=((sentence(file, words),),), **more,
    )  # fmt: skip


def unanswerable(number: int, question: str) -> Case:
    return Case(id=f"mini-{number:02}", tags=("none",), question=question, answerable=False, why_not="not_stated")


CASES = (
    case(1, "When was the old bridge opened?", "bridge.txt", "opened", "4 May"),
    case(2, "How many crowns to build?", "bridge.txt", "crowns", "2500 crowns"),
    case(3, "Who cut the ribbon?", "bridge.txt", "ribbon", "Anna Berg"),
    case(4, "Who drew the plans?", "bridge.txt", "plans", "Tom Holt"),
    case(5, "When did the harbour freeze, in January?", "harbour.txt", "froze", "January"),
    case(6, "How many ships waited?", "harbour.txt", "ships", "Forty"),
    case(7, "What did Captain Lund say, was the winter the worst?", "harbour.txt", "Lund", "worst"),
    case(8, "Who broke the ice on Friday?", "harbour.txt", "tug", "tug"),
    unanswerable(9, "Who won the football final?"),
    unanswerable(10, "Which airline flies to Madrid?"),
    unanswerable(11, "Does tea contain caffeine?"),
    case(12, "Who cut the ribbon at noon?", "bridge.txt", "ribbon", "Anna Berg", conversation="talk", turn=1),
    case(
        13, "And who drew?", "bridge.txt", "plans", "Tom Holt", conversation="talk", turn=2, tags=("follow-up",),
        standalone_question="Who drew the plans, engineer or mayor?",
    ),
)  # fmt: skip
UNANSWERABLE = ("mini-09", "mini-10", "mini-11")


class MiniProduct:
    """Answers with the sentence that shares most of the question's words; two must be shared.

    A follow-up ("And …") is read together with the question before it.
    """

    def __init__(self, articles: Mapping[str, str] = ARTICLES) -> None:
        self.held = dict(articles)
        self.embedder = FakeEmbedder()
        self.asked: list[str] = []
        self._before: dict[str, str] = {}

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        self.asked.append(question)
        before = self._before.get(conversation_id or "", "")
        standalone = f"{question} {before}" if question.startswith("And") else question
        conversation = conversation_id or f"c{len(self.asked)}"
        self._before[conversation] = "engineer plans"
        found = (await self.search(standalone, 1))[:1]
        best = [hit for hit in found if hit.score >= 2]
        return self._answer(question, standalone, conversation, best)

    def _answer(self, question: str, standalone: str, conversation: str, found: list[Found]) -> Json:
        citations: list[Json] = [
            {
                "number": 1, "article_id": hit.article_id, "title": "", "published": None, "version": hit.version,
                "sentence": 1, "line": 1, "start": hit.start, "end": hit.end, "quote": hit.quote,
                "score": min(1.0, hit.score / 4),
            }
            for hit in found
        ]  # fmt: skip
        claims = [
            {"text": each["quote"], "start": 0, "end": len(each["quote"]), "citations": [1], "support": "supported",
             "score": each["score"]} for each in citations
        ]  # fmt: skip
        return {
            "conversation_id": conversation, "turn_id": f"t{len(self.asked)}", "created_at": "2026-01-31T12:00:00Z",
            "question": question, "standalone_question": standalone,
            "status": "answered" if found else "abstained", "reason": None if found else "not_in_articles",
            "answer": f"{found[0].quote} [1]" if found else "The articles do not say.",
            "claims": claims, "citations": citations, "conflicts": [], "nearest": [], "model": "mini", "usage": None,
            "timings_ms": {"total": 1.5},
        }  # fmt: skip

    async def search(self, question: str, limit: int) -> list[Found]:
        wanted = set(words_of(question)) - IDLE
        hits = [
            Found(file, "v1", start, start + len(line), line, float(shared))
            for file, text in self.held.items()
            for start, line in lines_of(text)
            if (shared := len(wanted & set(words_of(line))))
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    async def text(self, article_id: str, version: str) -> str | None:
        return self.held.get(article_id)

    async def articles(self) -> Mapping[str, str]:
        return dict.fromkeys(self.held, "v1")

    async def about(self) -> Json:
        return {"over": "fake"}


def lines_of(text: str) -> list[tuple[int, str]]:
    start, held = 0, []
    for line in text.splitlines(keepends=True):
        held.append((start, line.rstrip("\n")))
        start += len(line)
    return held


class Wrapped:
    """Leaves everything as it is: what breaks a product overrides one thing."""

    def __init__(self, product: Product) -> None:
        self.inner = product
        self.embedder = product.embedder

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        return self.changed(copy.deepcopy(await self.inner.ask(question, conversation_id, within)))

    def changed(self, answer: Json) -> Json:
        return answer

    async def search(self, question: str, limit: int) -> list[Found]:
        return await self.inner.search(question, limit)

    async def text(self, article_id: str, version: str) -> str | None:
        return await self.inner.text(article_id, version)

    async def articles(self) -> Mapping[str, str]:
        return await self.inner.articles()

    async def about(self) -> Json:
        return await self.inner.about()


class CitesTheNextSentence(Wrapped):
    """Every citation points at the sentence after the right one: an error by one in an index."""

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        answer = await super().ask(question, conversation_id, within)
        for citation in answer["citations"]:
            text = await self.inner.text(citation["article_id"], citation["version"]) or ""
            sentences = split(text).sentences
            after = next((each for each in sentences if each.start > citation["start"]), sentences[0])
            citation |= {"start": after.start, "end": after.end, "quote": text[after.start : after.end]}
        return answer


class ShiftsRanges(Wrapped):
    """Ranges are off by one character, quotes are right: code units taken for code points."""

    def changed(self, answer: Json) -> Json:
        for citation in answer["citations"]:
            citation |= {"start": citation["start"] + 1, "end": citation["end"] + 1}
        return answer


class NumbersFromZero(Wrapped):
    """Markers in the text begin at [0]."""

    def changed(self, answer: Json) -> Json:
        for citation in answer["citations"]:
            answer["answer"] = answer["answer"].replace(f"[{citation['number']}]", f"[{citation['number'] - 1}]")
        return answer


class CitesNothing(Wrapped):
    """What comes of a prompt that drops the rule to cite."""

    def changed(self, answer: Json) -> Json:
        for citation in answer["citations"]:
            answer["answer"] = answer["answer"].replace(f" [{citation['number']}]", "")
        claims = [claim | {"citations": []} for claim in answer["claims"]]
        return answer | {"citations": [], "claims": claims}


class AlwaysAbstains(Wrapped):
    def changed(self, answer: Json) -> Json:
        return answer | {
            "status": "abstained", "reason": "not_in_articles", "answer": "The articles do not say.", "claims": [],
            "citations": [],
        }  # fmt: skip


class NeverAbstains(Wrapped):
    """Where it would abstain it answers with the first sentence there is."""

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        answer = await super().ask(question, conversation_id, within)
        if answer["status"] == "answered":
            return answer
        file, version = sorted((await self.inner.articles()).items())[0]
        start, line = lines_of(await self.inner.text(file, version) or "")[0]
        citation = {
            "number": 1, "article_id": file, "title": "", "published": None, "version": version, "sentence": 1,
            "line": 1, "start": start, "end": start + len(line), "quote": line, "score": 0.1,
        }  # fmt: skip
        claim = {"text": line, "start": 0, "end": len(line), "citations": [1], "support": "supported", "score": 0.1}
        shown = {"status": "answered", "reason": None, "answer": f"{line} [1]", "claims": [claim]}
        return answer | shown | {"citations": [citation]}


class IgnoresHistory(Wrapped):
    """Each question starts a conversation."""

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        return await super().ask(question, None, within)


class FailsOn(Wrapped):
    """A 500 for some questions."""

    def __init__(self, product: Product, *questions: str) -> None:
        super().__init__(product)
        self.questions = set(questions)

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        if question in self.questions:
            raise ProductFailed("POST /v1/chat gave 500: The service failed")
        return await super().ask(question, conversation_id, within)


class GoesDownAfter(Wrapped):
    """Answers so many questions and is gone."""

    def __init__(self, product: Product, questions: int) -> None:
        super().__init__(product)
        self.left = questions

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        if self.left == 0:
            raise ProductDown("nothing answers at http://localhost:8000")
        self.left -= 1
        return await super().ask(question, conversation_id, within)


class WrongEverySecondTime(Wrapped):
    """Abstains from one question every other time it is asked."""

    def __init__(self, product: Product, question: str) -> None:
        super().__init__(product)
        self.question, self.times = question, 0

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        answer = await super().ask(question, conversation_id, within)
        self.times += question == self.question
        if question == self.question and self.times % 2 == 0:
            return AlwaysAbstains(self.inner).changed(answer)
        return answer


def mini_set(folder: Any = None, cases: tuple[Case, ...] = CASES) -> QuestionSet:
    return QuestionSet("mini", cases, folder)
