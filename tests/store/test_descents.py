"""Where a network came from and what became of it, on both databases: made-up analyses, judged by hand."""

from dataclasses import replace

import orjson

from graphsvc.model import tables as arrow
from graphsvc.reports.descents import StepKind, descent_of
from graphsvc.store import descents, results
from tests.store.folder import Folder
from tests.store.test_results import made_current, made_of, record_of, some_findings

Lineage = list[tuple[int, int, str]]
"""Of a network: an ancestor, members in common, kind."""


def analysed(folder: Folder, name: str, as_of: int, found: dict[int, tuple[set[int], Lineage]]) -> None:
    """An analysis with these networks: their numbers, and where it says that they came from."""
    networks = [
        {
            "network_id": network,
            "lineage": orjson.dumps([{"network_id": a, "shared": n, "kind": kind} for a, n, kind in lineage]).decode(),
            "linked": "[]",
        }
        for network, (_, lineage) in found.items()
    ]
    members = [
        {"network_id": network, "number": number, "kind": "number"}
        for network, (numbers, _) in found.items()
        for number in sorted(numbers)
    ]
    devices = [{"network_id": network, "entity": 90 + network, "kind": "device"} for network in found]
    findings = replace(
        some_findings(),
        networks=made_of(arrow.NETWORKS, *networks),
        members=made_of(arrow.MEMBERS, *members, *devices),
    )
    made_current(folder.catalogue, replace(record_of(name), as_of=as_of), findings, made_of(arrow.VICTIMS))


def test_an_analysis_of_the_past_made_later_tells_nothing_of_a_life_but_in_its_own_past(folder: Folder) -> None:
    analysed(folder, "a1", 100, {1: ({1, 2}, [])})
    analysed(folder, "a2", 300, {1: ({1, 2}, [(1, 2, "same")])})
    analysed(folder, "a3", 200, {2: ({1, 2}, [(1, 2, "merged")])})
    analysed(folder, "a4", 400, {1: ({1, 2}, [(1, 2, "same")]), 3: ({7, 8}, [])})
    told = [[one.as_of for one in descents.made_until(folder.catalogue, name)] for name in ("a2", "a3", "a4")]
    assert told == [[100, 300], [100, 200], [100, 300, 400]]
    life = descent_of(folder.catalogue, results.analysis(folder.catalogue, "a4"), 1)
    assert life.here
    assert not life.steps


def test_what_became_of_networks_is_told_over_all_analyses_kept(folder: Folder) -> None:
    """1 gives off 12, which is no 1 and no 2; 2 dies into 12 and 3; 3 is born, and dies into 1 an analysis later."""
    analysed(folder, "a1", 100, {1: ({1, 2, 3, 4}, []), 2: ({5, 6, 7}, [])})
    analysed(
        folder,
        "a2",
        200,
        {
            1: ({1, 2}, [(1, 2, "same")]),
            12: ({3, 4, 5, 6}, [(1, 2, "split"), (2, 2, "merged")]),
            3: ({8, 9}, []),
        },
    )
    analysed(
        folder,
        "a3",
        300,
        {1: ({1, 2, 8, 9}, [(1, 2, "same"), (3, 2, "merged")]), 12: ({3, 4, 5, 6}, [(12, 4, "same")])},
    )
    record = results.analysis(folder.catalogue, "a3")
    lives = {one: descent_of(folder.catalogue, record, one) for one in (1, 2, 3, 12, 7)}
    steps = {
        one: [(step.as_of, step.kind, step.other, step.shared, step.here) for step in life.steps]
        for one, life in lives.items()
    }
    assert steps[1] == [(300, StepKind.TOOK_IN, 3, 2, False), (200, StepKind.SPLIT_OFF, 12, 2, True)]
    assert steps[2] == [(200, StepKind.WENT_INTO, 12, 2, True)]
    assert steps[3] == [(300, StepKind.WENT_INTO, 1, 2, True)]
    assert steps[12] == [(200, StepKind.TOOK_IN, 2, 2, False), (200, StepKind.SPLIT_FROM, 1, 2, True)]
    assert steps[7] == []
    known = {one: (life.known_since, life.known_until, life.born, life.here) for one, life in lives.items()}
    assert known == {
        1: (100, 300, False, True),
        2: (100, 100, False, False),
        3: (200, 200, True, False),
        12: (200, 300, False, True),
        7: (None, None, False, False),
    }
    assert {life.kept_since for life in lives.values()} == {100}
    assert {one: list(life.heirs) for one, life in lives.items()} == {1: [], 2: [(12, 2)], 3: [(1, 2)], 12: [], 7: []}
    # As of the second analysis nobody knows of the third.
    before = descent_of(folder.catalogue, results.analysis(folder.catalogue, "a2"), 3)
    assert (before.here, list(before.steps), list(before.heirs)) == (True, [], [])
    assert [one.as_of for one in descents.made_until(folder.catalogue, "a2")] == [100, 200]


def test_members_that_went_to_a_network_that_was_there_before_are_no_split(folder: Folder) -> None:
    """1 loses two members to 2, which was there, and two to 3, which is new."""
    analysed(folder, "a1", 100, {1: ({1, 2, 3, 4, 5, 6}, []), 2: ({7, 8}, [])})
    analysed(
        folder,
        "a2",
        200,
        {
            1: ({1, 2}, [(1, 2, "same")]),
            2: ({3, 4, 7, 8}, [(1, 2, "split"), (2, 2, "same")]),
            3: ({5, 6}, [(1, 2, "split")]),
        },
    )
    record = results.analysis(folder.catalogue, "a2")
    lives = {
        one: [(step.kind, step.other) for step in descent_of(folder.catalogue, record, one).steps] for one in (1, 2, 3)
    }
    assert lives == {
        1: [(StepKind.SPLIT_OFF, 3), (StepKind.GAVE_TO, 2)],
        2: [(StepKind.TOOK_FROM, 1)],
        3: [(StepKind.SPLIT_FROM, 1)],
    }
