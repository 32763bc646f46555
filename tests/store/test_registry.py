"""The registry: permanent ids in the order of first appearance."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.errors import NotFound, StorageFailed
from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.registry import KnownEntity, KnownNumber, Registry
from graphsvc.store.tokens import entity_token, number_token
from graphsvc.store.vault import Vault
from tests.store.folder import Folder
from tests.store.steps import counted


def _registry(folder: Folder) -> Registry:
    return Registry(folder.catalogue, folder.vault, folder.keys)


def _numbers(*subscribers: int) -> list[str]:
    return [f"+86138{subscriber:08d}" for subscriber in subscribers]


def _register(registry: Registry, canonical: list[str]) -> list[int]:
    ids = registry.register_numbers(canonical, [NumberKind.MSISDN] * len(canonical))
    assert ids.dtype == np.int32
    found: list[int] = ids.tolist()
    return found


@settings(max_examples=30, deadline=None)
@given(batches=st.lists(st.lists(st.integers(0, 15), unique=True), min_size=1, max_size=5))
def test_ids_follow_the_order_of_first_appearance(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    home = Home.open(tmp_path_factory.mktemp("registry") / "data")
    keys, catalogue = Keys.open(home, None, None), Catalogue.open(home.catalogue)
    vault = Vault.open(home.vault, keys.vault, home.vault_keys)
    reference: dict[str, int] = {}
    for batch in batches:
        expected = [reference.setdefault(number, len(reference)) for number in _numbers(*batch)]
        assert _register(Registry(catalogue, vault, keys), _numbers(*batch)) == expected
    vault.close()
    catalogue.close()


def test_numbers_and_entities_count_apart_and_entities_together(folder: Folder) -> None:
    registry = _registry(folder)
    assert _register(registry, _numbers(1, 2)) == [0, 1]
    assert registry.register_entities(EntityKind.DEVICE, ["a", "b"]).tolist() == [0, 1]
    assert registry.register_entities(EntityKind.CELL, ["a"]).tolist() == [2]
    assert registry.register_entities(EntityKind.DEVICE, ["b", "c"]).tolist() == [1, 3]


def test_what_is_known_of_a_number_is_found_by_itself_its_id_and_its_token(folder: Folder) -> None:
    registry = _registry(folder)
    _register(registry, _numbers(7, 8))
    token = number_token(folder.keys, _numbers(8)[0])
    known = KnownNumber(1, token, NumberKind.MSISDN, "+86 138 **** 0008")
    assert registry.numbers([1, 0, 1])[0] == registry.numbers(np.array([1], dtype=np.int32))[0] == known
    assert registry.find_number(_numbers(8)[0]) == registry.number_by_token(token) == 1
    assert registry.find_number(_numbers(9)[0]) is None
    assert registry.number_by_token("v1.unknown") is None


def test_what_is_known_of_an_entity_is_found_by_itself_and_its_id(folder: Folder) -> None:
    registry = _registry(folder)
    registry.register_entities(EntityKind.HOLDER, ["h"])
    token = entity_token(folder.keys, "holder", "h")
    assert registry.entities([0]) == [KnownEntity(0, EntityKind.HOLDER, token)]
    assert registry.find_entity(EntityKind.HOLDER, "h") == 0
    assert registry.find_entity(EntityKind.DEVICE, "h") is None
    assert registry.entity_by_token(EntityKind.HOLDER, token) == 0
    assert registry.entity_by_token(EntityKind.DEVICE, token) is None
    assert registry.entity_by_token(EntityKind.HOLDER, "v1.unknown") is None
    assert registry.counts() == (0, 1)


def test_raw_numbers_come_back_from_the_vault_alone(folder: Folder) -> None:
    registry = _registry(folder)
    _register(registry, _numbers(*range(300)))
    assert registry.reveal([0, 299]) == {0: "+8613800000000", 299: "+8613800000299"}
    empty = Vault.open(folder.home.path / "another", folder.keys.vault, folder.home.path / "other-keys")
    with pytest.raises(NotFound, match="vault does not hold 1"):
        Registry(folder.catalogue, empty, folder.keys).reveal([0])
    empty.close()


def test_many_numbers_are_registered_and_found_in_several_queries(folder: Folder) -> None:
    registry = _registry(folder)
    assert _register(registry, _numbers(*range(25_000))) == list(range(25_000))
    assert _register(registry, _numbers(*range(24_999, -1, -1))) == list(range(24_999, -1, -1))
    assert len(registry.numbers(np.arange(25_000, dtype=np.int32))) == 25_000


def test_another_key_than_the_folders_own_is_refused(folder: Folder) -> None:
    _registry(folder)
    with pytest.raises(StorageFailed, match="token key"):
        Registry(folder.catalogue, folder.vault, replace(folder.keys, token=(1, bytes(32))))
    with pytest.raises(StorageFailed, match="event key"):
        Registry(folder.catalogue, folder.vault, replace(folder.keys, event=bytes(32)))


def test_processes_that_register_at_once_agree_on_every_id(folder: Folder) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_register_many, args=(folder.home.path, folder.catalogue_at, folder.vault_at, start))
        for start in (0, 50)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    registry = _registry(folder)
    ids = _register(registry, _numbers(*range(550)))
    assert sorted(ids) == list(range(550))
    assert registry.reveal(ids) == dict(zip(ids, _numbers(*range(550)), strict=True))


def _register_many(path: Path, catalogue_at: Path | str, vault_at: Path | str, start: int) -> None:
    keys, catalogue = Keys.open(Home.open(path), None, None), Catalogue.open(catalogue_at)
    registry = Registry(catalogue, Vault.open(vault_at, keys.vault, Home.open(path).vault_keys), keys)
    for subscriber in range(start, start + 500, 20):
        _register(registry, _numbers(*range(subscriber, subscriber + 20)))
    catalogue.close()


def test_short_codes_and_sender_names_are_found_without_a_look_at_every_number(file_folder: Folder) -> None:
    registry = _registry(file_folder)
    given = [("110", NumberKind.SHORT_CODE), ("+8613800000001", NumberKind.MSISDN), ("BANK", NumberKind.ALPHANUMERIC)]
    registry.register_numbers([text for text, _ in given], [kind for _, kind in given])
    with counted(file_folder.catalogue) as few:
        assert registry.of_no_person() == [0, 2]
    _register(registry, _numbers(*range(2_000)))
    with counted(file_folder.catalogue) as many:
        assert registry.of_no_person() == [0, 2]
    assert many == few
