"""Facts about some subjects: what `facts_at` says of them, and no row of anybody else is looked at."""

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pytest

from graphsvc.model.tables import FACTS
from graphsvc.store import facts_about, horizon
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import add_facts, facts_at
from graphsvc.store.facts_about import Link
from tests.store.folder import Folder
from tests.store.steps import counted

SUBJECTS, INSTANTS = 12, 20
Random = np.random.Generator


def some(random: Random, most: int = INSTANTS) -> int | None:
    """An instant or none."""
    return int(random.integers(1, most)) if random.random() < 0.5 else None


def one_of(random: Random, name: str, at: int = 0) -> dict[str, Any]:
    """A row of a feed about a few subjects, `at` and on, that says what others say too."""
    known = {"known_at": int(random.integers(0, INSTANTS))}
    subject = at + int(random.integers(SUBJECTS))
    kind = ("loan", "investment")[random.integers(2)]
    owned = random.random() < 0.4
    told: dict[str, dict[str, Any]] = {
        "flags": {
            ("entity" if owned else "number"): subject,
            "scam_type": kind,
            "case_id": (None, "c1")[random.integers(2)],
            "valid_from": some(random),
            "revoked_at": some(random),
        },
        "cases": {
            "case_id": f"c{random.integers(3)}",
            "number": subject,
            "lost_at": int(random.integers(1, INSTANTS)),
            "scam_type": kind,
        },
        "links": {
            ("holder" if owned else "number"): subject,
            "kind": "account",
            "entity": at + int(random.integers(SUBJECTS)),
            "valid_from": some(random),
            "valid_to": some(random),
        },
        "subscribers": {"number": subject, "region": (None, "4403", "3301")[random.integers(3)]},
        "directory": {"number": subject, "role": ("bank", "police")[random.integers(2)]},
    }
    return {**dict.fromkeys(FACTS[name].names), **told[name], **known}


FEEDS = ("flags", "cases", "links", "subscribers", "directory")


def fill(catalogue: Catalogue, random: Random, rows: int, *, at: int = 0) -> None:
    for name in FEEDS:
        told = [one_of(random, name, at) for _ in range(rows)]
        add_facts(catalogue, name, pa.Table.from_pylist(told, schema=FACTS[name]))


@pytest.mark.parametrize("kept_from", [0, 7])
def test_they_are_what_all_facts_say_of_these_subjects(folder: Folder, kept_from: int) -> None:
    random = np.random.default_rng(5)
    fill(folder.catalogue, random, 150)
    if kept_from:
        horizon.advance(folder.catalogue, horizon.Horizon(0, kept_from, 0))
    seen = 0
    for as_of in range(INSTANTS):
        everything = facts_at(folder.catalogue, as_of)
        wanted = sorted({int(one) for one in random.integers(SUBJECTS, size=4)})
        flags: tuple[Literal["number", "entity"], ...] = ("number", "entity")
        for column in flags:
            expected = [row for row in everything.flags.to_pylist() if row[column] in wanted]
            assert facts_about.flags_on(folder.catalogue, column, wanted, as_of).to_pylist() == expected
        held: tuple[Literal["number", "entity", "holder"], ...] = ("number", "entity", "holder")
        for by in held:
            links = [
                Link(row["number"], row["holder"], row["entity"])
                for row in everything.links.to_pylist()
                if row[by] in wanted
                and (row["valid_from"] is None or row["valid_from"] <= as_of)
                and (row["valid_to"] is None or row["valid_to"] > as_of)
            ]
            assert facts_about.links_of(folder.catalogue, by, wanted, as_of) == links
            seen += len(links)
        regions = {row["number"]: row["region"] for row in everything.subscribers.to_pylist()}
        assert facts_about.regions_of(folder.catalogue, wanted, as_of) == _among(regions, wanted)
        roles = {row["number"]: row["role"] for row in everything.directory.to_pylist()}
        assert facts_about.roles_of(folder.catalogue, wanted, as_of) == _among(roles, wanted)
        lost: dict[int, list[int]] = {}
        for row in sorted(everything.cases.to_pylist(), key=lambda row: int(row["lost_at"])):
            lost.setdefault(row["number"], []).append(row["lost_at"])
        assert facts_about.losses_of(folder.catalogue, wanted, as_of) == _among(lost, wanted)
        assert sorted(facts_about.listed_numbers(folder.catalogue, as_of)) == sorted(roles)
    assert seen > 100, "the world must have links, else this shows nothing"


def test_what_they_cost_does_not_grow_with_the_world(file_folder: Folder) -> None:
    """Neither statements, nor rows that come back, nor the steps that SQLite takes to find them."""
    random = np.random.default_rng(6)
    fill(file_folder.catalogue, random, 60)
    small = _work(file_folder.catalogue)
    fill(file_folder.catalogue, random, 3_000, at=1_000)
    assert _work(file_folder.catalogue) == small
    with counted(file_folder.catalogue) as counts:
        facts_at(file_folder.catalogue, INSTANTS)
    assert counts["steps"] > 50 * small["steps"], "else the steps are not counted"


def _work(catalogue: Catalogue) -> dict[str, int]:
    wanted = [1, 2, 3]
    with counted(catalogue) as counts:
        rows = [
            *facts_about.flags_on(catalogue, "number", wanted, INSTANTS).to_pylist(),
            *facts_about.flags_on(catalogue, "entity", wanted, INSTANTS).to_pylist(),
            *facts_about.links_of(catalogue, "number", wanted, INSTANTS),
            *facts_about.links_of(catalogue, "entity", wanted, INSTANTS),
            *facts_about.links_of(catalogue, "holder", wanted, INSTANTS),
            *facts_about.regions_of(catalogue, wanted, INSTANTS),
            *facts_about.roles_of(catalogue, wanted, INSTANTS),
            *facts_about.losses_of(catalogue, wanted, INSTANTS),
        ]
    assert rows
    return {**counts, "rows": len(rows)}


def _among(values: dict[int, Any], wanted: list[int]) -> dict[int, Any]:
    return {number: value for number, value in values.items() if number in wanted}
