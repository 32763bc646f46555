"""The catalogue: migrations, transactions and what it says when it cannot."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from graphsvc.errors import StorageFailed
from graphsvc.store import migrate
from graphsvc.store.catalogue import NEWEST_SCHEMA, Catalogue, free_id, insert_rows, take_ids
from graphsvc.store.finding import find_columns, find_rows
from graphsvc.store.tables import counters, metadata, numbers


def test_migrations_make_exactly_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    catalogue.close()


def test_a_table_that_the_migrations_do_not_make_would_be_noticed(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.writing() as connection:
        connection.exec_driver_sql("DROP TABLE victims")
    with catalogue.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []
    catalogue.close()


def test_the_newest_migration_is_the_one_that_the_code_asks_for() -> None:
    assert ScriptDirectory.from_config(migrate.config()).get_current_head() == NEWEST_SCHEMA


def test_a_catalogue_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    catalogue = Catalogue.open(path)
    with catalogue.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    catalogue.close()
    with pytest.raises(StorageFailed, match="newer graphsvc"):
        Catalogue.open(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(StorageFailed, match="damaged"):
        Catalogue.open(path)


def test_what_fails_in_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with pytest.raises(sa.exc.IntegrityError), catalogue.writing() as connection:
        insert_rows(connection, counters, [("numbers", 1), ("numbers", 2)])
    with catalogue.reading() as connection:
        assert connection.execute(sa.select(counters)).all() == []
    catalogue.close()


def test_ids_are_taken_once_and_without_gaps(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.writing() as connection:
        assert [take_ids(connection, "numbers", count) for count in (0, 3, 0, 2, 1)] == [0, 0, 3, 3, 5]
        assert take_ids(connection, "entities", 1) == 0
    with catalogue.reading() as connection:
        assert (free_id(connection, "numbers"), free_id(connection, "networks")) == (6, 0)
    catalogue.close()


def test_commits_are_durable_and_readers_never_wait(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with catalogue.writing() as writer:
        take_ids(writer, "numbers", 5)
        with catalogue.reading() as reader:
            assert free_id(reader, "numbers") == 0
    catalogue.close()


def test_errors_of_the_database_repeat_no_values(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    statement = sa.text("INSERT INTO numbers VALUES (1, :token, NULL, NULL)")
    with pytest.raises(sa.exc.IntegrityError) as told, catalogue.writing() as connection:
        connection.execute(statement, {"token": "+8613800000000"})
    assert "13800000000" not in str(told.value)
    catalogue.close()


def test_many_rows_are_inserted_and_found_by_key(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    rows = [(number, f"t{number}", "msisdn", "") for number in range(25_000)]
    columns = (numbers.c.number_id, numbers.c.token)
    with catalogue.writing() as connection:
        insert_rows(connection, numbers, rows)
        wanted = [f"t{number}" for number in range(-5, 25_000)]
        found = find_rows(connection, columns, numbers.c.token, wanted)
        assert sorted(tuple(row) for row in found) == [(number, token) for number, token, *_ in rows]
    catalogue.close()


def test_columns_of_many_rows_are_those_of_the_rows_whatever_texts_hold(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    rows = [(number, f't{number}\\"\n\t,诈', "msisdn", "") for number in range(25_000)]
    columns = (numbers.c.number_id, numbers.c.token, numbers.c.masked)
    with catalogue.writing() as connection:
        insert_rows(connection, numbers, rows)
        ids, tokens, masked = find_columns(connection, columns, numbers.c.number_id, [*range(24_999, -3, -1)])
        assert find_columns(connection, columns, numbers.c.number_id, [-1]) == [[], [], []]
    assert sorted(zip(ids, tokens, strict=True)) == [row[:2] for row in rows]
    assert masked == [""] * len(rows)
    catalogue.close()


WITHOUT_RIGHTS = """
import os, resource, sys
from pathlib import Path
from graphsvc.errors import GraphsvcError
from graphsvc.store.catalogue import Catalogue, take_ids
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
path = Path(sys.argv[1])
home = Home.open(path)
Keys.open(home, None, None)
catalogue = Catalogue.open(home.catalogue)
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
else:
    catalogue.close()
    for entry in (home.catalogue, *path.glob("catalogue*")):
        entry.chmod(0o400)
    path.chmod(0o500)
    if os.geteuid() == 0:
        for entry in (path, *path.rglob("*")):
            os.chown(entry, 65534, 65534)
        os.setegid(65534)
        os.seteuid(65534)
try:
    for number in range(100):
        with catalogue.writing() as connection:
            take_ids(connection, "n" * 50_000 + str(number), 1)
except GraphsvcError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(("case", "advice"), [("full", "free some space"), ("read-only", "it is read-only")])
def test_a_disk_that_takes_no_more_is_told_with_advice(case: str, advice: str) -> None:
    with tempfile.TemporaryDirectory() as place:  # not tmp_path: another user must be able to come near it
        Path(place).chmod(0o755)
        command = [sys.executable, "-c", WITHOUT_RIGHTS, f"{place}/data", case]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("StorageFailed"), done.stderr
    assert advice in done.stdout
