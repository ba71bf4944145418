"""kill -9 at every moment: jobs that run in forks of a process of their own, and what they leave behind.

A script of its own makes a job and calls `killed_at_each` with it; a test calls `killed` with the script. A moment
counts statements to the database, commits, and whatever else the job tells the killer of.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa  # noqa: TID251 - to be there at every statement

EVENTS = ("before_cursor_execute", "after_cursor_execute", "commit")
PATIENCE_S = 300


class Killer:
    """Ends its process at the step it is told. A step takes any arguments, so that it can listen to anything."""

    def __init__(self, moment: int) -> None:
        self.counted = 0
        self._moment = moment

    def step(self, *_event: object) -> None:
        self.counted += 1
        if self.counted == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at_each(moments: Sequence[str], data: Path, job: Callable[[Path, Killer], None]) -> None:
    """Runs the job over a copy of `data`, left behind as DATA-MOMENT, for each moment.

    At moment 0 nothing is killed, and how many moments there were is printed.
    """
    for moment in map(int, moments):
        place = Path(f"{data}-{moment}")
        shutil.copytree(data, place)
        child = os.fork()
        if not child:
            _until_killed(moment, place, job)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0) == (signal.SIGKILL if moment else 0)


def _until_killed(moment: int, place: Path, job: Callable[[Path, Killer], None]) -> None:
    killer = Killer(moment)
    for event in EVENTS:
        sa.event.listen(sa.Engine, event, killer.step)
    job(place, killer)
    if not moment:
        sys.stdout.write(str(killer.counted))
        sys.stdout.flush()


def killed(script: Path, *given: object) -> str:
    """Runs a script with its arguments in a process that finds this module; gives what it printed."""
    command = [sys.executable, str(script), *map(str, given)]
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    own = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=own)
    assert done.returncode == 0, done.stderr
    return done.stdout
