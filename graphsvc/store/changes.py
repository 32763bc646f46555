"""What became of a ranking since an earlier one: who entered it, who rose in grade or stage, who left."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.model.tables import VICTIMS
from graphsvc.model.words import Grade, Stage
from graphsvc.store.asked_for import victims_chosen
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.result_rows import number_of
from graphsvc.store.tables import results

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
    now, before = _now(), _before()
    change = sa.case((before.c.number.is_(None), ENTERED), else_=ROSE)
    rose = sa.or_(
        before.c.number.is_(None),
        _place(now.c.grade, _GRADES) > _place(before.c.grade, _GRADES),
        _place(now.c.stage, _STAGES) > _place(before.c.stage, _STAGES),
    )
    joined = now.outerjoin(
        before, sa.and_(before.c.analysis_no == number_of(before_id), before.c.number == now.c.number)
    )
    conditions = [now.c.analysis_no == number_of(analysis_id), rose, *victims_chosen(now, after_rank, **chosen)]
    return _rows(catalogue, now, change, joined, conditions, limit)


def left(
    catalogue: Catalogue, analysis_id: str, before_id: str, *, limit: int, after_rank: int = 0, chosen: Chosen
) -> list[Row]:
    """Who was ranked before and is not now, by rank before."""
    now, before = _now(), _before()
    joined = before.outerjoin(
        now, sa.and_(now.c.analysis_no == number_of(analysis_id), now.c.number == before.c.number)
    )
    conditions = [
        before.c.analysis_no == number_of(before_id),
        now.c.number.is_(None),
        *victims_chosen(before, after_rank, **chosen),
    ]
    return _rows(catalogue, before, sa.literal(LEFT), joined, conditions, limit)


def _now() -> sa.FromClause:
    return results["victims"].alias("now")


def _before() -> sa.FromClause:
    return results["victims"].alias("before")


def _place(column: sa.ColumnElement[Any], places: dict[str, int]) -> sa.Case[int]:
    return sa.case(places, value=column)


def _rows(
    catalogue: Catalogue,
    shown: sa.FromClause,
    change: sa.ColumnElement[str],
    joined: sa.Join,
    conditions: list[sa.ColumnElement[bool]],
    limit: int,
) -> list[Row]:
    query = sa.select(*[shown.c[name] for name in VICTIMS.names], change.label("change")).select_from(joined)
    query = query.where(*conditions).order_by(shown.c.rank).limit(limit)
    with catalogue.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
