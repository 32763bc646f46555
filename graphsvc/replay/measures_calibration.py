"""Whether probabilities mean what they say: expected calibration error, Brier score, reliability. Pure."""

import numpy as np
import numpy.typing as npt

from graphsvc.replay.intervals import Float64

GROUPS = 10


def groups_of(probability: Float64) -> npt.NDArray[np.int64]:
    """For each warning one of ten equal groups by probability, ties in the order given."""
    order = np.argsort(probability, kind="stable")
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.arange(len(order)) * GROUPS // max(len(order), 1)
    return group


def calibration_error(probability: Float64, came: Float64, weights: Float64) -> float:
    """Mean over warnings of |mean probability - share that came true| of their group; groups of all warnings alike."""
    group = groups_of(probability)
    total = np.bincount(group, weights=weights, minlength=GROUPS)
    said = np.bincount(group, weights=weights * probability, minlength=GROUPS)
    true = np.bincount(group, weights=weights * came, minlength=GROUPS)
    return float(np.abs(said - true).sum() / total.sum()) if total.sum() > 0 else float("nan")


def brier(probability: Float64, came: Float64, weights: Float64) -> float:
    """Mean squared distance of the probability from what came (0 or 1)."""
    total = weights.sum()
    return float((weights * np.square(probability - came)).sum() / total) if total > 0 else float("nan")


def reliability(probability: Float64, came: Float64) -> list[dict[str, float]]:
    """Of each of the ten groups that is not empty: mean probability `said`, share that `came` true, `warnings`."""
    group = groups_of(probability)
    return [
        {
            "said": float(probability[group == k].mean()),
            "came": float(came[group == k].mean()),
            "warnings": int((group == k).sum()),
        }
        for k in range(GROUPS)
        if (group == k).any()
    ]
