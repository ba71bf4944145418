"""GET /metrics: how many requests, how long they took, and what the process uses, in Prometheus' text format 0.0.4.

Labelled by the route's pattern, never by what was asked or by an id. Kept by hand: three families need no library.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds; Prometheus' usual ones."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
router = APIRouter(tags=["health"])


@dataclass(slots=True)
class Durations:
    """How many requests fell under each bound alone, the last beyond all, and their seconds in all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    total_s: float = 0.0


class Metrics:
    """What the requests of one event loop add up to."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._durations: dict[str, Durations] = {}
        self._began = time.time()

    def note(self, method: str, route: str, status: str, seconds: float) -> None:
        """route: the pattern of the path, so that the labels stay few. status: of the response, or why it has none."""
        self._requests[method if method in METHODS else "other", route, status] += 1
        durations = self._durations.setdefault(route, Durations())
        durations.counts[bisect_left(BUCKETS_S, seconds)] += 1
        durations.total_s += seconds

    def lines(self) -> Iterator[str]:
        yield from _head("qa_http_requests_total", "counter", "Requests by method, route and status.")
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'qa_http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
        yield from _head("qa_http_request_duration_seconds", "histogram", "From a request to the end of its answer.")
        for route, durations in sorted(self._durations.items()):
            yield from _histogram(route, durations)
        yield from self._process()

    def _process(self) -> Iterator[str]:
        yield from _head("process_cpu_seconds_total", "counter", "Processor time, user and system.")
        yield f"process_cpu_seconds_total {time.process_time():.2f}"
        yield from _head("process_start_time_seconds", "gauge", "When the service was made, in Unix time.")
        yield f"process_start_time_seconds {self._began:.2f}"
        if (resident := _resident_bytes()) is not None:
            yield from _head("process_resident_memory_bytes", "gauge", "Resident memory.")
            yield f"process_resident_memory_bytes {resident}"


def _histogram(route: str, durations: Durations) -> Iterator[str]:
    name, below = "qa_http_request_duration_seconds", 0
    for bound, count in zip((*BUCKETS_S, "+Inf"), durations.counts, strict=True):
        below += count
        yield f'{name}_bucket{{route="{route}",le="{bound}"}} {below}'
    yield f'{name}_sum{{route="{route}"}} {durations.total_s:.6f}'
    yield f'{name}_count{{route="{route}"}} {below}'


def _head(name: str, kind: str, says: str) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} {kind}"


def _resident_bytes() -> int | None:
    """None where the system has no /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


@router.get("/metrics", summary="Metrics for Prometheus", response_class=PlainTextResponse)
async def metrics(request: Request) -> PlainTextResponse:
    """Requests and their duration by route, and the process; nothing of what was asked."""
    held = cast(Metrics, request.app.state.metrics)
    return PlainTextResponse("\n".join(held.lines()) + "\n", media_type=MEDIA_TYPE)
