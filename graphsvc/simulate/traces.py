"""Which device and which cell an event shows: those of the a-number, where the operator serves it."""

from dataclasses import dataclass

import numpy as np

from graphsvc.simulate.chance import Bools, Int32, Int64
from graphsvc.simulate.events import Events
from graphsvc.simulate.gangs import Gangs
from graphsvc.simulate.hours import Calendar
from graphsvc.simulate.population import Kind, Population

_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Traces:
    """Arrays over all nodes, public numbers included; -1 where the operator sees no device or cell."""

    seen: Bools
    device: Int32
    device_count: Int32
    device_after: Int32
    device_changed_at: Int64
    home: Int32
    work: Int32
    roams: Bools
    """Couriers: the cell is that of whom they call."""
    days: Calendar

    def of(self, events: Events, row: Int64) -> tuple[Int32, Int32]:
        """Device and cell of each event; `row` tells equal events apart where several devices are possible."""
        a = events.a
        # A cheap hash of the row stands for chance: the same row shows the same device, however often it is written.
        chance = (row.astype(np.uint64) * np.uint64(_GOLDEN)) >> np.uint64(40)
        turn = (chance % self.device_count[a].astype(np.uint64)).astype(np.int32)
        changed = events.at >= self.device_changed_at[a]
        device = np.where(changed, self.device_after[a], self.device[a] + turn)
        day, hour = self.days.day_of(events.at), self.days.hour_of(events.at)
        at_work = (hour >= 9) & (hour < 18) & (self.days.weekend(day) == 0)
        cell = np.where(at_work, self.work[a], self.home[a])
        away = chance % np.uint64(13) == 0
        cell = np.where(away & (cell >= 0), self.home[a] ^ 1, cell)
        with_b = self.roams[a] & (self.home[events.b] >= 0)
        cell = np.where(with_b, self.home[events.b], cell)
        hidden = ~(self.seen[a] & events.traced)
        return (
            np.where(hidden | (self.device[a] < 0), -1, device).astype(np.int32),
            np.where(hidden, -1, cell).astype(np.int32),
        )


def traces(people: Population, gangs: Gangs, public: int, days: Calendar) -> Traces:
    """The traces of everybody: persons, SIM cards of gangs, and `public` numbers that show none."""
    bare, size = len(gangs.own), len(people) + len(gangs.own) + public

    def over(persons: Int32 | Int64, rest: int) -> Int64:
        filled = np.full(size, rest, np.int64)
        filled[: len(people)] = persons
        return filled

    device, work = over(people.device, -1), over(people.work_cell, -1)
    home = over(people.home_cell, -1)
    count = np.ones(size, np.int32)
    sims = gangs.sims
    placed = sims.device >= 0
    device[sims.node[placed]] = sims.device[placed]
    count[sims.node[placed]] = sims.device_count[placed]
    in_den = sims.node >= len(people)
    node, cell = sims.node[in_den], sims.cell[in_den]
    home[node] = cell
    work[node] = np.where(cell < 0, -1, cell // 2 * 2 + (cell % 2) * (sims.cell_count[in_den] - 1))
    changed_at = over(people.device_changed_at, 2**62)
    changed_at[sims.node[placed]] = 2**62
    return Traces(
        seen=np.concatenate([people.own, gangs.own, np.zeros(public, bool)]),
        device=device.astype(np.int32),
        device_count=count,
        device_after=over(people.device_after, -1).astype(np.int32),
        device_changed_at=changed_at,
        home=home.astype(np.int32),
        work=work.astype(np.int32),
        roams=np.concatenate([people.kind == Kind.COURIER, np.zeros(bare + public, bool)]),
        days=days,
    )
