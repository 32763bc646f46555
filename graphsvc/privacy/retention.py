"""Retention: what is older than the policy allows is deleted everywhere, so that no byte of it is left.

First the horizon moves: from then on nobody reads, loads or asks what lies before it. Then what is kept is analysed
anew, and last the old days leave ledger, index, snapshots, results, facts, warnings, registry and vault. Each step can
be cut short and run again; `begin` finds where it stood.
"""

import datetime as calendar
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from graphsvc.errors import BeyondRetention
from graphsvc.graph.snapshots import Snapshots
from graphsvc.model.purposes import Errand
from graphsvc.service_time import ServiceTime
from graphsvc.store import forgetting, horizon, results
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.durable import disk_errors_explained
from graphsvc.store.forgetting import Ids
from graphsvc.store.home import Home
from graphsvc.store.horizon import Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.vault import Vault

_NAMING: Final = ("a", "b", "device", "cell")


@dataclass(frozen=True)
class Keep:
    """How many days of each are kept, today included; 0: all."""

    events: int
    facts: int
    warnings: int
    audit: int = 0


@dataclass(frozen=True)
class RetentionReport:
    """What was deleted. Instants are epoch ms of service time; 0: nothing of that kind is ever deleted."""

    events_from: int
    facts_from: int
    warnings_from: int
    nothing_to_do: bool
    facts: dict[str, int]
    warnings: int
    analyses: int
    numbers: int
    """Numbers that nobody names any more: shredded in the vault and taken from the registry."""
    entities: int
    audit: int = 0
    """Entries cut off at the beginning of the audit chain."""


@dataclass(frozen=True)
class Retaining:
    """Retention in one data folder."""

    home: Home
    catalogue: Catalogue
    ledger: Ledger
    vault: Vault
    audit: AuditLog
    time: ServiceTime
    zone: ZoneInfo
    """The operator's: whole days go."""
    keep: Keep

    def refuse_before(self, as_of: int) -> None:
        """BeyondRetention for an instant (epoch ms) before what is kept."""
        kept = horizon.of(self.catalogue).events_from
        if as_of < kept:
            since = self._day(kept).isoformat()
            raise BeyondRetention(f"what was known then is not kept any more; ask about {since} or later")

    def wanted(self) -> Horizon:
        """Where the policy would put the horizon now."""
        now = self.time.now()
        return Horizon(
            events_from=self._back(now, self.keep.events),
            facts_from=self._back(now, self.keep.facts),
            warnings_from=self._back(now, self.keep.warnings),
        )

    def due(self, at: calendar.time | None) -> bool:
        """Whether there is something to delete, and it is that time of the operator's day or later (None: never).

        What was begun and cut short is due at once.
        """
        if at is None:
            return False
        now = horizon.of(self.catalogue)
        clock = datetime.fromtimestamp(self.time.wall() / 1000, self.zone).time()
        if not now.finished:
            return True
        return clock >= at and (self._moves(self.wanted(), now) or self.audit.begins() < self._audit_from())

    def retain(
        self,
        errand: Errand,
        analyse: Callable[[], object],
        *,
        holding: Callable[[], AbstractContextManager[None]],
        others_wait: bool = True,
    ) -> RetentionReport:
        """Do all of it, or what is left of it. `analyse` makes an analysis of what is kept.

        `holding` holds the folder, so that nobody loads meanwhile: at the beginning and while things are deleted, not
        while what is kept is analysed. `others_wait`: whether databases are rewritten though writers wait meanwhile.
        """
        cut = self._cut_audit(errand)
        with holding():
            begun = self.begin(errand)
            left = next(self.ledger.events(columns=["seq"]), None) is not None
        if left and not begun.finished:
            analyse()
        with holding():
            return replace(self.forget(begun, events_left=left, others_wait=others_wait), audit=cut)

    def begin(self, errand: Errand) -> Horizon:
        """Move the horizon to where the policy wants it, after the audit log has it. Finished: nothing to be done."""
        wanted, now = self.wanted(), horizon.of(self.catalogue)
        if now.finished and not self._moves(wanted, now):
            return now
        details = {"events_from": wanted.events_from, "facts_from": wanted.facts_from}
        self.audit.record(
            at=self.time.wall(),
            actor=errand.actor,
            action="retention",
            purpose=errand.purpose,
            details={**details, "warnings_from": wanted.warnings_from},
        )
        return horizon.advance(self.catalogue, wanted)

    def forget(self, kept: Horizon, *, events_left: bool, others_wait: bool = True) -> RetentionReport:
        """Delete what lies before the horizon. The current analysis is one of what is kept, if there are events."""
        if kept.finished:
            if not kept.rewritten:
                self._rewrite(others_wait)
            return self._report(kept, {}, 0, 0, (0, 0))
        if kept.events_from:
            self.ledger.forget(self._day(kept.events_from).isoformat())
        facts = forgetting.forget_facts(self.catalogue, kept.facts_from)
        if not events_left:
            forgetting.forget_current_analysis(self.catalogue)
        analyses = forgetting.forget_analyses(self.catalogue)
        self._sweep_files(kept)
        warnings = forgetting.forget_warnings(self.catalogue, kept.warnings_from)
        forgetting.forget_reasons(self.catalogue, kept.events_from)
        gone = forgetting.forget_registry(self.catalogue, self.vault, self._named())
        forgetting.forget_strays(self.catalogue, self.vault)
        self._rewrite(others_wait)
        return self._report(kept, facts, warnings, analyses, gone)

    def _rewrite(self, others_wait: bool) -> None:
        done = [one.compact(others_wait=others_wait) for one in (self.catalogue, self.vault)]
        horizon.finish(self.catalogue, rewritten=all(done))

    @staticmethod
    def _moves(wanted: Horizon, now: Horizon) -> bool:
        return any(after > before for after, before in zip(wanted.instants(), now.instants(), strict=True))

    def _audit_from(self) -> int:
        return self._back(self.time.now(), self.keep.audit)

    def _cut_audit(self, errand: Errand) -> int:
        before = self._audit_from()
        if not before:
            return 0
        return self.audit.cut(before=before, at=self.time.wall(), actor=errand.actor, purpose=errand.purpose)

    def _named(self) -> Ids:
        """Whom events, facts, warnings and results still name."""
        named = Ids.none(self.catalogue)
        for batch in self.ledger.events(columns=list(_NAMING)):
            for place, name in enumerate(_NAMING):
                ids: npt.NDArray[np.int32] = batch.column(place).drop_null().to_numpy(zero_copy_only=False)
                (named.numbers if name in ("a", "b") else named.entities)[ids] = True
        forgetting.name_by_facts(self.catalogue, named)
        return named

    def _sweep_files(self, kept: Horizon) -> None:
        """Remove snapshots but the one in use, and rejects of loads from before the horizon."""
        record = results.current(self.catalogue)
        with disk_errors_explained(self.home.path):
            snapshots = Snapshots(self.home.folder(self.home.snapshots))
            snapshots.sweep(keep=[record.snapshot_id] if record else [])
            for path in self.home.folder(self.home.rejects).glob("rejects-*.ndjson"):
                if int(path.stem.split("-")[1]) < max(kept.events_from, kept.facts_from):
                    path.unlink()

    def _back(self, now: int, days: int) -> int:
        """Midnight of the first of so many days that end with today."""
        if not days:
            return 0
        first = self._day(now) - timedelta(days=days - 1)
        return max(0, int(datetime.combine(first, calendar.time(), self.zone).timestamp() * 1000))

    def _day(self, instant: int) -> date:
        return datetime.fromtimestamp(instant / 1000, self.zone).date()

    def _report(
        self, kept: Horizon, facts: dict[str, int], warnings: int, analyses: int, gone: tuple[int, int]
    ) -> RetentionReport:
        return RetentionReport(
            kept.events_from, kept.facts_from, kept.warnings_from, kept.finished, facts, warnings, analyses, *gone
        )
