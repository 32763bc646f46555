"""A look at the focus says of suspects what a look at everybody says: at the same instant, to the last digit."""

from random import Random

import numpy as np
import pytest

from graphsvc.engine.local import LocalEngine
from tests.engine.plain import DAY, HOUR, NONE_KNOWN, START, PlainWorld, random_world

SUSPECT = 0.05


def _apart(world: PlainWorld) -> dict[int, tuple[float, float]]:
    """Of whoever either look suspects, what a look at everybody says and what the focus says right after it."""
    world.as_of = max(event.at for event in world.events) + 1
    engine, snapshot, facts = LocalEngine(timezone="UTC"), world.snapshot, world.facts
    whole = engine.full(snapshot, facts, NONE_KNOWN)
    focus = engine.focus(snapshot, facts, NONE_KNOWN, whole.standing())
    assert np.array_equal(whole.world.population.ids, focus.world.population.ids)
    suspect = np.flatnonzero(np.maximum(whole.probability, focus.probability) >= SUSPECT)
    return {
        int(whole.world.population.ids[i]): (float(whole.probability[i]), float(focus.probability[i])) for i in suspect
    }


@pytest.mark.parametrize("seed", range(10))
def test_the_focus_holds_nobody_more_or_less_suspect_than_a_look_at_everybody(seed: int) -> None:
    apart = _apart(random_world(seed))
    assert len(apart) > 5
    assert all(near == pytest.approx(far, abs=1e-9) for far, near in apart.values())


@pytest.mark.parametrize("seed", [3, 4])
def test_a_gang_known_by_its_list_alone_stays_known_between_two_whole_looks(seed: int) -> None:
    """Its members make each other suspect step by step; what chance gives is what so few suspects give at each step."""
    dice, world = Random(seed), PlainWorld()
    for person in range(1000, 1600):
        friends = dice.sample(range(1000, 1600), 6)
        for day in range(0, 20, 2):
            world.call(person, dice.choice(friends), START + day * DAY + dice.randint(8, 20) * HOUR, 60, device=person)
    for sim in range(1, 21):
        for day in (14, 15, 16, 17):
            for person in dice.sample(range(1000, 1300), 40):
                world.call(sim, person, START + day * DAY + dice.randint(9, 17) * HOUR, 20, device=6000 + sim)
    world.flags = [(1, "police", 0.95)]
    apart = _apart(world)
    assert len(apart) > 3  # more than the one that is flagged
    assert all(near == pytest.approx(far, abs=1e-9) for far, near in apart.values())
