"""What a replay is asked for, and what follows from the feeds where nothing was said. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import default_per_day
from graphsvc.dispatch.policies import WORTH, Policy
from graphsvc.errors import NothingYet, UsageError
from graphsvc.model.warnings import WarningChannel
from graphsvc.replay.clock import Clock
from graphsvc.replay.timeline import Timeline

CHANNELS: Final = (WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT)


@dataclass(frozen=True)
class Wish:
    """What was asked for; instants epoch ms, None where it follows from the feeds."""

    since: int | None
    until: int | None
    every: int
    per_day: Mapping[WarningChannel, int | None]
    raw: bool
    policies: tuple[Policy, ...] = (WORTH,)
    """With names of their own."""


@dataclass(frozen=True)
class Plan:
    """The wish made definite."""

    clock: Clock
    per_day: dict[WarningChannel, int]
    raw: bool
    policies: tuple[Policy, ...]

    def settings(self) -> dict[str, Any]:
        """As `summary.json` tells them."""
        return {
            "since": self.clock.since,
            "until": self.clock.until,
            "every_ms": self.clock.every,
            "timezone": self.clock.zone.key,
            **{f"{channel.value}_per_day": number for channel, number in self.per_day.items()},
            "raw_numbers": self.raw,
        }


def planned(timeline: Timeline, wish: Wish, zone: ZoneInfo) -> Plan:
    """When to begin and end, and each day's capacity: of the subscribers known at the beginning, as in the service."""
    known_at = timeline.known_at
    if not len(known_at):
        raise NothingYet("the feeds hold no contact events: there is nothing to replay")
    since = int(known_at[0]) if wish.since is None else wish.since
    until = int(known_at[-1]) if wish.until is None else wish.until
    if until < since:
        raise UsageError("--until lies before --since")
    names = [policy.name for policy in wish.policies]
    if len(set(names)) < len(names):
        raise UsageError("two policies of the same name cannot be compared")
    if wish.every < 1000:
        raise UsageError("--every is a second at least")
    subscribers = len(timeline.facts_held(since).subscribers)
    per_day = {}
    for channel in CHANNELS:
        wished = wish.per_day[channel]
        per_day[channel] = default_per_day(channel, subscribers) if wished is None else wished
    return Plan(Clock(since, until, wish.every, zone), per_day, wish.raw, wish.policies)
