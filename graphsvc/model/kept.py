"""A bounded memory of what takes time to make, for any thread."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """What was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        """`most`: how many values are kept."""
        self._most = most
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._turn = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is kept under the key, made now if there is nothing."""
        with self._turn:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        self._keep([key], [made])
        return made

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
            while len(self._held) > self._most:
                self._held.popitem(last=False)
