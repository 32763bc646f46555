"""Hours of a replay, watched in this process, or seen ahead by several side by side and told in their order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

from graphsvc.apart import Apart
from graphsvc.dispatch.policies import Policy
from graphsvc.engine.local import LocalEngine
from graphsvc.model.findings import KnownNetworks
from graphsvc.replay.clock import Tick
from graphsvc.replay.outlook import Analyst, Left
from graphsvc.replay.timeline_files import opened
from graphsvc.replay.watch import Hour, Told, Watch

CUTS_AHEAD: Final = 6
"""So many looks before its turn a cut is begun. [measured: it takes as long as some five looks]"""


class Watcher(Protocol):
    """Whoever tells an hour: see Watch."""

    def tick(self, tick: Tick, known: KnownNetworks) -> Told:
        """What this tick says."""

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """Why these people (ids) are ranked, in the order given."""


class Ahead(Protocol):
    """Whoever sees an hour before its turn."""

    def prepare(self, look: Tick, left: Left | None) -> Callable[[], Left | None]:
        """Begin to see; what is called gives what a cut left, once it is seen. `left`: of the cut before a look."""


Seer = TypeVar("Seer", bound=Ahead)


def one_by_one(watch: Watch, hours: Sequence[Hour]) -> Iterator[tuple[Hour, Watcher]]:
    """Every hour, watched here. The first begins with a cut."""
    for hour in hours:
        watch.prepare(hour.look)
        yield hour, watch


def side_by_side(
    timeline: Path, timezone: str, policies: Sequence[Policy], hours: Sequence[Hour], processes: int
) -> Iterator[tuple[Hour, Watcher]]:
    """The same, seen ahead by two or more `processes`, each of which opens the `timeline` in that folder.

    Raises apart.Ended where one was ended from outside.
    """
    with ExitStack() as stack:
        watches = [_Elsewhere(partial(_watching, timeline, timezone, tuple(policies))) for _ in range(processes)]
        for watch in watches:
            stack.callback(watch.close)
        line = Line(hours, watches)
        for hour in hours:
            line.begin()
            watch = line.turn_of(hour)
            yield hour, watch
            line.done(watch)


class _Elsewhere:
    """A watch in a process of its own."""

    def __init__(self, watching: Callable[[], AbstractContextManager[Callable[[Callable[[Watch], Any]], Any]]]) -> None:
        self._apart: Apart[Callable[[Watch], Any], Any] = Apart(watching, niceness=0)
        self._goes_by: int | None = None
        """The instant of the cut that it knows."""

    def prepare(self, look: Tick, left: Left | None) -> Callable[[], Left | None]:
        """See Ahead."""
        told = left if left is not None and left.at != self._goes_by else None
        self._goes_by = look.at if left is None else left.at
        return self._apart.ahead(methodcaller("prepare", look, told))

    def tick(self, tick: Tick, known: KnownNetworks) -> Told:
        """See Watcher."""
        told: Told = self._apart.ask(methodcaller("tick", tick, known))
        return told

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """See Watcher."""
        texts: list[str] = self._apart.ask(methodcaller("evidence", numbers))
        return texts

    def close(self) -> None:
        """End its process, after what it is at."""
        self._apart.close()


@contextmanager
def _watching(
    timeline: Path, timezone: str, policies: Sequence[Policy]
) -> Iterator[Callable[[Callable[[Watch], Any]], Any]]:
    """What answers in a process of its own."""
    watch = Watch(Analyst(opened(timeline), LocalEngine(timezone)), policies)

    def answer(asked: Callable[[Watch], Any]) -> Any:
        return asked(watch)

    yield answer


class Line(Generic[Seer]):
    """Which hour is begun next, and by whom. Whoever has seen one keeps it until it was told.

    With two watches or more nobody waits for ever: of all hours not told yet, at most one cut is begun before the hour
    whose turn it is.
    """

    def __init__(self, hours: Sequence[Hour], watches: Sequence[Seer]) -> None:
        """Of a replay's hours, in order, and of who is free."""
        self._waiting, self._free = deque(in_order_of_beginning(hours)), deque(watches)
        self._begun: dict[int, tuple[Seer, Callable[[], Left | None]]] = {}
        """By the instant of the look: who sees it, and what waits until it is seen."""
        self._left: dict[int, Callable[[], Left | None]] = {}
        """What the newest cuts left, by their instants."""

    def begin(self) -> None:
        """Give whoever is free the next hours."""
        while self._free and self._waiting:
            hour, watch = self._waiting.popleft(), self._free.popleft()
            left = None if hour.look.cut else self._left[hour.cut]()
            seen = watch.prepare(hour.look, left)
            if hour.look.cut:
                newest = max(self._left, default=hour.cut)
                self._left = {newest: self._left.get(newest, seen), hour.cut: seen}
            self._begun[hour.look.at] = watch, seen

    def turn_of(self, hour: Hour) -> Seer:
        """Who tells this hour, once it is seen."""
        watch, seen = self._begun.pop(hour.look.at)
        seen()
        return watch

    def done(self, watch: Seer) -> None:
        """It has told its hour."""
        self._free.append(watch)


def in_order_of_beginning(hours: Sequence[Hour]) -> list[Hour]:
    """A cut begins some looks before its turn, so that looks of its day find what it left, but after the cut before."""
    result: list[Hour] = []
    looks = 0
    for hour in hours:
        if hour.look.cut:
            result.insert(len(result) - min(CUTS_AHEAD, looks), hour)
            looks = 0
        else:
            result.append(hour)
            looks += 1
    return result
