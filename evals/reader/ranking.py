"""Two figures: how well a score tells true from false, and how far a probability is from what happens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.bootstrap import Interval

NORMAL_95 = 1.96


def auroc(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """Area under the ROC curve by ranks (Mann and Whitney 1947); ties count half. NaN where one class is missing."""
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(truths, dtype=bool)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return float("nan")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def auroc_interval(scores: Sequence[float], truths: Sequence[bool]) -> Interval | None:
    """The 95 % interval of the area, by the variance of each item's share in it (DeLong et al. 1988).

    None with fewer than two items of a class, of which no variance is known.
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(truths, dtype=bool)
    if min(truth.sum(), (~truth).sum()) < 2:
        return None
    above = values[truth][:, None] - values[~truth]
    won = (above > 0) + (above == 0) / 2
    variance = sum(won.mean(axis=axis).var(ddof=1) / won.shape[1 - axis] for axis in (0, 1))
    far = NORMAL_95 * float(np.sqrt(variance))
    return Interval(max(float(won.mean()) - far, 0.0), min(float(won.mean()) + far, 1.0))


def expected_calibration_error(probabilities: Sequence[float], truths: Sequence[bool], bins: int = 10) -> float:
    """Mean distance of stated and found share over bins of equal width, by their size (Naeini et al. 2015)."""
    stated, truth = np.asarray(probabilities, dtype=np.float64), np.asarray(truths, dtype=np.float64)
    place = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [
        abs(stated[place == b].mean() - truth[place == b].mean()) * (place == b).mean() for b in set(place.tolist())
    ]
    return float(sum(gaps))
