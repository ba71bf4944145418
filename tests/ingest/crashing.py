"""A process of its own that brings a folder in and kills itself, without warning, at the moment it is told.

`python crashing.py ARTICLES DATA MOMENTS...`: each moment in a fork over a copy of DATA, which it leaves behind as
DATA-MOMENT. A moment counts statements to the database and steps of the indexes; 0 runs to the end and prints how many
there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import sqlalchemy as sa  # noqa: TID251 - to be there at every statement
from folders import MAX_BYTES
from on_disk import DenseOnDisk, LexicalOnDisk

from qa.fakes import FakeEmbedder
from qa.ingest.sync import Synchroniser
from qa.library.record import Library


class Killer:
    """Ends its process at the step it is told. A step takes any arguments, so that it can listen to anything."""

    def __init__(self, moment: int) -> None:
        self.counted = 0
        self._moment = moment

    def step(self, *_event: object) -> None:
        self.counted += 1
        if self.counted == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


def sync(articles: Path, data: Path, moment: int) -> None:
    killer = Killer(moment)
    with Library.open(f"sqlite:///{data}/library.db") as library:
        sa.event.listen(sa.Engine, "before_cursor_execute", killer.step)
        sa.event.listen(sa.Engine, "commit", killer.step)
        indexes = DenseOnDisk(data, killer.step), LexicalOnDisk(data, killer.step)
        Synchroniser(library, FakeEmbedder(), indexes).sync(articles, MAX_BYTES)
    if not moment:
        sys.stdout.write(str(killer.counted))
        sys.stdout.flush()


def main(articles: str, data: str, *moments: str) -> None:
    for moment in map(int, moments):
        place = Path(f"{data}-{moment}")
        shutil.copytree(data, place)
        child = os.fork()
        if not child:
            sync(Path(articles), place, moment)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0) == (signal.SIGKILL if moment else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
