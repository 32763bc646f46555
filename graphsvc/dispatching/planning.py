"""From a ranking to warnings that are due, changed or cancelled; in steps, so that no claim waits for a whole plan.

Each step is a transaction of its own about some people and leaves the queue in order; a plan that was killed is made
again. Nobody else plans, or reads outcomes, during a step.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from graphsvc.dispatch.capacity import admit, period_starts, rooms
from graphsvc.dispatch.order import turn
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.planning import may_concern, plan
from graphsvc.dispatch.routing import ATTENDED_MS
from graphsvc.dispatching.following import cancel, take_turn
from graphsvc.dispatching.limits import Limits, limits_of
from graphsvc.dispatching.noting import noted
from graphsvc.model.warnings import OPEN_STATES, Imagined, Moment, WarningChannel, WarningEventKind, WarningRow
from graphsvc.store import capacities, ranked, warnings
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

_ORDERED_AT: Final = "ordered_at"
_PEOPLE_AT_A_TIME: Final = 100
Newer = Callable[[], Collection[int]]
"""Of whom something newer is known by now."""


@dataclass(frozen=True)
class Planned:
    """What a plan came to."""

    made: int
    changed: int
    cancelled: int

    def __add__(self, other: "Planned") -> "Planned":
        """Both together."""
        return Planned(self.made + other.made, self.changed + other.changed, self.cancelled + other.cancelled)


def plan_from(
    catalogue: Catalogue, record: AnalysisRecord, released: Collection[int], now: Moment, newer: Newer = frozenset
) -> Planned:
    """Make, change and cancel warnings so that they fit a ranking.

    `newer` is asked within each step for people of whom something newer is known: their warnings stay as they are.
    """
    occasion = _occasion(catalogue, record, released, now)
    seen, planned = set[int](), Planned(0, 0, 0)
    for rows in ranked.people(catalogue, record.analysis_id):
        people = [Person(**row) for row in rows]
        seen.update(person.number for person in people)
        planned += _planned(catalogue, people, occasion, now, newer)
    with catalogue.reading() as connection:
        gone = sorted(warnings.open_people(connection) - seen)
    return planned + Planned(0, 0, _cancel_unranked(catalogue, gone, now, newer))


def plan_for(
    catalogue: Catalogue,
    record: AnalysisRecord,
    people: Sequence[Person],
    gone: Sequence[int],
    released: Collection[int],
    now: Moment,
) -> Planned:
    """The same for some people of a ranking, and for some who are in it no more; nobody else's warnings change."""
    planned = _planned(catalogue, people, _occasion(catalogue, record, released, now), now)
    with catalogue.reading() as connection:
        warned = sorted(warnings.warned(connection, gone))
    return planned + Planned(0, 0, _cancel_unranked(catalogue, warned, now))


def _occasion(catalogue: Catalogue, record: AnalysisRecord, released: Collection[int], now: Moment) -> Occasion:
    return Occasion(
        analysis_id=record.analysis_id,
        as_of=record.as_of,
        service=now.service,
        released=frozenset(released),
        same_network=_same_networks(catalogue, record.analysis_id),
        beside=_beside(catalogue, now),
        attended=_attended(catalogue, now),
    )


def _planned(
    catalogue: Catalogue, people: Sequence[Person], occasion: Occasion, now: Moment, newer: Newer = frozenset
) -> Planned:
    planned = Planned(0, 0, 0)
    for some in _batches(_concerned(catalogue, people, occasion)):
        planned += _step(catalogue, some, occasion, now, newer)
    return planned


def imagine(
    catalogue: Catalogue, zone: ZoneInfo, people: Sequence[Person], occasion: Occasion, now: Moment
) -> list[Imagined]:
    """The warnings that these people would get beside those that stand, in the order of claims. Nothing is written."""
    occasion = replace(occasion, beside=_beside(catalogue, now))
    with catalogue.reading() as connection:
        standing = warnings.of_people(connection, [person.number for person in people])
        # What replaces an open warning on its channel is no warning more.
        there = {(row.number, row.channel) for row in standing if row.state in OPEN_STATES}
        fresh = [row for row in plan(people, standing, occasion).made if (row.number, row.channel) not in there]
        made = sorted(fresh, key=lambda row: (row.turn, row.number))
        fits: dict[tuple[int | None, WarningChannel], bool] = {}
        for channel in {row.channel for row in made}:
            bounds = limits_of(connection, channel, now.service).items()
            limits: Limits = {region: (None, per_day) for region, (_, per_day) in bounds}
            used = capacities.used(connection, channel, period_starts(now.service, zone))
            # As in `put_in_order`: room goes to the worthiest, and of equals to those that wait already.
            waiting = [(-one.worth, one.region, None) for one in warnings.places(connection, channel)]
            own = [(-row.worth, row.region, row.number) for row in made if row.channel is channel]
            order = sorted([*waiting, *own], key=lambda one: (one[0], one[2] is not None, one[2] or 0))
            admitted = admit([region for _, region, _ in order], rooms(limits, used))
            fits |= {(number, channel): fit for (_, _, number), fit in zip(order, admitted, strict=True)}
    return [Imagined(row, fits[row.number, row.channel]) for row in made]


def _concerned(catalogue: Catalogue, people: Sequence[Person], occasion: Occasion) -> list[Person]:
    """Those for whom there may be something to do. Most ranked people are nobody's concern yet."""
    with catalogue.reading() as connection:
        warned = warnings.warned(connection, [person.number for person in people])
    return [person for person in people if person.number in warned or may_concern(person, occasion)]


def _step(catalogue: Catalogue, people: Sequence[Person], occasion: Occasion, now: Moment, newer: Newer) -> Planned:
    with catalogue.writing() as connection:
        take_turn(connection)
        left = newer()  # asked in turn: whoever knows more and comes later plans after this
        people = [person for person in people if person.number not in left]
        ids = [row.warning_id for row in warnings.of_people(connection, [person.number for person in people])]
        standing = list(warnings.held(connection, ids).values())
        result = plan(people, standing, occasion)
        made = warnings.insert(connection, result.made)
        warnings.change(connection, result.changed)
        events = [noted(row, WarningEventKind.MADE, now, reason=row.cause) for row in made]
        by_reason: defaultdict[str, list[WarningRow]] = defaultdict(list)
        for row, reason in result.cancelled:
            by_reason[reason].append(row)
        for reason, rows in by_reason.items():
            events += cancel(connection, rows, reason, now)
        warnings.log(connection, events)
    return Planned(len(made), sum(1 for _, changes in result.changed if changes), len(result.cancelled))


def _cancel_unranked(catalogue: Catalogue, gone: Sequence[int], now: Moment, newer: Newer = frozenset) -> int:
    count = 0
    for some in _batches(gone):
        with catalogue.writing() as connection:
            take_turn(connection)
            left = newer()
            rows = warnings.open_of(connection, [number for number in some if number not in left])
            warnings.log(connection, cancel(connection, rows, "not ranked any more", now))
            count += len(rows)
    return count


def put_in_order(catalogue: Catalogue, zone: ZoneInfo, now: Moment, *, unless_within: int = 0) -> int:
    """Let the worthiest of what is due come first, as many as capacity has room for; how many changed places.

    Nothing where that was done less than `unless_within` ms of service time ago.
    """
    with catalogue.reading() as connection:
        before = capacities.read_state(connection, [_ORDERED_AT]).get(_ORDERED_AT)
    if before is not None and 0 <= now.service - before < unless_within:
        return 0
    count = 0
    for channel in WarningChannel:
        with catalogue.reading() as connection:
            limits = limits_of(connection, channel, now.service)
            # Of the day alone: an hour that is full holds nobody back for longer than that.
            limits = {region: (None, per_day) for region, (_, per_day) in limits.items()}
            used = capacities.used(connection, channel, period_starts(now.service, zone))
            places = warnings.places(connection, channel)
        fits = admit([place.region for place in places], rooms(limits, used))
        changed = [
            (place.warning_id, turn(deadline_at=place.deadline_at, worth=place.worth, beyond_capacity=not fit), not fit)
            for place, fit in zip(places, fits, strict=True)
            if place.beyond_capacity == fit
        ]
        for some in _batches(changed):
            with catalogue.writing() as connection:
                take_turn(connection)
                warnings.put_in_order(connection, some)
        count += len(changed)
    with catalogue.writing() as connection:
        capacities.write_state(connection, {_ORDERED_AT: now.service})
    return count


def note_subscribers(catalogue: Catalogue) -> None:
    """Count the subscribers, of whom default capacities are a share."""
    with catalogue.writing() as connection:
        capacities.write_state(connection, {capacities.SUBSCRIBERS: capacities.subscribers(connection)})


def _beside(catalogue: Catalogue, now: Moment) -> frozenset[WarningChannel]:
    """Those of the channels that have no capacity unless somebody sets one, that have one somewhere now."""
    with catalogue.reading() as connection:
        return frozenset(
            channel
            for channel in (WarningChannel.APP, WarningChannel.VOICE)
            if any(0 not in bounds for bounds in limits_of(connection, channel, now.service).values())
        )


def _same_networks(catalogue: Catalogue, analysis_id: str) -> dict[int, frozenset[int]]:
    """Network → networks of the analysis before that it came from."""
    found = ranked.lineages(catalogue, analysis_id)
    return {
        network_id: frozenset(item["network_id"] for item in orjson.loads(lineage))
        for network_id, lineage in found.items()
    }


def _attended(catalogue: Catalogue, now: Moment) -> dict[WarningChannel, set[str]]:
    """By channel, the desks where somebody claims."""
    desks: defaultdict[WarningChannel, set[str]] = defaultdict(set)
    with catalogue.reading() as connection:
        for channel, region in capacities.attended(connection, now.service - ATTENDED_MS):
            desks[channel].add(region)
    return dict(desks)


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    held = list(rows)
    return (held[start : start + _PEOPLE_AT_A_TIME] for start in range(0, len(held), _PEOPLE_AT_A_TIME))
