"""Which people of a ranking are asked for, as conditions of a query."""

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from graphsvc.store.arrow_sql import WHOLE

Place: TypeAlias = sa.BindParameter[Any]
_AS_IT_IS: Final = "/"
_SIGNS: Final = re.compile("[%_/]")
"""What means something to LIKE, and what says that it means nothing."""


def given(**wanted: Any) -> dict[str, Any]:
    """Of conditions those that are asked for, as the places that are named for them take their values."""
    values = {name: value for name, value in wanted.items() if value is not None}
    if region := values.get("region"):
        values["region"] = _SIGNS.sub(rf"{_AS_IT_IS}\g<0>", _region_prefix(region))
    return values


def places(names: Iterable[str]) -> dict[str, Place]:
    """A place for the value of each of these conditions."""
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"network_id": WHOLE}
    return {name: sa.bindparam(name, type_=kinds.get(name, sa.Text())) for name in names}


def victims_chosen(
    victims: sa.FromClause,
    after_rank: Place,
    *,
    grade: Place | None = None,
    stage: Place | None = None,
    scam_type: Place | None = None,
    network_id: Place | None = None,
    region: Place | None = None,
) -> list[sa.ColumnElement[bool]]:
    """Conditions on the table of victims with places for their values (`given`)."""
    columns = victims.c
    chosen: list[sa.ColumnElement[bool]] = [columns.rank > after_rank]
    asked = (
        (columns.grade, grade),
        (columns.stage, stage),
        (columns.scam_type, scam_type),
        (columns.network_id, network_id),
    )
    for column, wanted in asked:
        if wanted is not None:
            chosen.append(column == wanted)
    if region is not None:
        chosen.append(columns.region.startswith(region, escape=_AS_IT_IS))
    return chosen


def _region_prefix(code: str) -> str:
    """GB/T 2260: a province's code ends in four zeros, a city's in two; its parts differ only there."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code
