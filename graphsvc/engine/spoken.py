"""What a flag speaks of: of a case, that of the number's last contact with those who lost money in it.

Numbers are given out again. A flag that came because somebody lost money is about whoever had the number when it was in
contact with that person, which may be days before the loss.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from graphsvc.engine import shown
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import SHOWN_CALLS, SPEAKS_OF, Facts


def dated(facts: Facts, snapshot: Snapshot, newer: Sequence[pa.RecordBatch] = ()) -> Facts:
    """The facts with, beside each flag, the latest instant that it can speak of (epoch ms).

    As `Facts.flags_speak_of`, but for flags of a case on a number that was in contact with the case's victims, though
    not by its present SIM and before the loss: then of their last contact. `snapshot` and the EVENTS of `newer` hold
    all contacts of the flagged numbers. And whether it is a complaint about calls that its SIM did not make
    (engine.shown), as far as `snapshot` shows.
    """
    said = facts.flags_speak_of()
    victims: dict[str, list[tuple[int, int]]] = {}
    for row in facts.cases.select(["case_id", "number", "lost_at"]).to_pylist():
        victims.setdefault(row["case_id"], []).append((row["number"], row["lost_at"]))
    owners = facts.subscribers.select(["number", "activated_at"]).drop_null()
    activated = dict(zip(owners["number"].to_pylist(), owners["activated_at"].to_pylist(), strict=True))
    rows = list(zip(facts.flags["number"].to_pylist(), facts.flags["case_id"].to_pylist(), strict=True))
    later = _Later.between({number for number, case in rows if case in victims}, victims.values(), newer)
    for i, (number, case) in enumerate(rows):
        since = activated.get(number)
        if since is not None and since <= said[i] and case in victims:
            newest = max(_last_met(snapshot, later, (number, victim), until) for victim, until in victims[case])
            if 0 <= newest < since:
                said[i] = newest
    told = {SPEAKS_OF: pa.array(said, pa.int64()), SHOWN_CALLS: pa.array(shown.complaints(facts, snapshot), pa.bool_())}
    flags = facts.flags.drop_columns([name for name in told if name in facts.flags.column_names])
    for name, column in told.items():
        flags = flags.append_column(name, column)
    return replace(facts, flags=flags)


@dataclass(frozen=True)
class _Later:
    """When numbers were in contact after a snapshot; few of its many events are between the numbers of a case."""

    at: dict[tuple[int, int], list[int]]
    """Epoch ms, by both numbers in the order of who began."""

    @classmethod
    def between(
        cls,
        numbers: Collection[int | None],
        victims: Iterable[Sequence[tuple[int, int]]],
        newer: Sequence[pa.RecordBatch],
    ) -> "_Later":
        """Of these numbers with these victims."""
        flagged = np.array([number for number in numbers if number is not None], dtype=np.int32)
        theirs = np.array([victim for case in victims for victim, _ in case], dtype=np.int32)
        at: dict[tuple[int, int], list[int]] = {}
        for batch in newer:
            a, b, started = (np.asarray(batch.column(name)) for name in ("a", "b", "started_at"))
            count = 1 + max(int(ids.max(initial=-1)) for ids in (a, b, flagged, theirs))
            is_flagged, is_victim = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
            is_flagged[flagged], is_victim[theirs] = True, True
            few = (is_flagged[a] & is_victim[b]) | (is_victim[a] & is_flagged[b])
            for source, target, instant in zip(*(column[few].tolist() for column in (a, b, started)), strict=True):
                at.setdefault((source, target), []).append(instant)
        return cls(at)

    def with_each_other(self, pair: tuple[int, int]) -> list[int]:
        """Of these two, whoever began."""
        return [*self.at.get(pair, ()), *self.at.get(pair[::-1], ())]


def _last_met(snapshot: Snapshot, later: _Later, pair: tuple[int, int], until: int) -> int:
    """When two numbers were in contact last, no later than `until`; -1 for never."""
    newest = max((at for at in later.with_each_other(pair) if at <= until), default=-1)
    dense = snapshot.dense(np.array(pair, dtype=np.int32))
    for source, target in (dense, dense[::-1]):
        if source >= 0 and target >= 0:
            contact = np.arange(snapshot.out_start[source], snapshot.out_start[source + 1])
            for k in contact[snapshot.contact_to[contact] == target].tolist():
                at = snapshot.event_at[snapshot.event_start[k] : snapshot.event_start[k + 1]]
                newest = max(newest, int(at[at <= until].max(initial=-1)))
    return newest
