"""What several threads ask at once: served together, in the order of asking, and each with what is its own."""

from collections.abc import Callable
from functools import partial

from graphsvc.errors import GraphsvcError, NotFound, StorageFailed
from graphsvc.store.together import Take, Together
from tests.waiting import at_once


class Counter:
    """Serves wishes, each a number, by telling how many were served before it; keeps what was served together."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.served = 0
        self.away = False

    def serve(self, take: Take[int]) -> list[int | GraphsvcError]:
        if self.away:
            raise StorageFailed("the database is away")
        wishes = take()
        self.rounds.append(wishes)
        assert 13 not in wishes, "a fault"
        told: list[int | GraphsvcError] = []
        for wish in wishes:
            self.served += 1
            told.append(NotFound("no such thing") if wish == 0 else self.served)
        return told


def _calls(waiting: Together[int, int], counter: Counter, *wishes: int) -> list[Callable[[], int]]:
    return [partial(waiting.ask, wish, counter.serve) for wish in wishes]


def test_whoever_waits_is_served_by_the_first_whose_turn_comes_and_in_the_order_of_asking() -> None:
    counter, waiting = Counter(), Together[int, int]()
    assert at_once(waiting, _calls(waiting, counter, 5, 3, 4)) == [1, 2, 3]
    assert counter.rounds == [[5, 3, 4]]
    assert waiting.ask(9, counter.serve) == 4


def test_a_refusal_is_for_the_one_who_asked_for_it() -> None:
    counter, waiting = Counter(), Together[int, int]()
    first, refused, last = at_once(waiting, _calls(waiting, counter, 5, 0, 4))
    assert (first, last) == (1, 3)
    assert isinstance(refused, NotFound)


def test_a_fault_that_one_wish_meets_spoils_no_other() -> None:
    counter, waiting = Counter(), Together[int, int]()
    first, fault, last = at_once(waiting, _calls(waiting, counter, 5, 13, 4))
    assert (first, last) == (1, 2)
    assert isinstance(fault, AssertionError)
    assert counter.rounds == [[5, 13, 4], [5], [13], [4]]


def test_a_database_that_is_away_is_so_for_all_who_wait_and_for_nobody_after() -> None:
    counter, waiting = Counter(), Together[int, int]()
    counter.away = True
    told = at_once(waiting, _calls(waiting, counter, 5, 3, 4))
    assert [type(one) for one in told] == [StorageFailed] * 3
    counter.away = False
    assert waiting.ask(9, counter.serve) == 1


def test_two_wishes_of_one_key_are_served_one_after_the_other() -> None:
    counter, waiting = Counter(), Together[int, int](apart=lambda wish: wish)
    assert at_once(waiting, _calls(waiting, counter, 5, 3, 5, 4)) == [1, 2, 3, 4]
    assert counter.rounds == [[5, 3], [5, 4]]


def test_a_thread_that_is_stopped_while_it_serves_leaves_the_others_to_the_next() -> None:
    counter, waiting = Counter(), Together[int, int]()

    def stopped(take: Take[int]) -> list[int | GraphsvcError]:
        take()
        raise KeyboardInterrupt

    calls: list[Callable[[], int]] = [partial(waiting.ask, 5, stopped), *_calls(waiting, counter, 3, 4)]
    first, *others = at_once(waiting, calls)
    assert isinstance(first, KeyboardInterrupt)
    assert others == [1, 2]
    assert len(waiting) == 0
