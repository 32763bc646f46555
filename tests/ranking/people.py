"""Exposures, suspicions and facts of one or a few people, for tests of the ranking."""

from typing import Any

import orjson
import pyarrow as pa

from graphsvc.model.evidence import Evidence, to_json
from graphsvc.model.facts import Facts
from graphsvc.model.tables import EXPOSURES, FLAGS, SUBSCRIBERS, SUSPICIONS, VICTIMS
from graphsvc.ranking.rank import rank

AS_OF = 1_700_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SUSPECT = 1

Row = dict[str, Any]


def exposure(number: int, **changes: Any) -> Row:
    """A person whom a suspect called an hour ago, and who hung up."""
    row: Row = {
        "number": number,
        "network_id": 7,
        "suspect": SUSPECT,
        "suspect_probability": 0.9,
        "in_fraud_probability": 0.9,
        "suspects": 1,
        "events": 1,
        "first_at": AS_OF - HOUR,
        "last_at": AS_OF - HOUR,
        "talk_s": 10,
        "talk_last_day_s": 10,
        "longest_call_s": 10,
        "call_backs": 0,
        "verifications": 0,
        "bank_calls": 0,
        "codes": 0,
        "handovers": 0,
        "message_then_call": False,
        "scam_type": "loan",
        "lost_at": None,
    } | changes
    call = {"at": row["first_at"], "what": "call", "number": SUSPECT, "seconds": row["longest_call_s"]}
    back = [{"at": row["last_at"], "what": "call_back", "number": SUSPECT, "seconds": 5}] * min(row["call_backs"], 1)
    return row | {"key_events": orjson.dumps([call, *back]).decode()} | changes


def engaged(number: int, **changes: Any) -> Row:
    """A person who talked for six minutes."""
    return exposure(number, **({"talk_s": 360, "longest_call_s": 360} | changes))


def suspicion(number: int, **changes: Any) -> Row:
    """A suspect that shares a device with number 2."""
    return {
        "number": number,
        "fraud_probability": 0.9,
        "class": "fraud",
        "role": "caller",
        "scam_type": "loan",
        "network_id": 7,
        "evidence": to_json([Evidence("shared_device", 4.0, {"entity": 500, "numbers": [2], "count": 2})]),
    } | changes


def facts(
    *, flags: tuple[Row, ...] = (), regions: dict[int, str] | None = None, activated: dict[int, int] | None = None
) -> Facts:
    """What is known: flags, where people live, and since when a number is theirs."""
    as_of, none = AS_OF, Facts.none(AS_OF)
    subscribers: list[Row] = [{"number": n, "region": r, "known_at": 0} for n, r in (regions or {}).items()]
    subscribers += [{"number": n, "activated_at": at, "known_at": 0} for n, at in (activated or {}).items()]
    return Facts(
        as_of=as_of,
        flags=pa.Table.from_pylist(list(flags), schema=FLAGS),
        cases=none.cases,
        links=none.links,
        subscribers=pa.Table.from_pylist(subscribers, schema=SUBSCRIBERS),
        directory=none.directory,
        outcomes=none.outcomes,
    )


def ranked(*rows: Row, suspects: tuple[Row, ...] = (), known: Facts | None = None) -> list[Row]:
    """VICTIMS of these exposures, as rows."""
    table = rank(
        pa.Table.from_pylist(list(rows), schema=EXPOSURES),
        pa.Table.from_pylist(list(suspects or (suspicion(SUSPECT),)), schema=SUSPICIONS),
        known if known is not None else facts(),
        AS_OF,
    )
    assert table.schema == VICTIMS
    return list(table.to_pylist())


def one(row: Row) -> Row:
    """The ranking of a single person."""
    (victim,) = ranked(row)
    return victim
