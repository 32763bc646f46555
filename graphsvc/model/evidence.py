"""Evidence: the facts that carry a score, as data. Words are made of it where it is shown.

Stored as JSON text in the `evidence` columns of SUSPICIONS, ENTITY_SUSPICIONS and VICTIMS.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson


class Evidence(NamedTuple):
    """One rule that spoke: its name, what it added in log-odds, and the facts it rests on.

    `facts` holds JSON values only. Keys with a fixed meaning: `number`, `numbers`, `entity`, `entities` are registry
    ids; `at`, `first_at`, `last_at` epoch ms; `seconds`, `count` plain figures; `flag_ids` catalogue ids;
    `network_id` a network. The reader turns ids into masked numbers, never into raw ones.
    """

    rule: str
    contribution: float
    facts: Mapping[str, Any] = MappingProxyType({})


def to_json(evidence: Sequence[Evidence]) -> str:
    """The text kept in a table: rules in the order given, contributions rounded to six digits."""
    rows = [
        {"rule": item.rule, "contribution": round(item.contribution, 6), "facts": dict(item.facts)} for item in evidence
    ]
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS).decode()


def from_json(text: str) -> list[Evidence]:
    """The evidence that `to_json` wrote."""
    return [Evidence(row["rule"], row["contribution"], row["facts"]) for row in orjson.loads(text)]
