"""Which people of a ranking are asked for, as conditions of a query."""

from typing import Any, TypeAlias

import sqlalchemy as sa

Place: TypeAlias = sa.BindParameter[Any]


def victims_chosen(
    victims: sa.FromClause,
    after_rank: int | Place,
    *,
    grade: str | Place | None = None,
    stage: str | Place | None = None,
    scam_type: str | Place | None = None,
    network_id: int | Place | None = None,
    region: str | None = None,
) -> list[sa.ColumnElement[bool]]:
    """Conditions on the table of victims (or an alias of it), with values or places for them."""
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
        chosen.append(columns.region.startswith(_region_prefix(region), autoescape=True))
    return chosen


def _region_prefix(code: str) -> str:
    """GB/T 2260: a province's code ends in four zeros, a city's in two; its parts differ only there."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code
