"""Reads the public sets into one shape: sentences in their articles, and questions with the sentences that answer."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from nupunkt import PunktSentenceTokenizer

MIN_LETTERS = 10
NEWS = "invented_news"
CALIBRATED, MEASURED = "7", "8"
"""Clusters of the invented news that are kept back: to calibrate on, and to measure on."""
COVID_MARGIN = 10


@dataclass(frozen=True, slots=True)
class Text:
    """One article: sentences in reading order and the paragraph of each.

    adjacent[i] tells whether sentence i directly follows sentence i-1; single sentences of a lost article do not.
    """

    id: str
    source: str
    title: str
    sentences: tuple[str, ...]
    paragraphs: tuple[int, ...]
    adjacent: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one article. answers: places of the sentences that answer it, none where nothing does.

    span: the answer's words, where known. paragraph: the one it was asked about, where known.
    elsewhere: (text, place) of sentences of other articles that answer it too. earlier: what was asked before, of a
    follow-up, and said: a sentence that answered that, where one did. is_twin: whether it was written beside one so
    like it that only what the articles say tells which of the two is answered.
    """

    question: str
    text: str
    answers: tuple[int, ...]
    span: str = ""
    paragraph: int = -1
    elsewhere: tuple[tuple[str, int], ...] = ()
    earlier: str = ""
    said: str = ""
    is_twin: bool = False


@dataclass
class Collection:
    """All that was read."""

    texts: dict[str, Text] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def add(self, other: Collection) -> None:
        self.texts.update(other.texts)
        self.asked.extend(other.asked)


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence of a running text, code points."""

    start: int
    end: int
    paragraph: int


_punkt = PunktSentenceTokenizer()


def cut(text: str) -> list[Cut]:
    """Sentences, line by line, of at least ten letters."""
    cuts, paragraph = [], -1
    for line in re.finditer(r"[^\n]+", text):
        paragraph += bool(line.group().strip())
        for start, end in _punkt.span_tokenize(line.group()):
            if sum(map(str.isalpha, line.group()[start:end])) >= MIN_LETTERS:
                cuts.append(Cut(line.start() + start, line.start() + end, paragraph))
    return cuts


def running_text(name: str, source: str, title: str, text: str, cuts: list[Cut]) -> Text:
    sentences = tuple(text[c.start : c.end].strip() for c in cuts)
    return Text(name, source, title, sentences, tuple(c.paragraph for c in cuts), (False, *[True] * (len(cuts) - 1)))


def overlapping(cuts: list[Cut], start: int, end: int) -> list[int]:
    return [place for place, c in enumerate(cuts) if c.start < end and c.end > start]


def answering(text: str, cuts: list[Cut], question: dict[str, Any]) -> tuple[int, ...]:
    """The sentence of a quote: the one with the answer in it where our cut is finer than the quote."""
    spans = [question["reference_answer"], *question.get("answer_aliases", ())]
    places: list[int] = []
    for evidence in question["evidence"]:
        start = text.find(evidence["quote"])
        inside = overlapping(cuts, start, start + len(evidence["quote"])) if start >= 0 else []
        exact = [p for p in inside if any(span and span in text[cuts[p].start : cuts[p].end] for span in spans)]
        places.extend((exact or inside)[:1])
    return tuple(places)


def read_articles(folder: Path, *, titled: bool = False) -> Collection:
    """A folder of documents/*.txt and questions.jsonl. titled: the first line of a document is its title."""
    found, texts, cuts_of = Collection(), {}, {}
    for path in sorted((folder / "documents").glob("*.txt")):
        text = path.read_text("utf-8")
        cuts, title = cut(text), path.stem.replace("-", " ")
        if titled:
            title, cuts = text.split("\n", 1)[0].strip(), [c for c in cuts if c.start > text.find("\n")]
        texts[path.stem], cuts_of[path.stem] = text, cuts
        found.texts[path.stem] = running_text(path.stem, folder.name, title, text, cuts)
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        name = question.get("context_doc", "")
        if name not in texts:
            continue
        places = answering(texts[name], cuts_of[name], question)
        if places or question["unanswerable"]:
            span = question["reference_answer"]
            found.asked.append(Asked(question["question"], name, places, span, question.get("paragraph", -1)))
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _sentence_key(name: str) -> tuple[str, int, int]:
    """`Wiki1k:wikinews:684866:3:2` is article, paragraph and sentence."""
    *article, paragraph, sentence = name.split(":")
    return ":".join(article), int(paragraph), int(sentence)


def scattered(sentences: dict[str, str], source: str) -> dict[str, Text]:
    """Articles of which only some sentences are known."""
    articles: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for name, sentence in sentences.items():
        article, paragraph, number = _sentence_key(name)
        articles[article].append((paragraph, number, sentence))
    return {f"{source}:{name}": _scattered(f"{source}:{name}", source, sorted(rows)) for name, rows in articles.items()}


def _scattered(name: str, source: str, rows: list[tuple[int, int, str]]) -> Text:
    follows = [False] + [
        (row[0], row[1] - 1) == before[:2] or (row[0] - 1, 0) == (before[0], row[1]) for before, row in pairwise(rows)
    ]
    return Text(name, source, "", tuple(r[2] for r in rows), tuple(r[0] for r in rows), tuple(follows))


def _place(name: str, sentences: dict[str, str]) -> int:
    article, *own = _sentence_key(name)
    return sum(1 for other in sentences if other.startswith(article + ":") and [*_sentence_key(other)[1:]] < own)


def _attach(found: Collection, source: str, sentences: dict[str, str], asked: Iterable[tuple[str, str, str]]) -> None:
    found.texts.update(scattered(sentences, source))
    places = {name: _place(name, sentences) for name in sentences}
    for name, question, span in asked:
        found.asked.append(Asked(question, f"{source}:{_sentence_key(name)[0]}", (places[name],), span))


def read_qadisc(folder: Path) -> Collection:
    """Questions about how the parts of a sentence relate: reasons, results, manner, time."""
    sentences: dict[str, str] = {}
    asked = []
    for path in sorted(folder.glob("*.tsv")):
        for row in _rows(path):
            clean = {key: (value or "").replace("\\'", "'").strip() for key, value in row.items() if key}
            sentences[clean["qasrl_id"]] = clean["untokenized sentence"].replace("''", '"').strip(' "')
            if len(clean["full_question"].split()) >= 4:
                asked.append((clean["qasrl_id"], clean["full_question"].rstrip("? ") + "?", clean["answer"]))
    found = Collection()
    _attach(found, "qadisc", sentences, asked)
    return found


def join_words(words: list[str]) -> str:
    """Words of a treebank, as people write them."""
    brackets = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
    text = " ".join(brackets.get(word, word) for word in words)
    text = re.sub(r" ([,.;:?!%)\]]|n't\b|'(?:s|re|ve|d|ll|m)\b)", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text)


def _stands_alone(question: str) -> bool:
    """Names something: an inner word with a capital or a figure, and six words or more."""
    words = question.split()
    return len(words) >= 6 and any(word[0].isupper() or word[0].isdigit() for word in words[1:])


def read_qamr(folder: Path) -> Collection:
    """Questions about the words of one sentence; one for each (sentence, answer), those that stand alone."""
    words = dict(line.split("\t", 1) for line in (folder / "wiki-sentences.tsv").read_text("utf-8").splitlines())
    asked, seen = [], set()
    for path in (folder / "dev.tsv", folder / "test.tsv"):
        for row in csv.reader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE):
            name, question, answer = row[0], row[5], row[6]
            if (name, answer) not in seen and name in words and _stands_alone(question):
                seen.add((name, answer))
                tokens = words[name].split()
                asked.append((name, question, join_words([tokens[int(i)] for i in answer.split()])))
    found = Collection()
    _attach(found, "qamr", {name: join_words(text.split()) for name, text in words.items()}, asked)
    return found


def read_covidqa(folder: Path) -> Collection:
    """Long scientific articles; only the surroundings of the answers are kept."""
    found = Collection()
    articles = json.loads((folder / "covidqa.json").read_text("utf-8"))["data"]
    for number, paragraph in enumerate(p for article in articles for p in article["paragraphs"]):
        found.add(_covid_article(f"covid-{number}", paragraph))
    return found


def _covid_article(name: str, paragraph: dict[str, Any]) -> Collection:
    cuts = cut(paragraph["context"])
    answered = [(qa["question"], a["answer_start"], a["text"]) for qa in paragraph["qas"] for a in qa["answers"][:1]]
    places = [overlapping(cuts, start, start + len(span.strip())) for _, start, span in answered]
    kept = sorted({p for inside in places for i in inside for p in range(i - COVID_MARGIN, i + COVID_MARGIN + 1)})
    kept = [p for p in kept if 0 <= p < len(cuts)]
    if not kept:
        return Collection()
    title = paragraph["context"].split("\n", 1)[0][:120]
    whole = running_text(name, "covidqa", title, paragraph["context"], [cuts[p] for p in kept])
    follows = tuple(place > 0 and kept[place - 1] == p - 1 for place, p in enumerate(kept))
    text = Text(name, "covidqa", title, whole.sentences, whole.paragraphs, follows)
    asked = [
        Asked(question.strip(), name, tuple(kept.index(p) for p in inside), span.strip())
        for (question, _, span), inside in zip(answered, places, strict=True)
        if 0 < len(inside) <= 3
    ]
    return Collection({name: text}, asked)


def read_all(folder: Path) -> Collection:
    """Everything under the training folder that has questions. Raises FileNotFoundError where a set is missing."""
    found = Collection()
    for name in ("squad_dev_articles", "squad1_train_articles"):
        found.add(read_articles(folder / name))
    for name, read in (("qadisc", read_qadisc), ("qamr", read_qamr), ("covidqa", read_covidqa)):
        found.add(read(folder / name))
    return found


def cluster_of(name: str) -> str:
    """`diplomacy-8` of `diplomacy-8-zone-talks`."""
    return "-".join(name.split("-")[:2])


def is_kept_back(name: str) -> bool:
    """`diplomacy-8-zone-talks` is an article of the eighth cluster on diplomacy."""
    return name.split("-")[1] in {CALIBRATED, MEASURED}


def held_out_texts(found: Collection, share: float = 0.06) -> set[str]:
    """Articles kept for choosing and calibrating: the same for every run, some of every source.

    Of the invented news, which comes in clusters about the same things, whole clusters.
    """
    by_source = defaultdict(list)
    for text in found.texts.values():
        if text.source != NEWS:
            by_source[text.source].append(text.id)
    chooser = random.Random(6)
    kept_back = {text.id for text in found.texts.values() if text.source == NEWS and is_kept_back(text.id)}
    return kept_back | {
        name for names in by_source.values() for name in chooser.sample(names, max(1, round(share * len(names))))
    }
