"""A bounded memory gives what was made under a key, and makes what is missing once and together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from graphsvc.model.kept import Kept, once


def test_what_is_missing_is_made_together_and_what_is_there_is_not_made_again() -> None:
    kept: Kept[str] = Kept(10)
    asked: list[list[int]] = []

    def made(places: list[int]) -> list[str]:
        asked.append(places)
        return [f"made for {place}" for place in places]

    assert kept.all(["a", "b"], made) == ["made for 0", "made for 1"]
    assert kept.all(["c", "a", "d", "b"], made) == ["made for 0", "made for 0", "made for 2", "made for 1"]
    assert kept.all(["d", "a"], made) == ["made for 2", "made for 0"]
    assert asked == [[0, 1], [0, 2]]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, key.upper)
    assert kept.known() == ["c", "a"]
    assert kept.held() == ["C", "A"]


def test_a_page_longer_than_the_memory_is_whole_and_nothing_is_kept_beyond_its_bound() -> None:
    kept: Kept[int] = Kept(2)
    assert kept.all(list("abcd"), lambda places: places) == [0, 1, 2, 3]
    assert kept.known() == ["d", "c"]
    assert Kept[int](0).all(list("ab"), lambda places: places) == [0, 1]


def asked_together(ask: Callable[[], object], threads: int = 8) -> list[object]:
    """What each of some threads gets that ask at the same time."""
    begin = Barrier(threads)

    def asked(_: int) -> object:
        begin.wait(30)
        return ask()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(asked, range(threads)))


def test_what_many_threads_ask_for_at_once_is_made_once() -> None:
    kept: Kept[object] = Kept(4)
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    assert len({id(one) for one in asked_together(lambda: kept.get("key", make))}) == 1
    assert len({id(one) for one in asked_together(once(make))}) == 1
    assert len(made) == 2


def test_where_making_fails_each_that_asks_is_told_and_the_next_tries_again() -> None:
    kept: Kept[int] = Kept(4)
    failed = []

    def fail() -> int:
        failed.append("once")
        raise ValueError("no")

    def ask() -> str:
        try:
            return str(kept.get("key", fail))
        except ValueError as error:
            return str(error)

    assert asked_together(ask, 4) == ["no"] * 4
    assert len(failed) == 4
    assert kept.get("key", lambda: 7) == 7
