"""Whoever reaches the same people: new cards through a den's list, settled lines through a company's."""

from random import Random
from typing import Any

import numpy as np
import pytest

from graphsvc.engine import list_age, parameters
from graphsvc.engine.co_recipients import Ties
from graphsvc.engine.local import LocalEngine
from graphsvc.model.evidence import from_json
from tests.engine.plain import DAY, HOUR, NONE_KNOWN, START, PlainWorld

NEW, OLD = list(range(1, 9)), list(range(20, 40))
LIST = range(1000, 1200)


def _world(*, new: list[int], old: list[int], shared: bool = True) -> PlainWorld:
    """A town; new cards that ring a list for three days, or all of the town; old lines that have rung it for long."""
    dice, world = Random(11), PlainWorld()
    for person in range(1000, 2000):
        for friend in dice.sample(range(1000, 2000), 2):
            for one, other in ((person, friend), (friend, person)):
                world.call(one, other, START + dice.randrange(20) * DAY, 120, device=one)
    for card in new:
        for day in (17, 18, 19):
            for person in dice.sample(LIST if shared else range(1000, 2000), 45):
                world.call(card, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40, device=5000 + card)
    for line in old:
        for day in range(20):
            for person in dice.sample(LIST, 20):
                world.call(line, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40, device=6000 + line)
    world.activated = dict.fromkeys(new, START + 10 * DAY) | dict.fromkeys(old, START - 900 * DAY)
    return world


def _row(world: PlainWorld, number: int) -> dict[str, Any]:
    (row,) = [row for row in world.analysed().suspicions.to_pylist() if row["number"] == number]
    return dict(row)


def _said(row: dict[str, Any]) -> dict[str, float]:
    return {item.rule: item.contribution for item in from_json(row["evidence"])}


def test_new_cards_that_reach_the_same_people_are_more_suspect_than_as_many_that_reach_anybody() -> None:
    """No flag is needed; and without one they are looked at, not held for fraud."""
    together, apart = (_row(_world(new=NEW, old=[], shared=shared), 1) for shared in (True, False))
    assert apart["fraud_probability"] + 0.1 < together["fraud_probability"] < parameters.SUSPECT_FROM
    assert _said(together)["list_age"] == pytest.approx(parameters.NEW_ON_LIST_MOST)
    assert "list_age" not in _said(apart)
    (told,) = [item for item in from_json(together["evidence"]) if item.rule == "list_age"]
    assert told.facts["count"] == 7
    assert set(told.facts["numbers"]) <= set(NEW) - {1}


def test_a_companys_new_line_is_not_suspect_beside_its_settled_ones() -> None:
    alone, beside = (_world(new=[1], old=old).probabilities() for old in ([], OLD))
    assert alone[1] > parameters.EXPOSING_FROM
    assert beside.get(1, 0.0) < 0.05


def test_a_den_that_bought_a_companys_list_is_found_once_one_of_it_is_flagged() -> None:
    world = _world(new=NEW, old=OLD[:3])
    world.flags_after = [(1, "police", 0.95)]
    found = world.probabilities()
    assert all(found[card] >= parameters.SUSPECT_FROM for card in NEW)


def test_of_a_flagged_number_it_says_nothing() -> None:
    world = _world(new=NEW, old=[])
    world.flags_after = [(1, "police", 0.95)]
    said = _said(_row(world, 1))
    assert said["flagged"] > 0
    assert "list_age" not in said


@pytest.mark.parametrize("new", [[1], NEW])
def test_settled_lines_that_a_look_at_the_focus_leaves_out_speak_there_as_in_a_look_at_everybody(
    new: list[int],
) -> None:
    """Settled sellers are in no focus; what they say of the new card among them is remembered until the next cut."""
    world = _world(new=new, old=OLD)
    world.as_of = max(event.at for event in world.events) + 1
    engine, snapshot, facts = LocalEngine(timezone="UTC"), world.snapshot, world.facts
    whole = engine.full(snapshot, facts, NONE_KNOWN)
    left = whole.standing()
    focus = engine.focus(snapshot, facts, NONE_KNOWN, left)
    ids = whole.world.population.ids.tolist()
    cards, lines = [ids.index(card) for card in new], [ids.index(line) for line in OLD]
    assert not left.focus[whole.world.population.ids[lines]].all()
    assert (whole.suspicion.own["list_age"][cards] < -1).all()
    assert focus.suspicion.own["list_age"][cards] == pytest.approx(whole.suspicion.own["list_age"][cards])
    assert focus.probability[cards] == pytest.approx(whole.probability[cards])


def test_a_flag_that_comes_between_two_looks_takes_back_what_the_list_said() -> None:
    """It is worth what it is worth on a card whose list nobody else works through."""
    ids, none, sure = np.array([1], dtype=np.int32), np.zeros(1), np.array([0.6])
    flagged = []
    for old in ([], OLD):
        world = _world(new=[1], old=old)
        verdicts = LocalEngine(timezone="UTC").full(world.snapshot, world.facts, NONE_KNOWN).verdicts()
        assert verdicts.with_flags(ids, none) == pytest.approx(verdicts.probability_of(ids))
        flagged.append(float(verdicts.with_flags(ids, sure)[0]))
    assert flagged[0] == pytest.approx(flagged[1])


def test_both_ends_of_a_tie_count_each_once_as_far_as_its_own_list_bears_it_out() -> None:
    """0 and 1 were compared; 2 and 3 are tied to 0 and were not. Ties of the compared are found from both ends."""
    tied = [(0, 1, 10), (1, 0, 10), (0, 2, 10), (0, 3, 8)]
    suspect, other, common = (np.array(column, np.int32) for column in zip(*tied, strict=True))
    ties = Ties(suspect, other, common, np.array([1.0, 1.0, 0.5, 1.0]), np.ones(4))
    reached = np.array([100, 200, 20, 20], np.int32)  # a tenth of a list bears it out, a twentieth does not
    each, compared = np.array([1.0, 10.0, 100.0, 1000.0, 0.0]), np.array([True, True, False, False, False])
    aside = list_age.aside(ties, compared, each, reached)
    assert aside.tolist() == pytest.approx([50 + 600, 0, 0, 0, 0])
    assert list_age.says(ties, each, reached, aside).tolist() == pytest.approx([660, 0, 0.5, 1, 0])
    unseen = np.array([7.0, 0, 0, 0, 7.0])
    assert list_age.aside(ties, compared, each, reached, unseen).tolist() == pytest.approx([657, 0, 0, 0, 0])
    found = list_age.beside(ties, compared, each, reached)
    assert (found.number.tolist(), found.line.tolist()) == ([0, 0], [2, 3])
    assert found.says.tolist() == pytest.approx([50, 600])


def test_it_speaks_for_a_den_of_new_diallers_alone_and_once() -> None:
    together = np.array([5.0, 5.0, 5.0, -9.0, 5.0])
    dialler = np.array([True, True, False, True, True])
    held = list_age.held(together, dialler, np.array([1.0, 0.5, 1.0, 1.0, 1.0]), np.array([0, 0, 0, 0, 0.5]))
    most = parameters.NEW_ON_LIST_MOST
    assert held.tolist() == pytest.approx([most, most / 2, 0, -parameters.SETTLED_MOST, most - 0.5])
