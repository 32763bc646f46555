"""Steps from numbers come whole, once each way, in blocks of a bounded size."""

import numpy as np

from graphsvc.graph.neighbours import BLOCK, events_in_window, steps_from
from tests.sketch import MINUTE, START, draw, snapshot_of


def test_a_number_with_more_contacts_than_a_block_is_taken_in_blocks() -> None:
    snapshot = snapshot_of([(0, i, START, 1, "call") for i in range(1, BLOCK + 1001)])
    blocks = list(steps_from(snapshot, np.array([0], dtype=np.int32)))
    assert [len(block.far) for block in blocks] == [BLOCK, 1000]
    assert np.concatenate([block.far for block in blocks]).tolist() == list(range(1, BLOCK + 1001))


def test_a_contact_between_two_of_the_frontier_comes_from_both_ends() -> None:
    snapshot = draw("a -2> b").snapshot
    blocks = list(steps_from(snapshot, np.array([0, 1], dtype=np.int32)))
    assert [(block.near.tolist(), block.far.tolist()) for block in blocks] == [([0], [1]), ([1], [0])]


def test_nobody_has_no_steps() -> None:
    assert list(steps_from(draw("a -> b").snapshot, np.empty(0, dtype=np.int32))) == []


def test_the_window_includes_its_beginning_and_excludes_its_end() -> None:
    snapshot = draw("a -5> b").snapshot
    contact = np.array([0])
    window = events_in_window(snapshot, contact, since=START + MINUTE, until=START + 3 * MINUTE)
    assert [bound.tolist() for bound in window] == [[1], [3]]
    nothing = events_in_window(snapshot, contact, since=START + 3 * MINUTE, until=START + MINUTE)
    assert nothing[0].tolist() >= nothing[1].tolist()
