"""How old the lines are that reach the same people as a number: whether they work through a den's list or a company's.

Strangers' lists are worked through by whoever has them. A den burns its cards, so that whoever else reaches the people
of one of them is as new as it is; a company keeps its lines, so that a new one among them has settled ones beside it.
No flag is needed for either, and nobody's suspicion: whoever reaches the same people counts, suspect or not.
"""

from typing import NamedTuple

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.co_recipients import Ties
from graphsvc.engine.population import Bool, Float64
from graphsvc.graph.snapshot import Int32


class Beside(NamedTuple):
    """Lines beside numbers that were compared, which were not compared themselves; parallel arrays."""

    number: Int32
    line: Int32
    says: Float64
    """Log-odds that the line's age says of the number, as far as they are tied."""


def of_line(fresh: Float64, at_work: Float64) -> Float64:
    """[N] log-odds that a line's age and days at work say of the others of its company being a den.

    `at_work`: what its share of active days says of it (behaviour, `active_share`).
    """
    by_age = parameters.SETTLED_LINE + (parameters.NEW_CARD - parameters.SETTLED_LINE) * fresh
    return by_age + parameters.SETTLED_AT_WORK * at_work


def beside(ties: Ties, compared: Bool, each: Float64, reached: Int32) -> Beside:
    """The lines that are tied to numbers of `ties.suspect` and not among the `compared` ([N]). `each`: see of_line.

    `reached`: recipients of each seen number.
    """
    alone = np.flatnonzero(~compared[ties.other])
    number, line = ties.suspect[alone], ties.other[alone]
    return Beside(number, line, _worth(ties, ties.suspect, reached)[alone] * each[line])


def aside(ties: Ties, compared: Bool, each: Float64, reached: Int32, unseen: Float64 | None = None) -> Float64:
    """[N] what lines that were not compared say of each compared number together.

    `ties` are those of the `compared`. `unseen`: what lines say to which no tie here leads.
    """
    found = beside(ties, compared, each, reached)
    here = np.bincount(found.number, weights=found.says, minlength=len(each)).astype(np.float64)
    return here if unseen is None else here + np.where(compared, unseen, 0.0)


def says(ties: Ties, each: Float64, reached: Int32, uncompared: Float64) -> Float64:
    """[N] what the ages of all who reach the same people as each number say together, without bounds.

    `uncompared`: see aside; all others are met as suspects of `ties`.
    """
    worth = _worth(ties, ties.other, reached)
    return uncompared + np.bincount(ties.other, weights=worth * each[ties.suspect], minlength=len(each))


def held(together: Float64, dialler: Bool, fresh: Float64, den: Float64) -> Float64:
    """[N] the same within bounds: for a den of new diallers alone, and that once, whatever they have in common.

    `den`: what is said already of several new diallers on one's devices.
    """
    most = np.where(dialler, np.maximum(parameters.NEW_ON_LIST_MOST * fresh - den, 0.0), 0.0)
    return np.clip(together, -parameters.SETTLED_MOST, most)


def _worth(ties: Ties, whose: Int32, reached: Int32) -> Float64:
    """Ties as far as the common part of a number's own list bears them out: not at half of what makes a full one."""
    part = ties.common / np.maximum(reached[whose], 1) / parameters.NETWORK_SHARE_FULL
    return ties.strength * np.clip(2 * part - 1, 0.0, 1.0)
