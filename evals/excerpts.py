"""The stretches of articles around what was cited and what is gold, for a person to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.gold import occurrences
from evals.observed import Observed
from evals.runfile import Excerpt


@dataclass
class _Marks:
    """Ranges in one text."""

    cited: list[tuple[int, int, int]] = field(default_factory=list)
    gold: list[tuple[int, int]] = field(default_factory=list)

    def windows(self, text: str) -> list[tuple[int, int]]:
        """Whole lines around each range, neighbours joined."""
        ranges = [(start, end) for start, end, _ in self.cited] + self.gold
        joined: list[tuple[int, int]] = []
        for start, end in sorted(_lines(text, start, end) for start, end in ranges):
            if joined and start <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined


def excerpts(seen: Observed, current: Mapping[str, str]) -> list[Excerpt]:
    """current: the version of each article that gold is looked up in; an article that is gone has no excerpt."""
    marks: dict[tuple[str, str], _Marks] = {}
    for cited in seen.cited:
        marks.setdefault((cited.article_id, cited.version), _Marks()).cited.append(
            (cited.start, cited.end, cited.number)
        )
    for quote in (quote for group in seen.case.gold for quote in group):
        key = (quote.file, current.get(quote.file, ""))
        found = list(occurrences(seen.texts.get(key, ""), quote.quote))
        if found:
            marks.setdefault(key, _Marks()).gold.extend(found)
    return [_cut(key[0], seen.texts.get(key, ""), held, window) for key, held in marks.items()
            for window in held.windows(seen.texts.get(key, ""))]  # fmt: skip


def _cut(article_id: str, text: str, marks: _Marks, window: tuple[int, int]) -> Excerpt:
    low, high = window
    cited = [(start - low, end - low, number) for start, end, number in marks.cited if low <= start and end <= high]
    gold = [(start - low, end - low) for start, end in marks.gold if low <= start and end <= high]
    return Excerpt(article_id=article_id, text=text[low:high], cited=sorted(cited), gold=sorted(set(gold)))


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Widened to whole lines; a range outside the text is brought inside."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop
