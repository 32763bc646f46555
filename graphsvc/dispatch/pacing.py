"""How much of a day's capacity may be spent by now. Pure.

Spent as it comes, a day's capacity goes to whoever is left from yesterday, before the day's frauds begin. So it is
released evenly over the day, and what is not used stays: by nine, when gangs begin, the night's share has gathered.
"""


def released(per_day: int, *, begun: int, at: int, ends: int) -> int:
    """How many of `per_day` warnings may have been made by `at` (epoch ms) of a day from `begun` to `ends`."""
    if at >= ends:
        return per_day
    return int(per_day * max(at - begun, 0) / (ends - begun))
