"""Memories of what takes time to make, for any thread: it is made once, however many ask at the same time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import cache, wraps
from threading import Lock, RLock
from typing import Generic, ParamSpec, TypeVar

Value = TypeVar("Value")
Asked = ParamSpec("Asked")


def once(make: Callable[Asked, Value]) -> Callable[Asked, Value]:
    """`functools.cache` for what threads ask for together when they begin: it would be made by each of them."""
    kept, turn = cache(make), RLock()

    @wraps(make)
    def made(*args: Asked.args, **named: Asked.kwargs) -> Value:
        with turn:
            return kept(*args, **named)  # type: ignore[arg-type]

    return made


class Kept(Generic[Value]):
    """What was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        """`most`: how many values are kept."""
        self._most = most
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._turn = Lock()
        self._making: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is kept under the key, made now if there is nothing: once, while all who ask for it meanwhile wait."""
        with self._turn:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            mine = self._making.setdefault(key, Lock())
        with mine:
            with self._turn:
                if key in self._held:  # made while this one waited
                    return self._held[key]
            try:
                made = make()
            except BaseException:  # the next one tries
                with self._turn:
                    self._making.pop(key, None)
                raise
            with self._turn:
                self._making.pop(key, None)
                self._held[key] = made
                self._trim()
        return made

    def peek(self, key: Hashable) -> Value | None:
        """What is kept under the key, None where there is nothing; it is no younger for having been looked at."""
        with self._turn:
            return self._held.get(key)

    def all(self, keys: Sequence[Hashable], make: Callable[[list[int]], Sequence[Value]]) -> list[Value]:
        """What is kept under each of these keys. `make` makes what is not, together: it is given their places."""
        found: dict[Hashable, Value] = {}
        with self._turn:
            for key in keys:
                if key in self._held:
                    self._held.move_to_end(key)
                    found[key] = self._held[key]
        missing = [place for place, key in enumerate(keys) if key not in found]
        if missing:
            made, named = make(missing), [keys[place] for place in missing]
            found.update(zip(named, made, strict=True))
            self._keep(named, made)
        return [found[key] for key in keys]

    def known(self) -> list[Hashable]:
        """Under what something is kept, the newest asked for first."""
        with self._turn:
            return list(reversed(self._held))

    def held(self) -> list[Value]:
        """What is kept, the newest asked for first."""
        with self._turn:
            return list(reversed(self._held.values()))

    def _keep(self, keys: Sequence[Hashable], made: Sequence[Value]) -> None:
        with self._turn:
            self._held.update(zip(keys, made, strict=True))
            self._trim()

    def _trim(self) -> None:
        while len(self._held) > self._most:
            self._held.popitem(last=False)
