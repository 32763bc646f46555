"""Who gets a warning, and what becomes of the warnings that stand, after each analysis. Pure.

A person is warned about one affair at a time: the network, or the lone suspect, that the ranking cites. On one channel
at most once in 24 hours, and again only if something happened since. A channel is wanted where a warning on it would
prevent enough (dispatch.policies), a call also at high grade, a stronger one when it got worse after the last warning.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphsvc.dispatch.channels import first_channels, stake_of, worth_nothing
from graphsvc.dispatch.order import turn
from graphsvc.dispatch.outcomes import STRONGER
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.routing import held_until, most_local
from graphsvc.dispatch.worth import AtStake
from graphsvc.model.warnings import DAY_MS, HOUR_MS, OPEN_STATES, WarningChannel, WarningRow, WarningState
from graphsvc.model.words import Grade, OutcomeKind, Stage

COOL_DOWN_MS: Final = DAY_MS
"""Between two warnings of a person about the same affair on the same channel. [contract]"""
LEFT_ALONE_MS: Final = 7 * DAY_MS
"""After a false alarm, or where the number is not the person's: nobody is warned about that affair. [assumed]"""
HELPS_LEAST_MS: Final = 2 * HOUR_MS
HELPS_MOST_MS: Final = 7 * DAY_MS
"""A warning helps for three times as long as its deadline lay ahead, within these bounds. [assumed: half of the losses
still ahead come after the deadline; a probability speaks of seven days]"""

_STAGES: Final = [stage.value for stage in Stage]
_GRADES: Final = [Grade.LOW.value, Grade.MEDIUM.value, Grade.HIGH.value]
FINISHED: Final = frozenset(
    {OutcomeKind.DISSUADED, OutcomeKind.FAMILY_INFORMED, OutcomeKind.PAYMENT_STOPPED, OutcomeKind.ALREADY_LOST}
)
"""Outcomes after which only a new contact is a reason to warn again."""
MISTAKEN: Final = frozenset({OutcomeKind.FALSE_ALARM, OutcomeKind.WRONG_PERSON})
"""Outcomes after which the person is left alone."""


@dataclass
class Plan:
    """What planning comes to. New rows have the id 0 until they are kept."""

    made: list[WarningRow] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    cancelled: list[tuple[WarningRow, str]] = field(default_factory=list)


def plan(people: Sequence[Person], standing: Sequence[WarningRow], occasion: Occasion) -> Plan:
    """What to make, change and cancel for these people; `standing` are all their warnings so far, oldest first."""
    result = Plan()
    by_number: dict[int, list[WarningRow]] = {}
    for row in standing:
        by_number.setdefault(row.number, []).append(row)
    for person in people:
        _plan_one(person, by_number.get(person.number, []), occasion, result)
    return result


def may_concern(person: Person, occasion: Occasion) -> bool:
    """Whether somebody who was never warned may get a warning: a quick look that spares most people a plan."""
    return not worth_nothing(person, stake_of(person, (), occasion), occasion.policy)


def _plan_one(person: Person, rows: Sequence[WarningRow], occasion: Occasion, result: Plan) -> None:
    free = person.suspect in occasion.released
    affair = [row for row in rows if occasion.about_the_same(person, row)]
    open_rows = [row for row in rows if row.state in OPEN_STATES]
    stake = stake_of(person, affair, occasion)
    if not rows and worth_nothing(person, stake, occasion.policy):
        return
    first, still = first_channels(person, stake, occasion)
    wanted = {} if free else _wanted(person, first, affair, occasion)
    for row in open_rows:
        if row not in affair:
            if row.state is WarningState.DUE:
                result.cancelled.append((row, "about something else now"))
        elif free:
            result.cancelled.append((row, "the suspect was released"))
        elif row.state is WarningState.DUE and row.cause == "ranked" and row.channel not in still:
            result.cancelled.append((row, "not likely enough any more"))
        else:
            result.changed.append((row.warning_id, _refreshed(person, row, occasion, stake)))
    there = {row.channel for row in open_rows if row in affair}
    for channel, cause in wanted.items():
        if channel not in there:
            result.made.append(new_warning(person, channel, cause, occasion, stake))


def _wanted(
    person: Person, first: Collection[WarningChannel], affair: Sequence[WarningRow], occasion: Occasion
) -> dict[WarningChannel, str]:
    """Channels on which the person is to be warned now, and why; open ones included."""
    if _left_alone(person, affair, occasion.service):
        return {}
    wanted = dict.fromkeys(first, "ranked")
    stronger = _because_worse(person, affair)
    if stronger is not None:
        wanted.setdefault(stronger, "worse")
    return {channel: cause for channel, cause in wanted.items() if _may(person, channel, affair, occasion.service)}


def _left_alone(person: Person, affair: Sequence[WarningRow], service: int) -> bool:
    """Whether somebody said that there is nothing (more) to warn of."""
    for row in affair:
        since = row.closed_at if row.closed_at is not None else row.made_at
        if row.outcome in MISTAKEN and service < since + LEFT_ALONE_MS:
            return True
        if row.outcome in FINISHED and person.last_at <= since:
            return True
    return False


def _because_worse(person: Person, affair: Sequence[WarningRow]) -> WarningChannel | None:
    """The channel above the strongest that warned, if the fraud went further since or looks graver."""
    warned = [row for row in affair if row.warned_at is not None]
    if not warned:
        return None
    last = warned[-1]
    deeper = _STAGES.index(person.stage) > max(_STAGES.index(last.stage), _STAGES.index(Stage.LISTENING.value))
    graver = _GRADES.index(person.grade) > _GRADES.index(last.grade) and person.grade == Grade.HIGH.value
    if person.stage == Stage.LOST.value or not (deeper or graver):
        return None
    order = [WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT]
    strongest = max(warned, key=lambda row: order.index(row.channel) if row.channel in order else 0)
    return STRONGER.get(strongest.channel)


def _may(person: Person, channel: WarningChannel, affair: Sequence[WarningRow], service: int) -> bool:
    """Whether the cool-down is over and, after a warning, something happened since."""
    for row in affair:
        if row.channel is not channel or row.state in (WarningState.CANCELLED, *OPEN_STATES):
            continue
        since = _last_touched(row)
        if abs(service - since) < COOL_DOWN_MS:  # a clock that was set back ends no cool-down
            return False
        if person.last_at <= since and not _risen(person, row):
            return False
    return True


def _last_touched(row: WarningRow) -> int:
    return max(at for at in (row.made_at, row.warned_at, row.closed_at) if at is not None)


def _risen(person: Person, row: WarningRow) -> bool:
    return _STAGES.index(person.stage) > _STAGES.index(row.stage) or (
        _GRADES.index(person.grade) > _GRADES.index(row.grade)
    )


def new_warning(person: Person, channel: WarningChannel, cause: str, occasion: Occasion, stake: AtStake) -> WarningRow:
    """A warning that is due at once, at the most local attended desk of its channel."""
    told = _told(person, channel, occasion, stake)
    desk = most_local(person.region, occasion.attended.get(channel, ()))
    return WarningRow(
        warning_id=0,
        number=person.number,
        channel=channel,
        cause=cause,
        made_at=occasion.service,
        state=WarningState.DUE,
        desk=desk,
        desk_until=held_until(desk, occasion.service, person.deadline_at),
        beyond_capacity=False,
        not_before=0,
        attempt=0,
        fence=0,
        lease_until=None,
        worker=None,
        outcome=None,
        warned_at=None,
        closed_at=None,
        turn=turn(deadline_at=person.deadline_at, worth=told["worth"], beyond_capacity=False),
        **told,
    )


def _told(person: Person, channel: WarningChannel, occasion: Occasion, stake: AtStake) -> dict[str, Any]:
    """What a warning says of its person, from the newest analysis."""
    left = stake.left_ms
    helps = HELPS_MOST_MS if left is None else min(max(3 * left, HELPS_LEAST_MS), HELPS_MOST_MS)
    return {
        "network_id": person.network_id,
        "suspect": person.suspect,
        "grade": person.grade,
        "stage": person.stage,
        "scam_type": person.scam_type,
        "probability": person.probability,
        "in_contact_probability": person.in_contact_probability,
        "deadline_at": person.deadline_at,
        "helps_until": max(occasion.as_of, occasion.service) + helps,
        "region": person.region,
        "evidence": person.evidence,
        "analysis_id": occasion.analysis_id,
        "worth": stake.worth(channel),
    }


def _refreshed(person: Person, row: WarningRow, occasion: Occasion, stake: AtStake) -> dict[str, Any]:
    """What changes of an open warning: what it says, and its place. One that a worker has keeps both."""
    if row.state is not WarningState.DUE:
        return {}
    told = _told(person, row.channel, occasion, stake)
    told["turn"] = turn(deadline_at=person.deadline_at, worth=told["worth"], beyond_capacity=row.beyond_capacity)
    return {name: value for name, value in told.items() if getattr(row, name) != value}
