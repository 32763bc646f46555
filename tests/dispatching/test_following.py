"""What follows from outcomes, losses, releases and new analyses."""

import pytest

from graphsvc.dispatching.values import OutcomeTold
from graphsvc.errors import UsageError
from graphsvc.model.references import warning_reference
from graphsvc.model.warnings import ClaimedWarning, LeaseRefusal, WarningEvent, WarningEventKind, WarningState
from graphsvc.model.words import OutcomeKind
from graphsvc.store.facts import facts_at
from tests.dispatching.queue import APP, CALL, DAY, HOUR, MINUTE, SMS, START, VISIT, VOICE, Queue, ranked


def _called(queue: Queue, **changes: object) -> ClaimedWarning:
    queue.unbounded()
    queue.rank(ranked(1, grade="high", deadline_at=None, **changes))
    queue.ack(*queue.claim(SMS), outcome="delivered")
    (one,) = queue.claim(CALL)
    return one


def _state(queue: Queue, claimed: ClaimedWarning) -> WarningState:
    return queue.desk.warning(claimed.warning.warning_id).state


def test_what_was_handed_over_waits_for_its_outcome_and_is_not_sent_again(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    queue.ack(one)
    assert _state(queue, one) is WarningState.HANDED_OVER
    queue.later(HOUR)
    queue.rank(ranked(1))
    assert queue.claim() == []
    ids = queue.desk.record_outcomes([OutcomeTold(one.warning.warning_id, OutcomeKind.DELIVERED)], now=queue.now)
    assert len(ids) == 1
    assert _state(queue, one) is WarningState.SETTLED


def test_an_outcome_is_a_fact_and_the_same_again_is_the_same_fact(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    queue.ack(one)
    told = [OutcomeTold(one.warning.warning_id, OutcomeKind.REFUSED, note="said +86 138 0000 0000 was a friend")]
    first = queue.desk.record_outcomes(told, now=queue.now)
    before = queue.kinds()
    assert queue.desk.record_outcomes(told, now=queue.now) == first
    assert queue.kinds() == before
    (fact,) = facts_at(queue.catalogue, queue.now.service).outcomes.to_pylist()
    assert (fact["number"], fact["outcome"], fact["warning_id"]) == (1, "refused", warning_reference(1))
    assert fact["note"] == "said … was a friend"


@pytest.mark.parametrize("outcome", ["refused", "not_convinced", "unreachable", "busy"])
def test_a_call_that_did_not_convince_becomes_a_visit_at_once(queue: Queue, outcome: str) -> None:
    one = _called(queue)
    queue.ack(one, outcome=outcome)
    (visit,) = queue.claim(VISIT)
    assert (visit.warning.number, visit.warning.cause, visit.attempt) == (1, outcome, 1)
    queue.ack(visit, outcome="refused")
    assert [queue.claim(channel) for channel in (SMS, CALL, VISIT)] == [[], [], []]


def test_a_busy_line_after_a_shallow_contact_is_tried_again(queue: Queue) -> None:
    one = _called(queue, stage="listening")
    queue.ack(one, outcome="busy")
    assert queue.claim(VISIT) == []
    queue.later(8 * MINUTE)
    (again,) = queue.claim(CALL)
    assert again.attempt == 2


def test_nobody_at_home_five_times_escalates(queue: Queue) -> None:
    one = _called(queue)
    for attempt in range(1, 6):
        assert one.attempt == attempt
        assert queue.claim(VISIT) == []
        queue.ack(one, outcome="no_answer")
        if attempt < 5:
            queue.later(3 * HOUR)
            (one,) = queue.claim(CALL)
    (visit,) = queue.claim(VISIT)
    assert visit.warning.cause == "no_answer"


def test_a_message_that_cannot_be_delivered_becomes_a_call(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.ack(*queue.claim(SMS), outcome="unreachable")
    (call,) = queue.claim(CALL)
    assert call.warning.cause == "unreachable"


@pytest.mark.parametrize("outcome", ["dissuaded", "family_informed", "payment_stopped", "false_alarm"])
def test_who_is_safe_gets_no_other_warning_of_the_same_affair(queue: Queue, outcome: str) -> None:
    queue.unbounded()
    queue.rank(ranked(1, grade="high"), ranked(2, grade="high"))
    leased = queue.claim(SMS)
    (call, other) = queue.claim(CALL)
    queue.ack(call, outcome=outcome)
    message = next(one for one in leased if one.warning.number == call.warning.number)
    assert _state(queue, message) is WarningState.CANCELLED
    result = queue.desk.ack([one.lease_token for one in leased], outcome=None, now=queue.now)
    assert [refused.reason for refused in result.refused] == [LeaseRefusal.CANCELLED]
    assert len(result.accepted) == 1
    queue.later(25 * HOUR)
    queue.rank(ranked(1, grade="high"), ranked(2, grade="high"))
    assert call.warning.number not in {one.warning.number for one in [*queue.claim(SMS), *queue.claim(CALL)]}
    queue.ack(other) if _state(queue, other) is WarningState.LEASED else None


def test_after_a_false_alarm_the_person_is_left_alone_for_a_week_though_called_again(queue: Queue) -> None:
    one = _called(queue)
    queue.ack(one, outcome="false_alarm")
    for days in (1, 5):
        queue.later(days * DAY)
        queue.rank(ranked(1, last_at=queue.now.service))
        assert queue.claim(SMS) == []
    queue.later(2 * DAY)
    queue.rank(ranked(1, last_at=queue.now.service))
    assert len(queue.claim(SMS)) == 1


def test_a_late_outcome_does_not_undo_a_better_one(queue: Queue) -> None:
    one = _called(queue)
    queue.ack(one, outcome="dissuaded")
    queue.desk.record_outcomes([OutcomeTold(one.warning.warning_id, OutcomeKind.NOT_CONVINCED)], now=queue.now)
    assert queue.claim(VISIT) == []
    assert queue.desk.warning(one.warning.warning_id).outcome == "dissuaded"


def test_a_loss_told_by_the_person_is_urgent_and_ends_the_rest(queue: Queue) -> None:
    one = _called(queue)
    queue.ack(one, outcome="already_lost")
    urgent = [event for event in queue.desk.events(first=100, after=None).events if event.urgent]
    assert [(event.kind, event.outcome) for event in urgent] == [(WarningEventKind.OUTCOME, "already_lost")]


def test_a_reported_loss_ends_the_persons_open_warnings_of_its_kind_and_is_urgent(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, grade="high"), ranked(2))
    (call,) = queue.claim(CALL)
    queue.later(MINUTE)
    queue.add("cases", case_id="c", number=1, lost_at=queue.now.service, scam_type="loan")
    queue.desk.tick(now=queue.now)
    assert [one.warning.number for one in queue.claim(SMS)] == [2]
    refused = queue.desk.ack([call.lease_token], outcome=None, now=queue.now).refused
    assert refused[0].reason is LeaseRefusal.CANCELLED
    (urgent,) = [event for event in queue.desk.events(first=100, after=None).events if event.urgent]
    assert (urgent.kind, urgent.number, urgent.network_id) == (WarningEventKind.LOSS_REPORTED, 1, 7)
    before = queue.kinds()
    queue.desk.tick(now=queue.now)
    assert queue.kinds() == before


def test_losses_from_before_the_first_plan_are_history(queue: Queue) -> None:
    queue.add("cases", case_id="c", number=1, lost_at=START - DAY, scam_type="loan")
    queue.rank(ranked(1))
    queue.desk.tick(now=queue.now)
    assert "loss_reported" not in queue.kinds()


def test_outcomes_of_a_feed_follow_as_those_of_a_call(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    queue.ack(*queue.claim())
    named = {"warning_id": warning_reference(1)}
    queue.add("outcomes", number=1, at=queue.now.service, outcome="refused", **named)
    queue.add("outcomes", number=2, at=queue.now.service, outcome="unreachable")  # names no warning: the newest
    queue.add("outcomes", number=2, at=queue.now.service, outcome="dissuaded", **named)  # of somebody else
    queue.add("outcomes", number=99, at=queue.now.service, outcome="refused")  # of a stranger
    queue.desk.tick(now=queue.now)
    assert sorted((one.warning.number, one.warning.cause) for one in queue.claim(CALL)) == [
        (1, "refused"),
        (2, "unreachable"),
    ]


def test_a_person_who_is_not_ranked_any_more_is_not_warned(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1), ranked(2))
    (one,) = queue.claim(limit=1)
    queue.later(MINUTE // 2)
    queue.rank(ranked(3))
    assert [claimed.warning.number for claimed in queue.claim()] == [3]
    refused = queue.desk.extend([one.lease_token], lease_seconds=60, now=queue.now, wall=lambda: queue.now.wall).refused
    assert refused[0].reason is LeaseRefusal.CANCELLED


def test_nobody_is_warned_of_a_suspect_that_was_released(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, suspect=50), ranked(2, suspect=51), ranked(3, suspect=50))
    (one,) = queue.claim(limit=1)
    assert queue.desk.cancel_citing(50, reason="appeal", now=queue.now) == 2
    refused = queue.desk.ack([one.lease_token], outcome=None, now=queue.now).refused
    assert refused[0].reason is LeaseRefusal.CANCELLED
    assert [claimed.warning.number for claimed in queue.claim()] == [2]
    queue.later(MINUTE // 2)
    queue.desk.plan(now=queue.now, released=[50])
    assert queue.claim() == []


def test_nor_of_a_number_that_their_evidence_names(queue: Queue) -> None:
    evidence = '[{"rule": "met_suspect_number", "contribution": 3.0, "facts": {"number": 51, "numbers": [50, 52]}}]'
    other = '[{"rule": "met_suspect_number", "contribution": 3.0, "facts": {"number": 51, "count": 50}}]'
    queue.unbounded()
    queue.rank(ranked(1, suspect=51, evidence=evidence), ranked(2, suspect=51, evidence=other))
    assert queue.desk.cancel_citing(50, reason="appeal", now=queue.now) == 1
    assert [claimed.warning.number for claimed in queue.claim()] == [2]


def test_the_app_and_the_robots_voice_are_used_once_somebody_gives_them_capacity(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    assert queue.claim(APP) == queue.claim(VOICE) == []
    queue.capacity(APP, 1)
    queue.capacity(VOICE, None)
    queue.later(MINUTE)
    queue.rank(ranked(1), ranked(2), ranked(3, grade="low"))
    assert len(queue.claim(APP)) == 1
    assert sorted(one.warning.number for one in queue.claim(VOICE)) == [1, 2]


def test_a_new_analysis_changes_the_order_of_what_is_not_claimed(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, deadline_at=START + 2 * HOUR), ranked(2, deadline_at=START + 9 * HOUR))
    queue.later(MINUTE)
    queue.rank(
        ranked(1, deadline_at=START + 9 * HOUR),
        ranked(2, deadline_at=START + 2 * HOUR, probability=0.9, evidence='[{"new":1}]'),
    )
    (first, second) = queue.claim()
    assert (first.warning.number, first.warning.probability, second.warning.number) == (2, 0.9, 1)
    assert first.warning.evidence == '[{"new":1}]'


def test_on_one_channel_a_person_is_warned_once_a_day_and_again_only_for_something_new(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.ack(*queue.claim())
    queue.later(23 * HOUR)
    queue.rank(ranked(1, last_at=queue.now.service))
    assert queue.claim() == []
    queue.later(2 * HOUR)
    queue.rank(ranked(1))
    assert queue.claim() == []
    queue.rank(ranked(1, last_at=queue.now.service))
    assert len(queue.claim()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"network_id": 8},  # it was absorbed by another network …
        {"network_id": None},  # … or found to be a lone suspect
        {"network_id": 9, "suspect": 2},  # the network of the same members under a new id
    ],
)
def test_the_same_affair_under_another_name_is_no_second_warning(queue: Queue, changed: dict[str, int | None]) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.ack(*queue.claim())
    queue.later(HOUR)
    lineage = {9: '[{"network_id": 7, "shared": 3, "kind": "merged"}]'}
    queue.rank(ranked(1, last_at=queue.now.service, **changed), lineage=lineage)
    assert queue.claim() == []


def test_another_affair_is_another_warning(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.ack(*queue.claim())
    queue.later(HOUR)
    queue.rank(ranked(1, network_id=8, suspect=2))
    assert len(queue.claim()) == 1


def test_it_got_worse_after_the_message_so_a_call_follows(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, stage="listening", probability=0.01))
    queue.ack(*queue.claim(SMS), outcome="delivered")
    queue.later(HOUR)
    queue.rank(ranked(1, stage="committed", last_at=queue.now.service))
    assert queue.claim(SMS) == [], "within the day there is no second message"
    (call,) = queue.claim(CALL)
    assert call.warning.cause == "worse"


def test_somebody_who_lost_gets_no_new_warning(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1, stage="lost", grade="low", deadline_at=None))
    assert queue.claim(SMS) == []


def test_an_outcome_cannot_be_of_the_future_nor_older_than_its_warning(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    queue.ack(*queue.claim())
    for at in (queue.now.service + 1, START - 1):
        with pytest.raises(UsageError, match="at of outcome 1"):
            queue.desk.record_outcomes([OutcomeTold(1, OutcomeKind.DELIVERED, at=at)], now=queue.now)


def _routed(queue: Queue) -> None:
    """Both the county's and the city's desk are attended when a warning of the county is made."""
    queue.unbounded()
    assert queue.claim(region="440305") == queue.claim(region="4403") == []
    queue.rank(ranked(1, deadline_at=START + 8 * HOUR), ranked(2, region="110101"))
    queue.ack(*queue.claim())
    assert [row.desk for row in queue.desk.warnings_of([1])[1]] == ["440305"], "the ministry does not get it"


def test_a_warning_goes_down_to_the_county_and_back_up_to_the_city_when_nobody_acts(queue: Queue) -> None:
    _routed(queue)
    queue.later(2 * HOUR)
    assert queue.claim(region="4403") == []
    queue.desk.tick(now=queue.now)
    assert queue.claim() == []
    assert [one.warning.number for one in queue.claim(region="4403")] == [1]
    assert "passed_up" in queue.kinds()


def test_where_the_city_has_gone_home_too_it_goes_up_to_the_ministry(queue: Queue) -> None:
    _routed(queue)
    queue.later(2 * HOUR)
    queue.desk.tick(now=queue.now)
    assert [one.warning.number for one in queue.claim()] == [1]


def test_a_warning_that_nobody_takes_goes_up_all_four_levels(queue: Queue) -> None:
    queue.unbounded()
    levels = ["440305", "4403", "44", ""]  # county, city, province, ministry
    assert [queue.claim(region=desk) for desk in levels[:3]] == [[], [], []]
    queue.rank(ranked(1, deadline_at=START + 40 * HOUR))
    for place, desk in enumerate(levels):
        assert [row.desk for row in queue.desk.warnings_of([1])[1]] == [desk]
        if desk:
            queue.later(2 * HOUR)
            assert [queue.claim(region=higher) for higher in levels[place + 1 : 3]] == [[]] * (2 - place)
            queue.desk.tick(now=queue.now)
    assert queue.kinds().count("passed_up") == 3
    assert [one.warning.number for one in queue.claim()] == [1]


def test_the_county_can_always_take_what_is_its_own(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    assert [one.warning.number for one in queue.claim(region="440305")] == [1]


def test_the_log_is_read_from_any_cursor_without_gap_or_repetition(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(*[ranked(n) for n in range(10)])
    queue.ack(*queue.claim(limit=5))
    whole = queue.desk.events(first=1000, after=None).events
    ids = [event.event_id for event in whole]
    assert ids == sorted(set(ids))
    parts: list[WarningEvent] = []
    cursor, more = None, True
    while more:
        page = queue.desk.events(first=3, after=cursor)
        parts += page.events
        cursor, more = page.cursor, page.more
    assert tuple(parts) == whole
    assert queue.desk.events(first=3, after=cursor).cursor == cursor


def test_a_warning_tells_its_story(queue: Queue) -> None:
    queue.unbounded()
    queue.rank(ranked(1))
    (one,) = queue.claim()
    queue.desk.fail([one.lease_token], reason="line 13800000000 is dead", retry_after_seconds=0, now=queue.now)
    queue.ack(*queue.claim(worker="another"), outcome="delivered")
    story = queue.desk.history([1, 2])
    assert [(event.kind.value, event.worker, event.attempt) for event in story[1]] == [
        ("made", None, 0),
        ("claimed", "w", 1),
        ("failed", "w", 1),
        ("claimed", "another", 2),
        ("handed_over", "another", 2),
        ("outcome", "another", 2),
    ]
    assert story[1][2].reason == "line … is dead"
    assert story[2] == []
