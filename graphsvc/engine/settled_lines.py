"""Whether a community is a company's rather than a den's: its lines are settled, and hardly any is new.

A call centre rings strangers from one list, and its lines share holder and account, as a den's do. But a den burns its
cards, so that some of them are always new, and uses a few of many each day, while a company keeps its lines for years
and has all of them at work. Of one line that says little; of many together it says what a flag on one of them is worth.
"""

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64


def says(fresh: Float64, at_work: Float64, communities: Networks) -> Float64:
    """[N] log-odds, never above 0, that age and days at work of the others in one's community say of its being a den.

    `at_work`: what each number's share of active days says of it (behaviour, `active_share`).
    """
    member = np.flatnonzero(communities.of_number >= 0)
    community = communities.of_number[member]
    each = parameters.SETTLED_LINE + (parameters.NEW_CARD - parameters.SETTLED_LINE) * fresh[member]
    each += parameters.SETTLED_AT_WORK * at_work[member]
    others = np.bincount(community, weights=each, minlength=communities.count)[community] - each
    result = np.zeros(len(fresh))
    result[member] = np.clip(others, -parameters.SETTLED_MOST, 0.0)
    return result
