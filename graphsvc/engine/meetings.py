"""Events between persons and suspects: the raw material of exposure."""

from dataclasses import dataclass, fields

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.handovers import events_of
from graphsvc.engine.population import Bool
from graphsvc.engine.traits import talk_seconds
from graphsvc.graph.snapshot import Int8, Int32, Int64, Snapshot
from graphsvc.model.words import CALL


@dataclass(frozen=True)
class Meetings:
    """Events between persons and suspects, by (person, at); indices of the population."""

    person: Int32
    suspect: Int32
    at: Int64
    seconds: Int64
    """Of talk: 0 for a call that nobody answered, however long it rang."""
    call: Bool
    back: Bool
    """From the person to the suspect."""
    talk: Bool
    """Answered, or with a duration where the feed does not say."""
    reached: Bool
    """Not known to be unanswered."""

    def of(self, persons: Int32) -> "Meetings":
        """Those of some persons."""
        return self.at_places(np.flatnonzero(np.isin(self.person, persons)))

    def at_places(self, here: Int64) -> "Meetings":
        """Those at these places, ascending."""
        return Meetings(**{field.name: getattr(self, field.name)[here] for field in fields(self)})

    @property
    def end(self) -> Int64:
        """When the event was over, epoch ms."""
        return self.at + self.seconds * 1000

    @property
    def talked(self) -> Bool:
        """The person listened, or turned to the suspect and reached it."""
        return (self.call & (self.seconds >= parameters.TALKED_FROM_S)) | (self.back & self.reached)

    @property
    def turned(self) -> Bool:
        """The person listened, or turned to the suspect, whether or not it answered."""
        return (self.call & (self.seconds >= parameters.TALKED_FROM_S)) | self.back


@dataclass(frozen=True)
class Pairs:
    """Each person with each suspect it met, by (person, suspect); indices of the population."""

    person: Int32
    suspect: Int32
    of_meeting: Int64
    """By meeting, its pair."""
    first: Int64
    """The pair's first meeting."""
    began: Bool
    """The person made the first contact."""
    mutual: Bool
    """Contact in both directions."""
    unasked: Bool
    """No suspect can have brought it about: the person began, and had met none shortly before."""

    @classmethod
    def of(cls, met: Meetings) -> "Pairs":
        """Those of these meetings."""
        count = int(met.suspect.max(initial=0)) + 1
        key = met.person.astype(np.int64) * count + met.suspect
        pair, first, of_meeting = np.unique(key, return_index=True, return_inverse=True)
        back = np.bincount(of_meeting, weights=met.back, minlength=len(pair))
        return cls(
            person=(pair // count).astype(np.int32),
            suspect=(pair % count).astype(np.int32),
            of_meeting=of_meeting,
            first=first,
            began=met.back[first],
            mutual=(back > 0) & (back < np.bincount(of_meeting, minlength=len(pair))),
            unasked=_unasked(met, first),
        )

    def only(self, stays: Bool) -> "Pairs":
        """Some of the pairs, for the meetings of these alone."""
        left = stays[self.of_meeting]
        places = np.cumsum(left) - 1
        return Pairs(
            person=self.person[stays],
            suspect=self.suspect[stays],
            of_meeting=(np.cumsum(stays) - 1)[self.of_meeting[left]],
            first=places[self.first[stays]],
            began=self.began[stays],
            mutual=self.mutual[stays],
            unasked=self.unasked[stays],
        )


def _unasked(met: Meetings, first: Int64) -> Bool:
    """Pairs, by their first meeting, that no suspect can have brought about."""
    before = np.maximum(first - 1, 0)
    told = (first > 0) & (met.person[before] == met.person[first])
    told &= met.at[first] - met.at[before] <= parameters.TOLD_WITHIN_MS
    return np.asarray(met.back[first] & ~told)


def meetings_in(snapshot: Snapshot, suspect: Bool, person: Bool) -> Meetings:
    """Every event between a suspect and a person; both [n], and nobody is both."""
    source, target = snapshot.contact_from, snapshot.contact_to
    contact = np.flatnonzero((suspect[source] & person[target]) | (person[source] & suspect[target]))
    event, contact = events_of(snapshot, contact)
    back = person[source[contact]]
    who = np.where(back, source[contact], target[contact])
    order = np.lexsort((event, snapshot.event_at[event], who))
    event, contact, back, who = event[order], contact[order], back[order], who[order]
    return met(
        person=who,
        suspect=np.where(back, target[contact], source[contact]),
        at=snapshot.event_at[event],
        duration_s=snapshot.event_duration_s[event],
        call=snapshot.event_channel[event] == CALL,
        answered=snapshot.event_answered[event],
        back=back,
    )


def met(
    *, person: Int32, suspect: Int32, at: Int64, duration_s: Int32, call: Bool, answered: Int8, back: Bool
) -> Meetings:
    """Meetings from events that stand in order; `answered` is 1, 0, or -1 where the feed does not say."""
    seconds = talk_seconds(answered, duration_s)
    return Meetings(
        person=person.astype(np.int32),
        suspect=suspect.astype(np.int32),
        at=at,
        seconds=seconds,
        call=call,
        back=back,
        talk=call & ((answered == 1) | ((answered == -1) & (seconds > 0))),
        reached=answered != 0,
    )
