"""The first stage's hits for a set of questions, kept in a file, so that many readers can be measured on the same ones.

python -m evals.reader.candidates FOLDER OUT.jsonl --questions 150 --documents 500 [--titled]

The product's own retriever and embedding over an index in memory.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from evals.cases import Case, load
from evals.reader.conversing import in_conversation
from evals.reader.corpus import Cut, cut
from evals.reader.first_stage import Bm25, best
from qa.domain import Citation, Filter, Hit, Sentence
from qa.following import Follows
from qa.ports import EmbeddedPassageRange, Embedder, Match, Neighbourhood, PassageText, Stretch, Vector
from qa.retrieval.embedding import MiniLM, carried_weights
from qa.retrieval.hybrid import HybridRetriever
from qa.retrieval.words import words

WINDOW, STRIDE = 5, 4
LIMIT = 24


@dataclass(frozen=True, slots=True)
class Held:
    """One document in memory, cut, with its vectors."""

    near: Neighbourhood
    cuts: tuple[Cut, ...]


def sentence_windows(count: int) -> list[range]:
    """Overlapping runs of sentences that cover all of them."""
    starts = range(0, max(1, count - WINDOW + STRIDE), STRIDE)
    return [range(start, min(start + WINDOW, count)) for start in starts if start < count]


def hold(name: str, text: str, titled: bool, embedder: Embedder) -> Held | None:
    """None for a document without sentences."""
    title, begin = (text.split("\n", 1)[0].strip(), text.find("\n")) if titled else ("", -1)
    cuts = [c for c in cut(text) if c.start > begin]
    if not cuts:
        return None
    quotes = tuple(text[c.start : c.end] for c in cuts)
    windows = sentence_windows(len(cuts))
    texts = [PassageText(title, tuple(quotes[place] for place in window)) for window in windows]
    vectors = np.zeros((len(cuts), embedder.dimensions), np.float32)
    passages = []
    for number, (window, found) in enumerate(zip(windows, embedder.embed_passages(texts), strict=True), 1):
        vectors[window.start : window.stop] = found.sentences
        passages.append(EmbeddedPassageRange(number, window.start + 1, window.stop, found.passage))
    sentences = tuple(Sentence(n, c.start, c.end, c.paragraph + 1, c.paragraph + 1) for n, c in enumerate(cuts, 1))
    near = Neighbourhood(name, "", title, title, None, sentences, quotes, vectors, tuple(passages))
    return Held(near, tuple(cuts))


class MemoryIndex:
    """Both indexes and the record over documents in memory, searched exhaustively."""

    def __init__(self, held: Sequence[Held]) -> None:
        self._held = {each.near.article_id: each.near for each in held}
        self._sentences = [(each.near.article_id, s.number) for each in held for s in each.near.sentences]
        self._passages = [(each.near.article_id, p.first, p.last) for each in held for p in each.near.passages]
        self._vectors = np.stack([p.vector for each in held for p in each.near.passages])
        self._lexical = Bm25([quote for each in held for quote in each.near.quotes], cut_words=words)

    def rarity(self, asked: Sequence[str]) -> list[float]:
        return [self._lexical.rarity(word) for word in asked]

    def read(self, stretches: Iterable[Stretch]) -> list[Neighbourhood]:
        return [_part(self._held[each.article_id], each.first, each.last) for each in stretches]

    def passages(self, vector: Vector, limit: int) -> list[Match]:
        scores = self._vectors @ vector
        return [Match(*self._passages[place], float(scores[place])) for place in best(scores, limit)]

    def sentences(self, text: str, limit: int) -> list[Match]:
        scores = self._lexical.scores(text)
        chosen = [(self._sentences[place], float(scores[place])) for place in best(scores, limit) if scores[place] > 0]
        return [Match(name, number, number, score) for (name, number), score in chosen]


def _part(near: Neighbourhood, first: int, last: int) -> Neighbourhood:
    part = slice(max(0, first - 1), last)
    passages = tuple(p for p in near.passages if p.first <= last and p.last >= first)
    return Neighbourhood(
        near.article_id, near.version, near.title, near.spoken_title, near.published,
        near.sentences[part], near.quotes[part], near.vectors[part], passages,
    )  # fmt: skip


class _Dense:
    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    def search(self, vector: Vector, limit: int, within: Filter) -> list[Match]:
        return self._index.passages(vector, limit)


class _Lexical:
    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    def rarity(self, asked: Sequence[str]) -> list[float]:
        return self._index.rarity(asked)

    def search(self, text: str, limit: int, within: Filter) -> list[Match]:
        return self._index.sentences(text, limit)


@dataclass(frozen=True, slots=True)
class Measured:
    """A question with its hits. gold: for each hit whether it is a gold sentence. says: whether it holds the answer.

    asked, follows, said: of a follow-up, as in qa.following; the question is then as the rewriter put it.
    """

    id: str
    question: str
    answerable: bool
    hits: list[Hit]
    gold: list[bool]
    says: list[bool]
    asked: str = ""
    follows: str = ""
    said: str = ""

    @property
    def leans_on(self) -> Follows | None:
        return Follows(self.asked, self.follows, self.said) if self.follows else None


def quoted(hit: Hit, text: str, quotes: Sequence[tuple[str, str]]) -> bool:
    """Whether the hit overlaps a gold quote by half of the shorter."""
    for document, quote in quotes:
        start = text.find(quote) if document == hit.article_id else -1
        shared = min(hit.sentence.end, start + len(quote)) - max(hit.sentence.start, start)
        if start >= 0 and shared * 2 > min(len(quote), hit.sentence.end - hit.sentence.start):
            return True
    return False


def answers_of(row: dict[str, object]) -> list[str]:
    texts = [row.get("reference_answer") or "", *(row.get("answer_aliases") or ())]  # type: ignore[misc]
    return [str(text).lower() for text in texts if text]


def quotes_of(row: dict[str, object]) -> list[tuple[str, str]]:
    rows = [*(row.get("evidence") or ()), *(row.get("evidence_alternatives") or ())]  # type: ignore[misc]
    return [(each["doc"], each["quote"]) for each in rows]


def seeds(path: Path) -> list[dict[str, object]]:
    """Our own cases in the shape of the public sets."""
    return list(in_conversation(row_of(case) for case in load(path).cases))


def row_of(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "question": case.question,
        "conversation_id": case.conversation or "",
        "unanswerable": not case.answerable,
        "answer_aliases": [wording for fact in case.key_facts for wording in fact],
        "evidence": [{"doc": Path(g.file).stem, "quote": g.quote} for group in case.gold for g in group],
    }


def sample(rows: list[dict[str, object]], count: int) -> list[dict[str, object]]:
    return random.Random(6).sample(rows, min(count, len(rows)))


def chosen_documents(folder: Path, rows: Sequence[dict[str, object]], count: int) -> list[Path]:
    """Those with gold, and others up to `count`."""
    paths = sorted(folder.glob("*.txt"))
    needed = {document for row in rows for document, _ in quotes_of(row)}
    needed |= {str(name) for row in rows for name in (row.get("context_doc"), *(row.get("context_docs") or ())) if name}  # type: ignore[misc]
    others = [path for path in paths if path.stem not in needed]
    random.Random(6).shuffle(others)
    kept = [path for path in paths if path.stem in needed]
    return kept + others[: max(0, count - len(kept))]


def measure(texts: Mapping[str, str], rows: Sequence[dict[str, object]], titled: bool) -> list[Measured]:
    """Indexes the texts, by name, and searches them for every question."""
    embedder = MiniLM(carried_weights(), threads=1)
    held = {name: one for name, text in texts.items() if (one := hold(name, text, titled, embedder))}
    index = MemoryIndex(list(held.values()))
    retriever = HybridRetriever(embedder, _Dense(index), _Lexical(index), index)  # type: ignore[arg-type]
    found = []
    for row in rows:
        question, quotes, answers = str(row["question"]), quotes_of(row), answers_of(row)
        hits = retriever.search_now(question, LIMIT, Filter(), leaning(row, held))
        gold = [quoted(hit, texts[hit.article_id], quotes) for hit in hits]
        says = [any(answer in hit.quote.lower() for answer in answers) for hit in hits]
        before = [str(row.get(name) or "") for name in ("asked", "follows", "said")]
        found.append(Measured(str(row["id"]), question, not row["unanswerable"], hits, gold, says, *before))
    return found


def leaning(row: dict[str, object], held: Mapping[str, Held]) -> Follows | None:
    """What a follow-up is searched for by."""
    if not (asked := str(row.get("asked") or "")):
        return None
    return Follows(asked, str(row["follows"]), str(row["said"]), tuple(cited_before(row, held)), asked)


def cited_before(row: dict[str, object], held: Mapping[str, Held]) -> Iterator[Citation]:
    """The sentences that `cited` quotes, where they are among the documents."""
    for each in row.get("cited") or ():  # type: ignore[attr-defined]
        near = held[each["doc"]].near if each["doc"] in held else None
        for sentence, quote in zip(near.sentences, near.quotes, strict=True) if near else ():
            if each["quote"] in quote or quote in each["quote"]:
                span = (sentence.line, sentence.start, sentence.end)
                yield Citation(1, each["doc"], "", None, "", sentence.number, *span, quote, 1.0)


def write(found: Sequence[Measured], path: Path) -> None:
    path.write_text(
        "\n".join(json.dumps(asdict(one), ensure_ascii=False, default=str) for one in found) + "\n", "utf-8"
    )


def read(path: Path) -> list[Measured]:
    """What `write` wrote."""
    return [_measured(json.loads(line)) for line in path.read_text("utf-8").split("\n") if line]


def _measured(row: dict[str, object]) -> Measured:
    return Measured(**{**row, "hits": [_hit(hit) for hit in row["hits"]]})  # type: ignore[arg-type,attr-defined]


def _hit(row: dict[str, object]) -> Hit:
    kept = dict(row)
    kept["sentence"] = Sentence(**row["sentence"])  # type: ignore[arg-type]
    kept["sentences"] = tuple(Sentence(**sentence) for sentence in row["sentences"])  # type: ignore[attr-defined]
    kept["context"] = tuple(row["context"])  # type: ignore[arg-type]
    kept["published"] = date.fromisoformat(str(row["published"])) if row["published"] else None
    return Hit(**kept)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--titled", action="store_true", help="the first line of a document is its title")
    parser.add_argument("--cases", type=Path, help="cases of our own; FOLDER then holds the articles themselves")
    given = parser.parse_args()
    if given.cases:
        rows, folder = seeds(given.cases), given.folder
    else:
        rows, folder = [json.loads(x) for x in (given.folder / "questions.jsonl").open()], given.folder / "documents"
    rows = sample(rows, given.questions)
    texts = {path.stem: path.read_text("utf-8") for path in chosen_documents(folder, rows, given.documents)}
    write(measure(texts, rows, given.titled), given.out)


if __name__ == "__main__":
    main()
