"""Who gets a warning, and what becomes of the warnings that stand, after each analysis. Pure.

A person is warned about one affair at a time: the network, or the lone suspect, that the ranking cites. On one channel
at most once in 24 hours, and again only if something happened since. A message goes to whoever is worth one; a call as
well to those of high grade; a stronger channel when it got worse after the last warning.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphsvc.dispatch.order import turn
from graphsvc.dispatch.outcomes import STRONGER
from graphsvc.dispatch.worth import worth
from graphsvc.model.warnings import DAY_MS, HOUR_MS, OPEN_STATES, WarningChannel, WarningRow, WarningState
from graphsvc.model.words import Grade, OutcomeKind, ScamType, Stage

COOL_DOWN_MS: Final = DAY_MS
"""Between two warnings of a person about the same affair on the same channel. [contract]"""
LEFT_ALONE_MS: Final = 7 * DAY_MS
"""After a false alarm, or where the number is not the person's: nobody is warned about that affair. [assumed]"""
TALKED_FROM: Final = 0.5
"""`in_contact_probability` from which a message is worth it whatever the loss: the person talked to a fraud number
[the claim of the national message service, fraud-patterns section 1]"""
SCARCE_PROBABILITY: Final = 0.002
"""Probability of a loss below which even that is no reason. [assumed]"""
HELPS_LEAST_MS: Final = 2 * HOUR_MS
HELPS_MOST_MS: Final = 7 * DAY_MS
"""A warning helps for three times as long as its deadline lay ahead, within these bounds. [assumed: half of the losses
still ahead come after the deadline; a probability speaks of seven days]"""

_ALWAYS: Final = (WarningChannel.SMS, WarningChannel.CALL)
_STAGES: Final = [stage.value for stage in Stage]
_GRADES: Final = [Grade.LOW.value, Grade.MEDIUM.value, Grade.HIGH.value]
FINISHED: Final = frozenset(
    {OutcomeKind.DISSUADED, OutcomeKind.FAMILY_INFORMED, OutcomeKind.PAYMENT_STOPPED, OutcomeKind.ALREADY_LOST}
)
"""Outcomes after which only a new contact is a reason to warn again."""
MISTAKEN: Final = frozenset({OutcomeKind.FALSE_ALARM, OutcomeKind.WRONG_PERSON})
"""Outcomes after which the person is left alone."""


@dataclass(frozen=True)
class Person:
    """A ranked person: a row of VICTIMS with the suspect, and the newest contact with it, from EXPOSURES."""

    number: int
    network_id: int | None
    suspect: int | None
    last_at: int
    grade: str
    stage: str
    scam_type: str
    probability: float
    in_contact_probability: float
    deadline_at: int | None
    region: str | None
    evidence: str


@dataclass(frozen=True)
class Occasion:
    """When and from what is planned."""

    analysis_id: str
    as_of: int
    service: int
    """Service time of the planning."""
    released: Collection[int] = frozenset()
    """Suspects that were set free: nobody is warned of them."""
    same_network: Mapping[int, Collection[int]] = field(default_factory=dict)
    """Network → earlier ids that its members had."""
    beside: Collection[WarningChannel] = frozenset()
    """Channels beside message, call and visit that have a capacity now: the app, the robot's voice."""

    def about_the_same(self, person: Person, row: WarningRow) -> bool:
        """Whether a warning was about what the ranking now holds against the same suspect or network."""
        if row.suspect is not None and row.suspect == person.suspect:
            return True
        if person.network_id is None or row.network_id is None:
            return False
        return row.network_id == person.network_id or row.network_id in self.same_network.get(person.network_id, ())


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


def _plan_one(person: Person, rows: Sequence[WarningRow], occasion: Occasion, result: Plan) -> None:
    free = person.suspect in occasion.released
    affair = [row for row in rows if occasion.about_the_same(person, row)]
    open_rows = [row for row in rows if row.state in OPEN_STATES]
    wanted = {} if free else _wanted(person, affair, occasion)
    for row in open_rows:
        if row not in affair:
            if row.state is WarningState.DUE:
                result.cancelled.append((row, "about something else now"))
        elif free:
            result.cancelled.append((row, "the suspect was released"))
        elif row.state is WarningState.DUE and row.cause == "ranked" and not _first_channels(person, occasion):
            result.cancelled.append((row, "not likely enough any more"))
        else:
            result.changed.append((row.warning_id, _refreshed(person, row, occasion)))
    there = {row.channel for row in open_rows if row in affair}
    for channel, cause in wanted.items():
        if channel not in there:
            result.made.append(new_warning(person, channel, cause, occasion))


def _wanted(person: Person, affair: Sequence[WarningRow], occasion: Occasion) -> dict[WarningChannel, str]:
    """Channels on which the person is to be warned now, and why; open ones included."""
    if _left_alone(person, affair, occasion.service):
        return {}
    wanted = dict.fromkeys(_first_channels(person, occasion), "ranked")
    stronger = _because_worse(person, affair)
    if stronger is not None:
        wanted.setdefault(stronger, "worse")
    return {channel: cause for channel, cause in wanted.items() if _may(person, channel, affair, occasion.service)}


def _first_channels(person: Person, occasion: Occasion) -> list[WarningChannel]:
    """[grades: a call is worth a loss in ten, a message one in fifty, docs/definitions.md section 12]"""
    talked = person.in_contact_probability >= TALKED_FROM and person.probability >= SCARCE_PROBABILITY
    if person.stage == Stage.LOST.value or (person.grade == Grade.LOW.value and not talked):
        return []
    channels = [WarningChannel.SMS, WarningChannel.APP]
    if person.grade != Grade.LOW.value:
        channels.append(WarningChannel.VOICE)
    if person.grade == Grade.HIGH.value:
        channels.append(WarningChannel.CALL)
    return [channel for channel in channels if channel in _ALWAYS or channel in occasion.beside]


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


def new_warning(person: Person, channel: WarningChannel, cause: str, occasion: Occasion) -> WarningRow:
    """A warning that is due at once."""
    told = _told(person, channel, occasion)
    return WarningRow(
        warning_id=0,
        number=person.number,
        channel=channel,
        cause=cause,
        made_at=occasion.service,
        state=WarningState.DUE,
        desk="",
        desk_until=None,
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


def _told(person: Person, channel: WarningChannel, occasion: Occasion) -> dict[str, Any]:
    """What a warning says of its person, from the newest analysis."""
    left = None if person.deadline_at is None else person.deadline_at - occasion.as_of
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
        "worth": worth(
            channel,
            probability=person.probability,
            stage=Stage(person.stage),
            scam_type=ScamType(person.scam_type),
            left_ms=left,
        ),
    }


def _refreshed(person: Person, row: WarningRow, occasion: Occasion) -> dict[str, Any]:
    """What changes of an open warning: what it says, and its place. One that a worker has keeps both."""
    if row.state is not WarningState.DUE:
        return {}
    told = _told(person, row.channel, occasion)
    told["turn"] = turn(deadline_at=person.deadline_at, worth=told["worth"], beyond_capacity=row.beyond_capacity)
    return {name: value for name, value in told.items() if getattr(row, name) != value}
