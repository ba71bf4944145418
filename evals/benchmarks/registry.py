"""Every public set by name: what turns its files into cases and a folder of articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from evals.benchmarks import invented, mtrag, multihop_rag, rgb, squad
from evals.benchmarks.bench_folder import (
    any_sentence,
    entity_answer,
    every_sentence,
    folder_set,
    no_facts,
    short_answer,
)
from evals.benchmarks.question_set import QuestionSet

SETS: Mapping[str, Callable[[Path, Path], QuestionSet]] = {
    # As folders of documents/ and questions.jsonl.
    "clapnq": folder_set("clapnq", no_facts, any_sentence),
    "clapnq_dev": folder_set("clapnq_dev", no_facts, any_sentence),
    "squad2": folder_set("squad2", short_answer, any_sentence),
    "mtrag_un": folder_set("mtrag_un", no_facts, any_sentence),
    "realtimeqa_2023q4": folder_set("realtimeqa_2023q4", short_answer, any_sentence),
    "multihoprag500_factsonly": folder_set("multihoprag500_factsonly", entity_answer, every_sentence),
    "ramdocs": folder_set("ramdocs", short_answer, any_sentence),
    "wice_dev": folder_set("wice_dev", no_facts, any_sentence),
    # Ours.
    "invented_news": invented.read,
    # In the format of their authors.
    "squad": squad.read,
    "multihop_rag": multihop_rag.read,
    "rgb": rgb.read,
    "mtrag": mtrag.read,
}
