"""What several threads ask for at the same moment, done for all of them at once by the one whose turn it is.

One after the other each would wait for the disk, and for the locks that the one before holds until its commit is there.
Turns are in the order of asking, and whoever has one serves all who wait: nobody is overtaken.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graphsvc.errors import GraphsvcError
from graphsvc.store.turns import Turn

Wish = TypeVar("Wish")
Given = TypeVar("Given")

Take = Callable[[], list[Wish]]
"""The wishes that wait, in the order of asking; the same ones whenever it is called again. To be called as late as can
be, when locks are there: whoever asked until then is served too."""
Serve = Callable[[Take[Wish]], Sequence[Given | GraphsvcError]]
"""Answers to wishes, in their order; an error is raised to whoever asked for that, and to nobody else."""


@dataclass(eq=False)
class _Asked(Generic[Wish, Given]):
    """A wish that somebody waits for."""

    wish: Wish
    answered: bool = False
    given: Given | None = None
    failed: BaseException | None = None

    def answer(self, given: Given | GraphsvcError) -> None:
        """What came of it."""
        if isinstance(given, GraphsvcError):
            self.fail(given)
        else:
            self.answered, self.given = True, given

    def fail(self, error: BaseException) -> None:
        """Nothing came of it."""
        self.answered, self.failed = True, error


class Together(Generic[Wish, Given]):
    """Wishes of one kind. Made once, shared by all threads that ask for them."""

    def __init__(
        self, turn: AbstractContextManager[Any] | None = None, *, apart: Callable[[Wish], Hashable] = id
    ) -> None:
        """`turn`: who serves; one of this process alone, unless given. Wishes `apart` by the same key are not served
        together: the second one is to see what became of the first.
        """
        self._turn = turn or Turn()
        self._apart = apart
        self._waiting: deque[_Asked[Wish, Given]] = deque()

    def __len__(self) -> int:
        """How many wishes wait that nobody has begun to serve."""
        return len(self._waiting)

    def ask(self, wish: Wish, serve: Serve[Wish, Given]) -> Given:
        """What a wish is given, by this thread or by another one whose turn came before. Raises what it failed with."""
        mine: _Asked[Wish, Given] = _Asked(wish)
        self._waiting.append(mine)
        try:
            with self._turn:
                while not mine.answered:
                    self._serve(serve)
        except BaseException:  # this thread is to end: nobody waits for its wish any more
            with suppress(ValueError):
                self._waiting.remove(mine)
            raise
        if mine.failed is not None:
            raise mine.failed
        return mine.given  # type: ignore[return-value]  # answered, and did not fail

    def _serve(self, serve: Serve[Wish, Given]) -> None:
        taken: list[_Asked[Wish, Given]] = []

        def take() -> list[Wish]:
            if not taken:
                taken.extend(self._taken())
            return [one.wish for one in taken]

        try:
            _answer(taken, serve(take))
        except GraphsvcError as error:  # the database is not there, or gave way: it is so for all of them
            take()
            for one in taken:
                one.fail(error)
        except Exception as error:  # whose fault it is shows where each is alone
            take()
            if len(taken) == 1:
                taken[0].fail(error)
                return
            for one in taken:
                _serve_alone(one, serve)
        except BaseException:  # others serve those who wait
            self._waiting.extendleft(reversed(taken))
            raise

    def _taken(self) -> list[_Asked[Wish, Given]]:
        """Those who wait, up to the first that is to see what became of one before: nobody is overtaken."""
        taken: dict[Hashable, _Asked[Wish, Given]] = {}
        while self._waiting:
            key = self._apart(self._waiting[0].wish)
            if key in taken:
                break
            taken[key] = self._waiting.popleft()
        return list(taken.values())


def _serve_alone(one: _Asked[Wish, Given], serve: Serve[Wish, Given]) -> None:
    try:
        _answer([one], serve(lambda: [one.wish]))
    except Exception as error:
        one.fail(error)


def _answer(taken: Iterable[_Asked[Wish, Given]], given: Sequence[Given | GraphsvcError]) -> None:
    for one, answer in zip(taken, given, strict=True):
        one.answer(answer)
