"""A catalogue of an earlier version keeps what is in it, on both databases; one of a later version is left alone.

From the version before victims had an index by number on, whatever came after it.
"""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from graphsvc.errors import StorageFailed
from graphsvc.store import migrate
from graphsvc.store.catalogue import NEWEST_SCHEMA, Catalogue
from graphsvc.store.databases import engine_of
from graphsvc.store.tables import metadata

BEFORE = "0009"
BOTH = pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])


def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return str(tmp_path / "c.sqlite") if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))


def made_by_the_version_before(at: str) -> Catalogue:
    """An empty catalogue with the tables of that version."""
    old = Catalogue(*engine_of(at))
    settings = migrate.config()
    with old.writing() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, BEFORE)
    return old


def filled(table: sa.Table, place: int) -> dict[str, Any]:
    """A row with something in every column."""
    kinds = {int: place, float: place / 7, str: f"row {place} é 中", bytes: b"\\x00%d" % place, bool: True}
    return {column.name: kinds[column.type.python_type] for column in table.c}


@BOTH
def test_what_the_version_before_kept_is_there_after_the_upgrade(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    at = place(kind, tmp_path, request)
    old = made_by_the_version_before(at)
    with old.writing() as connection:
        assert "victims_number" not in {one["name"] for one in sa.inspect(connection).get_indexes("victims")}
        there = sa.inspect(connection)
        names = [name for name in there.get_table_names() if name != "alembic_version"]
        tables = [_with(metadata.tables[name], {one["name"] for one in there.get_columns(name)}) for name in names]
        for table in tables:
            connection.execute(sa.delete(table))  # what a migration itself put there
            connection.execute(sa.insert(table), [filled(table, one) for one in (1, 2)])
    kept = _content(old, tables)
    old.close()
    assert {"victims", "warnings", "audit", "numbers"} <= {table.name for table in tables}
    for _ in range(2):  # the second time there is nothing to do
        new = Catalogue.open(at)
        assert _content(new, tables) == kept
        with new.reading() as connection:
            assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == NEWEST_SCHEMA
            assert "victims_number" in {one["name"] for one in sa.inspect(connection).get_indexes("victims")}
            assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
        new.close()


@BOTH
def test_an_upgrade_that_breaks_off_leaves_the_version_before(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    at = place(kind, tmp_path, request)
    old = made_by_the_version_before(at)
    with old.writing() as connection:  # in the way of the next migration
        connection.exec_driver_sql("CREATE INDEX victims_number ON victims (number)")
    with pytest.raises((sa.exc.DBAPIError, StorageFailed)):
        Catalogue.open(at)
    with old.writing() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == BEFORE
        connection.exec_driver_sql("DROP INDEX victims_number")
    old.close()
    Catalogue.open(at).close()


@pytest.mark.xdist_group("postgres")
def test_a_catalogue_of_a_newer_version_is_refused_and_left_alone(postgres_url: str) -> None:
    catalogue = Catalogue.open(postgres_url)
    with catalogue.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    catalogue.close()
    with pytest.raises(StorageFailed, match="newer graphsvc"):
        Catalogue.open(postgres_url)
    looking = Catalogue(*engine_of(postgres_url))
    with looking.reading() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"
    looking.close()


def _with(table: sa.Table, columns: set[str]) -> sa.Table:
    """A table of today with the columns that it had then."""
    return sa.Table(table.name, sa.MetaData(), *[sa.Column(c.name, c.type) for c in table.c if c.name in columns])


def _content(catalogue: Catalogue, tables: list[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    with catalogue.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in tables
        }
