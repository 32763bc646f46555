"""How each number behaves, from its contacts alone. Meaning and source of each figure: docs/definitions.md."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from graphsvc.engine.kernels import (
    active_days,
    days_since_first,
    entities_used,
    reverse_contacts,
    talk_by_contact,
)
from graphsvc.engine.population import Float64, Population
from graphsvc.graph.snapshot import Int8, Int32, Int64, Snapshot

_THREADS = 2


@dataclass(frozen=True)
class Traits:
    """Figures by index of the population; a number without events has zeros."""

    contacts_out: Int32
    """Numbers that it contacted."""
    contacts_in: Int32
    """Numbers that contacted it."""
    reciprocal: Int32
    """Numbers with contact in both directions."""
    events_out: Int64
    events_in: Int64
    active_days: Int32
    """Days with an event, in the operator's zone."""
    devices: Int32
    """Devices that it originated events from."""
    answered_out: Int64
    """Its own calls that were answered."""
    messages_out: Int64
    talk_s: Int64
    """Seconds of all its answered calls, both directions."""
    window_days: int
    """Days from the first to the last event of anybody."""
    reverse: Int64
    """[m] the contact the other way round, or -1."""
    contact_talk_s: Int64
    """[m] seconds of the contact's answered calls: a feed may give how long an unanswered one rang."""

    @property
    def counterparts(self) -> Int32:
        """Distinct numbers in contact, whichever side began."""
        return self.contacts_out + self.contacts_in - self.reciprocal


@dataclass(frozen=True)
class DeviceUse:
    """Which number originated how many events from which device; one row a pair."""

    number: Int32
    device: Int32
    events: Int32


def measure(snapshot: Snapshot, population: Population, *, day_offset_ms: int) -> tuple[Traits, DeviceUse]:
    """The traits of every number, and its devices. `day_offset_ms` is the operator's distance from UTC."""
    event_day, window_days = days_since_first(snapshot.event_at, day_offset_ms)
    out, start = snapshot.out_start, snapshot.event_start
    with ThreadPoolExecutor(_THREADS, "traits") as beside:  # none needs another
        both_ways = beside.submit(by_contact, snapshot)
        active = beside.submit(active_days, out, snapshot.in_start, snapshot.in_contact, start, event_day)
        devices_used = beside.submit(entities_used, out, start, snapshot.event_device)
    (reverse, contact_talk), days = both_ways.result(), active.result()
    number, device, events, devices = devices_used.result()
    n, source, target = snapshot.number_count, snapshot.contact_from, snapshot.contact_to

    def summed(values: npt.NDArray[np.generic], by: Int32) -> Int64:
        total = np.bincount(by, weights=values, minlength=n)
        return np.asarray(population.padded(total.astype(np.int64)), dtype=np.int64)

    def counted(by: Int32) -> Int32:
        return summed(np.ones(len(by)), by).astype(np.int32)

    traits = Traits(
        contacts_out=counted(source),
        contacts_in=counted(target),
        reciprocal=counted(source[reverse >= 0]),
        events_out=summed(snapshot.events, source),
        events_in=summed(snapshot.events, target),
        active_days=np.asarray(population.padded(days), dtype=np.int32),
        devices=np.asarray(population.padded(devices), dtype=np.int32),
        answered_out=summed(snapshot.answered, source),
        messages_out=summed(snapshot.messages, source),
        talk_s=summed(contact_talk, source) + summed(contact_talk, target),
        window_days=window_days,
        reverse=reverse,
        contact_talk_s=contact_talk,
    )
    return traits, DeviceUse(number, device, events)


def offset_of(timezone: str, instant: int) -> int:
    """How far the zone is ahead of UTC at an instant."""
    offset = datetime.fromtimestamp(instant / 1000, tz=UTC).astimezone(ZoneInfo(timezone)).utcoffset()
    return int(offset.total_seconds() * 1000) if offset is not None else 0


def by_contact(snapshot: Snapshot) -> tuple[Int64, Int64]:
    """Of each contact the index of the one the other way round, or -1; and the seconds of its answered calls."""
    reverse = reverse_contacts(snapshot.out_start, snapshot.contact_from, snapshot.contact_to)
    return reverse, talk_by_contact(snapshot.event_start, snapshot.event_answered, snapshot.event_duration_s)


def talk_seconds(answered: Int8, duration_s: Int32) -> Int64:
    """Seconds of talk of each event: none where the call was not answered, whatever duration the feed gives it."""
    return np.where(answered == 0, 0, duration_s).astype(np.int64)


def share(part: npt.NDArray[np.generic], whole: npt.NDArray[np.generic]) -> Float64:
    """part / whole, and 0 where the whole is nothing."""
    parts = np.asarray(part, dtype=np.float64)
    wholes = np.asarray(whole, dtype=np.float64)
    return np.divide(parts, wholes, out=np.zeros_like(parts), where=wholes > 0)
