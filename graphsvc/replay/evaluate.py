"""How good a replay was: every measure of feeds.md, with 95 % intervals over gangs, as one frozen value."""

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from graphsvc.replay import judged, measures_calibration, measures_networks, measures_numbers
from graphsvc.replay.intervals import Estimate, Resamples, weighted_quantile
from graphsvc.replay.material import Material, Tokens, gathered

GROUPED_BY = ("channel", "grade", "scam_type")
CHANNELS = ("sms", "call", "visit")


@dataclass(frozen=True)
class Evaluation:
    """Figures by name, and what they were taken from. Names: docs/operations.md."""

    figures: dict[str, Estimate]
    by: dict[str, dict[str, dict[str, Estimate]]]
    """`channel`, `grade`, `scam_type` → its values → precision figures (and, for kinds of scam, recall and lead)."""
    reliability: dict[str, list[dict[str, float]]]
    lead_hours: list[float]
    """Of each loss warned of in time, hours from the first such warning to the loss, ascending."""
    hard_negatives: measures_numbers.HeldSuspect | None
    counts: dict[str, int]
    notes: list[str] = field(default_factory=list)
    beside: dict[str, "Evaluation"] = field(default_factory=dict)
    """Simpler rules by name and the oracle (replay.bounds), where they were asked for."""


def evaluate(
    truth_folder: Path, replay_folder: Path, feeds: Path | None, *, region: str, tokens: Tokens, now: int
) -> Evaluation:
    """Measure a replay against the truth. `feeds` (events, flags) serve contact, unflagged numbers, evidence.

    `tokens` gives canonical numbers their tokens, for a replay that holds tokens. Raises InputRefused where a file does
    not do.
    """
    return measured(gathered(truth_folder, replay_folder, feeds, region=region, tokens=tokens, now=now))


def measured(material: Material) -> Evaluation:
    """The figures."""
    draws = Resamples.of(material.truth.gangs)
    warnings, losses = material.warnings, material.losses
    figures = {**_precisions(warnings, draws), **_recalls(losses, draws), **_calibrations(warnings, draws)}
    figures["burden"] = _burden(warnings, losses, draws)
    typed = warnings.filter(pl.col("type_right").is_not_null())
    figures["scam_type_right"] = draws.share(typed["type_right"].to_numpy(), typed["gang"].to_numpy())
    if material.faithful is not None:
        figures["faithful_evidence"] = draws.share(np.array(material.faithful, bool), warnings["gang"].to_numpy())
    figures |= measures_networks.against_gangs(material.networks, material.truth.fraud, draws)
    kept, members = measures_networks.ids_kept(material.networks)
    figures["network_ids_kept"] = Estimate(kept, of=members)
    if material.shown is not None:
        figures["average_precision_unflagged"] = measures_numbers.average_precision(
            material.numbers, material.truth.fraud, material.shown.flags, draws
        )
    return Evaluation(
        figures=figures,
        by={column: _by(column, warnings, losses, draws) for column in GROUPED_BY},
        reliability=_reliabilities(warnings),
        lead_hours=np.sort(_lead_hours(losses)).tolist(),
        hard_negatives=_held(material),
        counts=_counts(material),
        notes=material.notes,
    )


def _precisions(warnings: pl.DataFrame, draws: Resamples) -> dict[str, Estimate]:
    gang = warnings["gang"].to_numpy()
    strong = warnings.filter(pl.col("channel").is_in(judged.STRONG))
    return {
        "precision_contact": draws.share(warnings["contact"].to_numpy(), gang),
        "precision_loss": draws.share(warnings["loss"].to_numpy(), gang),
        "precision_deep": draws.share(warnings["deep"].to_numpy(), gang),
        "precision_deep_calls_visits": draws.share(strong["deep"].to_numpy(), strong["gang"].to_numpy()),
    }


def _recalls(losses: pl.DataFrame, draws: Resamples) -> dict[str, Estimate]:
    gang = losses["gang"].to_numpy()
    own = losses.filter(pl.col("subscriber").is_not_null() & pl.col("subscriber"))
    return {
        "warned_in_time_recall": draws.share(losses["warned_at"].is_not_null().to_numpy(), gang),
        "warned_in_time_recall_calls_visits": draws.share(losses["strong_at"].is_not_null().to_numpy(), gang),
        "warned_in_time_recall_subscribers": draws.share(
            own["warned_at"].is_not_null().to_numpy(), own["gang"].to_numpy()
        ),
        "lead_time_hours_median": _lead(losses, draws, 0.5),
        "lead_time_hours_p10": _lead(losses, draws, 0.1),
    }


def _lead(losses: pl.DataFrame, draws: Resamples, part: float) -> Estimate:
    hours = _lead_hours(losses)
    gang = losses.filter(pl.col("warned_at").is_not_null())["gang"].to_numpy()
    return draws.statistic(lambda weights: weighted_quantile(hours, weights, part), gang)


def _lead_hours(losses: pl.DataFrame) -> npt.NDArray[np.float64]:
    ahead = (losses["lost_at"] - losses["warned_at"]).drop_nulls()
    return ahead.to_numpy().astype(np.float64) / judged.HOUR_MS


_CALIBRATED = (("", "probability", "loses"), ("_in_contact", "in_contact_probability", "contact"))


def _calibrations(warnings: pl.DataFrame, draws: Resamples) -> dict[str, Estimate]:
    figures = {}
    for ending, said, came in _CALIBRATED:
        p, y, gang = _said_and_came(warnings, said, came)
        figures[f"ece{ending}"] = draws.statistic(partial(measures_calibration.calibration_error, p, y), gang)
        figures[f"brier{ending}"] = draws.statistic(partial(measures_calibration.brier, p, y), gang)
    return figures


def _reliabilities(warnings: pl.DataFrame) -> dict[str, list[dict[str, float]]]:
    return {
        said: measures_calibration.reliability(*_said_and_came(warnings, said, came)[:2])
        for _, said, came in _CALIBRATED
    }


def _said_and_came(
    warnings: pl.DataFrame, said: str, came: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    rows = warnings.filter(pl.col(said).is_not_null())
    return rows[said].to_numpy(), rows[came].to_numpy().astype(np.float64), rows["gang"].to_numpy()


def _burden(warnings: pl.DataFrame, losses: pl.DataFrame, draws: Resamples) -> Estimate:
    """Warnings made for each loss that was warned of in time."""
    saved = losses.filter(pl.col("warned_at").is_not_null())
    hit = np.concatenate([np.ones(len(warnings)), np.zeros(len(saved))])
    counted = np.concatenate([np.zeros(len(warnings)), np.ones(len(saved))])
    gang = np.concatenate([warnings["gang"].to_numpy(), saved["gang"].to_numpy()]).astype(np.int64)
    found = draws.share(hit, gang, counted)
    return Estimate(found.value, found.low, found.high, len(warnings))


def _by(column: str, warnings: pl.DataFrame, losses: pl.DataFrame, draws: Resamples) -> dict[str, dict[str, Estimate]]:
    """Precision by a column of the warnings; for kinds of scam also recall and lead, by the truth's kind."""
    values = sorted({*warnings[column].drop_nulls().to_list()})
    result = {value: _precisions(warnings.filter(pl.col(column) == value), draws) for value in values}
    for of_group in result.values():
        del of_group["precision_deep_calls_visits"]
    if column == "scam_type":
        for value in sorted({*losses["scam_type"].drop_nulls().to_list()}):
            recalls = _recalls(losses.filter(pl.col("scam_type") == value), draws)
            result.setdefault(value, {}).update(recalls)
    return result


def _held(material: Material) -> measures_numbers.HeldSuspect | None:
    if material.truth.hard is None or material.shown is None:
        return None
    return measures_numbers.held_suspect(material.numbers, material.truth.hard, material.shown.flags)


def _counts(material: Material) -> dict[str, int]:
    warnings, losses, hard = material.warnings, material.losses, material.truth.hard
    counts = {
        "warnings": len(warnings),
        "people_warned": warnings["number"].n_unique(),
        "losses": len(losses),
        "losses_warned_in_time": len(losses) - losses["warned_at"].null_count(),
        "gangs": material.truth.gangs,
        **{f"warnings_{channel}": warnings.filter(pl.col("channel") == channel).height for channel in CHANNELS},
    }
    if hard is not None:
        to_hard = warnings.filter(pl.col("number").is_in(hard["number"].implode()))
        counts["warnings_to_hard_negatives"] = to_hard.height
    return counts


BOUNDED = (
    "warned_in_time_recall",
    "warned_in_time_recall_calls_visits",
    "precision_contact",
    "precision_deep",
    "precision_deep_calls_visits",
)
"""Figures that any rule has that only warns."""
ORACLE = "oracle"
"""The name of the bound above."""


def of_oracle(found: Evaluation) -> dict[str, float]:
    """Each figure as a share of the oracle's; nothing where it was not asked for."""
    if ORACLE not in found.beside:
        return {}
    pairs = {name: (found.figures[name].value, found.beside[ORACLE].figures[name].value) for name in BOUNDED}
    return {name: own / best for name, (own, best) in pairs.items() if own is not None and best}


def _of_bound(bound: Evaluation) -> dict[str, Any]:
    """Of a rule that only warns: what can be said of it."""
    shown = {name: bound.figures[name] for name in BOUNDED}
    return {
        **{name: one.value for name, one in shown.items()},
        "intervals": {name: [one.low, one.high] for name, one in shown.items()},
        "warnings": bound.counts["warnings"],
    }


def as_document(found: Evaluation) -> dict[str, Any]:
    """The evaluation as the JSON that scripts read (cli.md): figures at the top, their intervals beside them."""
    values = {name: estimate.value for name, estimate in found.figures.items()}
    lead = {part: values.pop(f"lead_time_hours_{part}") for part in ("median", "p10")}
    by_type = {
        kind: {"median": group["lead_time_hours_median"].value, "p10": group["lead_time_hours_p10"].value}
        for kind, group in found.by["scam_type"].items()
        if "lead_time_hours_median" in group
    }
    return {
        **values,
        "lead_time_hours": {**lead, "by_scam_type": by_type},
        "reliability": found.reliability,
        "hard_negatives": None if found.hard_negatives is None else asdict(found.hard_negatives),
        "by": {
            column: {value: {name: asdict(one) for name, one in group.items()} for value, group in groups.items()}
            for column, groups in found.by.items()
        },
        "intervals": {name: [one.low, one.high] for name, one in found.figures.items()},
        "beside": {name: _of_bound(bound) for name, bound in found.beside.items()},
        "of_oracle": of_oracle(found),
        "counted": {name: one.of for name, one in found.figures.items()},
        "counts": found.counts,
        "notes": found.notes,
    }
