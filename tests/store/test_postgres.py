"""The catalogue on PostgreSQL: where the two databases differ, and nothing may."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from graphsvc.errors import FolderHeld, GraphsvcError, InvalidSetting, StorageFailed
from graphsvc.store.catalogue import Catalogue, free_id, insert_rows, insert_unless_there, take_ids
from graphsvc.store.databases import engine_of
from graphsvc.store.finding import find_columns, find_rows
from graphsvc.store.tables import counters, metadata, numbers
from tests.servers.postgres import PostgresServer, make_server, remove_server

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def catalogue(postgres_catalogue_url: str) -> Iterator[Catalogue]:
    opened = Catalogue.open(postgres_catalogue_url)
    yield opened
    opened.close()


def test_migrations_make_exactly_the_tables_that_the_code_knows(postgres_url: str) -> None:
    catalogue = Catalogue.open(postgres_url)
    with catalogue.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    catalogue.close()


def test_processes_that_open_a_new_database_at_once_make_its_tables_once(postgres_url: str) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            Catalogue.open(postgres_url).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("count", [3, 5000])
def test_what_fails_leaves_nothing_and_repeats_no_value(catalogue: Catalogue, count: int) -> None:
    rows = [(number, f"t{number}", "msisdn", "+8613800000000") for number in range(count)]
    with pytest.raises(sa.exc.IntegrityError) as told, catalogue.writing() as connection:
        insert_rows(connection, numbers, [*rows, (0, "another", "msisdn", "+8613800000000")])
    shown = f"{told.value} {told.value.args} {told.value.orig!r}"
    assert "13800000000" not in shown
    assert "numbers_pkey" in shown
    with catalogue.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(numbers)) == 0


def test_many_rows_stream_in_and_are_found(catalogue: Catalogue) -> None:
    rows = [(number, f"t\\{number}\t'\n", "msisdn", "") for number in range(70_000)]
    with catalogue.writing() as connection:
        insert_rows(connection, numbers, rows)
        wanted = [row[1] for row in rows] + ["nobody's"]
        found = find_rows(connection, (numbers.c.number_id, numbers.c.token), numbers.c.token, wanted)
        numbered = find_columns(connection, (numbers.c.number_id, numbers.c.token), numbers.c.number_id, [7, 70_000, 3])
        assert find_columns(connection, (numbers.c.token,), numbers.c.number_id, [70_000]) == [[]]
    assert sorted(tuple(row) for row in found) == [(row[0], row[1]) for row in rows]
    assert sorted(zip(*numbered, strict=True)) == [rows[3][:2], rows[7][:2]]


def test_a_reader_cannot_write_and_sees_one_state(catalogue: Catalogue) -> None:
    with pytest.raises((GraphsvcError, sa.exc.SQLAlchemyError)), catalogue.reading() as connection:
        take_ids(connection, "numbers", 1)
    with catalogue.reading() as reader:
        assert free_id(reader, "numbers") == 0
        with catalogue.writing() as writer:
            take_ids(writer, "numbers", 5)
        assert free_id(reader, "numbers") == 0
    with catalogue.reading() as reader:
        assert free_id(reader, "numbers") == 5


def test_ids_are_taken_once_by_many_at_once_also_the_first(catalogue: Catalogue) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(20):
            with catalogue.writing() as connection:
                taken.append(take_ids(connection, "fresh", 1))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(160))


def test_a_row_is_inserted_unless_it_is_there(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        assert insert_unless_there(connection, counters, [{"name": "x", "next": 1}]) == 1
        assert insert_unless_there(connection, counters, [{"name": "x", "next": 2}, {"name": "y", "next": 3}]) == 1
        assert [free_id(connection, name) for name in "xy"] == [1, 3]


def test_two_that_wait_for_each_other_are_told_apart_with_advice(catalogue: Catalogue) -> None:
    for name in ("a", "b"):
        with catalogue.writing() as connection:
            take_ids(connection, name, 1)
    both = threading.Barrier(2)
    told: list[BaseException | None] = []

    def take(first: str, second: str) -> None:
        try:
            with catalogue.writing() as connection:
                take_ids(connection, first, 1)
                both.wait(60)
                take_ids(connection, second, 1)
            told.append(None)
        except GraphsvcError as error:
            told.append(error)

    threads = [threading.Thread(target=take, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [error for error in told if error is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], FolderHeld)
    assert "try again" in str(refused[0])


def test_a_server_that_goes_away_is_told_and_found_again() -> None:
    server = make_server(durable=True)
    catalogue = Catalogue.open(server.url())
    try:
        assert _take(catalogue, 3) == 0
        server.stop()
        for _ in range(2):
            with pytest.raises(StorageFailed, match="does not answer"):
                _take(catalogue, 3)
        server.start()
        assert _take(catalogue, 1) == 3
        with pytest.raises(StorageFailed, match="does not answer"):
            _take_while_it_stops(server, catalogue)
        server.start()
        assert _take(catalogue, 0) == 4
    finally:
        catalogue.close()
        remove_server(server)


def _take(catalogue: Catalogue, count: int) -> int:
    with catalogue.writing() as connection:
        return take_ids(connection, "numbers", count)


def _take_while_it_stops(server: PostgresServer, catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        take_ids(connection, "numbers", 3)
        server.stop()
        take_ids(connection, "numbers", 3)


def test_an_address_tells_no_password(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed) as told:
        Catalogue.open(f"postgresql://me:secret@/x?host={tmp_path}")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["mysql://me:secret@host/x", "oracle+cx://secret"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting, match="PostgreSQL") as told:
        engine_of(url)
    assert "secret" not in str(told.value)
