"""How probably a person loses money to a fraud within seven days if nobody warns, rule by rule.

probability = P(in a fraud) × P(loses | in a fraud, stage and signs) × share of losses still ahead, calibrated. Each
rule's contribution is the step in log-odds that it makes, in the order of RULES, so that contributions add up. Pure.
"""

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from graphsvc.model.calibration import UNCHANGED, Calibration
from graphsvc.model.words import Stage
from graphsvc.ranking import hazards

Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

NOBODY: Final = 1e-5
"""Probability of somebody who met no suspect. [assumed]"""
LOSES_IF_IN_FRAUD: Final = {
    Stage.CONTACTED: 0.002,
    Stage.LISTENING: 0.02,
    Stage.ENGAGED: 0.06,
    Stage.COMMITTED: 0.35,
    Stage.LOST: 0.02,
}
"""Share that will lose, of those who got as far: ratios of the assumed funnel (fraud-patterns section 2). Lost: a
second loss. [assumed]"""
SIGNS: Final = {
    "handed_over": 0.7,
    "verified": 0.5,
    "bank_called": 1.0,
    "codes": 1.2,
    "message_then_call": 0.3,
    "lost_before": 0.5,
}
"""Log-odds that each sign adds to losing, given a fraud. [assumed from the scripts, fraud-patterns section 7; of who
lost before: 62 % of those who answered one scam answered another, section 4]"""
RULES: Final = ("met", "stage_reached", *SIGNS, "time_passed", "calibrated")

IN_CONTACT_SOON: Final = 0.05
"""That somebody who hung up is talked to after all within a day. [assumed: re-contact .15-.35, answered a third]"""
IN_CONTACT_WITHIN_MS: Final = 7 * 86_400_000


@dataclass(frozen=True)
class Probability:
    """By row: log-odds of each rule, over those of `NOBODY`, and what they come to. A sign not there says exactly 0."""

    says: dict[str, Float64]
    probability: Float64
    in_contact: Float64
    mechanism: tuple[Float64, Float64]
    """Log-odds of loss and contact before they are calibrated: what a calibration is learned on."""

    def of(self, chosen: Int64) -> "Probability":
        """The same of some rows, in the order given."""
        says = {rule: values[chosen] for rule, values in self.says.items()}
        loss, contact = self.mechanism
        return Probability(says, self.probability[chosen], self.in_contact[chosen], (loss[chosen], contact[chosen]))


def assess(rows: pl.DataFrame, *, as_of: int, calibration: Calibration = UNCHANGED) -> Probability:
    """`rows` are EXPOSURES with `stage`, `scam_type` filled, `since` (first talk) and `newest` (sign), epoch ms."""
    fraud = np.clip(rows["in_fraud_probability"].to_numpy(), 1e-9, 1 - 1e-9)
    steps = [np.full(len(rows), log(NOBODY / (1 - NOBODY)))]
    loses = np.full(len(rows), LOSES_IF_IN_FRAUD[Stage.CONTACTED])
    steps.append(_log_odds(fraud * loses))
    loses = np.array([LOSES_IF_IN_FRAUD[Stage(stage)] for stage in rows["stage"]], dtype=np.float64)
    steps.append(_log_odds(fraud * loses))
    for sign, present in _signs(rows).items():
        loses = np.where(present, _logistic(_log_odds(loses) + SIGNS[sign]), loses)
        steps.append(_log_odds(fraud * loses))
    ahead = hazards.ahead(rows["scam_type"].to_numpy().astype(object), **hours_since(rows, as_of=as_of))
    steps.append(_log_odds(np.maximum(fraud * loses * ahead, 1e-9)))
    contact = _log_odds(np.clip(_in_contact(rows, fraud, as_of), 1e-9, 1 - 1e-9))
    mechanism = (steps[-1], contact)
    steps.append(calibration.loss(steps[-1]))
    says = {rule: steps[i + 1] - steps[i] for i, rule in enumerate(RULES)}
    probability = _logistic(steps[-1])
    # Whoever will lose money to a fraud is in contact with it.
    return Probability(says, probability, np.maximum(_logistic(calibration.contact(contact)), probability), mechanism)


def hours_since(rows: pl.DataFrame, *, as_of: int) -> dict[str, Float64]:
    """Hours since the first talk, `since_h`, and since the newest sign that the fraud goes on, `silent_h`."""
    return {
        name: np.maximum(as_of - rows[column].to_numpy(), 0) / hazards.HOUR_MS
        for name, column in (("since_h", "since"), ("silent_h", "newest"))
    }


def _signs(rows: pl.DataFrame) -> dict[str, Bool]:
    """Where a sign is there. Somebody who has lost shows signs of the past."""
    on = (rows["stage"] != Stage.LOST.value).to_numpy()
    present = {
        "handed_over": rows["handovers"] > 0,
        "verified": rows["verifications"] > rows["bank_calls"],
        "bank_called": rows["bank_calls"] > 0,
        "codes": rows["codes"] > 0,
        "message_then_call": rows["message_then_call"],
        "lost_before": rows["lost_at"].is_not_null(),
    }
    return {sign: there.to_numpy() & on for sign, there in present.items()}


def _in_contact(rows: pl.DataFrame, fraud: Float64, as_of: int) -> Float64:
    """That the person talks with a fraud number or answers it, in the week before or the day after."""
    talked = ((rows["longest_call_s"] >= 30) | (rows["call_backs"] > 0)).to_numpy()
    # A call that nobody answered keeps no old talk fresh.
    fresh = (rows["newest"] > as_of - IN_CONTACT_WITHIN_MS).to_numpy()
    return np.asarray(fraud * np.where(talked & fresh, 1.0, IN_CONTACT_SOON))


def _log_odds(probability: Float64) -> Float64:
    return np.asarray(np.log(probability / (1 - probability)))


def _logistic(log_odds: Float64) -> Float64:
    return np.asarray(1 / (1 + np.exp(-log_odds)))
