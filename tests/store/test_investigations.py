"""Investigations rest in either database: nothing is twice in one, regions are apart, the log only grows."""

from dataclasses import replace
from threading import Thread

import pytest

from graphsvc.errors import NotFound, UsageError
from graphsvc.model.investigations import ITEMS_MOST, Investigation, InvestigationStatus, Item, Note, NoteKind
from graphsvc.model.words import NumberKind
from graphsvc.store import forgetting
from graphsvc.store import investigations as store
from graphsvc.store.registry import Registry
from tests.store.folder import Folder

MADE = Investigation(0, "den in the south", "4403", "C-1", InvestigationStatus.OPEN, None, "T1", 1000, 1000)


def item(number: int | None = None, network_id: int | None = None) -> Item:
    return Item(0, 0, number, network_id, "T1", 2000, "A1")


def line(text: str = "", number: int | None = None, kind: NoteKind = NoteKind.NOTE) -> Note:
    return Note(0, 0, kind, text, number, None, "T1", 3000)


def test_what_is_added_twice_is_there_once(folder: Folder) -> None:
    made = store.add(folder.catalogue, MADE)
    own = made.investigation_id
    assert store.hold(folder.catalogue, own, [item(5), item(7), item(5), item(network_id=5)], within="") == 3
    assert store.hold(folder.catalogue, own, [item(7), item(8)], within="44") == 1
    held = store.items_of(folder.catalogue, [own])
    assert [(one.number, one.network_id) for one in held] == [(5, None), (7, None), (None, 5), (8, None)]
    assert store.one(folder.catalogue, own, within="").changed_at == 2000
    with pytest.raises(UsageError):
        store.hold(folder.catalogue, own, [item(number) for number in range(ITEMS_MOST + 1)], within="")
    assert len(store.items_of(folder.catalogue, [own])) == 4


def test_how_many_hold_a_number_and_how_many_notes_they_have_about_it(folder: Folder) -> None:
    """By hand: 5 is in both with two notes and a change, 7 in one without, 8 in none; a region sees its own."""
    south = store.add(folder.catalogue, MADE).investigation_id
    north = store.add(folder.catalogue, replace(MADE, region="11")).investigation_id
    store.hold(folder.catalogue, south, [item(5), item(7), item(network_id=8)], within="")
    store.hold(folder.catalogue, north, [item(5)], within="")
    said = [line("one", 5), line("of all of it"), line("", 5, NoteKind.REMOVED), line("another", 5)]
    store.note(folder.catalogue, south, said, within="")
    for within, expected in (("", {5: (2, 2), 7: (1, 0)}), ("44", {5: (1, 2), 7: (1, 0)}), ("11", {5: (1, 0)})):
        assert store.counts_of(folder.catalogue, [8, 7, 5], within=within) == expected
    assert store.counts_of(folder.catalogue, [8], within="") == {}
    assert store.counts_of(folder.catalogue, [], within="") == {}


def test_two_who_add_the_same_at_once_add_it_once(folder: Folder) -> None:
    own = store.add(folder.catalogue, MADE).investigation_id
    added: list[int] = []

    def add() -> None:
        added.append(store.hold(folder.catalogue, own, [item(number) for number in range(50)], within=""))

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0, 0, 0, 50]
    assert len(store.items_of(folder.catalogue, [own])) == 50


def test_outside_a_region_there_is_none(folder: Folder) -> None:
    own = store.add(folder.catalogue, MADE).investigation_id
    national = store.add(folder.catalogue, replace(MADE, region="")).investigation_id
    for within, seen in (("", [national, own]), ("44", [own]), ("4403", [own]), ("440305", []), ("11", [])):
        found = store.listed(folder.catalogue, within=within, limit=10)
        assert [one.investigation_id for one in found] == seen
    for verb in (
        lambda: store.one(folder.catalogue, own, within="11"),
        lambda: store.hold(folder.catalogue, own, [item(1)], within="11"),
        lambda: store.note(folder.catalogue, own, [line("x")], within="440305"),
        lambda: store.one(folder.catalogue, own + 100, within=""),
    ):
        with pytest.raises(NotFound):
            verb()
    assert store.items_of(folder.catalogue, [own]) == []


def test_the_log_keeps_what_was_said_and_changed(folder: Folder) -> None:
    own = store.add(folder.catalogue, MADE).investigation_id
    store.hold(folder.catalogue, own, [item(5), item(6)], within="")
    store.note(folder.catalogue, own, [line("calls at night", 5)], within="")
    with pytest.raises(NotFound):
        store.note(folder.catalogue, own, [line("about somebody else", 9)], within="")
    gone = [line("", 5, NoteKind.REMOVED), line("closed", kind=NoteKind.STATUS)]
    store.note(folder.catalogue, own, gone, within="", changes={"status": "closed"}, removed=[(5, None)])
    assert [one.number for one in store.items_of(folder.catalogue, [own])] == [6]
    said = [(one.kind, one.text, one.number) for one in store.notes_of(folder.catalogue, [own])]
    assert said == [
        (NoteKind.STATUS, "closed", None),
        (NoteKind.REMOVED, "", 5),
        (NoteKind.NOTE, "calls at night", 5),
    ]
    assert store.one(folder.catalogue, own, within="").status is InvestigationStatus.CLOSED


def test_lists_are_chosen_by_status_assignee_and_what_they_hold(folder: Folder) -> None:
    made = [store.add(folder.catalogue, replace(MADE, assignee=who)).investigation_id for who in ("Li", "Wu", "Li")]
    store.hold(folder.catalogue, made[0], [item(5), item(network_id=3)], within="")
    store.note(folder.catalogue, made[2], [line()], within="", changes={"status": "waiting"})

    def ids(**chosen: object) -> list[int]:
        found = store.listed(folder.catalogue, within="", limit=10, **chosen)  # type: ignore[arg-type]
        return [one.investigation_id for one in found]

    assert ids() == made[::-1]
    assert ids(assignee="Li") == [made[2], made[0]]
    assert ids(status=InvestigationStatus.OPEN) == [made[1], made[0]]
    assert ids(number=5) == ids(network_id=3) == [made[0]]
    assert ids(before_id=made[1]) == [made[0]]


def test_retention_keeps_the_numbers_of_what_is_open_and_drops_what_was_closed_long_ago(folder: Folder) -> None:
    catalogue, registry = folder.catalogue, Registry(folder.catalogue, folder.vault, folder.keys)
    people = ["+8613812345678", "+8613812345679"]
    first = registry.register_numbers(people, [NumberKind.MSISDN] * 2).tolist()
    open_one, closed = (store.add(catalogue, MADE).investigation_id for _ in range(2))
    store.hold(catalogue, open_one, [item(first[0])], within="")
    store.hold(catalogue, closed, [item(first[1])], within="")
    store.note(catalogue, closed, [line("closed", kind=NoteKind.STATUS)], within="", changes={"status": "closed"})
    assert forgetting.forget_facts(catalogue, 3000)["investigations"] == 0
    assert forgetting.forget_facts(catalogue, 3001)["investigations"] == 1
    named = forgetting.Ids.none(catalogue)
    forgetting.name_by_facts(catalogue, named)
    assert [bool(named.numbers[one]) for one in first] == [True, False]
    assert [one.investigation_id for one in store.listed(catalogue, within="", limit=10)] == [open_one]
    assert store.items_of(catalogue, [closed]) == []
    assert store.notes_of(catalogue, [closed]) == []
