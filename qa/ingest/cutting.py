"""A name for the way articles are read and cut, so that the library notices when an upgrade changes it."""

from __future__ import annotations

import hashlib

from qa.ingest.passages import passages_of
from qa.ingest.reading import read_article

# One of each thing that has a rule: headline, dateline, headings, a list, quotes, initials, a wrapped line, furniture.
_SPECIMEN = """\
Ministers agree on a buffer zone

SOCHI, September 17. /TASS/. The zone will be 15-20 km wide, Mr. V. V. Putin said. “It starts on Oct. 15,” he added!
It runs along the line of contact. Heavy weapons leave it first. Patrols follow. Is that enough? Nobody would say...

## What comes next

* The U.S. sends observers.
* Talks go on in Geneva, e.g. about prisoners.

The first stage took 2.5 years. The second, which was meant to be shorter
and cheaper, took longer than anyone at the table had thought possible.

![]() |
---
Reporting by A. Writer; editing by B. Reader
© 2018 The Paper. All rights reserved.
"""


def cutting() -> str:
    """Equal as long as a specimen article is read and cut into sentences and passages as before."""
    article = read_article("specimen.md", _SPECIMEN.encode())
    passages = [[sentence.number for sentence in passage.sentences] for passage in passages_of(article.sentences)]
    cut = repr((article.title, article.published, article.sentences, article.left_out, passages))
    return hashlib.sha256(cut.encode()).hexdigest()[:16]
