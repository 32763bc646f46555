"""With which strangers suspects began contacts, looked up once for each: glances ask for the same suspects again."""

from dataclasses import dataclass, field

import numpy as np

from graphsvc.graph.neighbours import contacts_at
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


@dataclass(frozen=True)
class Strangers:
    """Of one snapshot. A stranger of a number was contacted by it and never contacted it. For one thread at a time."""

    snapshot: Snapshot
    _met: dict[int, tuple[Int32, Int64]] = field(default_factory=dict)
    """By registry id: registry ids of its strangers, and when it first contacted each (epoch ms)."""

    def met_by(self, ids: Int32, *, but: Int32) -> tuple[Int64, Int64]:
        """Contacts of these numbers with strangers other than `but`: the place of each in `ids`, and when it began."""
        self._look_up(np.array([one for one in ids.tolist() if one not in self._met], dtype=np.int32))
        met = [self._met[one] for one in ids.tolist()]
        if not met:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        far = np.concatenate([one for one, _ in met])
        left = np.zeros(max(int(far.max(initial=0)), int(but.max(initial=0))) + 1, dtype=np.bool_)
        left[but] = True
        kept = ~left[far]
        whose = np.repeat(np.arange(len(met)), [len(one) for one, _ in met])
        return whose[kept], np.concatenate([at for _, at in met])[kept]

    def _look_up(self, ids: Int32) -> None:
        dense, numbers, count = self.snapshot.dense(ids), self.snapshot.numbers, self.snapshot.number_count
        here = dense[dense >= 0]
        near, far, contact = self._contacts(here, originated=True)
        called, caller, _ = self._contacts(here, originated=False)
        stranger = ~np.isin(near.astype(np.int64) * count + far, called.astype(np.int64) * count + caller)
        near, far, contact = near[stranger], far[stranger], contact[stranger]
        at, order = self.snapshot.began(contact), np.argsort(near, kind="stable")
        ends = np.searchsorted(near[order], here, side="right")
        starts = np.searchsorted(near[order], here, side="left")
        nobody = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64))
        self._met.update((one, nobody) for one in ids[dense < 0].tolist())
        for one, start, end in zip(ids[dense >= 0].tolist(), starts, ends, strict=True):
            theirs = order[start:end]
            self._met[one] = (numbers[far[theirs]], at[theirs])

    def _contacts(self, frontier: Int32, *, originated: bool) -> tuple[Int32, Int32, Int64]:
        """Contacts that these numbers originated, or that reached them: whose, with whom, and which (dense)."""
        far = self.snapshot.contact_to if originated else self.snapshot.contact_from
        steps = list(contacts_at(self.snapshot, frontier, originated=originated))
        near = np.concatenate([np.empty(0, np.int32), *(near for near, _ in steps)])
        contact = np.concatenate([np.empty(0, np.int64), *(contact for _, contact in steps)])
        return near, far[contact], contact
