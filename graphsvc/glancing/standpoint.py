"""What a full analysis leaves for glances, and what these came to since: pure but for what they read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.engine.glance import Glance, News, glance
from graphsvc.engine.strangers import Strangers
from graphsvc.engine.verdicts import Verdicts
from graphsvc.engine.view import View
from graphsvc.graph.snapshot import Int32, Snapshot
from graphsvc.model.calibration import Calibration
from graphsvc.model.facts import Facts
from graphsvc.model.tables import EVENTS, EXPOSURES, VICTIMS
from graphsvc.model.words import NumberClass
from graphsvc.ranking.rank import IN_ORDER, ordered
from graphsvc.ranking.reasons import Suspects
from graphsvc.store import facts as fact_store
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.nobody import of_no_person
from graphsvc.store.ranks import AMENDED
from graphsvc.store.results import AnalysisRecord

_ORDER: Final = ("number", "probability", "deadline_at")
_PLACE: Final = pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
_OF_PERSON: Final = ("number", "network_id", "suspect", "last_at", "grade", "stage", "scam_type", "probability")
_OF_PERSON_TOO: Final = ("in_contact_probability", "deadline_at", "region", "evidence")


@dataclass(frozen=True)
class Standpoint:
    """A full analysis as glances need it, beside its snapshot; can be pickled."""

    record: AnalysisRecord
    facts_due_at: int | None
    """Epoch ms of service time from which a full look is needed, if there is one."""
    position: int
    """The ledger's events below it are in the analysis."""
    flag_id: int
    """Flags up to it are."""
    facts: Facts
    verdicts: Verdicts
    hubs: pl.Series
    """Numbers that are hubs."""
    ranking: pl.DataFrame
    """number, probability and deadline_at of everybody ranked, best first."""
    calibration: Calibration
    kept: Horizon

    @classmethod
    def of(
        cls,
        view: View,
        tables: Mapping[str, pa.Table],
        record: AnalysisRecord,
        facts_due_at: int | None,
        kept: Horizon,
        position: int,
        calibration: Calibration,
    ) -> "Standpoint":
        """From what a full analysis found, with its VICTIMS and SUSPICIONS as `tables`."""
        hubs = pc.equal(tables["suspicions"].column("class"), NumberClass.BENIGN_HUB.value)
        return cls(
            record=record,
            facts_due_at=facts_due_at,
            position=position,
            flag_id=(record.facts_seen or {}).get("flags", 0),
            facts=view.facts,
            verdicts=view.verdicts(),
            hubs=pl.Series(tables["suspicions"].column("number").filter(hubs)),
            ranking=pl.DataFrame(tables["victims"].select(_ORDER)),
            calibration=calibration,
            kept=kept,
        )


@dataclass(frozen=True)
class Amendments:
    """What glances from a standpoint came to so far."""

    at: Standpoint
    strangers: Strangers
    """In its snapshot."""
    record: AnalysisRecord
    """The analysis as last amended."""
    position: int
    flag_id: int
    as_of: int
    events: pa.Table
    """EVENTS since the full analysis, known by now."""
    ahead: pa.Table
    """EVENTS that came in, but are known only later: by the clock of whoever sent them, or while a glance began."""
    flagged: Int32
    """Numbers with flags that came or went since."""
    facts: Facts
    suspects: Suspects
    """With the flags of now."""
    standings: pl.DataFrame
    """Of everybody whose rows are not those of the full analysis: number, and if ranked probability and deadline_at."""
    glances: int
    touched: frozenset[int]
    """People whom the last glance looked at."""
    newest: pl.DataFrame
    """Of the last glance alone: EXPOSURES and VICTIMS together, without rank, of the people ranked."""
    exposures: pa.Table
    """Of the last glance alone: EXPOSURES of the people who met a suspect."""

    @classmethod
    def none(cls, at: Standpoint, snapshot: Snapshot) -> "Amendments":
        """Before the first glance."""
        return cls(
            at=at,
            strangers=Strangers(snapshot),
            record=at.record,
            position=at.position,
            flag_id=at.flag_id,
            as_of=at.record.as_of,
            events=EVENTS.empty_table(),
            ahead=EVENTS.empty_table(),
            flagged=np.empty(0, np.int32),
            facts=at.facts,
            suspects=Suspects.of(results.SCHEMAS["suspicions"].empty_table(), at.facts),
            standings=at.ranking.clear(),
            glances=0,
            touched=frozenset(),
            newest=pl.DataFrame(),
            exposures=EXPOSURES.empty_table(),
        )

    def after(self, catalogue: Catalogue, ledger: Ledger, news: tuple[int, int], *, as_of: int) -> "Amendments":
        """With what came in until a position of the ledger and a flag (`news`), known at `as_of` (epoch ms)."""
        position, flag_id = news
        came = pa.Table.from_batches(ledger.events(seqs=(self.position, position)), EVENTS)
        came, ahead = _known(pa.concat_tables([self.ahead, came]), as_of)
        events = pa.concat_tables([self.events, came])
        flagged_anew, facts, suspects = self._flags(catalogue, flag_id, as_of)
        flagged = np.union1d(self.flagged, flagged_anew).astype(np.int32)
        batch = pa.RecordBatch.from_struct_array(events.to_struct_array().combine_chunks())
        about = News(batch, came.num_rows, flagged, flagged_anew)
        seen = glance(self.at.verdicts, self.strangers.snapshot, self.strangers, about, facts)
        rows = self._ranked(catalogue, seen, facts, suspects)
        here = pl.DataFrame({"number": seen.people}).join(rows.select(_ORDER), on="number", how="left")
        made = replace(
            self,
            position=position,
            flag_id=flag_id,
            as_of=as_of,
            events=events,
            ahead=ahead,
            flagged=flagged,
            facts=facts,
            suspects=suspects,
            standings=pl.concat([self.standings.join(here, on="number", how="anti"), here]),
            glances=self.glances + 1,
            touched=frozenset(seen.people.tolist()),
            newest=rows,
            exposures=seen.exposures,
        )
        return replace(made, record=made._recorded())

    def waits(self, news: tuple[int, int], as_of: int) -> bool:
        """Whether nothing came in since, and nothing that came before is known only now."""
        earliest = pc.min(self.ahead.column("known_at")).as_py()
        return news[0] <= self.position and news[1] <= self.flag_id and (earliest is None or earliest > as_of)

    def _flags(self, catalogue: Catalogue, flag_id: int, as_of: int) -> tuple[Int32, Facts, Suspects]:
        """Numbers with flags up to this one that the last glance did not know; facts and suspects with them."""
        facts = replace(self.facts, as_of=as_of)
        if flag_id <= self.flag_id:
            return np.empty(0, np.int32), facts, self.suspects
        said, _ = fact_store.rows_between(catalogue, "flags", self.flag_id, flag_id, flag_id - self.flag_id)
        facts = replace(facts, flags=fact_store.flags_at(catalogue, as_of))
        suspects = Suspects.of(results.SCHEMAS["suspicions"].empty_table(), facts)
        return np.unique(said.column("number").drop_null().to_numpy()).astype(np.int32), facts, suspects

    def _ranked(self, catalogue: Catalogue, seen: Glance, facts: Facts, suspects: Suspects) -> pl.DataFrame:
        """Whom a glance saw exposed, ranked among themselves, with evidence."""
        theirs = pc.is_in(facts.subscribers.column("number"), pa.array(seen.people))
        nobody = of_no_person(catalogue, seen.people.tolist())  # of those that no full look knew as well
        about = replace(facts, subscribers=facts.subscribers.filter(theirs), nobody=nobody)
        ranked = ordered(seen.exposures, self.at.hubs, about, facts.as_of, self.at.calibration)
        met = ranked.rows["suspect"].unique().to_list()
        held = results.suspicion_of(catalogue, self.at.record.analysis_id, met)
        evidence = dict(zip(held["number"].to_pylist(), held["evidence"].to_pylist(), strict=True))
        texts = ranked.evidence(Suspects(evidence, suspects.flagged))
        return ranked.rows.with_columns(evidence=pl.Series(texts, dtype=pl.String))

    @property
    def people(self) -> list[dict[str, Any]]:
        """The people ranked whom the last glance touched, as planning sees them."""
        return self.newest.select(*_OF_PERSON, *_OF_PERSON_TOO).to_dicts()

    @property
    def gone(self) -> list[int]:
        """People whom the last glance touched and who are not ranked."""
        return sorted(self.touched.difference(self.newest["number"].to_list()))

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """VICTIMS, with the ranks that they have now, and EXPOSURES of the people whom the last glance touched."""
        rows = self.newest.join(self.order, on="number", how="left", maintain_order="left").sort("rank")
        victims = rows.to_arrow().select(VICTIMS.names).cast(VICTIMS)
        return {"victims": victims, "exposures": self.exposures.select(EXPOSURES.names).cast(EXPOSURES)}

    @property
    def ranks(self) -> pa.Table:
        """AMENDED: everybody whose rows are not those of the full analysis, with their ranks now and there."""
        before = self.at.ranking.select("number", rank_before=_PLACE)
        ranks = self.standings.select("number").join(self.order, on="number", how="left")
        return ranks.join(before, on="number", how="left").to_arrow().select(AMENDED.names).cast(AMENDED)

    @cached_property
    def order(self) -> pl.DataFrame:
        """Number and rank of everybody ranked now."""
        rest = self.at.ranking.join(self.standings, on="number", how="anti")
        everybody = pl.concat([rest, self.standings.drop_nulls("probability")]).sort(**IN_ORDER)
        return everybody.select("number", rank=_PLACE)

    def _recorded(self) -> AnalysisRecord:
        """As an analysis of its own; events and facts that no full analysis knows are still to be looked at."""
        full = self.at.record
        stay = self.at.ranking.height - self.at.ranking.join(self.standings, on="number", how="semi").height
        victims, events = stay + self.standings["probability"].count(), full.counts["events"] + self.events.num_rows
        counts = {**full.counts, "victims": victims, "events": events}
        return replace(full, analysis_id=f"{full.analysis_id}-{self.glances}", as_of=self.as_of, counts=counts)


def _known(events: pa.Table, as_of: int) -> tuple[pa.Table, pa.Table]:
    """Those known at an instant, and the others."""
    known = pc.less_equal(events.column("known_at"), as_of)
    return events.filter(known), events.filter(pc.invert(known))
