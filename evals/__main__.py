"""`python -m evals` is `qa eval`."""

from __future__ import annotations

from evals.cli import app

if __name__ == "__main__":
    app(prog_name="qa eval")
