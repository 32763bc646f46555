"""Work that overlaps: the order stays, failures come out, and nothing is left running."""

import threading
from collections.abc import Iterator

import pytest

from graphsvc.ingest.ahead import Behind, read_ahead


def test_items_come_in_order_and_one_is_made_ahead() -> None:
    made: list[int] = []
    second = threading.Event()

    def items() -> Iterator[int]:
        for i in range(4):
            made.append(i)
            if i == 1:
                second.set()
            yield i

    coming = read_ahead(items())
    assert next(coming) == 0
    assert second.wait(60), "the next item is made while the first is in use"
    assert [0, *coming] == [0, 1, 2, 3]
    assert made == [0, 1, 2, 3]


def test_what_making_an_item_raises_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    coming = read_ahead(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(coming)


def test_work_that_fails_is_told_when_it_is_finished() -> None:
    def fail() -> None:
        raise OSError("full")

    with Behind() as behind:
        behind.finish()
        behind.start(fail)
        with pytest.raises(OSError, match="full"):
            behind.finish()


def test_leaving_waits_for_the_work_under_way() -> None:
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        threading.Event().wait(0.1)
        done.set()

    def leave() -> None:
        with Behind() as behind:
            behind.start(work)
            assert begun.wait(60)
            raise KeyError

    with pytest.raises(KeyError):
        leave()
    assert done.is_set()


def test_nothing_is_done_after_work_that_failed() -> None:
    done: list[int] = []
    go = threading.Event()

    def fail() -> None:
        assert go.wait(60)
        raise OSError("full")

    with Behind() as behind:
        behind.start(lambda: done.append(1))
        behind.start(fail)
        behind.start(lambda: done.append(2))
        go.set()
        with pytest.raises(OSError, match="full"):
            behind.start(lambda: done.append(3))
    assert done == [1]


def test_no_more_than_two_are_under_way() -> None:
    done: list[int] = []
    go = threading.Event()

    def first() -> None:
        assert go.wait(60)
        done.append(1)

    with Behind() as behind:
        behind.start(first)
        behind.start(lambda: done.append(2))  # does not wait
        assert done == []
        threading.Timer(0.05, go.set).start()
        behind.start(lambda: done.append(3))  # waits for the first
        assert 1 in done
        behind.finish()
    assert done == [1, 2, 3]
