"""What became of a ranking since an earlier one: who entered it, who rose in grade or stage, who left."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.model.words import Grade, Stage
from graphsvc.store import amended
from graphsvc.store.catalogue import Catalogue

ENTERED: Final = "entered"
ROSE: Final = "rose"
LEFT: Final = "left"

Row = dict[str, Any]
"""A VICTIMS row with its `change`."""
Chosen = Mapping[str, Any]
"""The conditions of `results.victims`: grade, stage, scam_type, network_id, region."""

_STAGES: Final = {stage.value: place for place, stage in enumerate(Stage)}
_GRADES: Final = {Grade.LOW.value: 0, Grade.MEDIUM.value: 1, Grade.HIGH.value: 2}


def came_or_rose(
    catalogue: Catalogue, analysis_id: str, before_id: str, *, limit: int, after_rank: int = 0, chosen: Chosen
) -> list[Row]:
    """Who is ranked now and was not before, or is of a higher grade or a later stage than before; by rank now."""
    now, before = (amended.standings(one).subquery() for one in (analysis_id, before_id))
    change = sa.case((before.c.number.is_(None), ENTERED), else_=ROSE)
    rose = sa.or_(
        before.c.number.is_(None),
        _place(now.c.grade, _GRADES) > _place(before.c.grade, _GRADES),
        _place(now.c.stage, _STAGES) > _place(before.c.stage, _STAGES),
    )
    joined = now.outerjoin(before, before.c.number == now.c.number)
    changed = sa.select(now.c.number, change).select_from(joined).where(rose)
    return _rows(catalogue, analysis_id, changed, limit, after_rank, chosen)


def left(
    catalogue: Catalogue, analysis_id: str, before_id: str, *, limit: int, after_rank: int = 0, chosen: Chosen
) -> list[Row]:
    """Who was ranked before and is not now, by rank before."""
    now, before = (amended.standings(one).subquery() for one in (analysis_id, before_id))
    joined = before.outerjoin(now, now.c.number == before.c.number)
    gone = sa.select(before.c.number, sa.literal(LEFT)).select_from(joined).where(now.c.number.is_(None))
    return _rows(catalogue, before_id, gone, limit, after_rank, chosen)


def _place(column: sa.ColumnElement[Any], places: dict[str, int]) -> sa.Case[int]:
    return sa.case(places, value=column)


def _rows(
    catalogue: Catalogue, shown: str, changed: sa.Select[Any], limit: int, after_rank: int, chosen: Chosen
) -> list[Row]:
    """Rows of the analysis `shown` of whoever changed."""
    with catalogue.reading() as connection:
        change = {number: str(what) for number, what in connection.execute(changed)}
    rows = amended.ranked(catalogue, shown, limit=limit, after_rank=after_rank, numbers=sorted(change), **chosen)
    return [{**row, "change": change[row["number"]]} for row in rows]
