"""What people went through, event by event: contacts with suspect numbers, what each did next, how far it went, losses,
and what was done about it, in one order of time.

By what the analysis holds against numbers: whoever is suspect now was met then, whether or not anybody knew it. The
rules are those of the engine and of the ranking, so the events add up to the figures of the exposure and to the stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

import numpy as np
import polars as pl

from graphsvc.engine import parameters
from graphsvc.engine.population import Bool
from graphsvc.graph.snapshot import Int8, Int32, Int64, Snapshot
from graphsvc.model.timelines import PersonEventKind as Kind
from graphsvc.model.warnings import WarningEvent, WarningEventKind
from graphsvc.model.words import CALL, SMS, VERIFYING_ROLES, DirectoryRole
from graphsvc.reports.known import roles_of
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.values import ShownNumber
from graphsvc.store import facts_about, warnings

_UNTOLD: Final = frozenset(
    {
        # What workers do among themselves says nothing of the person.
        WarningEventKind.CLAIMED,
        WarningEventKind.EXTENDED,
        WarningEventKind.RELEASED,
        WarningEventKind.LEASE_EXPIRED,
        # The loss stands for itself.
        WarningEventKind.LOSS_REPORTED,
    }
)


@dataclass(frozen=True)
class PersonEvent:
    """One line of a person's timeline."""

    at: int
    """Epoch ms."""
    kind: Kind
    number: ShownNumber | None = None
    """The suspect, or whom the person asked, or the bank; masked."""
    fraud_probability: float | None = None
    """Of a suspect, by the analysis."""
    seconds: int | None = None
    """Of talk: 0 for a call that nobody answered."""
    stage: str | None = None
    warning: WarningEvent | None = None


def timelines_of(basis: Basis, names: Names, numbers: Sequence[int]) -> dict[int, list[PersonEvent]]:
    """The timeline of each of these people (registry ids), the oldest event first."""
    contacts = {number: _Contacts.of(basis.snapshot, number) for number in numbers}
    others = np.unique(np.concatenate([np.empty(0, np.int32), *(one.others for one in contacts.values())]))
    found = names.freed.suspicion_of(basis.catalogue, basis.record.analysis_id, others.tolist())
    suspicion = dict(zip(found["number"].to_pylist(), found["fraud_probability"].to_pylist(), strict=True))
    as_of = basis.record.as_of
    roles = roles_of(basis.catalogue, basis.registry, others.tolist(), as_of)
    known = _Known(
        suspects={n: p for n, p in suspicion.items() if p >= parameters.EXPOSING_FROM and n not in roles},
        verifying=frozenset(number for number, role in roles.items() if role in VERIFYING_ROLES),
        banks=frozenset(number for number, role in roles.items() if role == DirectoryRole.BANK),
    )
    lost, said = facts_about.losses_of(basis.catalogue, numbers, as_of), _warnings(basis, numbers)
    steps = {number: _steps(basis.snapshot, contacts[number], known, lost.get(number, [])) for number in numbers}
    shown = names.numbers(step.other for of_person in steps.values() for step in of_person if step.other is not None)
    return {
        number: sorted(
            [*_told(steps[number], shown, known), *_stages(steps[number]), *said[number]],
            key=attrgetter("at"),  # at one instant: what happened, how far it went, what was done
        )
        for number in numbers
    }


@dataclass(frozen=True)
class _Known:
    """Who is who, by registry id."""

    suspects: dict[int, float]
    verifying: frozenset[int]
    banks: frozenset[int]


@dataclass(frozen=True)
class _Contacts:
    """A person's contacts: indices in the snapshot, whom with, and whether the person began them."""

    index: Int64
    others: Int32
    """Registry ids."""
    out: Bool

    @classmethod
    def of(cls, snapshot: Snapshot, number: int) -> "_Contacts":
        dense = int(snapshot.dense([number])[0])
        if dense < 0:
            return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.bool_))
        out = np.arange(*snapshot.out_start[[dense, dense + 1]])
        into = snapshot.in_contact[slice(*snapshot.in_start[[dense, dense + 1]])]
        ends = np.concatenate([snapshot.contact_to[out], snapshot.contact_from[into]])
        began = np.arange(len(ends)) < len(out)
        return cls(np.concatenate([out, into]), snapshot.numbers[ends], began)


@dataclass(frozen=True)
class _Step:
    """Something that happened to a person or that the person did."""

    at: int
    kind: Kind
    other: int | None = None
    seconds: int = 0
    of_talk: bool = field(default=False, kw_only=True)
    """Whether `seconds` means anything."""


def _steps(snapshot: Snapshot, contacts: _Contacts, known: _Known, losses: Sequence[int]) -> list[_Step]:
    from graphsvc.engine import exposure  # compiled: a question about anything else need not wait for it
    from graphsvc.engine.handovers import events_of
    from graphsvc.engine.meetings import met

    def among(some: Any) -> Bool:
        return np.isin(contacts.others, np.fromiter(some, np.int32, len(some)))

    asked, told = among(known.verifying) & contacts.out, among(known.banks) & ~contacts.out
    wanted = np.flatnonzero(among(known.suspects) | asked | told)
    order = wanted[np.argsort(contacts.index[wanted], kind="stable")]
    event, of_contact = events_of(snapshot, contacts.index[order])
    place = order[np.searchsorted(contacts.index[order], of_contact)]
    by_time = np.lexsort((event, snapshot.event_at[event]))
    event, place = event[by_time], place[by_time]
    at, channel = snapshot.event_at[event], snapshot.event_channel[event]
    other, suspect = contacts.others[place], among(known.suspects)[place]
    meetings = met(
        person=np.zeros(int(suspect.sum()), np.int32),
        suspect=other[suspect],
        at=at[suspect],
        duration_s=snapshot.event_duration_s[event][suspect],
        call=channel[suspect] == CALL,
        answered=snapshot.event_answered[event][suspect],
        back=contacts.out[place][suspect],
    )
    own = np.flatnonzero((asked[place] & (channel == CALL)) | (told[place] & (channel == SMS)))
    kind: Int8 = np.where(
        told[place[own]],
        exposure.CODE,
        np.where(among(known.banks)[place[own]], exposure.BANK_CALL, exposure.VERIFICATION),
    ).astype(np.int8)
    soon = exposure.prompted(meetings, np.zeros(len(own), np.int32), at[own], kind)
    reacted = zip(at[own][soon].tolist(), kind[soon].tolist(), other[own][soon].tolist(), strict=True)
    kinds = {exposure.VERIFICATION: Kind.VERIFICATION, exposure.BANK_CALL: Kind.BANK_CALL, exposure.CODE: Kind.CODE}
    steps = [
        *_met(meetings),
        *(_Step(when, kinds[what], whom) for when, what, whom in reacted),
        *(_Step(when, Kind.LOSS) for when in losses),
    ]
    return sorted(steps, key=attrgetter("at"))


def _met(meetings: Any) -> list[_Step]:
    columns = (meetings.at, meetings.suspect, meetings.seconds, meetings.call, meetings.back)
    kinds = {
        (True, False): Kind.CALL,
        (True, True): Kind.CALL_BACK,
        (False, False): Kind.MESSAGE,
        (False, True): Kind.MESSAGE_BACK,
    }
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_Step(at, kinds[call, back], whom, seconds, of_talk=call) for at, whom, seconds, call, back in rows]


def _told(steps: Sequence[_Step], shown: dict[int, ShownNumber], known: _Known) -> list[PersonEvent]:
    return [
        PersonEvent(
            at=step.at,
            kind=step.kind,
            number=None if step.other is None else shown[step.other],
            fraud_probability=None if step.other is None else known.suspects.get(step.other),
            seconds=step.seconds if step.of_talk else None,
        )
        for step in steps
    ]


_CONTACTS: Final = (Kind.CALL, Kind.MESSAGE, Kind.CALL_BACK, Kind.MESSAGE_BACK)


def _stages(steps: Sequence[_Step]) -> list[PersonEvent]:
    """When each stage began: the ranking's rule, on the figures of the exposure as they stood after each step."""
    from graphsvc.ranking.stages import stage

    if not steps:
        return []
    kind = pl.col("kind")
    contact = kind.is_in([one.value for one in _CONTACTS])
    frame = pl.DataFrame(
        [(step.at, step.kind.value, step.seconds) for step in steps],
        schema={"at": pl.Int64, "kind": pl.String, "seconds": pl.Int64},
        orient="row",
    )
    so_far = frame.select(
        "at",
        events=contact.cum_sum(),
        talk_s=pl.col("seconds").cum_sum(),
        longest_call_s=pl.col("seconds").cum_max(),
        call_backs=kind.is_in([Kind.CALL_BACK.value, Kind.MESSAGE_BACK.value]).cum_sum(),
        verifications=kind.is_in([Kind.VERIFICATION.value, Kind.BANK_CALL.value]).cum_sum(),
        first_at=pl.col("at").filter(contact).min(),
        lost_at=pl.when(kind == Kind.LOSS.value).then("at").forward_fill(),
    )
    reached = so_far.filter(pl.col("events") > 0).select("at", stage=stage())
    changed = reached.filter(pl.col("stage") != pl.col("stage").shift(1, fill_value=""))
    return [PersonEvent(at, Kind.STAGE, stage=reached) for at, reached in changed.iter_rows()]


def _warnings(basis: Basis, numbers: Sequence[int]) -> dict[int, list[PersonEvent]]:
    """What became of each person's warnings."""
    with basis.catalogue.reading() as connection:
        rows = warnings.of_people(connection, numbers)
        history = warnings.history(connection, [row.warning_id for row in rows])
    person = {row.warning_id: row.number for row in rows}
    told: dict[int, list[PersonEvent]] = {number: [] for number in numbers}
    for event in history:
        if event.warning_id is not None and event.kind not in _UNTOLD:
            told[person[event.warning_id]].append(PersonEvent(event.at, Kind.WARNING, warning=event))
    return told
