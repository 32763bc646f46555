"""A bounded memory of what takes time to make, for any thread."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
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
        with self._turn:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made
