"""Which analyses are kept: the newest, and within a bound of rows those that a reader got a cursor into, for a day, and
the last of each day, for a month, so that a past day can be looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

import sqlalchemy as sa

from graphsvc.store.arrow_sql import WHOLE
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import amended, analyses, current_analysis, results

KEPT: Final = 10
"""Full analyses that are kept in any case, and as many amended ones. Others are swept when a full one is published, and
with every so many-th amendment."""

HANDED_OUT_MS: Final = 24 * 3600 * 1000
"""How long an analysis is kept after a cursor into it was given."""

DAYS_KEPT: Final = 31
"""Of so many days on which there was a full analysis the last is kept: a month. [assumed]"""

ROWS_AT_A_TIME: Final = 5_000
"""Rows that one transaction writes or takes away: who claims warnings meanwhile waits no longer than that takes."""

PUBLISHED: Final = "published"
_OF_PEOPLE: Final = (results["victims"], results["exposures"])
"""Tables in which an amendment has rows of its own."""
_NOTED_EVERY_MS: Final = 3600 * 1000


@dataclass(frozen=True)
class Space:
    """For what is kept beside the newest."""

    rows_most: int = 5_000_000
    """Of all of them; a thousand rows take about half a megabyte. Those that a reader is in come first, then the newest
    days."""
    zone: tzinfo = UTC
    """Where a day begins and ends."""


SPACE: Final = Space()


def noted(handed_out_at: int | None, wall: int) -> bool:
    """Whether that a cursor is given now (epoch ms by the wall clock) need not be noted again."""
    return handed_out_at is not None and wall - handed_out_at <= _NOTED_EVERY_MS


def hand_out(catalogue: Catalogue, analysis_id: str, wall: int) -> None:
    """Note that a cursor into an analysis is given now (epoch ms by the wall clock), so that it is kept for a day."""
    with catalogue.writing() as connection:
        _HANDED_OUT.change(connection, [{"given": analysis_id, "wall": wall, "stale": wall - _NOTED_EVERY_MS}])


_STALE: Final = sa.or_(
    analyses.c.handed_out_at.is_(None), analyses.c.handed_out_at < sa.bindparam("stale", type_=WHOLE)
)
_HANDED_OUT: Final = Prepared(
    sa.update(analyses)
    .where(analyses.c.analysis_id == sa.bindparam("given"), analyses.c.state == PUBLISHED, _STALE)
    .values(handed_out_at=sa.bindparam("wall", type_=WHOLE))
)


def kept_until(catalogue: Catalogue, as_of: int, *, most: int) -> list[tuple[str, int]]:
    """Id and instant (epoch ms) of the full analyses kept of what was known at `as_of` or before, the earliest first.

    Of one instant the newest analysis; of more than `most` instants the latest.
    """
    newest = sa.select(sa.func.max(analyses.c.analysis_no)).group_by(analyses.c.as_of)
    newest = newest.where(analyses.c.state == PUBLISHED, analyses.c.base_no.is_(None), analyses.c.as_of <= as_of)
    query = sa.select(analyses.c.analysis_id, analyses.c.as_of).where(analyses.c.analysis_no.in_(newest))
    with catalogue.reading() as connection:
        found = connection.execute(query.order_by(analyses.c.as_of.desc()).limit(most))
        return [(one.analysis_id, one.as_of) for one in found][::-1]


def sweep(catalogue: Catalogue, newest: int, wall: int, space: Space, *, half_built: bool = True) -> None:
    """Remove analyses that nobody may ask for any more, those beyond the bound, and what a crash left half built.

    Without `half_built` what is not finished stays: somebody may be writing it.
    """
    with catalogue.reading() as connection:
        published = analyses.c.state == PUBLISHED
        query = sa.select(analyses.c.analysis_no).order_by(analyses.c.analysis_no.desc())
        of_either = (analyses.c.base_no.is_(None), analyses.c.base_no.is_not(None))
        kept = {one for kind in of_either for one in connection.scalars(query.where(published, kind).limit(KEPT))}
        since = wall - HANDED_OUT_MS - _NOTED_EVERY_MS
        asked = sa.select(analyses.c.analysis_no, analyses.c.row_count).where(published)
        asked = asked.where(analyses.c.handed_out_at > since).order_by(analyses.c.analysis_no.desc())
        left = space.rows_most
        for number, rows in (*connection.execute(asked), *_last_of_days(connection, space.zone)):
            left -= 0 if number in kept else rows or 0
            if left < 0:
                break
            kept.add(number)
        kept.update(connection.scalars(sa.select(current_analysis.c.analysis_no)))
        based = sa.select(analyses.c.base_no).where(analyses.c.base_no.is_not(None), analyses.c.analysis_no.in_(kept))
        kept.update(connection.scalars(based))
        there = query if half_built else query.where(published)
        gone = [number for number in connection.scalars(there) if number not in kept and number < newest]
    remove(catalogue, gone)


def _last_of_days(connection: sa.Connection, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Number and rows of the last full analysis of what was known on each of the newest days, the newest day first."""
    columns = analyses.c
    query = sa.select(columns.analysis_no, columns.row_count, columns.as_of)
    query = query.where(columns.state == PUBLISHED, columns.base_no.is_(None))
    days = set[date]()
    for number, rows, as_of in connection.execute(query.order_by(columns.as_of.desc(), columns.analysis_no.desc())):
        day = datetime.fromtimestamp(as_of / 1000, zone).date()
        if day in days:
            continue
        if len(days) == DAYS_KEPT:
            return
        days.add(day)
        yield number, rows


def remove(catalogue: Catalogue, numbers: Sequence[int]) -> None:
    """Take away analyses with all their rows; with a full one what amends it. What a later amendment needs stays."""
    columns = analyses.c
    amending = sa.select(columns.analysis_no, columns.base_no).where(columns.base_no.is_not(None))
    with catalogue.writing() as connection:
        base = {row.analysis_no: row.base_no for row in connection.execute(amending)}
        connection.execute(sa.delete(analyses).where(columns.analysis_no.in_([one for one in numbers if one in base])))
    for number in {base[one] for one in numbers if one in base}.difference(numbers):
        _drop_replaced(catalogue, number)
    for number in numbers:
        if number not in base:
            _remove_full(catalogue, number)


def _remove_full(catalogue: Catalogue, number: int) -> None:
    """A table after the other, some rows at a time."""
    amendments = sa.select(amended.c.from_no).where(amended.c.base_no == number)
    for table in results.values():
        of_it = sa.or_(table.c.analysis_no == number, table.c.analysis_no.in_(amendments))
        some = sa.select(table.c.analysis_no, table.c.position).where(of_it).limit(ROWS_AT_A_TIME)
        taking = sa.delete(table).where(sa.tuple_(table.c.analysis_no, table.c.position).in_(some))
        gone = ROWS_AT_A_TIME
        while gone == ROWS_AT_A_TIME:
            with catalogue.writing() as connection:
                gone = connection.execute(taking).rowcount
    with catalogue.writing() as connection:
        connection.execute(sa.delete(amended).where(amended.c.base_no == number))
        either = sa.or_(analyses.c.analysis_no == number, analyses.c.base_no == number)
        connection.execute(sa.delete(analyses).where(either))


def _drop_replaced(catalogue: Catalogue, base_no: int) -> None:
    """Take away rows of people amended that hold in no amendment that is kept."""
    columns = amended.c
    held = (analyses.c.base_no == base_no, analyses.c.analysis_no.between(columns.from_no, columns.until_no - 1))
    replaced = sa.select(columns.from_no, columns.number).where(
        columns.base_no == base_no, columns.until_no.is_not(None)
    )
    with catalogue.writing() as connection:
        gone = connection.execute(replaced.where(~sa.exists().where(*held))).all()
        if not gone:
            return
        rows = [{"of_no": from_no, "of_number": number} for from_no, number in gone]
        of_no, of_number = (sa.bindparam(name, type_=WHOLE) for name in ("of_no", "of_number"))
        for table in _OF_PEOPLE:
            connection.execute(sa.delete(table).where(table.c.analysis_no == of_no, table.c.number == of_number), rows)
        told = (columns.base_no == base_no, columns.number == of_number, columns.from_no == of_no)
        connection.execute(sa.delete(amended).where(*told), rows)
