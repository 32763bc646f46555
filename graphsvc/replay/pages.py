"""The output of a replay, a part a day, and the state to go on from: each part is there whole or not at all.

`work/days/N/` holds the rows of one day of the operator and the state at its end; the final files are all parts.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
import pyarrow as pa

from graphsvc.model.findings import KnownNetworks
from graphsvc.model.tables import MEMBERS
from graphsvc.store.durable import disk_errors_explained, sync_file, sync_folder

TABLES: Final[dict[str, pl.Schema]] = {
    "warnings": pl.Schema(
        {
            "warning_id": pl.String(),
            "warned_at": pl.Int64(),
            "number": pl.String(),
            "channel": pl.String(),
            "grade": pl.String(),
            "stage": pl.String(),
            "scam_type": pl.String(),
            "probability": pl.Float64(),
            "in_contact_probability": pl.Float64(),
            "deadline_at": pl.Int64(),
            "network_id": pl.Int64(),
            "evidence": pl.String(),
        }
    ),
    "networks": pl.Schema(
        {
            "as_of": pl.Int64(),
            "network_id": pl.Int64(),
            "number": pl.String(),
            "role": pl.String(),
            "score": pl.Float64(),
        }
    ),
    "numbers": pl.Schema(
        {"as_of": pl.Int64(), "number": pl.String(), "fraud_probability": pl.Float64(), "class": pl.String()}
    ),
}
"""The columns of the contract."""
_STATE: Final = "state.json"
_MEMBERS: Final = "members.arrow"


WARNINGS_OF: Final = "warnings of "
"""Before the name of a policy: its warnings, where more than one is replayed."""


def table_schema(name: str) -> pl.Schema:
    """The columns of a table of a part."""
    return TABLES["warnings" if name.startswith(WARNINGS_OF) else name]


@dataclass
class Part:
    """The rows of one day."""

    rows: dict[str, list[pl.DataFrame]]

    @classmethod
    def empty(cls, policies: Sequence[str]) -> "Part":
        """Nothing yet."""
        return cls({name: [] for name in ("networks", "numbers", *(WARNINGS_OF + policy for policy in policies))})

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Rows of one of the tables."""
        self.rows[name].append(rows.match_to_schema(table_schema(name)))


@dataclass(frozen=True)
class State:
    """What the next day goes on from."""

    next_at: int
    """The tick that comes next, epoch ms."""
    dispatchers: dict[str, dict[str, Any]]
    """By name of the policy, what Dispatcher.restore reads."""
    known: KnownNetworks
    ticks: int
    """So many are done."""
    analyses: int


@dataclass(frozen=True)
class Days:
    """The folder of parts."""

    folder: Path

    def keep(self, number: int, part: Part, state: State) -> None:
        """Write a day's part; it counts from its renaming on."""
        with disk_errors_explained(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self.folder / f".unfinished-{number}"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(mode=0o700)
            for name, rows in part.rows.items():
                pl.concat([table_schema(name).to_frame(), *rows]).write_parquet(beside / f"{name}.parquet")
            with pa.OSFile(str(beside / _MEMBERS), "wb") as sink, pa.ipc.new_file(sink, MEMBERS) as writer:
                writer.write_table(state.known.members.select(MEMBERS.names).cast(MEMBERS))
            (beside / _STATE).write_bytes(orjson.dumps(_state_document(state)))
            for path in beside.iterdir():
                sync_file(path)
            beside.rename(self.folder / f"{number:05d}")
            sync_folder(self.folder)

    def last(self) -> tuple[int, State] | None:
        """The newest day kept, and its state; None where there is none."""
        kept = self._kept()
        if not kept:
            return None
        folder = kept[-1]
        document = orjson.loads((folder / _STATE).read_bytes())
        with pa.memory_map(str(folder / _MEMBERS)) as source:
            members = pa.ipc.open_file(source).read_all()
        return int(folder.name), _state_of(document, members)

    def finish(self, out: Path, policy: str, *, raw: bool) -> dict[str, int]:
        """Write a policy's final files of all parts; how many rows each has. Raw numbers are for the owner alone."""
        counts = {}
        with disk_errors_explained(out):
            out.mkdir(parents=True, exist_ok=True)
            for name, schema in TABLES.items():
                part = WARNINGS_OF + policy if name == "warnings" else name
                parts = [pl.read_parquet(folder / f"{part}.parquet") for folder in self._kept()]
                whole = pl.concat([schema.to_frame(), *parts])
                write_whole(out / f"{name}.parquet", lambda path, rows=whole: rows.write_parquet(path), private=raw)
                counts[name] = len(whole)
        return counts

    def _kept(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("[0-9]*")) if self.folder.is_dir() else []


def write_whole(path: Path, write: Any, *, private: bool) -> None:
    """Write beside, then rename: nobody ever reads half a file."""
    beside = path.with_name(f".unfinished-{path.name}")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600))
    write(beside)
    beside.chmod(0o600 if private else 0o644)
    sync_file(beside)
    beside.rename(path)
    sync_folder(path.parent)


def _state_document(state: State) -> dict[str, Any]:
    return {
        "next_at": state.next_at,
        "dispatchers": state.dispatchers,
        "next_network": state.known.next_id,
        "ticks": state.ticks,
        "analyses": state.analyses,
    }


def _state_of(document: dict[str, Any], members: pa.Table) -> State:
    return State(
        next_at=document["next_at"],
        dispatchers=document["dispatchers"],
        known=KnownNetworks(members, document["next_network"]),
        ticks=document["ticks"],
        analyses=document["analyses"],
    )
