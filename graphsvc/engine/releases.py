"""Numbers that were released: suspected wrongly, checked, and set free. What was said before counts no more.

A release ends where somebody answerable flags the number anew; complaints of the public do not end it, for they are
what an appeal answers.
"""

from dataclasses import dataclass

from graphsvc.model.facts import Facts
from graphsvc.model.words import FlagSource

COMPLAINTS = frozenset({FlagSource.HOTLINE.value, FlagSource.APP.value})
"""Sources whose flags are complaints of the public."""


@dataclass(frozen=True)
class Releases:
    """By number (registry id), when it was released last."""

    released_at: dict[int, int]
    free: frozenset[int]
    """Numbers that nobody answerable has flagged since."""

    @classmethod
    def of(cls, facts: Facts) -> "Releases":
        """The releases known at `facts.as_of`, held against the flags in force."""
        released = facts.releases.to_pydict()
        at = dict(zip(released["number"], released["known_at"], strict=True))
        flags = facts.flags.select(["number", "known_at", "source"]).to_pylist() if at else []
        anew = {
            flag["number"]
            for flag in flags
            if flag["number"] in at and flag["known_at"] > at[flag["number"]] and flag["source"] not in COMPLAINTS
        }
        return cls(at, frozenset(at.keys() - anew))

    def voids(self, flag: dict[str, object]) -> bool:
        """Whether a flag on a number is from before its release."""
        number = flag["number"]
        if not isinstance(number, int) or number not in self.released_at:
            return False
        return int(str(flag["known_at"])) <= self.released_at[number]
