"""The desk: the queue's verbs, a few lines each.

Promises: at least once; at most one live worker a warning, fenced by lease tokens; the most urgent first, within
capacity; nothing twice for a repeated call. `now` holds both clocks; nothing here reads one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatching import checking, coming_back, planning, showing, telling
from graphsvc.dispatching.claiming import Claim, Claims, claim, waiting_claims
from graphsvc.dispatching.coming_back import Acks, Covers, anywhere
from graphsvc.dispatching.following import cancel, cites, take_turn
from graphsvc.dispatching.noting import noted, noted_of_queue
from graphsvc.dispatching.planning import Planned
from graphsvc.dispatching.tending import tend
from graphsvc.dispatching.values import DispatchState, EventPage, OutcomeTold
from graphsvc.errors import NotFound, Reason, UsageError
from graphsvc.model.warnings import (
    ClaimedWarning,
    Imagined,
    LeaseResult,
    Moment,
    WarningChannel,
    WarningEvent,
    WarningEventKind,
    WarningRow,
    WarningState,
)
from graphsvc.model.words import OutcomeKind
from graphsvc.store import capacities, results, warnings
from graphsvc.store.capacities import CapacityRow
from graphsvc.store.catalogue import Catalogue, free_id
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.together import Together
from graphsvc.tracing import note, traced

ORDERED_EVERY_MS: Final = 5 * 60_000
"""Between two looks at who is beyond the capacity, where nothing but time passed."""
CAPACITY_MOST: Final = 100_000_000


@traced("dispatching", "claim", "extend", "release", "ack", "fail", "record_outcomes", "plan", "set_capacity")
@dataclass(frozen=True)
class Dispatching:
    """The queue of warnings of one catalogue. Made by `wiring` alone."""

    catalogue: Catalogue
    zone: ZoneInfo
    """The operator's: decides where an hour and a day of capacity begin."""
    secret: bytes
    """For lease tokens: whoever has it could make them."""
    claims: Claims = field(default_factory=waiting_claims, compare=False)
    acks: Acks = field(default_factory=Together, compare=False)
    covers: Covers = anywhere
    """Whose leases count here: those on people of other regions are unknown, and stay as they are."""

    def acting_for(self, covers: Covers) -> "Dispatching":
        """The same queue for somebody who is bound to a region."""
        return replace(self, covers=covers)

    def claim(
        self,
        *,
        channel: WarningChannel,
        limit: int,
        lease_seconds: int,
        worker: str,
        idempotency_key: str,
        region: str | None,
        now: Moment,
        wall: Callable[[], int],
    ) -> list[ClaimedWarning]:
        """The most urgent due warnings that capacity has room for, leased to a worker; none while paused.

        With a region prefix: only of people there, of those that the desk of that region or one above it holds.
        Without: only those that the ministry's desk holds (all, where no local desk is attended).
        The same worker and key again: the leases that this claim gave and that are still alive.
        Leases count from what the clock `wall` (epoch ms) says when they are given, after others had their turn.
        UsageError for a bound that is not kept; KeyReused where the key asked for something else before.
        """
        wish = Claim(
            channel=channel,
            limit=checking.checked_limit(limit),
            lease_seconds=checking.checked_lease_seconds(lease_seconds),
            worker=checking.checked_name("worker", worker),
            idempotency_key=checking.checked_name("idempotencyKey", idempotency_key),
            region=checking.checked_region(region),
            asked_at=now.service,
        )
        claimed = claim(self.claims, self.catalogue, self.secret, self.zone, wish, wall)
        note(channel=channel.value, warnings=len(claimed))
        return claimed

    def extend(
        self, lease_tokens: Sequence[str], *, lease_seconds: int, now: Moment, wall: Callable[[], int]
    ) -> LeaseResult:
        """Let leases last `lease_seconds` (1 to 3600) from what the clock `wall` says when it is their turn."""
        seconds = checking.checked_lease_seconds(lease_seconds)
        wanted = checking.checked_tokens(lease_tokens)
        return coming_back.come_back(
            self.catalogue,
            self.secret,
            wanted,
            now,
            lambda c, held: coming_back.prolong(c, held, seconds, replace(now, wall=wall())),
            covers=self.covers,
        )

    def release(self, lease_tokens: Sequence[str], *, now: Moment) -> LeaseResult:
        """Give leases back unused: they count no attempt, and their capacity is free again."""
        wanted = checking.checked_tokens(lease_tokens)
        give_back = partial(coming_back.give_back, zone=self.zone, now=now)
        return coming_back.come_back(self.catalogue, self.secret, wanted, now, give_back, covers=self.covers)

    def ack(self, lease_tokens: Sequence[str], *, outcome: OutcomeKind | None, now: Moment) -> LeaseResult:
        """The warnings went out. Without an outcome: handed over, not yet known to be delivered.

        With one, it is kept as a fact like those of `record_outcomes`, and what follows from it happens.
        """
        wanted = checking.checked_tokens(lease_tokens)
        if outcome is None:
            return coming_back.acknowledge(self.acks, self.catalogue, self.secret, wanted, now, covers=self.covers)
        return coming_back.come_back(
            self.catalogue,
            self.secret,
            wanted,
            now,
            lambda c, held: telling.acknowledge(c, held, outcome, now),
            before=take_turn,
            covers=self.covers,
        )

    def fail(
        self, lease_tokens: Sequence[str], *, reason: str, retry_after_seconds: int | None, now: Moment
    ) -> LeaseResult:
        """The attempt did not work: again after a pause (given, or growing by itself), or dead after the last one."""
        wanted, why = checking.checked_tokens(lease_tokens), checking.checked_reason("reason", reason)
        pause = None
        if retry_after_seconds is not None:
            most = checking.RETRY_SECONDS_MOST
            pause = 1000 * checking.whole("retryAfterSeconds", retry_after_seconds, 0, most)
        fail = partial(coming_back.fail, reason=why, retry_after_ms=pause, now=now)
        return coming_back.come_back(self.catalogue, self.secret, wanted, now, fail, covers=self.covers)

    def record_outcomes(self, outcomes: Sequence[OutcomeTold], *, now: Moment) -> list[int]:
        """Keep what came of warnings, as facts, and do what follows: settle, try again, escalate, end. Their fact ids.

        All or none: NotFound for a warning that was never made, UsageError for one that nobody was given.
        """
        if len(outcomes) > checking.OUTCOMES_MOST:
            raise UsageError(f"outcomes must be at most {checking.OUTCOMES_MOST}")
        return telling.tell(self.catalogue, outcomes, now)

    def events(self, *, first: int, after: int | None) -> EventPage:
        """The log of what became of warnings, behind a cursor (`EventPage.cursor`; None: from the beginning)."""
        return showing.page(self.catalogue, checking.whole("first", first, 1, checking.EVENTS_MOST), after or 0)

    def newest_event(self) -> int:
        """The cursor behind the newest line of the log: who reads on from there learns what happens next."""
        with self.catalogue.reading() as connection:
            return free_id(connection, "warning_events")

    def history(self, warning_ids: Sequence[int]) -> dict[int, list[WarningEvent]]:
        """All events of each of these warnings, oldest first."""
        with self.catalogue.reading() as connection:
            found = warnings.history(connection, warning_ids)
        told: dict[int, list[WarningEvent]] = {warning_id: [] for warning_id in warning_ids}
        for event in found:
            told[event.warning_id or 0].append(event)
        return told

    def warning(self, warning_id: int) -> WarningRow:
        """A warning as it stands; NotFound where there is none."""
        with self.catalogue.reading() as connection:
            found = warnings.by_id(connection, [warning_id])
        if warning_id not in found:
            raise NotFound("no such warning was ever made")
        return found[warning_id]

    def warnings_of(self, numbers: Sequence[int]) -> dict[int, list[WarningRow]]:
        """The warnings of each of these people (registry ids), oldest first."""
        told: dict[int, list[WarningRow]] = {number: [] for number in numbers}
        with self.catalogue.reading() as connection:
            for row in warnings.of_people(connection, numbers):
                told[row.number].append(row)
        return told

    def dead_letters(self, *, first: int, after: int | None) -> list[WarningRow]:
        """Warnings that were tried too often, by id, behind one."""
        limit = checking.whole("first", first, 1, checking.EVENTS_MOST)
        with self.catalogue.reading() as connection:
            return warnings.dead(connection, after=after or 0, limit=limit)

    def state(self, *, now: Moment, region: str | None = None) -> DispatchState:
        """Depth, oldest age, dead letters, capacity used and left, of the regions under a prefix."""
        return showing.state(self.catalogue, self.zone, checking.checked_region(region), now)

    def set_capacity(
        self,
        channel: WarningChannel,
        *,
        region: str | None,
        per_hour: int | None,
        per_day: int | None,
        from_at: int | None,
        until_at: int | None,
        now: Moment,
    ) -> int:
        """From a time (service time; None: now) until another (None: until another is set), so many an hour and a day.

        None: no bound of that kind. Capacities of a region and of what it is part of hold together. Its id.
        """
        for name, bound in (("perHour", per_hour), ("perDay", per_day)):
            if bound is not None:
                checking.whole(name, bound, 0, CAPACITY_MOST)
        start = now.service if from_at is None else from_at
        if until_at is not None and until_at <= start:
            raise UsageError("until must be later than from", reason=Reason.SPAN_BACKWARDS)
        where = checking.checked_region(region)
        with self.catalogue.writing() as connection:
            row = CapacityRow(0, channel, where, per_hour, per_day, start, until_at)
            capacity_id = capacities.add(connection, row)
            said = f"per hour {per_hour}, per day {per_day}"
            event = noted_of_queue(WarningEventKind.CAPACITY_SET, now, channel=channel, region=where, reason=said)
            warnings.log(connection, [event])
        planning.put_in_order(self.catalogue, self.zone, now)
        return capacity_id

    def pause(self, *, reason: str, now: Moment) -> None:
        """Stop all claims at once; leases that are out go on."""
        self._switch(WarningEventKind.PAUSED, now.service, reason, now)

    def resume(self, *, reason: str, now: Moment) -> None:
        """Let claims go on."""
        self._switch(WarningEventKind.RESUMED, None, reason, now)

    def requeue(self, warning_ids: Sequence[int], *, now: Moment) -> list[int]:
        """Make dead letters due again, with all their attempts before them; the ids of those that were dead."""
        with self.catalogue.writing() as connection:
            rows = warnings.held(connection, warning_ids)
            if missing := set(warning_ids) - rows.keys():
                raise NotFound(f"{len(missing)} of these warnings were never made")
            dead = [row for row in rows.values() if row.state is WarningState.DEAD]
            again = [replace(coming_back.back_in_queue(row, now, pause=0), attempt=0) for row in dead]
            warnings.replaced(connection, zip(dead, again, strict=True))
            warnings.log(connection, [noted(row, WarningEventKind.REQUEUED, now) for row in again])
        return [row.warning_id for row in dead]

    def cancel_citing(self, number: int, *, reason: str, now: Moment) -> int:
        """End the open warnings that cite this number (registry id) as suspect or evidence, leased ones too; how many.

        Whoever is still in danger from others is warned again after the next analysis.
        """
        with self.catalogue.writing() as connection:
            rows = [row for row in warnings.open_mentioning(connection, number) if cites(row, number)]
            warnings.log(connection, cancel(connection, rows, checking.checked_reason("reason", reason), now))
        return len(rows)

    def plan(
        self, *, now: Moment, released: Collection[int] = (), newer: Callable[[], Collection[int]] = frozenset
    ) -> Planned:
        """Bring the queue up to the current analysis: warnings made, changed, cancelled. Nothing before the first.

        `released` are suspects (registry ids) that were set free: nobody is warned of them. `newer` says of whom
        something newer is known by then: their warnings stay as they are.
        """
        planning.note_subscribers(self.catalogue)
        tend(self.catalogue, now)
        record = results.current(self.catalogue)
        planned = Planned(0, 0, 0)
        if record is not None:
            planned = planning.plan_from(self.catalogue, record, released, now, newer)
        planning.put_in_order(self.catalogue, self.zone, now)
        return planned

    def plan_for(
        self,
        record: AnalysisRecord,
        people: Sequence[Person],
        gone: Sequence[int],
        *,
        now: Moment,
        released: Collection[int] = (),
    ) -> Planned:
        """Bring the queue up to what an amendment says of some people, and of some who are not ranked any more.

        What is new comes before what is beyond the capacity, until the queue is put in order again.
        """
        planned = planning.plan_for(self.catalogue, record, people, gone, released, now)
        planning.put_in_order(self.catalogue, self.zone, now, unless_within=ORDERED_EVERY_MS)
        return planned

    def imagine(self, people: Sequence[Person], occasion: Occasion, *, now: Moment) -> list[Imagined]:
        """The warnings that these people would get beside those that stand. Nothing is written."""
        return planning.imagine(self.catalogue, self.zone, people, occasion, now)

    def tick(self, *, now: Moment) -> int:
        """What time, outcomes and losses do to the queue, without a new analysis; how many events there were."""
        count = tend(self.catalogue, now)
        planning.put_in_order(self.catalogue, self.zone, now, unless_within=ORDERED_EVERY_MS)
        return count

    def _switch(self, kind: WarningEventKind, paused_at: int | None, reason: str, now: Moment) -> None:
        why = checking.checked_reason("reason", reason)
        with self.catalogue.writing() as connection:
            capacities.write_state(connection, {capacities.PAUSED_AT: paused_at})
            warnings.log(connection, [noted_of_queue(kind, now, reason=why)])
