"""Speed and size of the product over a folder of articles, as ratios and medians of one run.

    python -m evals.benchmarks.speed FOLDER [--questions questions.jsonl] [--most 100] [--data-dir DIR]
    python -m evals.benchmarks.speed FOLDER --torch     (in an environment that has sentence-transformers)

The first form indexes the folder, starts the service and asks it over HTTP. The second compares the embedding with
sentence-transformers on torch over the same sentences, in turns, so that both meet the same load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import numpy as np

from qa.assembly import open_service
from qa.domain import Article, Sentence
from qa.ingest.passages import passages_of
from qa.ingest.reading import find_files, load, read_article
from qa.ports import PassageText
from qa.retrieval.embedding import MiniLM, carried_weights
from qa.settings import Settings

MAX_BYTES = 10_000_000
ROUNDS = 5


def indexing(folder: Path, data_dir: Path) -> None:
    """Times a whole index of the folder by step."""
    with open_service(Settings(articles_dir=folder, data_dir=data_dir), "benchmark") as service:
        report = service.sync()
        counts = service.library.counts()
    seconds = report.seconds
    print(f"indexed {len(report.added)} articles, {counts.sentences} sentences, {counts.passages} passages")
    print("seconds: " + ", ".join(f"{step} {value:.1f}" for step, value in seconds.items()))
    if report.embedded:
        print(f"share of the time outside the embedding: {1 - seconds['embed'] / seconds['total']:.3f}")


def serving(data_dir: Path, folder: Path, questions: Sequence[str]) -> None:
    """Time until ready, memory, and the latency of whole answers, from a service in a process of its own."""
    with started(data_dir, folder) as (url, process, ready_s), httpx.Client(base_url=url, timeout=30) as client:
        spent = [timed(partial(answered, client, question)) for question in questions]
        resident = resident_mib(process.pid)
    spent_ms = sorted(1000 * each for each in spent)
    print(f"ready after {ready_s:.2f} s on an indexed library; {resident:.0f} MiB resident after {len(spent)} answers")
    print(
        f"answer over HTTP: median {statistics.median(spent_ms):.1f} ms, p95 {spent_ms[int(len(spent) * 0.95)]:.1f} ms"
    )


def answered(client: httpx.Client, question: str) -> object:
    return client.post("/v1/chat", json={"question": question}).raise_for_status()


@contextmanager
def started(data_dir: Path, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"QA_DATA_DIR": str(data_dir), "QA_ARTICLES_DIR": str(folder), "QA_PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve"], env={**os.environ, **own}, stdout=subprocess.DEVNULL
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


def against_torch(folder: Path, most: int) -> None:
    """Sentences alone, the same job for both; then all vectors of the passages: ours come out of one pass."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - only here, and only if asked for

    ours, theirs = MiniLM(carried_weights()), SentenceTransformer(str(carried_weights()), device="cpu")
    passages = passage_texts(folder, most)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    alone = [PassageText("", (sentence,)) for sentence in sentences]
    wholes = [" ".join((passage.title, *passage.sentences)) for passage in passages]

    def encode(texts: list[str]) -> object:
        return theirs.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    same = np.vstack([each.passage for each in ours.embed_passages(alone[:200])])
    cosines = (same * np.asarray(encode(sentences[:200]))).sum(axis=1)
    print(f"cosine to sentence-transformers, least of 200: {cosines.min():.6f}")
    compare("sentences alone", lambda: list(ours.embed_passages(alone)), lambda: encode(sentences))
    compare("sentences and passages", lambda: list(ours.embed_passages(passages)), lambda: encode(sentences + wholes))


def compare(job: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    pairs = [(timed(ours), timed(theirs)) for _ in range(ROUNDS)]
    ratios = sorted(slow / fast for fast, slow in pairs)
    print(
        f"{job}: {statistics.median(ratios):.2f} times as fast (of {ROUNDS} pairs: {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def passage_texts(folder: Path, most: int) -> list[PassageText]:
    found: list[PassageText] = []
    for file in find_files(folder, MAX_BYTES).files:
        article = read_article(file.id, load(file, MAX_BYTES))
        found += [passage_text(article, each.sentences) for each in passages_of(article.sentences)]
        if len(found) >= most:
            break
    return found[:most]


def passage_text(article: Article, sentences: Sequence[Sentence]) -> PassageText:
    return PassageText(article.spoken_title, tuple(article.quote(each) for each in sentences))


def timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def environment_mib() -> float:
    """Everything in the environment of this interpreter, MiB."""
    return sum(file.stat().st_size for file in Path(sys.prefix).rglob("*") if file.is_file()) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, help="JSON lines with a field `question`")
    parser.add_argument("--most", type=int, default=100, help="questions, or with --torch passages")
    parser.add_argument("--data-dir", type=Path, default=Path(".qa/speed"))
    parser.add_argument("--torch", action="store_true")
    given = parser.parse_args()
    if given.torch:
        return against_torch(given.folder, given.most)
    indexing(given.folder, given.data_dir)
    asked = ["What happened?"]
    if given.questions:
        asked = [json.loads(line)["question"] for line in given.questions.read_text(encoding="utf-8").splitlines()]
    serving(given.data_dir, given.folder, asked[: given.most])
    print(f"environment: {environment_mib():.0f} MiB")
    return None


if __name__ == "__main__":
    main()
