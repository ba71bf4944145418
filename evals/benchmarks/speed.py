"""Speed and size of the product over a folder of articles: all that is promised of them, in one run.

    python -m evals.benchmarks.speed FOLDER --questions questions.jsonl [--most 100] [--data-dir DIR] [--torch PYTHON]

Indexes the folder (anew, unless DIR holds it: then only what is new), and asks the questions with each reader, in this
process and over HTTP of a service in its own. With --torch, the interpreter of an environment that has
sentence-transformers, the embedding is compared with it too (evals/benchmarks/embedding_speed.py).

Every line begins with what it measures. Medians and ratios of a machine that does nothing else; processor time, which
other work disturbs less, beside the time on the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import numpy as np

from qa.assembly import Service, open_service
from qa.domain import Question
from qa.settings import Settings

READERS: tuple[Literal["trained", "features"], ...] = ("trained", "features")
WARMING = 5  # questions asked before any is timed: the first finds nothing in any cache


@dataclass(frozen=True, slots=True)
class Spent:
    """What one question took, ms: on the clock, and of the processors in this process."""

    clock: float
    processor: float


def indexing(folder: Path, data_dir: Path) -> None:
    """Times a whole index of the folder by step."""
    with open_service(Settings(articles_dir=folder, data_dir=data_dir), "benchmark") as service:
        report = service.sync()
        counts = service.library.counts()
    seconds = report.seconds
    print(f"library: {counts.articles} articles, {counts.sentences} sentences, {counts.passages} passages")
    print(f"indexed now: {len(report.added)} articles; seconds: {told(seconds)}")
    if report.embedded:
        print(f"indexing, share of the time outside the embedding: {1 - seconds['embed'] / seconds['total']:.3f}")


def in_process(settings: Settings, questions: Sequence[str]) -> None:
    with open_service(settings, "benchmark") as service:
        spent = asyncio.run(asked_here(service, questions))
    print(f"answer in process, QA_READER={settings.reader}: {summary(spent)}")


async def asked_here(service: Service, questions: Sequence[str]) -> list[Spent]:
    spent = []
    for question in questions:
        clock, processor = time.perf_counter(), time.process_time()
        await service.chat.ask(Question(question))
        spent.append(Spent(1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)))
    return spent


def over_http(settings: Settings, questions: Sequence[str]) -> None:
    """Time until ready, memory, and the latency of whole answers, from a service in a process of its own."""
    with started(settings) as (url, process, ready_s), httpx.Client(base_url=url, timeout=120) as client:
        spent = [asked_of(client, process.pid, question) for question in questions]
        resident = resident_mib(process.pid)
    print(f"answer over HTTP, QA_READER={settings.reader}: {summary(spent)}")
    print(f"ready after, QA_READER={settings.reader}: {ready_s:.2f} s, on an indexed library")
    print(f"resident, QA_READER={settings.reader}: {resident:.0f} MiB, after {len(spent)} answers")


def asked_of(client: httpx.Client, pid: int, question: str) -> Spent:
    clock, processor = time.perf_counter(), processor_ms(pid)
    client.post("/v1/chat", json={"question": question}).raise_for_status()
    return Spent(1000 * (time.perf_counter() - clock), processor_ms(pid) - processor)


@contextmanager
def started(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"QA_DATA_DIR": settings.data_dir, "QA_ARTICLES_DIR": settings.articles_dir, "QA_PORT": port}
    own |= {"QA_READER": settings.reader}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve"],
        env=os.environ | {name: str(value) for name, value in own.items()},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}", process, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise SystemExit(f"the service ended with {process.returncode} before it was ready")


def resident_mib(pid: int) -> float:
    """Resident set size, MiB (Linux: /proc)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def processor_ms(pid: int) -> float:
    """What a process has taken of the processors so far, in whole ticks of 10 ms (Linux: /proc)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def summary(spent: Sequence[Spent]) -> str:
    """Of the processor the mean: ticks are too coarse for a median."""
    warm = spent[WARMING:] or spent
    clock = [each.clock for each in warm]
    mean = statistics.mean(each.processor for each in warm)
    return (
        f"median {statistics.median(clock):.1f} ms, p95 {np.percentile(clock, 95):.1f} ms; "
        f"processor {mean:.1f} ms in the mean ({len(warm)} questions)"
    )


def told(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{step} {value:.1f}" for step, value in seconds.items())


def environment_mib() -> float:
    """Everything in the environment of this interpreter, MiB."""
    return sum(file.stat().st_size for file in Path(sys.prefix).rglob("*") if file.is_file()) / 2**20


def questions_of(file: Path | None) -> list[str]:
    if file is None:
        return ["What happened?"]
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, help="JSON lines with a field `question`")
    parser.add_argument("--most", type=int, default=100, help="questions, and passages for --torch")
    parser.add_argument("--data-dir", type=Path, default=Path(".qa/speed"))
    parser.add_argument("--torch", metavar="PYTHON", help="of an environment that has sentence-transformers")
    given = parser.parse_args()
    questions = questions_of(given.questions)[: given.most]
    indexing(given.folder, given.data_dir)
    for reader in READERS:
        settings = Settings(articles_dir=given.folder, data_dir=given.data_dir, reader=reader)
        in_process(settings, questions)
        over_http(settings, questions)
    print(f"environment: {environment_mib():.0f} MiB in {sys.prefix}")
    if given.torch:
        of_embedding = ["-m", "evals.benchmarks.embedding_speed", str(given.folder), "--most", str(given.most)]
        sys.stdout.flush()
        subprocess.run([given.torch, *of_embedding], check=True)  # noqa: S603 - the user's own interpreter


if __name__ == "__main__":
    main()
