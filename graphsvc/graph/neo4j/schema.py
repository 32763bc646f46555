"""The database's constraints and indexes: `cypher/schema/V0001__….cypher`, applied in order, recorded, never changed.

Each file is noted as begun, its statements run (all `IF NOT EXISTS`), then it is noted as done: what a crash left half
applied is applied again from its beginning. What a later file takes away is not made first: filling an index of every
event, to drop it at once, cost a bulk load more than all other indexes.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphsvc.errors import Neo4jFailed
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.statements import folder

_NAME: Final = re.compile(r"^V(\d{4})__(\w+)\.cypher$")
_MADE: Final = re.compile(r"^CREATE (?:INDEX|CONSTRAINT) (\w+)")
_DROPPED: Final = re.compile(r"^DROP (?:INDEX|CONSTRAINT) (\w+)")


@dataclass(frozen=True)
class Migration:
    """One schema file."""

    version: str
    """Four digits."""
    name: str
    checksum: str
    """SHA-256 of the file, hex."""
    statements: tuple[str, ...]


def migrations(place: Path | None = None) -> list[Migration]:
    """The schema files that this version of graphsvc knows, in order."""
    files = sorted((place or folder() / "schema").glob("V*.cypher"))
    return [_read(path) for path in files]


def apply(database: Database, *, at: int, known: list[Migration] | None = None) -> list[str]:
    """Bring the database's schema up to this version's; versions applied now. `at` (epoch ms) is noted with them.

    Raises Neo4jFailed where the schema is newer than this program, or a file that was applied has been changed.
    """
    wanted = migrations() if known is None else known
    applied = {row["version"]: row for row in database.read("projection/schema_applied")}
    _refuse_newer(max(applied, default=""), wanted, database)
    made: list[str] = []
    for place, one in enumerate(wanted):
        there = applied.get(one.version)
        if there is not None and there["checksum"] != one.checksum and there["done"]:
            raise Neo4jFailed(
                f"schema file V{one.version}__{one.name} is not the one that the database at {database.address.bolt} "
                "was made with; schema files are never changed: restore it, or load into an empty database"
            )
        if there is None or not there["done"]:
            _apply(database, one, at, _dropped(wanted[place + 1 :]))
            made.append(one.version)
    return made


def refuse_newer(database: Database) -> None:
    """Neo4jFailed where the database's schema is newer than this program: what it means nobody here knows."""
    applied = database.read("projection/schema_applied")
    _refuse_newer(max((row["version"] for row in applied), default=""), migrations(), database)


def _refuse_newer(newest: str, wanted: list[Migration], database: Database) -> None:
    last = wanted[-1].version if wanted else ""
    if newest > last:
        raise Neo4jFailed(
            f"the database at {database.address.bolt} has schema {newest}, this graphsvc knows {last}: install the "
            "version that made it or a later one, or make the graph anew (graphsvc neo4j load --replace throws a local "
            "one away; empty another yourself, then graphsvc neo4j sync)"
        )


def _apply(database: Database, one: Migration, at: int, dropped: set[str]) -> None:
    lasting = [text for text in one.statements if not ((made := _MADE.match(text)) and made[1] in dropped)]
    for text in lasting[:1]:
        database.run_alone(text)  # the first of all files makes the key by which files are noted
    with database.writing() as transaction:
        transaction.run("projection/schema_begin", version=one.version, name=one.name, checksum=one.checksum)
    for text in lasting[1:]:
        database.run_alone(text)
    with database.writing() as transaction:
        transaction.run("projection/schema_done", version=one.version, at=at)


def _dropped(later: list[Migration]) -> set[str]:
    """Names of indexes and constraints that these files take away."""
    return {found[1] for one in later for text in one.statements if (found := _DROPPED.match(text))}


def _read(path: Path) -> Migration:
    found = _NAME.match(path.name)
    if found is None:
        raise Neo4jFailed(f"{path} is no schema file: its name must be V0001__NAME.cypher")
    content = path.read_bytes()
    text = "\n".join(line for line in content.decode("utf-8").splitlines() if not line.startswith("//"))
    statements = tuple(part.strip() for part in text.split(";") if part.strip())
    return Migration(found[1], found[2], hashlib.sha256(content).hexdigest(), statements)
