"""Citation validity: the share of citations whose quote is exactly the text at its range of the version it names.

The contract's own promise: `text[start:end] == quote`, always.
"""

from __future__ import annotations

from evals.gold import Texts
from evals.observed import Cited, Observed


def score(seen: Observed) -> float | None:
    """None where nothing is cited. An article or version that cannot be fetched makes its citations invalid."""
    if not seen.cited:
        return None
    return sum(_is_exact(cited, seen.texts) for cited in seen.cited) / len(seen.cited)


def _is_exact(cited: Cited, texts: Texts) -> bool:
    text = texts.get((cited.article_id, cited.version))
    return bool(cited.quote) and text is not None and text[cited.start : cited.end] == cited.quote
