"""Cases of one's own, such as those feedback gave, as training data: the lines of evals.cases and the articles."""

from __future__ import annotations

from pathlib import Path

from evals.cases import Case, load
from evals.reader.corpus import Asked, Collection, cut, overlapping, running_text


def read_own_cases(cases: Path, articles: Path) -> Collection:
    """Answerable cases with their gold sentences, and unanswerable ones.

    An unanswerable case belongs to no article: it is filed under the first one, and its near misses come from all.
    Raises evals.cases.DatasetError for a file that does not hold cases.
    """
    found = Collection()
    for path in sorted(articles.rglob("*.txt")):
        name, text = path.relative_to(articles).as_posix(), path.read_text("utf-8")
        found.texts[name] = running_text(name, "own", "", text, cut(text))
    for case in load(cases).cases:
        found.asked.extend(_asked(case, articles, next(iter(found.texts), "")))
    return found


def _asked(case: Case, articles: Path, anywhere: str) -> list[Asked]:
    if not case.answerable:
        return [Asked(case.asked_in_full, anywhere, ())] if anywhere else []
    by_article: dict[str, list[int]] = {}
    for gold in (gold for group in case.gold for gold in group):
        text = (articles / gold.file).read_text("utf-8")
        start = text.find(gold.quote)
        if start >= 0:
            by_article.setdefault(gold.file, []).extend(overlapping(cut(text), start, start + len(gold.quote)))
    return [Asked(case.asked_in_full, name, tuple(places)) for name, places in by_article.items() if places]
