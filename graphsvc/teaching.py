"""The desk of learning: what came of earlier days becomes the calibration of the next ones, or is refused.

Each day of the past is analysed anew as of itself, so that nothing is learned from what was not known then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from graphsvc.analysing import folded
from graphsvc.engine.port import Engine
from graphsvc.errors import NothingYet
from graphsvc.learning.health import Signal, below_a_cap, label_delay, population, silence
from graphsvc.model.calibration import UNCHANGED, Calibration
from graphsvc.model.evidence import from_json
from graphsvc.model.facts import Facts
from graphsvc.model.findings import KnownNetworks
from graphsvc.model.progress import Progress, silent
from graphsvc.model.purposes import Errand
from graphsvc.model.tables import MEMBERS
from graphsvc.model.words import NumberClass
from graphsvc.ranking.shipped import SHIPPED
from graphsvc.reports.known import facts_known
from graphsvc.service_time import DAY_MS, ServiceTime
from graphsvc.store import facts as fact_store
from graphsvc.store import results
from graphsvc.store.audit import AuditLog
from graphsvc.store.calibrations import Calibrations
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.ledger import Ledger
from graphsvc.store.registry import Registry

if TYPE_CHECKING:
    from graphsvc.learning.examples import Examples, Known

DAYS_MOST: Final = 60
"""Days of the past that are learned from; older ones tell of other frauds. [assumed]"""
RUN_UP_MS: Final = 2 * DAY_MS
"""Events before the first day that is learned from."""
DELAY_UNKNOWN_MS: Final = DAY_MS
"""How long reports take, where there are none to tell. [doc, fraud-patterns section 8: three quarters within 24 h]"""
TALKED_FROM_S: Final = 30
SIGNALLED: Final = ("cases", "flags", "outcomes")


@dataclass(frozen=True)
class Taught:
    """What became of it: the card, whether it is in use now, and why not."""

    used: bool
    why_not: str
    card: dict[str, Any] | None


@dataclass(frozen=True)
class Teaching:
    """Learns for one data folder."""

    catalogue: Catalogue
    registry: Registry
    ledger: Ledger
    audit: AuditLog
    kept: Calibrations
    time: ServiceTime
    engine: Callable[[str], Engine]
    errand: Errand

    def in_use(self) -> Calibration:
        """What was learned here, else the shipped one."""
        return self.kept.current() or SHIPPED

    def learn(self, *, as_of: int | None = None, progress: Progress = silent) -> Taught:
        """Learn from everything known at `as_of` (default: service time); what is better is used from now on.

        Raises NothingYet without contact events, and where the past is too short for a loss to be known by now.
        """
        from graphsvc.learning.health import quantiles
        from graphsvc.learning.lesson import Setting, lesson, reported_share

        now = self.time.now() if as_of is None else as_of
        facts = self._facts(now)
        share, source = reported_share(*_heard(facts))
        examples = self._examples(facts, now, progress)
        setting = Setting(f"C{now}", now, self.in_use(), share)
        taught = lesson(examples, setting)
        if isinstance(taught, str):
            return Taught(False, f"nothing was learned: {taught}", None)
        card = taught.card | {"reported_share_from": source, "loss_said": quantiles(examples.loss_said)}
        self._note("calibration learned", {"name": setting.name, "used": taught.better, "refused": taught.refused})
        self.kept.keep(taught.calibration, card, use=taught.better)
        return Taught(taught.better, taught.refused, card)

    def return_to_shipped(self) -> None:
        """Use the shipped calibration again; what was learned stays on the disk."""
        self._note("calibration returned to the shipped one", {"replaces": self.in_use().name})
        self.kept.return_to_shipped()

    def health(self) -> list[Signal]:
        """What a running service should look at: population, report delay, silent feeds, evasion of caps."""
        now = self.time.now()
        facts = fact_store.all_rows(self.catalogue)
        known = {name: np.sort(facts[name].column("known_at").to_numpy()) for name in SIGNALLED}
        cases = facts["cases"]
        signals = [label_delay(cases.column("lost_at").to_numpy(), cases.column("known_at").to_numpy(), now=now)]
        signals += silence(known, now=now)
        record, card = results.current(self.catalogue), self.kept.current_card()
        if record is not None:
            said, contacts = self._said_now(record.analysis_id)
            signals.append(population((card or {}).get("loss_said", []), said))
            signals.append(below_a_cap(contacts))
        return signals

    def _said_now(self, analysis_id: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Of the current analysis: the mechanism's log-odds of each person, and contacts a day of each dialler."""
        people = results.whole(self.catalogue, analysis_id, "victims").column("evidence").to_pylist()
        said = [sum(e.contribution for e in from_json(text) if e.rule != "calibrated") for text in people]
        numbers = results.whole(self.catalogue, analysis_id, "suspicions").column("evidence").to_pylist()
        told = [e for text in numbers for e in from_json(text) if e.rule == "contacts_per_day"]
        return np.array(said, dtype=np.float64), np.array([e.facts["value"] for e in told], dtype=np.float64)

    def _examples(self, facts: Facts, now: int, progress: Progress) -> "Examples":
        from graphsvc.learning.examples import HORIZON_MS, Known, joined

        delays = facts.cases.column("known_at").to_numpy() - facts.cases.column("lost_at").to_numpy()
        delay = int(np.quantile(np.maximum(delays, 0), 0.9)) if len(delays) else DELAY_UNKNOWN_MS
        first = self._first_event()
        last = now - HORIZON_MS - delay
        if first is None or last < first + RUN_UP_MS:
            raise NothingYet(
                "there is nothing to learn from yet: what is said of a day can be judged once a week has passed and "
                f"reports have come in ({delay / 3.6e6:.0f} hours here); come back later"
            )
        days = range(last, max(first + RUN_UP_MS, last - DAYS_MOST * DAY_MS) - 1, -DAY_MS)[::-1]
        known = Known.of(facts.cases, facts.outcomes, facts.flags)
        parts = []
        for done, at in enumerate(days):
            progress("learn", done, len(days))
            parts.append(self._of_day(at, known))
        progress("learn", len(days), len(days))
        return joined(parts)

    def _of_day(self, at: int, known: "Known") -> "Examples":
        """The day analysed as of itself."""
        from graphsvc.learning.examples import examples_of
        from graphsvc.ranking.rank import ordered

        facts = self._facts(at)
        nobody = KnownNetworks(MEMBERS.empty_table(), 1)
        snapshot = folded(self.ledger, self.ledger.position(), at, silent)
        found = self.engine("local").analyse(snapshot, facts, nobody, silent)
        classes = np.array(found.suspicions.column("class").to_pylist(), dtype=object)
        hubs = found.suspicions.column("number").to_numpy()[classes == NumberClass.BENIGN_HUB.value]
        ranked = ordered(found.exposures, pl.Series(hubs, dtype=pl.Int32), facts, at, UNCHANGED)
        rows = ranked.rows
        talked = ((rows["longest_call_s"] >= TALKED_FROM_S) | (rows["call_backs"] > 0)).to_numpy()
        chosen = np.flatnonzero(talked)
        loss, contact = ranked.found.mechanism
        return examples_of(rows[chosen], (loss[chosen], contact[chosen]), known, at=at)

    def _first_event(self) -> int | None:
        firsts = [int(batch.column("known_at").to_numpy().min()) for batch in self.ledger.events(columns=["known_at"])]
        return min(firsts, default=None)

    def _facts(self, at: int) -> Facts:
        return facts_known(self.catalogue, self.registry, at)

    def _note(self, action: str, details: dict[str, Any]) -> None:
        self.audit.record(at=self.time.wall(), actor=self.errand.actor, action=action, purpose="", details=details)


def _heard(facts: Facts) -> tuple[int, int]:
    """Of how many losses officers heard, and of how many of these people a loss was reported as well."""
    said = facts.outcomes.select(["number", "outcome"]).to_pylist()
    heard = {row["number"] for row in said if row["outcome"] == "already_lost"}
    return len(heard), len(heard & set(facts.cases.column("number").to_pylist()))
