"""Whether numbers that work together are a company's rather than a den's: settled lines, of which hardly any is new.

A call centre rings strangers from one list, and its lines share holder and account, as a den's do. But a den burns its
cards, so that some of them are always new, and uses a few of many each day, while a company keeps its lines for years
and has all of them at work. Of one line that says little; of many together it says what a flag on one of them is worth.
Together are those of one community, and whoever reaches the same people: a company with several lists is several
communities, and companies buy their lists of one seller.
"""

import numpy as np

from graphsvc.engine import list_age, parameters
from graphsvc.engine.co_recipients import Ties
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Float64


def says(fresh: Float64, at_work: Float64, communities: Networks, ties: Ties, aside: Float64) -> Float64:
    """[N] log-odds, never above 0, that age and days at work of those one works with say of its being a den.

    `at_work`: what each number's share of active days says of it (behaviour, `active_share`). The others of one's
    community count in full, suspects outside it by the strength of the tie, and `aside` is what all others say who
    reach the same people (list_age.aside).
    """
    each = list_age.of_line(fresh, at_work)
    member = np.flatnonzero(communities.of_number >= 0)
    community = communities.of_number[member]
    outside = (communities.of_number[ties.suspect] != communities.of_number[ties.other]) | (
        communities.of_number[ties.other] < 0
    )
    suspect, other = ties.suspect[outside], ties.other[outside]
    tied = np.bincount(other, weights=ties.strength[outside] * each[suspect], minlength=len(fresh))
    beside = np.zeros(len(fresh))
    beside[member] = np.bincount(community, weights=each[member], minlength=communities.count)[community] - each[member]
    return np.clip(beside + tied + aside, -parameters.SETTLED_MOST, 0.0)
