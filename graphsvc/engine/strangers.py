"""With which strangers suspects began contacts, looked up once for each: glances ask for the same suspects again."""

from dataclasses import dataclass, field

import numpy as np

from graphsvc.engine.begun import Begun
from graphsvc.graph.neighbours import contacts_at
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


@dataclass
class Strangers:
    """Of one snapshot. A stranger of a number was contacted by it and never contacted it. For one thread at a time."""

    snapshot: Snapshot
    _at: Int64 = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """When numbers first contacted their strangers (epoch ms), number by number, of each ascending; then free room."""
    _used: int = 0
    _place: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By registry id: where its part of `_at` starts and ends."""

    def begun_by(self, ids: Int32, suspect: Int32, count: int) -> Begun:
        """The contacts that numbers (registry ids) began with strangers, as those of so many indices of `count`."""
        self._look_up(np.array([one for one in ids.tolist() if one not in self._place], dtype=np.int32))
        start, end = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        places = np.array([self._place[one] for one in ids.tolist()], dtype=np.int64).reshape(-1, 2)
        start[suspect], end[suspect] = places[:, 0], places[:, 1]
        return Begun(self._at, start, end)

    def _look_up(self, ids: Int32) -> None:
        if not len(ids):
            return
        dense, count = self.snapshot.dense(ids), self.snapshot.number_count
        here = dense[dense >= 0]
        near, far, contact = self._contacts(here, originated=True)
        called, caller, _ = self._contacts(here, originated=False)
        stranger = ~np.isin(near.astype(np.int64) * count + far, called.astype(np.int64) * count + caller)
        order = np.full(count, -1, dtype=np.int32)
        order[here] = np.arange(len(here))
        found = Begun.of(order[near[stranger]], self.snapshot.began(contact[stranger]), len(here))
        self._place.update((one, (0, 0)) for one in ids[dense < 0].tolist())
        places = zip((found.start + self._used).tolist(), (found.end + self._used).tolist(), strict=True)
        self._place.update(zip(ids[dense >= 0].tolist(), places, strict=True))
        self._keep(found.at)

    def _keep(self, at: Int64) -> None:
        """Add to what is looked up; the room doubles, so that it is not copied for every few numbers."""
        used = self._used + len(at)
        if used > len(self._at):
            self._at = np.concatenate([self._at[: self._used], np.empty(used, dtype=np.int64)])
        self._at[self._used : used] = at
        self._used = used

    def _contacts(self, frontier: Int32, *, originated: bool) -> tuple[Int32, Int32, Int64]:
        """Contacts that these numbers originated, or that reached them: whose, with whom, and which (dense)."""
        far = self.snapshot.contact_to if originated else self.snapshot.contact_from
        steps = list(contacts_at(self.snapshot, frontier, originated=originated))
        near = np.concatenate([np.empty(0, np.int32), *(near for near, _ in steps)])
        contact = np.concatenate([np.empty(0, np.int64), *(contact for _, contact in steps)])
        return near, far[contact], contact
