"""The files a run leaves: by the end of the name, .json the run, .html the report, .xml JUnit's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals import junit, report
from evals.baseline import Baseline
from evals.gate import Verdict
from evals.gate_rules import GateRules
from evals.runfile import Run
from qa.errors import ConfigurationError

KINDS = {".json": "run", ".html": "report", ".xml": "junit"}


@dataclass(frozen=True, slots=True)
class Outputs:
    """run: always somewhere, so that nothing measured is lost."""

    run: Path
    reports: tuple[Path, ...] = ()
    keeps_run: bool = True

    @classmethod
    def of(cls, paths: Sequence[Path], data_dir: Path) -> Outputs:
        """Without a .json among the paths the run goes to the data folder. Raises ConfigurationError."""
        runs = [path for path in paths if _kind(path) == "run"]
        if len(runs) > 1:
            raise ConfigurationError(f"one run file is enough: {', '.join(map(str, runs))}")
        where = runs[0] if runs else data_dir / "evals" / "run.json"
        return cls(where, tuple(path for path in paths if path not in runs))

    @classmethod
    def only_reports(cls, paths: Sequence[Path]) -> Outputs:
        """For runs that are there already. Raises ConfigurationError."""
        if any(_kind(path) == "run" for path in paths):
            raise ConfigurationError("comparing writes no run file: give .html or .xml with -o")
        return cls(Path(), tuple(paths), keeps_run=False)

    @property
    def written(self) -> tuple[Path, ...]:
        return (self.run, *self.reports) if self.keeps_run else self.reports

    def write(self, run: Run, verdict: Verdict, baseline: Baseline | None, rules: GateRules) -> None:
        """The reports; the run file was kept while it was made."""
        for path in self.reports:
            path.parent.mkdir(parents=True, exist_ok=True)
            page = _kind(path) == "report"
            text = (
                report.render(run, verdict, baseline, rules.sampling.confidence) if page else junit.render(run, verdict)
            )
            path.write_text(text, encoding="utf-8")


def _kind(path: Path) -> str:
    if path.suffix not in KINDS:
        raise ConfigurationError(f"-o {path}: the name must end in {', '.join(KINDS)}")
    return KINDS[path.suffix]
