"""Small random sets of events: many equal times, both channels, missing durations.

Hypothesis' own lists find corners and shrink well, but most are too poor for chains of events. So what rests on
chains is also checked on `WORLDS`, drawn evenly from fixed seeds, where a test counts the chains it met and fails
when there are too few: agreement on nothing is no agreement.
"""

from dataclasses import dataclass
from itertools import permutations
from random import Random

from hypothesis import strategies as st

from tests.sketch import Row

Window = tuple[int | None, int | None]

NUMBERS = 7
SECONDS = 12
PAIRS = list(permutations(range(NUMBERS), 2))


@dataclass(frozen=True)
class World:
    """Events, and a question about them."""

    events: list[Row]
    window: Window
    max_hops: int


def world(seed: int) -> World:
    """Between 6 and 24 events, spread evenly over numbers and times; every third window is open on both sides."""
    chance = Random(seed)
    events: list[Row] = []
    for _ in range(chance.randint(6, 24)):
        call = chance.random() < 0.6
        seconds = chance.choice([None, 0, 1, 1, 2, 5]) if call else None
        a, b = chance.randrange(NUMBERS), chance.randrange(NUMBERS)
        events.append((a, b, 1000 * chance.randint(0, SECONDS), seconds, "call" if call else "sms"))
    since = 1000 * chance.randint(0, 4) if seed % 3 else None
    until = 1000 * chance.randint(7, SECONDS) if seed % 3 > 1 else None
    return World(events, (since, until), chance.randint(1, 6))


WORLDS = [world(seed) for seed in range(150)]

_ids = st.integers(0, NUMBERS - 1)
_at = st.integers(0, SECONDS).map(lambda second: second * 1000)
_calls = st.tuples(_ids, _ids, _at, st.none() | st.integers(0, 4), st.just("call"))
_messages = st.tuples(_ids, _ids, _at, st.none(), st.just("sms"))

rows = st.lists(_calls | _messages, max_size=24)
windows: st.SearchStrategy[Window] = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(0, 3).map(lambda second: second * 1000), st.none()),
    st.tuples(st.none(), st.integers(6, SECONDS).map(lambda second: second * 1000)),
    st.tuples(_at, _at),
)


def in_window(rows: list[Row], window: Window) -> list[Row]:
    """The events between different numbers that start in [since, until)."""
    since, until = window
    return [
        row
        for row in rows
        if row[0] != row[1] and (since is None or row[2] >= since) and (until is None or row[2] < until)
    ]
