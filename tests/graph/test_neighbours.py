"""Steps from numbers come whole, once each way, in blocks of a bounded size."""

from random import Random

import numpy as np

from graphsvc.graph.neighbourhood import neighbourhood
from graphsvc.graph.neighbours import BLOCK, events_in_window, steps_from
from graphsvc.graph.values import Limits
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


def test_the_contacts_among_few_and_among_nearly_all_are_found_alike() -> None:
    """Among few they are gathered from the numbers' own lists, but for hubs'; among nearly all, all are looked at."""
    chance = Random(5)
    spoken = {(0, other) for other in range(1, 60)} | {(other, 1) for other in range(2, 60)}
    spoken |= {(chance.randrange(60), chance.randrange(60)) for _ in range(150)}
    pairs = sorted((a, b) for a, b in spoken if a != b)
    snapshot = snapshot_of([(a, b, START + k * MINUTE, 1, "call") for k, (a, b) in enumerate(pairs)])
    for count in (2, 4, 8, 16, 32, 60):
        taken = [0, 1, *chance.sample(range(2, 60), count - 2)]
        found = neighbourhood(snapshot, taken, hops=0, limits=Limits(hub_contacts=30))
        among = list(zip(found.contacts["a"].to_pylist(), found.contacts["b"].to_pylist(), strict=True))
        assert among == [(a, b) for a, b in pairs if a in taken and b in taken]
        at = {pair: START + k * MINUTE for k, pair in enumerate(pairs)}
        assert found.contacts["first_at"].to_pylist() == [at[pair] for pair in among]


def test_where_there_is_no_room_those_with_most_events_are_shown_and_of_equals_the_first() -> None:
    """Up to a thousand events contacts are counted by how many they have; those with more are sorted."""
    few, many = (3, 1, 2, 3, 2, 2, 1, 3), (1_002, 4, 1_001, 1_003, 1_001, 1_001, 1_000)
    for events in (few, many):
        drawn = draw("\n".join(f"hub -{count}> n{k}" for k, count in enumerate(events)))
        for room in range(1, len(events) + 1):
            limits = Limits(contacts_most=room)
            found = neighbourhood(drawn.snapshot, range(len(events) + 1), hops=0, min_events=2, limits=limits)
            best = sorted((k for k, count in enumerate(events) if count >= 2), key=lambda k: (-events[k], k))
            assert found.contacts["b"].to_pylist() == sorted(k + 1 for k in best[:room])
            assert found.contacts_left_out == max(0, len(best) - room)


def test_whoever_has_most_events_is_reached_first_and_only_the_window_counts() -> None:
    drawn = draw("me -3> early\nme -2> late\nlate -2> me\nme -1> once")
    reached = {
        None: ["me", "late", "early"],  # both ways together
        START + 2 * MINUTE: ["me", "late"],  # one event of early is left, which does not count
    }
    for since, names in reached.items():
        found = neighbourhood(drawn.snapshot, [0], hops=1, min_events=2, since=since)
        assert drawn.names(found.numbers["number"].to_pylist()) == names
    assert neighbourhood(drawn.snapshot, [0], hops=1, min_events=2, limit=2).numbers_left_out == 1
