"""What a replay gave out, as files and as frames. The columns are the contract's (feeds.md)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from graphsvc.errors import InputRefused
from graphsvc.replay.tables_read import read_needed

WARNINGS: Final = {
    "warning_id": pl.String,
    "warned_at": pl.Int64,
    "number": pl.String,
    "channel": pl.String,
    "grade": pl.String,
    "stage": pl.String,
    "scam_type": pl.String,
    "probability": pl.Float64,
    "in_contact_probability": pl.Float64,
    "deadline_at": pl.Int64,
    "network_id": pl.String,
    "evidence": pl.String,
}
_NEEDED: Final = ("warned_at", "number", "channel", "probability")
NETWORKS: Final = {
    "as_of": pl.Int64,
    "network_id": pl.String,
    "number": pl.String,
    "role": pl.String,
    "score": pl.Float64,
}
NUMBERS: Final = {"as_of": pl.Int64, "number": pl.String, "fraud_probability": pl.Float64, "class": pl.String}
SUMMARY: Final = "summary.json"


@dataclass(frozen=True)
class Replay:
    """The output of a replay; numbers as they stand in the files."""

    warnings: pl.DataFrame
    networks: pl.DataFrame
    numbers: pl.DataFrame
    summary: dict[str, Any]

    @property
    def raw(self) -> bool:
        """Whether numbers are as they came; else they are tokens. Without a word about it: by their look."""
        said = self.summary.get("settings", {}).get("raw_numbers")
        if isinstance(said, bool):
            return said
        named = pl.concat([self.warnings["number"], self.numbers["number"]]).drop_nulls().head(100)
        return not bool(named.str.contains(r"^v\d+\.[a-z2-7]{24}$").any())


def read_replay(folder: Path) -> Replay:
    """The files of a replay. Raises InputRefused where one is missing or is none."""
    optional = {name: kind for name, kind in WARNINGS.items() if name not in _NEEDED}
    return Replay(
        warnings=read_needed(folder, "warnings", required={n: WARNINGS[n] for n in _NEEDED}, optional=optional),
        networks=read_needed(folder, "networks", required=NETWORKS, optional={}),
        numbers=read_needed(folder, "numbers", required=NUMBERS, optional={}),
        summary=_summary(folder / SUMMARY),
    )


def _summary(path: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, orjson.JSONDecodeError):
        raise InputRefused(f"{path} cannot be read as JSON") from None
    if not isinstance(found, dict):
        raise InputRefused(f"{path} is not a JSON object")
    return found
