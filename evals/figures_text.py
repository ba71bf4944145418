"""Figures as text, the same in the terminal and in the report."""

from __future__ import annotations

from evals.gate import Figure
from evals.scoring import Kind

NONE = "not measured"


def share(value: float | None) -> str:
    """0.975 as "97.5 %"."""
    return NONE if value is None else f"{100 * value:.1f} %"


def amount(value: float | None) -> str:
    """Three significant digits."""
    return NONE if value is None else f"{value:.3g}"


def value_text(figure: Figure) -> str:
    """The figure's value in its unit."""
    return share(figure.value) if figure.metric.kind is Kind.SHARE else amount(figure.value)


def interval_text(figure: Figure) -> str:
    """Low and high of its interval; "" without one."""
    if figure.around is None:
        return ""
    write = share if figure.metric.kind is Kind.SHARE else amount
    return f"{write(figure.around.low)} – {write(figure.around.high)}"


def change(figure: Figure) -> str:
    """In points for shares, with its paired interval and what broke; "" without a baseline."""
    if figure.change is None:
        return figure.breach or ""
    factor = 100 if figure.metric.kind is Kind.SHARE else 1
    spread = figure.spread
    around = f" [{factor * spread.low:+.1f}, {factor * spread.high:+.1f}]" if spread else ""
    return f"{factor * figure.change:+.1f}{around}" + (f", {figure.breach}" if figure.breach else "")
