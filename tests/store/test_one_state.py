"""What a thread reads while it asks for one state, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import sqlalchemy as sa

from graphsvc.errors import GraphsvcError
from graphsvc.store.catalogue import Catalogue, free_id, take_ids
from tests.store.folder import Folder


def seen(catalogue: Catalogue) -> int:
    """How far the counter is that these tests move."""
    with catalogue.reading() as connection:
        return free_id(connection, "numbers")


def move(catalogue: Catalogue) -> None:
    """Move it by one."""
    with catalogue.writing() as connection:
        take_ids(connection, "numbers", 1)


def by_another(catalogue: Catalogue) -> None:
    """Move it in another thread, and wait until that is done."""
    other = Thread(target=move, args=(catalogue,))
    other.start()
    other.join()


@contextmanager
def begun(catalogue: Catalogue) -> Iterator[list[object]]:
    """The transactions that are begun meanwhile."""
    some: list[object] = []

    def note(connection: object) -> None:
        some.append(connection)

    sa.event.listen(catalogue._engine, "begin", note)
    try:
        yield some
    finally:
        sa.event.remove(catalogue._engine, "begin", note)


def test_what_others_write_is_not_seen_until_the_end(folder: Folder) -> None:
    catalogue = folder.catalogue
    with begun(catalogue) as transactions, catalogue.one_state():
        before = seen(catalogue)
        by_another(catalogue)
        with catalogue.one_state():
            assert seen(catalogue) == before
        assert seen(catalogue) == before
    assert len(transactions) == 2  # one of them the other's
    assert seen(catalogue) == before + 1


def test_the_state_is_that_of_the_first_look(folder: Folder) -> None:
    before = seen(folder.catalogue)
    with folder.catalogue.one_state():
        by_another(folder.catalogue)
        assert seen(folder.catalogue) == before + 1


def test_what_one_writes_oneself_is_seen_with_all_that_others_did(folder: Folder) -> None:
    catalogue = folder.catalogue
    with catalogue.one_state():
        before = seen(catalogue)
        by_another(catalogue)
        move(catalogue)
        assert seen(catalogue) == before + 2


def test_what_is_read_while_one_writes_is_not_kept_for_later(folder: Folder) -> None:
    catalogue = folder.catalogue
    with catalogue.one_state():
        before = seen(catalogue)
        with catalogue.writing() as connection:
            take_ids(connection, "numbers", 1)
            assert seen(catalogue) == before
        assert seen(catalogue) == before + 1


def test_whoever_writes_in_the_middle_of_reading_reads_on_what_it_began_with(folder: Folder) -> None:
    catalogue = folder.catalogue
    with catalogue.one_state(), catalogue.reading() as connection:
        before = free_id(connection, "numbers")
        move(catalogue)
        assert free_id(connection, "numbers") == before
        assert seen(catalogue) == before + 1
    assert seen(catalogue) == before + 1


def test_what_the_database_refuses_spoils_nothing_that_is_read_after_it(folder: Folder) -> None:
    catalogue = folder.catalogue
    with catalogue.one_state():
        before = seen(catalogue)
        with pytest.raises((GraphsvcError, sa.exc.SQLAlchemyError)), catalogue.reading() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        assert seen(catalogue) == before
    assert catalogue._engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_other_threads_read_what_is_there(folder: Folder) -> None:
    catalogue, found = folder.catalogue, []
    with catalogue.one_state():
        before = seen(catalogue)
        by_another(catalogue)
        other = Thread(target=lambda: found.append(seen(catalogue)))
        other.start()
        other.join()
    assert found == [before + 1]


def test_an_error_of_ours_leaves_the_state_as_it_is(folder: Folder) -> None:
    catalogue = folder.catalogue
    with catalogue.one_state():
        before = seen(catalogue)
        by_another(catalogue)
        with pytest.raises(LookupError), catalogue.reading():
            raise LookupError
        assert seen(catalogue) == before
