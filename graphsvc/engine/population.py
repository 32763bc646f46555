"""Every number that events or facts name, under one index.

Indices 0 … n-1 are the snapshot's dense indices; numbers that only facts know follow, in order of id. Nothing else
in the engine turns an id into an index or back.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.engine import parameters
from graphsvc.engine.releases import Releases
from graphsvc.graph.snapshot import Int32, Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.words import VERIFYING_ROLES, DirectoryRole

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Ids by index, and who among them has a public role."""

    seen: int
    """How many took part in an event: the snapshot's n."""
    ids: Int32
    """[N] registry ids: the snapshot's, then those that only facts name."""
    public: Bool
    """[N] has a role in the directory: witnesses, never suspects."""
    verifying: Bool
    """[N] police, bank or directory enquiries: whom people ring to check a story."""
    bank: Bool
    """[N] a bank."""
    released: Bool
    """[N] set free after an appeal and not flagged anew."""
    of_nobody: Bool
    """[N] a short code or a sender name: no subscriber, and whatever it does it does in bulk."""
    recycled: Bool
    """[N] was in use before its present SIM was activated, and not flagged since: what it did was its earlier owner."""

    @property
    def cleared(self) -> Bool:
        """[N] can be neither suspect nor grounds against others: of a public role, released, or with a new owner."""
        return self.public | self.released | self.recycled

    @property
    def behaves(self) -> Bool:
        """[N] what it does says something of it: a subscriber's number that is not cleared."""
        return ~(self.cleared | self.of_nobody)

    @classmethod
    def of(cls, snapshot: Snapshot, facts: Facts) -> "Population":
        """The numbers of the snapshot, the flags, the links, the cases, the directory and the releases."""
        tables = (facts.flags, facts.links, facts.cases, facts.directory, facts.releases)
        named = np.unique(np.concatenate([ids_in(table, "number") for table in tables]))
        extra = named[snapshot.dense(named) < 0]
        ids = np.concatenate([snapshot.numbers, extra]).astype(np.int32)
        entries = ids_in(facts.directory, "number")
        roles = facts.directory.column("role").to_pylist()
        return cls(
            seen=snapshot.number_count,
            ids=ids,
            public=np.isin(ids, entries),
            verifying=np.isin(ids, _with_role(entries, roles, VERIFYING_ROLES)),
            bank=np.isin(ids, _with_role(entries, roles, frozenset({DirectoryRole.BANK}))),
            released=np.isin(ids, np.array(sorted(Releases.of(facts).free), dtype=np.int32)),
            of_nobody=np.isin(ids, np.array(sorted(facts.nobody), dtype=np.int32)),
            recycled=np.isin(ids, _recycled(snapshot, facts)),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def index_of(self, ids: npt.ArrayLike) -> Int32:
        """Indices of registry ids; -1 for a number that neither events nor facts name."""
        wanted = np.asarray(ids, dtype=np.int32)
        result = np.full(wanted.shape, -1, dtype=np.int32)
        for offset, part in ((0, self.ids[: self.seen]), (self.seen, self.ids[self.seen :])):
            if len(part):
                at = np.minimum(np.searchsorted(part, wanted), len(part) - 1)
                result = np.where(part[at] == wanted, at + offset, result).astype(np.int32)
        return result

    def padded(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Values of the seen numbers, with zero for the rest."""
        result = np.zeros(len(self), dtype=values.dtype)
        result[: self.seen] = values
        return result


def ids_in(table: pa.Table, column: str) -> Int32:
    """The ids of a nullable column of ids, without the nulls."""
    values = table.column(column).combine_chunks().drop_null()
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int32)


def _recycled(snapshot: Snapshot, facts: Facts) -> Int32:
    """Ids of numbers that called somebody RECYCLED_AFTER_MS before their SIM was activated, not flagged for since."""
    rows = facts.subscribers.select(["number", "activated_at"]).drop_null()
    ids, activated = rows.column("number").to_numpy(), rows.column("activated_at").to_numpy()
    dense = snapshot.dense(ids)
    called = (dense >= 0) & (activated <= facts.as_of)
    called[called] = snapshot.out_start[dense[called] + 1] > snapshot.out_start[dense[called]]
    order = np.flatnonzero(called)[np.argsort(dense[called], kind="stable")]
    if not len(order):
        return np.empty(0, np.int32)
    bounds = np.column_stack([snapshot.out_start[dense[order]], snapshot.out_start[dense[order] + 1]]).ravel()
    # One more, so that the end of the last number may lie at the end of all; ends of runs are not looked at.
    padded = np.append(snapshot.first_at, np.iinfo(np.int64).max)
    first = np.minimum.reduceat(padded, bounds)[::2]
    order = order[first + parameters.RECYCLED_AFTER_MS <= activated[order]]
    newest: dict[int, int] = {}
    for number, at in zip(facts.flags["number"].to_pylist(), facts.flags_speak_of(), strict=True):
        if number is not None:
            newest[number] = max(at, newest.get(number, at))
    owners = zip(ids[order].tolist(), activated[order].tolist(), strict=True)
    return np.array([number for number, at in owners if newest.get(number, at) <= at], dtype=np.int32)


def _with_role(entries: Int32, roles: list[str], wanted: frozenset[DirectoryRole]) -> Int32:
    chosen = [i for i, role in enumerate(roles) if role in wanted]
    return entries[np.asarray(chosen, dtype=np.int64)]
