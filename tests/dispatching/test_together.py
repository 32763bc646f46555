"""Claims and acknowledgements that wait share a transaction: what each is given is as if one came after the other."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings

from graphsvc.errors import KeyReused
from graphsvc.model.warnings import LeaseRefusal, LeaseResult, Moment
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import ledger_state, metadata
from graphsvc.store.together import Together
from graphsvc.store.warning_tables import capacity_use, claims, desks, leases, warning_events, warnings
from tests.dispatching.queue import CALL, SMS, START, Queue, ranked
from tests.waiting import at_once

REGIONS = ["440305", "440306", "440106", "110101", None]
PEOPLE = 24
KEPT = (warnings, leases, claims, warning_events, capacity_use, desks)

Call = Callable[[], Any]
Way = Callable[[Together[Any, Any], Sequence[Call]], list[Any]]

_wishes = st.fixed_dictionaries(
    {
        "channel": st.sampled_from([SMS, SMS, SMS, CALL]),
        "limit": st.integers(1, 12),
        "lease_seconds": st.sampled_from([1, 60]),
        "region": st.sampled_from([None, None, "44", "4403", "440305", "110101"]),
        "idempotency_key": st.sampled_from("abcdef"),
    }
)


def _told(call: Call) -> Any:
    try:
        return call()
    except Exception as error:
        return error


def _one_by_one(_: Together[Any, Any], calls: Sequence[Call]) -> list[Any]:
    return [_told(call) for call in calls]


def _shown(told: Any) -> Any:
    return type(told).__name__ if isinstance(told, Exception) else told


def _world(catalogue: Catalogue, bounds: Sequence[tuple[str | None, int | None]]) -> Queue:
    """A queue of a few regions and two channels, within bounds."""
    with catalogue.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.delete(table))
        connection.execute(sa.insert(ledger_state).values(only=0, batch=0, events=0))
    queue = Queue.on(catalogue)
    queue.unbounded()
    for region, bound in bounds:
        queue.capacity(SMS, bound, region=region)
    queue.rank(*[ranked(n, grade="high", region=REGIONS[n % 5], probability=0.9 / (n + 1)) for n in range(PEOPLE)])
    return queue


def _kept(catalogue: Catalogue) -> list[list[Any]]:
    with catalogue.reading() as connection:
        return [sorted(map(tuple, connection.execute(sa.select(table))), key=repr) for table in KEPT]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes; what happens is short
)
@given(
    bounds=st.lists(st.tuples(st.sampled_from([None, "4403", "110101"]), st.integers(0, 9)), max_size=2),
    rounds=st.lists(st.lists(_wishes, min_size=1, max_size=5), min_size=1, max_size=3),
    pauses=st.lists(st.sampled_from([0, 1_000, 61_000]), min_size=3, max_size=3),
    acked=st.lists(st.lists(st.integers(0, 2 * PEOPLE), max_size=8), max_size=4),
    ack_after=st.sampled_from([0, 999, 2_000]),
)
def test_claims_and_acknowledgements_that_wait_are_given_what_they_would_be_one_after_the_other(
    catalogue: Catalogue,
    bounds: list[tuple[str | None, int | None]],
    rounds: list[list[dict[str, Any]]],
    pauses: list[int],
    acked: list[list[int]],
    ack_after: int,
) -> None:
    def lived(way: Way) -> tuple[Any, ...]:
        queue = _world(catalogue, bounds)
        given: list[Any] = []
        for wishes, pause in zip(rounds, pauses, strict=False):
            given += way(queue.desk.claims, [partial(queue.claim, **wish) for wish in wishes])
            queue.later(pause)
        tokens = [one.lease_token for some in given if isinstance(some, list) for one in some] or ["nonsense"]
        queue.later(ack_after)
        calls = [[tokens[place % len(tokens)] for place in places] or ["nonsense"] for places in acked]
        told = way(queue.desk.acks, [partial(queue.desk.ack, texts, outcome=None, now=queue.now) for texts in calls])
        return [_shown(one) for one in given], told, _kept(catalogue)

    assert lived(at_once) == lived(_one_by_one)


def test_what_waits_together_is_one_transaction(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(20)])
    begun: list[int] = []
    writing = queue.catalogue.writing

    def counted() -> Any:
        begun.append(1)
        return writing()

    monkeypatch.setattr(queue.catalogue, "writing", counted)
    given = at_once(queue.desk.claims, [partial(queue.claim, limit=5) for _ in range(4)])
    assert [[one.warning.number for one in some] for some in given] == [[*range(n, n + 5)] for n in (0, 5, 10, 15)]
    assert len(begun) == 1
    tokens = [[one.lease_token for one in some] for some in given]
    told = at_once(queue.desk.acks, [partial(queue.desk.ack, some, outcome=None, now=queue.now) for some in tokens])
    assert told == [LeaseResult(tuple(some), ()) for some in tokens]
    assert len(begun) == 2


def test_a_key_for_something_else_is_refused_and_the_claims_beside_it_are_served(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(6)])
    (known,) = queue.claim(limit=1, idempotency_key="a")
    calls = [
        partial(queue.claim, limit=2),
        partial(queue.claim, limit=3, idempotency_key="a"),
        partial(queue.claim, limit=1, idempotency_key="a"),
        partial(queue.claim, limit=2),
    ]
    first, refused, again, last = at_once(queue.desk.claims, calls)
    assert isinstance(refused, KeyReused)
    assert again == [known]
    assert [len(first), len(last)] == [2, 2]
    assert {one.warning.number for one in (known, *first, *last)} == set(range(5))


def test_the_same_token_acknowledged_by_two_who_wait_counts_for_the_first(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    one, other = (claimed.lease_token for claimed in queue.claim())
    calls = [partial(queue.desk.ack, texts, outcome=None, now=queue.now) for texts in ([one], [other, one])]
    first, second = at_once(queue.desk.acks, calls)
    assert (first.accepted, second.accepted) == ((one,), (other,))
    assert [(refused.lease_token, refused.reason) for refused in second.refused] == [(one, LeaseRefusal.SETTLED)]


def test_whoever_claimed_first_gets_the_most_urgent_though_another_has_the_turn(queue: Queue) -> None:
    """Threads get turns in their order, and whoever has one serves those who wait in theirs."""
    queue.unbounded()
    queue.rank(*[ranked(n, deadline_at=START + (n + 1) * 3_600_000) for n in range(4)])
    given = at_once(queue.desk.claims, [partial(queue.claim, limit=1) for _ in range(4)])
    assert [claimed.warning.number for (claimed,) in given] == [0, 1, 2, 3]


def test_a_lease_given_with_others_counts_from_when_it_was_given(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(2)])
    later = START + 30_000
    calls = [partial(queue.claim, limit=1, wall=lambda: later, lease_seconds=seconds) for seconds in (1, 60)]
    (first,), (second,) = at_once(queue.desk.claims, calls)
    assert [first.lease_until, second.lease_until] == [later + 1_000, later + 60_000]
    queue.now = Moment(START, later + 1_000)
    told = queue.desk.ack([first.lease_token, second.lease_token], outcome=None, now=queue.now)
    assert (told.accepted, told.refused[0].reason) == ((second.lease_token,), LeaseRefusal.EXPIRED)
