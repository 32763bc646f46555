"""How many warnings a channel may still make. Pure.

A capacity holds for the regions under a prefix, by hour and by day; a warning needs room in each that covers it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from graphsvc.model.warnings import WarningChannel

DEFAULT_SHARE: Final = {WarningChannel.SMS: 0.005, WarningChannel.CALL: 0.0005, WarningChannel.VISIT: 0.0001}
"""Of the subscribers a day, until a supervisor sets a capacity. [contract; a channel not named: none]"""


def default_per_day(channel: WarningChannel, subscribers: int) -> int:
    """The capacity a day of a channel that nobody has set, everywhere together; at least one where there is any."""
    share = DEFAULT_SHARE.get(channel, 0.0)
    return max(int(share * subscribers + 0.5), 1) if share and subscribers else 0


def period_starts(service: int, zone: ZoneInfo) -> dict[str, int]:
    """When the operator's hour and day began that this instant (epoch ms) lies in."""
    moment = datetime.fromtimestamp(service / 1000, zone)
    hour = moment.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    return {"hour": int(hour.timestamp() * 1000), "day": int(day.timestamp() * 1000)}


def day_ends(service: int, zone: ZoneInfo) -> int:
    """When the operator's day ends that this instant lies in."""
    day = datetime.fromtimestamp(service / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day + timedelta(days=1)).timestamp() * 1000)


@dataclass
class Room:
    """What is left for the regions under a prefix."""

    region: str
    left: int

    def covers(self, region: str | None) -> bool:
        """Whether a warning of that region counts here."""
        return (region or "").startswith(self.region)


def rooms(limits: Mapping[str, tuple[int | None, int | None]], used: Mapping[str, Mapping[str, int]]) -> list[Room]:
    """What is left by prefix, from limits (an hour, a day; None: no bound) and what people's regions used so far."""
    found = []
    for region, bounds in sorted(limits.items()):
        left = [
            bound - sum(count for person, count in used[period].items() if person.startswith(region))
            for period, bound in zip(("hour", "day"), bounds, strict=True)
            if bound is not None
        ]
        if left:
            found.append(Room(region, max(min(left), 0)))
    return found


def admit(regions: Sequence[str | None], room: Sequence[Room]) -> list[bool]:
    """Who of these, in their order, finds room in every capacity that covers them; takes it."""
    admitted = []
    for region in regions:
        covering = [one for one in room if one.covers(region)]
        fits = all(one.left > 0 for one in covering)
        if fits:
            for one in covering:
                one.left -= 1
        admitted.append(fits)
    return admitted
