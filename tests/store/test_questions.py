"""Saved questions rest in either database: each its owner's alone, few, and forgotten with their numbers."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from graphsvc.errors import NotFound, UsageError
from graphsvc.model.questions import QUESTIONS_MOST, Criteria, Question, QuestionKind
from graphsvc.model.words import NumberKind
from graphsvc.store import forgetting
from graphsvc.store import questions as store
from graphsvc.store.registry import Registry
from tests.store.folder import Folder

MADE = Question(
    0, "T1", "who else", QuestionKind.SHARING, Criteria(region="44"), (5, 7), True, 1000, 1000, frozenset({9, 3})
)


def test_a_question_is_read_as_it_was_kept_and_by_its_owner_alone(folder: Folder) -> None:
    catalogue = folder.catalogue
    kept = store.add(catalogue, MADE)
    other = store.add(catalogue, replace(MADE, owner="T2", numbers=()))
    assert kept == replace(MADE, question_id=kept.question_id)
    assert store.listed(catalogue, "T1") == [kept]
    assert store.one(catalogue, other.question_id, "T2") == other
    for verb in (
        lambda: store.one(catalogue, other.question_id, "T1"),
        lambda: store.forget(catalogue, other.question_id, "T1"),
        lambda: store.change(catalogue, other.question_id, "T1", title="mine", alert=None),
        lambda: store.look(catalogue, other.question_id, "T1", seen=[], at=1),
    ):
        with pytest.raises(NotFound):
            verb()
    assert store.listed(catalogue, "T2") == [other]


def test_what_was_looked_at_the_title_and_the_telling_change_and_the_rest_stays(folder: Folder) -> None:
    own = store.add(folder.catalogue, MADE).question_id
    store.look(folder.catalogue, own, "T1", seen={4, 9}, at=2000)
    store.change(folder.catalogue, own, "T1", title=None, alert=False)
    store.change(folder.catalogue, own, "T1", title="whose", alert=None)
    wanted = replace(MADE, question_id=own, seen=frozenset({4, 9}), looked_at=2000, alert=False, title="whose")
    assert store.one(folder.catalogue, own, "T1") == wanted
    store.forget(folder.catalogue, own, "T1")
    assert store.listed(folder.catalogue, "T1") == []


def test_nobody_keeps_too_many_even_from_two_windows_at_once(folder: Folder) -> None:
    for _ in range(QUESTIONS_MOST - 1):
        store.add(folder.catalogue, MADE)
    refused: list[str] = []
    together = Barrier(2)

    def save() -> None:
        together.wait()
        try:
            store.add(folder.catalogue, MADE)
        except UsageError as error:
            refused.append(str(error))

    windows = [Thread(target=save) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert len(refused) == 1
    assert len(store.listed(folder.catalogue, "T1")) == QUESTIONS_MOST
    store.add(folder.catalogue, replace(MADE, owner="T2"))


def test_retention_keeps_the_numbers_of_questions_that_are_read_and_drops_the_others(folder: Folder) -> None:
    catalogue, registry = folder.catalogue, Registry(folder.catalogue, folder.vault, folder.keys)
    people = [f"+861381234567{last}" for last in range(3)]
    read, unread, seen = registry.register_numbers(people, [NumberKind.MSISDN] * 3).tolist()
    kept = store.add(catalogue, replace(MADE, numbers=(read,), looked_at=3000, seen=frozenset({seen})))
    store.add(catalogue, replace(MADE, numbers=(unread,), looked_at=2999))
    assert forgetting.forget_facts(catalogue, 2999)["saved_questions"] == 0
    assert forgetting.forget_facts(catalogue, 3000)["saved_questions"] == 1
    named = forgetting.Ids.none(catalogue)
    forgetting.name_by_facts(catalogue, named)
    assert [bool(named.numbers[one]) for one in (read, unread, seen)] == [True, False, False]
    assert store.listed(catalogue, "T1") == [kept]
