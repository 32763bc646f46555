"""The queue against a plain model of it: a dictionary of who has what, under a clock that only the model moves.

The model knows which lease counts, how often each warning was tried, and what must be left; it shares no code with the
queue but its words. Every step is held against it, on each database.
"""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from graphsvc.dispatching.values import OutcomeTold
from graphsvc.model.warnings import ClaimedWarning, LeaseRefusal, Moment, WarningState
from graphsvc.model.words import OutcomeKind
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import ledger_state, metadata
from tests.dispatching.queue import CALL, HOUR, MINUTE, SMS, Queue, ranked

PEOPLE = 6
CHANNELS = (SMS, CALL)
ATTEMPTS = 5


@dataclass
class Lease:
    """A token that was given out, and what is to be said of it."""

    token: str
    warning: int
    fence: int
    until: int
    ended: LeaseRefusal | None = None


@dataclass
class Known:
    """What the model knows of a warning."""

    attempts: int = 0
    fence: int = 0
    live: Lease | None = None
    closed: bool = False
    not_before: int = 0
    unsure_until: int = 0
    """A pause that the queue chose itself lies somewhere before this."""


class QueueModel(RuleBasedStateMachine):
    """Steps of workers, supervisors and time."""

    def __init__(self, queue: Queue) -> None:
        """An empty queue."""
        super().__init__()
        self.queue = queue
        self.known: dict[int, Known] = {}
        self.leases: list[Lease] = []
        self.claims: dict[str, tuple[dict[str, Any], list[Lease]]] = {}
        self.paused = False
        self.left: int | None = None
        self.used = 0

    @initialize(bound=st.one_of(st.none(), st.integers(0, 30)))
    def begin(self, bound: int | None) -> None:
        self.queue.unbounded()
        self.queue.capacity(SMS, bound)
        self.left = bound
        self._rank({})

    @property
    def wall(self) -> int:
        return self.queue.now.wall

    def _rank(self, changes: dict[int, dict[str, Any]]) -> None:
        self._overdue()
        far = {"deadline_at": None, "grade": "high"}
        people = [ranked(n, **far, **changes.get(n, {})) for n in range(PEOPLE)]
        self.queue.rank(*people)
        for row in [row for rows in self.queue.desk.warnings_of(range(PEOPLE)).values() for row in rows]:
            self.known.setdefault(row.warning_id, Known())

    def _overdue(self) -> None:
        """What a look at the queue does to leases whose time is over."""
        for known in self.known.values():
            if known.live is not None and known.live.until <= self.wall:
                known.live.ended = LeaseRefusal.EXPIRED
                known.live = None
                known.closed = known.attempts >= ATTEMPTS

    @rule(ms=st.sampled_from([0, 1, 999, 5_000, 29_000, MINUTE, 10 * MINUTE, 3 * HOUR]))
    def time_passes(self, ms: int) -> None:
        self.queue.now = Moment(self.queue.now.service + min(ms, MINUTE) // 60, self.wall + ms)

    @rule(back=st.integers(1, 20_000))
    def the_wall_clock_is_set_back(self, back: int) -> None:
        self.queue.now = Moment(self.queue.now.service, self.wall - back)

    @rule(channel=st.sampled_from(CHANNELS), limit=st.integers(1, 4), seconds=st.integers(1, 60))
    def claim(self, channel: Any, limit: int, seconds: int) -> None:
        key = f"model {len(self.claims)}"
        asked = {"channel": channel, "limit": limit, "lease_seconds": seconds}
        claimed = self.queue.claim(idempotency_key=key, **asked)
        self._overdue()
        rows = self._rows()
        due = {
            warning_id
            for warning_id, known in self.known.items()
            if known.live is None and not known.closed and rows[warning_id].channel is channel
        }
        sure = {w for w in due if self.known[w].unsure_until <= self.wall and self.known[w].not_before <= self.wall}
        possible = {w for w in due if self.known[w].not_before <= self.wall}
        room = limit if channel is CALL or self.left is None else min(limit, max(self.left - self.used, 0))
        got = [one.warning.warning_id for one in claimed]
        assert len(set(got)) == len(got)
        if self.paused:
            assert got == []
            return
        assert set(got) <= possible
        assert min(len(sure), room) <= len(got) <= room
        self.claims[key] = (asked, [self._given(one) for one in claimed])
        if channel is SMS:
            self.used += len(got)

    def _given(self, one: ClaimedWarning) -> Lease:
        known = self.known[one.warning.warning_id]
        known.attempts += 1
        assert one.attempt == known.attempts <= ATTEMPTS
        assert one.warning.fence > known.fence, "fences only grow"
        for earlier in self.leases:
            if earlier.warning == one.warning.warning_id and earlier.ended is LeaseRefusal.EXPIRED:
                earlier.ended = LeaseRefusal.SUPERSEDED
        known.fence = one.warning.fence
        known.live = Lease(one.lease_token, one.warning.warning_id, one.warning.fence, one.lease_until)
        self.leases.append(known.live)
        return known.live

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def claim_again_under_the_same_key(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.claims)))
        asked, given = self.claims[key]
        if not given:  # such a claim left no trace: the key is free
            return
        again = self.queue.claim(idempotency_key=key, **asked)
        alive = {lease.token for lease in given if lease.ended is None and lease.until > self.wall}
        assert {one.lease_token for one in again} == alive

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), doing=st.sampled_from(["ack", "release", "fail", "fail soon", "extend"]))
    def come_back(self, data: st.DataObject, doing: str) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.leases), min_size=1, max_size=3, unique_by=id))
        tokens, desk, now = [lease.token for lease in chosen], self.queue.desk, self.queue.now
        if doing == "ack":
            result = desk.ack(tokens, outcome=None, now=now)
        elif doing == "release":
            result = desk.release(tokens, now=now)
        elif doing == "extend":
            result = desk.extend(tokens, lease_seconds=30, now=now, wall=lambda: now.wall)
        else:
            after = 2 if doing == "fail soon" else None
            result = desk.fail(tokens, reason="no line", retry_after_seconds=after, now=now)
        refused = {one.lease_token: one.reason for one in result.refused}
        assert set(result.accepted) | set(refused) == set(tokens)
        for lease in chosen:
            known = self.known[lease.warning]
            if lease.ended is None and lease.until <= self.wall:
                lease.ended, known.live = LeaseRefusal.EXPIRED, None
                known.closed = known.attempts >= ATTEMPTS
            assert refused.get(lease.token) == lease.ended, doing
            if lease.ended is None:
                self._came_back(known, lease, doing)

    def _came_back(self, known: Known, lease: Lease, doing: str) -> None:
        if doing == "extend":
            lease.until = self.wall + 30_000
            return
        lease.ended, known.live = LeaseRefusal.SETTLED, None
        if doing == "ack":
            known.closed = True
        elif doing == "release":
            known.attempts -= 1
            known.not_before = known.unsure_until = 0
            self.used -= 1 if self._rows()[lease.warning].channel is SMS else 0
        else:
            known.closed = known.attempts >= ATTEMPTS
            known.not_before = self.wall + (2_000 if doing == "fail soon" else MINUTE)
            known.unsure_until = self.wall + (2_000 if doing == "fail soon" else 4 * HOUR)

    @rule(token=st.text(max_size=30))
    def a_token_that_nobody_gave(self, token: str) -> None:
        if token not in {lease.token for lease in self.leases}:
            (refused,) = self.queue.desk.ack([token], outcome=None, now=self.queue.now).refused
            assert refused.reason is LeaseRefusal.UNKNOWN

    @rule()
    def pause_or_resume(self) -> None:
        switch = self.queue.desk.resume if self.paused else self.queue.desk.pause
        switch(reason="the model says so", now=self.queue.now)
        self.paused = not self.paused

    @rule()
    def a_supervisor_requeues_dead_letters(self) -> None:
        self._overdue()
        self.queue.desk.tick(now=self.queue.now)
        dead = [row.warning_id for row in self.queue.desk.dead_letters(first=100, after=None)]
        for warning_id in self.queue.desk.requeue(dead, now=self.queue.now):
            known = self.known[warning_id]
            assert known.closed
            self.known[warning_id] = Known(fence=known.fence)

    @rule(changed=st.dictionaries(st.integers(0, PEOPLE - 1), st.sampled_from([0.02, 0.5, 0.9]), max_size=3))
    def a_new_analysis(self, changed: dict[int, float]) -> None:
        self._rank({number: {"probability": probability} for number, probability in changed.items()})

    @rule(number=st.integers(0, PEOPLE - 1), outcome=st.sampled_from(["dissuaded", "already_lost", "false_alarm"]))
    def somebody_is_safe_or_lost(self, number: int, outcome: str) -> None:
        given = [row for row in self.queue.desk.warnings_of([number])[number] if row.fence]
        if not given or any(row.outcome for row in given):
            return
        self.queue.desk.record_outcomes([OutcomeTold(given[-1].warning_id, OutcomeKind(outcome))], now=self.queue.now)
        for row in self.queue.desk.warnings_of([number])[number]:
            known = self.known[row.warning_id]
            if known.live is not None:
                own = row.warning_id == given[-1].warning_id
                known.live.ended = LeaseRefusal.SETTLED if own else LeaseRefusal.CANCELLED
                known.live = None
            known.closed = True
            assert row.state not in (WarningState.DUE, WarningState.LEASED)

    def _rows(self) -> dict[int, Any]:
        return {row.warning_id: row for rows in self.queue.desk.warnings_of(range(PEOPLE)).values() for row in rows}

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        for warning_id, row in self._rows().items():
            known = self.known[warning_id]
            if known.live is not None:
                assert (row.state, row.fence) == (WarningState.LEASED, known.live.fence)
            elif known.closed:
                assert row.state not in (WarningState.DUE, WarningState.LEASED) or (row.lease_until or 0) <= self.wall

    @invariant()
    def one_open_warning_a_person_and_channel(self) -> None:
        open_rows = [r for r in self._rows().values() if r.state in (WarningState.DUE, WarningState.LEASED)]
        keys = [(row.number, row.channel) for row in open_rows]
        assert len(keys) == len(set(keys))

    @invariant()
    def the_log_only_grows(self) -> None:
        ids = [event.event_id for event in self.queue.desk.events(first=1000, after=None).events]
        assert ids == list(range(1, len(ids) + 1))


@dataclass
class Databases:
    """An emptied catalogue for each run of the machine."""

    catalogue: Catalogue
    runs: int = field(default=0)

    def empty(self) -> Queue:
        """A queue where nothing has happened."""
        with self.catalogue.writing() as connection:
            for table in metadata.sorted_tables:
                connection.execute(sa.delete(table))
            connection.execute(sa.insert(ledger_state).values(only=0, batch=0, events=0))
        return Queue.on(self.catalogue)


def _run(catalogue: Catalogue, examples: int, steps: int) -> None:
    databases = Databases(catalogue)
    run_state_machine_as_test(
        lambda: QueueModel(databases.empty()),  # type: ignore[arg-type]  # it takes what makes a machine
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes; the steps are short
            report_multiple_bugs=False,
        ),
    )


def test_the_queue_does_what_the_model_does(catalogue: Catalogue) -> None:
    _run(catalogue, examples=12, steps=20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_queue_does_what_the_model_does_many_times(catalogue: Catalogue) -> None:
    _run(catalogue, examples=400, steps=50)


def test_the_model_would_notice_a_queue_that_forgets_a_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphsvc.dispatching.coming_back.refusal", lambda row, lease, now: None)
    with TemporaryDirectory() as folder:
        catalogue = Catalogue.open(Path(folder) / "catalogue.sqlite")
        with pytest.raises(AssertionError):
            _run(catalogue, examples=300, steps=20)  # by chance: it stops at the first that notices
        catalogue.close()
