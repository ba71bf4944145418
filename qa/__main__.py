"""`python -m qa` is `qa`."""

from __future__ import annotations

from qa.cli import main

main()
