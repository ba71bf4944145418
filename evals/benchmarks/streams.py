"""Many readers at once: `python -m evals.benchmarks.streams URL [--readers 100] [--seconds 60] [--pid PID]`.

Each reader asks again as soon as its stream has ended. Prints how many streams there were, what went wrong, how long
the first event took, and the service's memory before and then after each tenth of the time (with --pid, where psutil is
installed).
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import numpy as np

QUESTIONS = (
    "By what date should the demilitarised zone be created?",
    "How wide will the zone be?",
    "Who met in Sochi?",
    "Which wines go well with grilled aubergines?",
)


@dataclass(slots=True)
class Tally:
    """first_event_s, whole_s: seconds from asking, one entry a stream. errors: by what they were."""

    first_event_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float | None] = field(default_factory=list)


async def read_one(client: httpx.AsyncClient, question: str, tally: Tally) -> None:
    """One stream from the question to its last event."""
    asked, last = time.perf_counter(), ""
    try:
        async with client.stream("POST", "/v1/chat", json={"question": question, "stream": True}) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    last = line
                    if line == "event: start":
                        tally.first_event_s.append(time.perf_counter() - asked)
    except httpx.HTTPError as error:
        last = type(error).__name__
    tally.whole_s.append(time.perf_counter() - asked)
    if last != "event: done":
        tally.errors[last] += 1


async def keep_reading(client: httpx.AsyncClient, first: int, until: float, tally: Tally) -> None:
    number = first
    while time.perf_counter() < until:
        await read_one(client, QUESTIONS[number % len(QUESTIONS)], tally)
        number += 1


async def watch_memory(pid: int | None, seconds: float, tally: Tally) -> None:
    """Before, and after each tenth of the time."""
    tally.memory_mb.append(memory_mb(pid))
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        tally.memory_mb.append(memory_mb(pid))


async def measure(url: str, readers: int, seconds: float, pid: int | None) -> Tally:
    """Raises httpx.HTTPError if the service is not there."""
    tally = Tally()
    limits = httpx.Limits(max_connections=readers, max_keepalive_connections=readers)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:
        (await client.get("/readyz")).raise_for_status()
        until = time.perf_counter() + seconds
        reading = (keep_reading(client, number, until, tally) for number in range(readers))
        await asyncio.gather(watch_memory(pid, seconds, tally), *reading)
    return tally


def memory_mb(pid: int | None) -> float | None:
    """Resident memory of a process in MB; None without a pid."""
    if pid is None:
        return None
    import psutil  # noqa: PLC0415 - only where memory is asked for

    return float(psutil.Process(pid).memory_info().rss) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pid", type=int)
    given = parser.parse_args()
    tally = asyncio.run(measure(given.url, given.readers, given.seconds, given.pid))
    print(f"streams        {len(tally.whole_s)} by {given.readers} readers in {given.seconds:.0f} s")
    print(f"errors         {sum(tally.errors.values())} {dict(tally.errors) or ''}")
    if not tally.first_event_s:
        raise SystemExit("No stream began: see the errors, and the service's log.")
    for name, times in (("first event", tally.first_event_s), ("whole answer", tally.whole_s)):
        shown = ", ".join(f"p{share} {np.percentile(times, share):.3f} s" for share in (50, 95, 99))
        print(f"{name:14} {shown}")
    if given.pid is not None:
        print(f"memory         {' '.join(f'{mb:.0f}' for mb in tally.memory_mb if mb is not None)} MB")


if __name__ == "__main__":
    main()
