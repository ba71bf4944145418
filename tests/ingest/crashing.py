"""`python crashing.py ARTICLES DATA MOMENTS...` brings a folder in, and is killed at each moment (see killing.py)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from folders import MAX_BYTES
from killing import Killer, killed_at_each
from on_disk import DenseOnDisk, LexicalOnDisk

from qa.fakes import FakeEmbedder
from qa.ingest.sync import Synchroniser
from qa.library.record import Library


def sync_of(articles: Path) -> Callable[[Path, Killer], None]:
    """The steps of the indexes are moments too."""

    def sync(data: Path, killer: Killer) -> None:
        with Library.open(f"sqlite:///{data}/library.db") as library:
            indexes = DenseOnDisk(data, killer.step), LexicalOnDisk(data, killer.step)
            Synchroniser(library, FakeEmbedder(), indexes).sync(articles, MAX_BYTES)

    return sync


if __name__ == "__main__":
    killed_at_each(sys.argv[3:], Path(sys.argv[2]), sync_of(Path(sys.argv[1])))
