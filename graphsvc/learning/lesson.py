"""From examples to a calibration with its card, and whether it may replace the one in use. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graphsvc.learning import fitting, judging
from graphsvc.learning.examples import DAY_MS, HORIZON_MS, Bool, Examples, Float64
from graphsvc.model.calibration import Calibration, Monotone

POSITIVES_LEAST: Final = 20
"""Losses (and contacts) below which nothing is learned: Platt's two parameters take ten events each. [general]"""
ISOTONIC_FROM: Final = 200
"""Positives from which the isotonic map may compete with Platt's. [assumed; it overfits below, Niculescu-Mizil &
Caruana 2005 say 1000 examples]"""
TESTED: Final = 0.3
"""The newest part of the days, on which candidates and the one in use are compared."""
REPORTED: Final = 0.7
"""Share of losses that is reported, where outcomes do not tell. [assumed]"""
REPORTED_FROM: Final = 20
"""Losses that officers heard of from which their part among the reported is counted."""


@dataclass(frozen=True)
class Lesson:
    """What was learned. `better` only if it may replace the one in use; `refused` says why not."""

    calibration: Calibration
    card: dict[str, Any]
    better: bool
    refused: str


@dataclass(frozen=True)
class Setting:
    """What is learned for: who asks when, and what is in use."""

    name: str
    as_of: int
    """Epoch ms: what was known then."""
    in_use: Calibration
    reported: float
    """Share of losses that is reported."""


def lesson(examples: Examples, setting: Setting) -> Lesson | str:
    """A calibration from examples in order of time, or why there is none."""
    days = np.unique(examples.at)
    if len(days) < 2:
        return "there is not more than one day whose losses can be known by now"
    lost, met = int(examples.lost.sum()), int(examples.met.sum())
    if min(lost, met) < POSITIVES_LEAST or min(len(examples) - lost, len(examples) - met) < POSITIVES_LEAST:
        return (
            f"{lost} reported losses and {met} confirmed contacts among {len(examples)} examples: "
            f"{POSITIVES_LEAST} of each and as many of the others are needed"
        )
    test = examples.at >= np.quantile(days, 1 - TESTED)
    loss = _learned(examples.loss_said, examples.lost, test)
    contact = _learned(examples.contact_said, examples.met, test)
    labelled = fitting.labelled_share(examples.contact_said, examples.met)
    new = Calibration(
        setting.name,
        fitting.unreported(loss.fitted, setting.reported),
        fitting.unreported(contact.fitted, labelled),
    )
    # Both are held against labels, as they are: the one in use is brought to labels by the same shares.
    told = {
        "loss": _compared(
            loss, fitting.thinned(setting.in_use.loss, setting.reported), examples.loss_said, examples.lost, test
        ),
        "contact": _compared(
            contact, fitting.thinned(setting.in_use.contact, labelled), examples.contact_said, examples.met, test
        ),
    }
    worse = [which for which, one in told.items() if one["log_loss"] > one["log_loss_in_use"]]
    refused = f"worse than the one in use on the newest days: {', '.join(worse)}" if worse else ""
    return Lesson(new, _card(examples, setting, told, labelled, refused), not worse, refused)


@dataclass(frozen=True)
class _Learned:
    kind: str
    tested: Monotone
    """Fitted on the older days."""
    fitted: Monotone
    """Fitted on all."""


def _learned(said: Float64, came: Bool, test: Bool) -> _Learned:
    """The candidate that does best on the newest days, then fitted on all of them."""
    makers: dict[str, Callable[[Float64, Bool], Monotone]] = {"platt": fitting.platt}
    old = ~test
    if came[old].sum() >= ISOTONIC_FROM:
        makers["isotonic"] = fitting.isotonic
    if not came[old].any() or came[old].all():
        old = np.ones(len(said), bool)
    tried = {kind: make(said[old], came[old]) for kind, make in makers.items()}
    best = min(tried, key=lambda kind: (judging.log_loss(tried[kind], said[test], came[test]), kind != "platt"))
    return _Learned(best, tried[best], makers[best](said, came))


def _compared(learned: _Learned, in_use: Monotone, said: Float64, came: Bool, test: Bool) -> dict[str, Any]:
    z, y = said[test], came[test]
    return {
        "kind": learned.kind,
        "positives": int(came.sum()),
        "positives_tested": int(y.sum()),
        "log_loss": round(judging.log_loss(learned.tested, z, y), 6),
        "log_loss_in_use": round(judging.log_loss(in_use, z, y), 6),
        "brier": round(judging.brier(learned.tested, z, y), 6),
        "ece": round(judging.calibration_error(learned.tested, z, y), 6),
        "ece_in_use": round(judging.calibration_error(in_use, z, y), 6),
        "stability": round(judging.stability(said[~test], z), 4) if (~test).any() else None,
    }


def _card(examples: Examples, setting: Setting, told: dict[str, Any], labelled: float, refused: str) -> dict[str, Any]:
    return {
        "name": setting.name,
        "learned_at": setting.as_of,
        "replaces": setting.in_use.name,
        "window": {
            "first": int(examples.at.min()),
            "last": int(examples.at.max()),
            "days": len(np.unique(examples.at)),
            "horizon_days": HORIZON_MS // DAY_MS,
        },
        "examples": len(examples),
        "reported_share": round(setting.reported, 4),
        "labelled_share": round(labelled, 4),
        "metrics": told,
        "refused": refused,
    }


def reported_share(heard: int, of_which_reported: int) -> tuple[float, str]:
    """Share of losses that is reported, and where that is from: officers' outcomes, else an assumption."""
    if heard < REPORTED_FROM:
        return REPORTED, "assumed"
    return max((of_which_reported + 1) / (heard + 2), fitting.REPORTED_LEAST), "outcomes"
