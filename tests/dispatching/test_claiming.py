"""Claims: the most urgent first, within capacity, each warning with one live worker, nothing twice for one key."""

import pytest

from graphsvc.dispatching.values import OutcomeTold
from graphsvc.errors import GraphsvcError, KeyReused, NotFound, UsageError
from graphsvc.model.warnings import LeaseRefusal, Moment, WarningState
from graphsvc.model.words import OutcomeKind
from graphsvc.store.catalogue import insert_rows
from graphsvc.store.tables import numbers
from tests.dispatching.queue import CALL, DAY, HOUR, MINUTE, SMS, START, VISIT, Queue, ranked


def _people(claimed: list) -> list[int]:  # type: ignore[type-arg]
    return [one.warning.number for one in claimed]


def test_nothing_is_due_before_the_first_analysis(queue: Queue) -> None:
    assert queue.claim() == []


def test_what_an_analysis_ranks_is_due_at_once_by_what_is_at_stake(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(
        ranked(1, grade="high"), ranked(2), ranked(3, grade="low", probability=0.0005, in_contact_probability=0.1)
    )
    assert (_people(queue.claim(SMS)), _people(queue.claim(CALL)), queue.claim(VISIT)) == ([1, 2], [1], [])


def test_the_earlier_deadline_comes_first_and_within_an_hour_the_greater_loss(queue: Queue) -> None:
    queue.unbounded()
    late, soon = START + 9 * HOUR, START + 2 * HOUR
    queue.rank(
        ranked(1, deadline_at=late),
        ranked(2, deadline_at=None),
        ranked(3, deadline_at=soon, probability=0.1),
        ranked(4, deadline_at=soon + MINUTE, probability=0.3),
    )
    assert _people(queue.claim()) == [4, 3, 1, 2]


def test_capacity_is_for_the_worthiest_though_others_are_more_urgent(queue: Queue) -> None:
    queue.capacity(SMS, 1)
    queue.rank(ranked(1, probability=0.02, deadline_at=START + HOUR), ranked(2, probability=0.9))
    assert _people(queue.claim()) == [2]
    assert queue.claim() == []
    queue.capacity(SMS, 2)
    assert _people(queue.claim()) == [1]


def test_a_day_of_capacity_ends_at_the_operators_midnight(queue: Queue) -> None:
    queue.capacity(SMS, 1)
    queue.rank(*[ranked(n) for n in (1, 2)])
    assert len(queue.claim()) == 1
    queue.later(7 * HOUR)  # 23:40
    assert queue.claim() == []
    queue.later(HOUR)
    assert len(queue.claim()) == 1


def test_a_region_that_is_full_holds_nobody_else_back(queue: Queue) -> None:
    queue.unbounded()
    queue.capacity(SMS, 1, region="4403")
    queue.rank(*[ranked(n, region="440305") for n in (1, 2, 3)], *[ranked(n, region="110101") for n in (4, 5)])
    assert len(queue.claim()) == 3
    assert queue.claim() == []


def test_a_worker_gets_only_its_region(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, region="440305"), ranked(2, region="440106"), ranked(3, region=None))
    assert _people(queue.claim(region="4403")) == [1]
    assert _people(queue.claim(region="44")) == [2]
    assert _people(queue.claim()) == [3]


def test_nobody_gets_what_somebody_has(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(10)])
    first, second = queue.claim(limit=6), queue.claim(limit=6)
    assert len(first) == 6
    assert len(second) == 4
    assert set(_people(first)).isdisjoint(_people(second))


def test_the_same_key_gives_the_same_leases_while_they_live_and_takes_nothing_new(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(5)])
    first = queue.claim(limit=2, idempotency_key="a")
    again = queue.claim(limit=2, idempotency_key="a")
    assert [one.lease_token for one in again] == [one.lease_token for one in first]
    queue.ack(first[0])
    assert [one.lease_token for one in queue.claim(limit=2, idempotency_key="a")] == [first[1].lease_token]
    queue.later(61_000)
    assert queue.claim(limit=2, idempotency_key="a") == []
    assert len(queue.claim(limit=2, idempotency_key="a", worker="another")) == 2


def test_the_same_key_for_something_else_is_refused(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.claim(limit=2, idempotency_key="a")
    with pytest.raises(KeyReused):
        queue.claim(limit=3, idempotency_key="a")


def test_a_claim_that_found_nothing_may_be_asked_again_with_its_key(queue: Queue) -> None:
    queue.unbounded()
    assert queue.claim(idempotency_key="a") == []
    queue.rank(ranked(1))
    assert len(queue.claim(idempotency_key="a")) == 1


def test_an_expired_lease_is_stale_though_nobody_claimed_again_and_stays_so(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    queue.later(60_000)
    assert _refused(queue, one.lease_token) == LeaseRefusal.EXPIRED
    queue.now = Moment(queue.now.service, START + 1)  # the wall clock was set back
    assert _refused(queue, one.lease_token) == LeaseRefusal.EXPIRED
    (other,) = queue.claim(worker="another")
    assert (other.attempt, other.dedupe_key) == (2, one.dedupe_key)
    assert _refused(queue, one.lease_token) == LeaseRefusal.SUPERSEDED
    queue.ack(other)
    assert _refused(queue, other.lease_token) == LeaseRefusal.SETTLED
    assert _refused(queue, one.lease_token) == LeaseRefusal.SUPERSEDED


@pytest.mark.parametrize("token", ["", "nonsense", "W-XZTW5M-C.1.aaaaaaaaaaaaaaaa", "1.1.é", "9" * 500])
def test_a_token_that_was_never_given_is_unknown(queue: Queue, token: str) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.claim()
    assert _refused(queue, token) == LeaseRefusal.UNKNOWN


def test_a_token_made_up_for_a_later_lease_is_unknown(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    reference, _, tag = one.lease_token.split(".")
    assert _refused(queue, f"{reference}.2.{tag}") == LeaseRefusal.UNKNOWN


def test_one_bad_token_spoils_no_other(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    result = queue.desk.ack(["x", one.lease_token, one.lease_token], outcome=None, now=queue.now)
    assert result.accepted == (one.lease_token,)
    assert [refused.lease_token for refused in result.refused] == ["x"]


def test_a_lease_that_is_prolonged_lasts_longer(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    queue.later(59_000)
    assert queue.desk.extend(
        [one.lease_token], lease_seconds=60, now=queue.now, wall=lambda: queue.now.wall
    ).accepted == (one.lease_token,)
    queue.later(59_000)
    queue.ack(one)


def test_a_lease_counts_from_when_it_is_given_however_long_the_claim_had_to_wait(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    asked, later = queue.now.wall, queue.now.wall + 50_000
    (one,) = queue.claim(limit=1, lease_seconds=30, wall=lambda: later)
    assert one.lease_until == later + 30_000
    queue.later(60_000)  # by the clock of the asking it would be over
    assert queue.now.wall > asked + 30_000
    (other,) = queue.claim(limit=2)
    assert other.warning.warning_id != one.warning.warning_id
    extended = queue.desk.extend([one.lease_token], lease_seconds=30, now=queue.now, wall=lambda: later + 25_000)
    assert extended.accepted == (one.lease_token,)
    assert queue.desk.warning(one.warning.warning_id).lease_until == later + 55_000


def test_a_lease_given_back_counts_no_attempt_and_no_capacity(queue: Queue) -> None:
    queue.capacity(SMS, 1)
    queue.rank(ranked(1))
    (one,) = queue.claim()
    assert queue.desk.release([one.lease_token], now=queue.now).accepted == (one.lease_token,)
    assert _refused(queue, one.lease_token) == LeaseRefusal.SETTLED
    (again,) = queue.claim()
    assert again.attempt == 1
    assert again.lease_token != one.lease_token


def test_a_failed_attempt_waits_and_after_the_fifth_the_letter_is_dead_until_a_supervisor_says_so(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, deadline_at=None))
    for attempt in range(1, 6):
        (one,) = queue.claim()
        assert one.attempt == attempt
        queue.desk.fail([one.lease_token], reason="gateway busy", retry_after_seconds=None, now=queue.now)
        assert queue.claim() == []
        queue.later(3 * HOUR)
    assert queue.claim() == []
    (dead,) = queue.desk.dead_letters(first=10, after=None)
    assert dead.state is WarningState.DEAD
    assert sum(line.dead for line in queue.desk.state(now=queue.now).queues) == 1
    assert queue.desk.requeue([dead.warning_id], now=queue.now) == [dead.warning_id]
    (again,) = queue.claim()
    assert again.attempt == 1
    assert queue.desk.requeue([dead.warning_id], now=queue.now) == []


def test_a_pause_that_is_asked_for_is_kept_and_pauses_differ(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    claimed = queue.claim()
    tokens = [one.lease_token for one in claimed]
    queue.desk.fail(tokens, reason="full", retry_after_seconds=600, now=queue.now)
    queue.later(599_000)
    assert queue.claim() == []
    queue.later(1_000)
    tokens = [one.lease_token for one in queue.claim()]
    queue.desk.fail(tokens, reason="full", retry_after_seconds=None, now=queue.now)
    waits = {queue.desk.warning(one.warning.warning_id).not_before for one in claimed}
    assert len(waits) == 2


def test_a_worker_that_dies_five_times_with_it_does_not_hold_the_queue_up_for_ever(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    for attempt in range(1, 6):
        (one,) = queue.claim()
        assert one.attempt == attempt
        queue.later(61_000)
    assert queue.claim() == []
    assert len(queue.desk.dead_letters(first=10, after=None)) == 1


def test_while_paused_nobody_gets_anything_and_what_is_out_goes_on(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    (one,) = queue.claim(limit=1)
    queue.desk.pause(reason="wrong texts", now=queue.now)
    assert queue.claim() == []
    assert queue.desk.state(now=queue.now).paused_at == START
    queue.ack(one)
    queue.desk.resume(reason="mended", now=queue.now)
    assert len(queue.claim()) == 1


def test_a_warning_that_came_too_late_expires(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, deadline_at=START + HOUR))
    queue.later(3 * HOUR)
    assert queue.claim() == []
    queue.desk.tick(now=queue.now)
    assert "expired" in queue.kinds()


@pytest.mark.parametrize("seconds", [0, -1, 3601, 2**40])
def test_a_lease_of_any_other_length_is_refused_never_clamped(queue: Queue, seconds: int) -> None:
    queue.rank(ranked(1))
    with pytest.raises(UsageError, match="leaseSeconds must be from 1 to 3,600"):
        queue.claim(lease_seconds=seconds)
    with pytest.raises(UsageError, match="leaseSeconds"):
        queue.desk.extend(["x"], lease_seconds=seconds, now=queue.now, wall=lambda: queue.now.wall)


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 101},
        {"worker": " "},
        {"worker": "x" * 201},
        {"worker": "13800138000"},
        {"worker": "desk +8613800138000"},
        {"idempotency_key": "138-0013-8000"},
        {"idempotency_key": ""},
        {"region": "4"},
        {"region": "440305001"},
        {"region": "４４"},
    ],
)
def test_what_no_claim_can_say_is_refused_without_repeating_it(queue: Queue, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError) as told:
        queue.claim(**wrong)  # type: ignore[arg-type]
    assert told.value.code == "BAD_USAGE"
    assert not any(str(value) in str(told.value) for value in wrong.values() if len(str(value)) > 3)


@pytest.mark.parametrize(
    "name", ["desk-13", "1732806000000", "20261128153000", "9b2d5e0c-13f1-4a53-9a11-138001380001", "10086"]
)
def test_names_and_keys_of_digits_that_are_no_telephone_number_are_taken(queue: Queue, name: str) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    assert queue.claim(worker=name, idempotency_key=name)


def test_bad_questions_leave_everything_as_it_was(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    before = queue.kinds()
    for ask in (
        lambda: queue.desk.record_outcomes([OutcomeTold(99, OutcomeKind.DELIVERED)], now=queue.now),
        lambda: queue.desk.record_outcomes([OutcomeTold(1, OutcomeKind.DELIVERED)], now=queue.now),
        lambda: queue.desk.requeue([99], now=queue.now),
        lambda: queue.desk.warning(99),
        lambda: queue.desk.fail([], reason=" ", retry_after_seconds=None, now=queue.now),
        lambda: queue.desk.fail([], reason="x", retry_after_seconds=-1, now=queue.now),
        lambda: queue.desk.events(first=0, after=None),
        lambda: queue.capacity(SMS, -1),
        lambda: queue.capacity(SMS, 1, from_at=5, until_at=5),
        lambda: queue.claim(limit=0),
    ):
        with pytest.raises((UsageError, NotFound)) as told:
            ask()
        assert isinstance(told.value, GraphsvcError)
    assert queue.kinds() == before


def test_default_capacities_are_shares_of_the_subscribers(queue: Queue) -> None:
    for number in range(3000):
        queue.add("subscribers", number=number) if number % 1500 == 0 else None
    queue.desk.plan(now=queue.now)
    found = {one.channel.value: one.per_day for one in queue.desk.state(now=queue.now).capacities}
    assert found == {"sms": 1, "call": 1, "visit": 1, "app": 0, "voice": 0}


def test_without_a_feed_of_subscribers_capacity_is_a_share_of_the_numbers_seen(queue: Queue) -> None:
    rows = [(number, f"t{number}", "msisdn" if number < 2000 else "short_code", "") for number in range(9000)]
    with queue.catalogue.writing() as connection:
        insert_rows(connection, numbers, rows)
    queue.desk.plan(now=queue.now)
    found = {one.channel.value: one.per_day for one in queue.desk.state(now=queue.now).capacities}
    assert (found["sms"], found["call"], found["visit"]) == (10, 1, 1)


def test_a_capacity_holds_from_until(queue: Queue) -> None:
    queue.capacity(SMS, 0)
    queue.capacity(SMS, 1, from_at=START + HOUR, until_at=START + 2 * HOUR)
    queue.rank(*[ranked(n, deadline_at=START + DAY) for n in (1, 2)])
    assert queue.claim() == []
    queue.later(HOUR)
    assert len(queue.claim()) == 1
    queue.later(HOUR)
    assert queue.claim() == []


def test_an_hour_of_capacity_is_an_hour(queue: Queue) -> None:
    queue.capacity(SMS, None, per_hour=2)
    queue.rank(*[ranked(n, deadline_at=START + DAY) for n in range(5)])
    assert len(queue.claim()) == 2
    queue.later(19 * MINUTE)
    assert queue.claim() == []
    queue.later(MINUTE)  # 17:00
    assert len(queue.claim()) == 2


def _refused(queue: Queue, token: str) -> LeaseRefusal:
    result = queue.desk.ack([token], outcome=None, now=queue.now)
    assert result.accepted == ()
    return result.refused[0].reason
