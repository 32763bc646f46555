"""Facts: append-only, the same row once, and what held at an instant."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.errors import StorageFailed
from graphsvc.model.facts import Facts
from graphsvc.model.tables import FACTS
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.day import reported
from graphsvc.store.facts import Added, add_facts, facts_at, newest_known_at
from graphsvc.store.given_out import losses
from tests.store.folder import Folder


def _table(feed: str, *rows: dict[str, Any]) -> pa.Table:
    schema = FACTS[feed]
    return pa.Table.from_pylist([{**dict.fromkeys(schema.names), **row} for row in rows], schema=schema)


def _add(catalogue: Catalogue, feed: str, *rows: dict[str, Any]) -> Added:
    return add_facts(catalogue, feed, _table(feed, *rows))


def _flag(number: int, known_at: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "known_at": known_at, "scam_type": "loan", **more}


def _flagged(catalogue: Catalogue, as_of: int) -> list[int]:
    found: list[int] = facts_at(catalogue, as_of).flags.column("number").to_pylist()
    return found


def test_nothing_is_known_of_an_empty_folder(folder: Folder) -> None:
    assert facts_at(folder.catalogue, 5) == Facts.none(5)
    assert newest_known_at(folder.catalogue) is None


def test_rows_of_every_feed_come_back_as_they_were_given(folder: Folder) -> None:
    given = {
        "flags": _flag(1, 10, source="police", case_id="c1", confidence=0.5, valid_from=5, revoked_at=99),
        "cases": {"case_id": "c1", "number": 2, "lost_at": 3, "known_at": 10, "scam_type": "loan", "amount": 1.5},
        "links": {"holder": 4, "kind": "account", "entity": 5, "known_at": 10, "institution": "银行"},
        "subscribers": {"number": 6, "region": "330106", "assisted": True, "known_at": 0},
        "directory": {"number": 7, "role": "bank", "label": "x", "known_at": 0},
        "outcomes": {"number": 8, "at": 9, "outcome": "refused", "amount_saved": 2.0, "known_at": 10},
    }
    for feed, row in given.items():
        assert _add(folder.catalogue, feed, row).accepted == 1
    known = facts_at(folder.catalogue, 10)
    for feed, row in given.items():
        found = getattr(known, feed)
        assert found.schema == FACTS[feed]
        expected = {**dict.fromkeys(FACTS[feed].names), **row}
        if feed == "flags":
            expected["flag_id"] = 1
        assert found.to_pylist() == [expected]
    assert newest_known_at(folder.catalogue) == 10


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=8), max_size=4))
def test_overlapping_batches_count_each_row_once(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int]]]
) -> None:
    catalogue = Catalogue.open(tmp_path_factory.mktemp("facts") / "catalogue.sqlite")
    seen: list[tuple[int, int]] = []
    for batch in batches:
        duplicates = []
        for row, fact in enumerate(batch):
            if fact in seen:
                duplicates.append(row)
            else:
                seen.append(fact)
        rows = [{"number": n, "role": "bank", "known_at": at} for n, at in batch]
        added = _add(catalogue, "directory", *rows)
        assert (added.accepted, added.duplicates.tolist()) == (len(batch) - len(duplicates), duplicates)
    catalogue.close()


def test_rows_that_differ_only_in_absence_are_two(folder: Folder) -> None:
    rows = [{"number": 1, "region": region, "known_at": 0} for region in ("", None, "None")]
    assert _add(folder.catalogue, "subscribers", *rows).accepted == 3


def test_a_flag_holds_from_when_it_was_known_and_valid_until_it_is_revoked(folder: Folder) -> None:
    _add(folder.catalogue, "flags", _flag(1, 10), _flag(2, 10, valid_from=30), _flag(3, 10, revoked_at=20))
    held = {as_of: _flagged(folder.catalogue, as_of) for as_of in (9, 10, 19, 20, 29, 30)}
    assert held == {9: [], 10: [1, 3], 19: [1, 3], 20: [1], 29: [1], 30: [1, 2]}


def test_a_later_flag_replaces_the_earlier_from_its_own_known_at_on(folder: Folder) -> None:
    _add(folder.catalogue, "flags", _flag(1, 20, revoked_at=20), _flag(1, 10, confidence=0.3))
    assert _flagged(folder.catalogue, 19) == [1]
    assert _flagged(folder.catalogue, 20) == []
    _add(folder.catalogue, "flags", _flag(1, 30, confidence=0.9))
    assert facts_at(folder.catalogue, 30).flags.column("confidence").to_pylist() == [0.9]


def test_of_flags_known_at_once_the_one_that_came_last_stands(folder: Folder) -> None:
    _add(folder.catalogue, "flags", _flag(1, 10, confidence=0.3), _flag(1, 10, confidence=0.6))
    flags = facts_at(folder.catalogue, 10).flags
    assert (flags.column("confidence").to_pylist(), flags.column("flag_id").to_pylist()) == ([0.6], [2])


@pytest.mark.parametrize("other", [{"source": "police"}, {"case_id": "c"}, {"scam_type": "gaming"}, {"valid_from": 1}])
def test_a_flag_of_another_source_case_type_or_beginning_stands_beside(folder: Folder, other: dict[str, Any]) -> None:
    _add(folder.catalogue, "flags", _flag(1, 10), _flag(1, 10, **other))
    assert _flagged(folder.catalogue, 10) == [1, 1]


def test_an_absent_case_is_the_same_as_an_empty_one(folder: Folder) -> None:
    assert _add(folder.catalogue, "flags", _flag(1, 10), _flag(1, 10, case_id="")).accepted == 1
    _add(folder.catalogue, "flags", _flag(1, 20, case_id="", revoked_at=20))
    assert _flagged(folder.catalogue, 20) == []


def test_a_flag_on_an_entity_is_not_one_on_the_number_with_that_id(folder: Folder) -> None:
    _add(folder.catalogue, "flags", _flag(1, 10))
    _add(folder.catalogue, "flags", {"entity": 1, "known_at": 20, "scam_type": "loan", "revoked_at": 20})
    assert _flagged(folder.catalogue, 20) == [1]


def test_of_subscribers_directory_and_cases_the_newest_known_row_of_a_key_stands(folder: Folder) -> None:
    _add(
        folder.catalogue,
        "subscribers",
        {"number": 2, "region": "b", "known_at": 20},
        {"number": 2, "region": "a", "known_at": 10},
        {"number": 1, "region": "c", "known_at": 0},
    )
    assert facts_at(folder.catalogue, 15).subscribers.column("region").to_pylist() == ["c", "a"]
    assert facts_at(folder.catalogue, 20).subscribers.column("region").to_pylist() == ["c", "b"]


def test_a_case_of_several_victims_is_several_losses_and_a_later_word_on_one_replaces_that_one(folder: Folder) -> None:
    told = {"case_id": "A", "scam_type": "loan"}
    _add(
        folder.catalogue,
        "cases",
        {**told, "number": 1, "lost_at": 3, "known_at": 10},
        {**told, "number": 2, "lost_at": 5, "known_at": 10},
        {**told, "number": 1, "lost_at": 4, "known_at": 20},
    )
    held = facts_at(folder.catalogue, 20).cases
    assert list(zip(held["number"].to_pylist(), held["lost_at"].to_pylist(), strict=True)) == [(1, 4), (2, 5)]
    assert sorted((loss.number, loss.lost_at) for loss in losses(folder.catalogue, 0, 10)) == [(1, 4), (2, 5)]
    assert sum(reported(folder.catalogue, 0, 30).values()) == 2


def test_a_row_that_does_not_fit_leaves_nothing_of_its_batch(folder: Folder) -> None:
    good = _table("directory", {"number": 1, "role": "bank", "known_at": 0})
    bad = good.set_column(1, "role", pa.array([None], pa.string()))
    with pytest.raises(ValueError, match="null"):
        add_facts(folder.catalogue, "directory", pa.concat_tables([good, bad], promote_options="permissive"))
    assert facts_at(folder.catalogue, 1).directory.num_rows == 0


def test_many_rows_are_added_and_known_again(folder: Folder) -> None:
    rows = [{"number": number, "region": "330106", "known_at": 0} for number in range(25_000)]
    assert _add(folder.catalogue, "subscribers", *rows).accepted == 25_000
    assert _add(folder.catalogue, "subscribers", *rows).accepted == 0
    assert facts_at(folder.catalogue, 0).subscribers.column("number").to_pylist() == list(range(25_000))


def test_a_catalogue_that_cannot_be_written_takes_no_fact(file_folder: Folder) -> None:
    with file_folder.catalogue.writing() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageFailed, match="read-only"):
        _add(file_folder.catalogue, "directory", {"number": 1, "role": "bank", "known_at": 0})
