"""Paths that respect time in Neo4j: round by round, what one event more reaches earlier; see graph.timed_paths."""

from collections.abc import Collection
from dataclasses import dataclass

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import Limits, TimedPath, TimedPaths, TimedStep
from graphsvc.model.words import CHANNEL_CODES, EventChannel


@dataclass(frozen=True)
class _Arrival:
    """How a number is reached in a round: the event that ends there first."""

    at: int
    """When it ends, epoch ms."""
    caller: int
    started_at: int
    channel: int


def time_respecting_paths(
    window: Window, a: int, b: int, *, max_hops: int, limit: int, closed: Collection[int], limits: Limits
) -> TimedPaths:
    """Paths from `a` to `b` that no path of as few events beats in arrival; the earliest first."""
    if a == b:
        return TimedPaths([], 0)
    (since, until), shut = window.bounds, frozenset(closed) - {b}
    best, rounds, not_followed = {a: since}, [{a: _Arrival(since, a, since, 0)}], 0
    for _ in range(max_hops):
        followed = sorted(rounds[-1], key=lambda number: (rounds[-1][number].at, number))
        followed = [number for number in followed if number != b]
        not_followed += len(followed[limits.followed_most :])
        followed = followed[: limits.followed_most]
        window.require_few_events(followed)
        window.require_events(followed)
        rows = window.database.read(
            "graph/time_respecting_paths",
            frontier=[[number, best[number]] for number in sorted(followed)],
            until=until,
            bound=best.get(b, until + 10**12),
        )
        reached = {}
        for row in rows:
            ended_at, caller, started_at = row["best"]
            if row["number"] not in shut and ended_at < best.get(row["number"], ended_at + 1):
                reached[row["number"]] = _Arrival(
                    ended_at, caller, started_at, CHANNEL_CODES[EventChannel(row["channel"])]
                )
        if not reached:
            break
        best.update({number: arrival.at for number, arrival in reached.items()})
        rounds.append(reached)
    found = [hops for hops, reached in enumerate(rounds) if hops and b in reached]
    return TimedPaths([_path_back(rounds[: hops + 1], b) for hops in reversed(found)][: max(0, limit)], not_followed)


def _path_back(rounds: list[dict[int, _Arrival]], target: int) -> TimedPath:
    steps: list[TimedStep] = []
    reached = target
    for each in reversed(rounds[1:]):
        arrival = each[reached]
        steps.append(TimedStep(arrival.caller, reached, arrival.started_at, arrival.at, arrival.channel))
        reached = arrival.caller
    steps.reverse()
    return TimedPath((steps[0].a, *(step.b for step in steps)), tuple(steps))
