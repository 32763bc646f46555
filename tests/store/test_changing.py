"""Many rows changed in one statement: the same on both databases as row by row, and all together or not at all."""

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc.model.warnings import WarningChannel
from graphsvc.store import capacities
from graphsvc.store.catalogue import HOLD_NAME, insert_rows, name_held, take_ids
from graphsvc.store.changing import add_up, change_rows, in_one_go
from graphsvc.store.prepared import Prepared, asked_together
from graphsvc.store.warning_tables import capacity_use, leases
from tests.store.folder import Folder

ROWS = [(1, 1, "w", "k", 5, 10, None), (1, 2, "w", "k", 5, 10, "acked"), (2, 1, 'é 中 \\ " {,}', "k", 5, 2**60, None)]
ALL = Prepared(sa.select(leases).order_by(leases.c.warning_id, leases.c.fence))


def test_rows_are_kept_and_changed_whatever_is_in_them(folder: Folder) -> None:
    with folder.catalogue.writing() as connection:
        insert_rows(connection, leases, ROWS)
        change_rows(
            connection, leases, ("warning_id", "fence"), ("ended", "lease_until"), [(1, 2, None, 7), (2, 1, "x", 8)]
        )
        change_rows(connection, leases, ("warning_id", "fence"), ("ended",), [])
    with folder.catalogue.reading() as connection:
        found = [tuple(row) for row in ALL.run(connection)]
    assert found == [ROWS[0], (1, 2, "w", "k", 5, 7, None), (2, 1, ROWS[2][2], "k", 5, 8, "x")]


def test_what_is_added_up_begins_where_nothing_was(folder: Folder) -> None:
    with folder.catalogue.writing() as connection:
        for rows in ([("sms", "day", 0, "", 2)], [("sms", "day", 0, "", 3), ("sms", "day", 0, "44", -1)], []):
            add_up(connection, capacity_use, "used", rows)
        assert capacities.used(connection, WarningChannel.SMS, {"hour": 0, "day": 0}) == {
            "hour": {},
            "day": {"": 5, "44": -1},
        }


def test_a_block_is_carried_out_at_its_end_whole_or_not_at_all(folder: Folder) -> None:
    with folder.catalogue.writing() as connection, in_one_go(connection):
        insert_rows(connection, leases, ROWS)
        change_rows(connection, leases, ("warning_id", "fence"), ("ended",), [(1, 1, "released")])
    with folder.catalogue.writing() as connection:
        first, taken, second = asked_together(connection, (ALL, {}), (HOLD_NAME, name_held("anything")), (ALL, {}))
        assert [row[6] for row in first] == ["released", "acked", None]
        assert (list(first), len(taken)) == (list(second), 1 if connection.dialect.name == "postgresql" else 0)
    with pytest.raises(sa.exc.IntegrityError) as refused:
        _change_and_insert(folder, ROWS[:1], fail=False)
    assert "é" not in str(refused.value)
    with pytest.raises(ZeroDivisionError):
        _change_and_insert(folder, [(9, 1, "w", "k", 5, 10, None)], fail=True)
    with folder.catalogue.writing() as connection:
        assert [row[6] for row in ALL.run(connection)] == ["released", "acked", None]
        insert_rows(connection, leases, [(9, 1, "w", "k", 5, 10, None)])  # nothing waits from blocks that broke


def _change_and_insert(folder: Folder, rows: Sequence[tuple[Any, ...]], *, fail: bool) -> None:
    with folder.catalogue.writing() as connection, in_one_go(connection):
        change_rows(connection, leases, ("warning_id", "fence"), ("ended",), [(2, 1, "gone")])
        insert_rows(connection, leases, rows)
        assert 1 / (not fail)


def test_ids_are_taken_in_a_row(folder: Folder) -> None:
    taken = []
    for count in (0, 3, 0, 2):
        with folder.catalogue.writing() as connection:
            taken.append(take_ids(connection, "anything", count))
    assert taken == [0, 0, 3, 3]
