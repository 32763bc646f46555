"""A whole graph as files for the importer: what ledger, registry, facts and the current analysis say."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.import_files import LABELS, ImportFiles, end, key, start
from graphsvc.graph.neo4j.position import Position
from graphsvc.projecting import contacts, facts, findings
from graphsvc.projecting.contacts import Folded
from graphsvc.projecting.facts import Stated
from graphsvc.projecting.findings import Found
from graphsvc.projecting.frames import INSTANT, frame_of, whole_numbers
from graphsvc.store.registry import Registry

_PAGE: Final = 200_000

NUMBER: Final = "Number"
ENTITY: Final = "Entity"
NETWORK: Final = "Network"
FLAG: Final = "Flag"
CASE: Final = "Case"


@dataclass(frozen=True)
class Image:
    """Everything that the graph holds at one position."""

    position: Position
    registry: Registry
    folded: Folded
    stated: Stated
    found: Found
    events: Iterable[pa.RecordBatch]
    """Of the ledger (contacts.EVENT_COLUMNS), those before the position."""

    def write(self, folder: Path) -> ImportFiles:
        """Write the files into an empty folder; contacts beside events, for they are most of it."""
        files = ImportFiles(folder)
        files.add_nodes("numbers", self._numbers())
        files.add_nodes("entities", self._entities())
        files.add_nodes("service", [_service(self.position)])
        self._write_findings(files)
        self._write_facts(files)
        with ThreadPoolExecutor(2) as both:
            for written in [both.submit(write, files) for write in (self._write_contacts, self._write_events)]:
                written.result()
        return files

    def _numbers(self) -> Iterator[pa.Table]:
        flagged = self.stated.flags["numberId"].drop_nulls().implode()
        selves = self.folded.selves.select(pl.col("a").alias("numberId"), pl.col("events").alias("selfEvents"))
        about = _joined(_joined(self.found.numbers, self.stated.people), selves)
        for first in range(0, self.position.numbers_to, _PAGE):
            count = min(_PAGE, self.position.numbers_to - first)
            page = frame_of(self.registry.numbers_from(first, count)).rename({"number_id": "numberId"})
            rows = page.join(about.with_columns(pl.col("numberId").cast(pl.Int64)), on="numberId", how="left")
            labels = [pl.lit(NUMBER), _label(pl.col("numberId").is_in(flagged), "Flagged")]
            labels += [_label(pl.col(column), label) for column, label in findings.LABELS.items()]
            if self.position.scope == "suspects":
                labels.append(_label(pl.col("candidate") | pl.col("exposed"), "Detailed"))
            rows = rows.with_columns(pl.concat_str(labels).alias(LABELS)).drop(*findings.LABELS)
            yield _arrow(rows.rename({"numberId": key(NUMBER, "numberId")}))

    def _entities(self) -> Iterator[pa.Table]:
        flagged = self.stated.flags["entityId"].drop_nulls().implode()
        about = self.found.entities.with_columns(pl.col("entityId").cast(pl.Int64))
        for first in range(0, self.position.entities_to, _PAGE):
            count = min(_PAGE, self.position.entities_to - first)
            page = frame_of(self.registry.entities_from(first, count)).rename({"entity_id": "entityId"})
            page = page.filter(pl.col("kind").is_in(list(facts.LABELS)))
            rows = page.join(about, on="entityId", how="left")
            kind = pl.col("kind").replace_strict(facts.LABELS)
            flag = _label(pl.col("entityId").is_in(flagged), "Flagged")
            rows = rows.with_columns(pl.concat_str([pl.lit(f"{ENTITY};"), kind, flag]).alias(LABELS)).drop("kind")
            yield _arrow(rows.rename({"entityId": key(ENTITY, "entityId")}))

    def _write_findings(self, files: ImportFiles) -> None:
        networks = self.found.networks.with_columns(pl.lit(NETWORK).alias(LABELS))
        files.add_nodes("networks", [_arrow(networks.rename({"networkId": key(NETWORK, "networkId")}))])
        for space, column in ((NUMBER, "numberId"), (ENTITY, "entityId")):
            members = self.found.members.filter(pl.col(column).is_not_null())
            rows = members.select(
                pl.col(column).alias(start(space)), pl.col("networkId").alias(end(NETWORK)), "role", "score"
            )
            files.add_relationships(f"members_{column}", "MEMBER_OF", [_arrow(rows)])
        exposed = self.found.exposed_to.rename({"numberId": start(NUMBER), "networkId": end(NETWORK)})
        files.add_relationships("exposed_to", "EXPOSED_TO", [_arrow(exposed)])
        linked = self.found.linked.rename({"lower": start(NETWORK), "higher": end(NETWORK)})
        files.add_relationships("linked", "LINKED_TO", [_arrow(linked)])

    def _write_facts(self, files: ImportFiles) -> None:
        flags = self.stated.flags
        nodes = flags.drop("numberId", "entityId", "caseId").with_columns(pl.lit(FLAG).alias(LABELS))
        files.add_nodes("flags", [_arrow(nodes.rename({"flagId": key(FLAG, "flagId")}))])
        for space, column in ((NUMBER, "numberId"), (ENTITY, "entityId")):
            on = flags.filter(pl.col(column).is_not_null())
            on = on.select(pl.col("flagId").alias(start(FLAG)), pl.col(column).alias(end(space)))
            files.add_relationships(f"flags_{column}", "FLAGS", [_arrow(on)])
        cases = self.stated.cases.with_row_index(key(CASE)).with_columns(pl.lit(CASE).alias(LABELS))
        files.add_nodes("cases", [_arrow(cases.drop("numberId"))])
        places = cases.select("caseId", pl.col(key(CASE)).alias("place"))
        named = flags.join(places, on="caseId").select(
            pl.col("flagId").alias(start(FLAG)), pl.col("place").alias(end(CASE))
        )
        files.add_relationships("in_case", "IN_CASE", [_arrow(named)])
        lost = cases.filter(pl.col("numberId").is_not_null())
        lost = lost.select(pl.col("numberId").alias(start(NUMBER)), pl.col(key(CASE)).alias(end(CASE)))
        files.add_relationships("reported", "REPORTED", [_arrow(lost)])
        for (kind,), links in self.stated.links.group_by("type", maintain_order=True):
            space, column = (ENTITY, "holderId") if kind == facts.OWNS else (NUMBER, "numberId")
            rows = links.select(pl.col(column).alias(start(space)), pl.col("entityId").alias(end(ENTITY)), *facts.DATED)
            files.add_relationships(f"links_{kind}", str(kind), [_arrow(rows)])

    def _write_contacts(self, files: ImportFiles) -> None:
        rows = self.folded.contacts.select("a", "b", *contacts.CONTACT_LAYOUT)
        rows = rows.rename({"a": start(NUMBER), "b": end(NUMBER)})
        rows = rows.with_columns(detailed=detailed(self.position.scope, self.found, start(NUMBER), end(NUMBER)))
        files.add_relationships("contacts", "CONTACTED", [_arrow(rows)])
        devices = self.folded.devices.select("a", "device", *contacts.DEVICE_LAYOUT)
        devices = devices.rename({"a": start(NUMBER), "device": end(ENTITY)})
        files.add_relationships("devices", "USED_DEVICE", [_arrow(devices)])

    def _write_events(self, files: ImportFiles) -> None:
        """Calls and messages in one pass over the ledger, to one file each."""
        if self.position.scope == "none":
            return
        wanted = None if self.position.scope == "all" else self.found.detailed()
        texted: list[pa.Table] = []

        def calls() -> Iterator[pa.Table]:
            for batch in self.events:
                shown = contacts.one_by_one(frame_of(batch), since=self.position.since, detailed=wanted)
                called, sent = (_arrow(rows.rename({"a": start(NUMBER), "b": end(NUMBER)})) for rows in shown)
                texted.append(sent)
                yield called

        files.add_relationships("called", "CALLED", calls())
        files.add_relationships("texted", "TEXTED", texted)


def detailed(scope: str, found: Found, a: str, b: str) -> pl.Expr:
    """True for a contact whose events are shown one by one, else null."""
    if scope == "suspects":
        wanted = found.detailed().implode()
        return pl.when(pl.col(a).is_in(wanted) | pl.col(b).is_in(wanted)).then(True)
    return pl.lit(True if scope == "all" else None, dtype=pl.Boolean)


def _service(at: Position) -> pa.Table:
    values: dict[str, Any] = {key("Service", "only"): 0, **at.properties(), LABELS: "Service"}
    frame = pl.DataFrame([{name: value for name, value in values.items() if value is not None}])
    times = [pl.col(name).cast(INSTANT) for name in position.TIMES if name in frame.columns]
    return _arrow(frame.with_columns(times))


def _label(condition: pl.Expr, label: str) -> pl.Expr:
    return pl.when(condition.fill_null(False)).then(pl.lit(f";{label}")).otherwise(pl.lit(""))


def _joined(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    return left.join(right, on="numberId", how="full", coalesce=True)


def _arrow(rows: pl.DataFrame) -> pa.Table:
    return whole_numbers(rows).to_arrow()
