"""The engine's suspicion against the slow reference, and what suspicion must and must not do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.engine import parameters, suspicion
from graphsvc.engine.analysing import measured
from graphsvc.engine.features import ArrayFeatures
from graphsvc.engine.suspicion import Suspicion, Tie
from graphsvc.model.evidence import from_json
from tests.engine.plain import DAY, START, Event, PlainWorld, random_world
from tests.engine.slow import Slow

SEEDS = range(12)
NUMBERS = st.integers(0, 7)
ENTITIES = st.integers(50, 52)
SURE = st.tuples(st.sampled_from(["police", "operator", "hotline", "app"]), st.sampled_from([0.3, 0.9, 1.0]))


def _tiny_worlds() -> st.SearchStrategy[PlainWorld]:
    """Corners: calls to oneself, equal times, flags on numbers never seen, entities of nobody."""
    event = st.builds(
        Event,
        NUMBERS,
        NUMBERS,
        st.integers(0, 3).map(lambda day: START + day * DAY),
        st.sampled_from([None, 0, 45, 300]),
        st.sampled_from([None, 50, 51]),
        st.sampled_from([None, True, False]),
    )
    return st.builds(
        PlainWorld,
        events=st.lists(event, max_size=25),
        flags=st.lists(st.tuples(st.integers(0, 9), SURE).map(lambda f: (f[0], *f[1])), max_size=3),
        entity_flags=st.lists(st.tuples(ENTITIES, SURE).map(lambda f: (f[0], *f[1])), max_size=1),
        links=st.lists(st.tuples(st.integers(0, 9), st.just("account"), st.just(60)), max_size=4),
        directory=st.dictionaries(NUMBERS, st.sampled_from(["bank", "police", "courier_company"]), max_size=2),
        activated=st.dictionaries(NUMBERS, st.sampled_from([START - DAY, START + DAY]), max_size=3),
        released=st.sets(st.integers(0, 9), max_size=2),
        flags_after=st.lists(st.tuples(st.integers(0, 9), SURE).map(lambda f: (f[0], *f[1])), max_size=2),
    )


@settings(max_examples=150, deadline=None)
@given(_tiny_worlds())
def test_the_slow_reference_agrees_on_tiny_worlds(world: PlainWorld) -> None:
    _agrees(world)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slow_reference_agrees_on_every_number(seed: int) -> None:
    _agrees(random_world(seed))


def test_the_random_worlds_make_every_tie_speak() -> None:
    spoken = {
        item.rule
        for seed in SEEDS
        for text in random_world(seed).analysed().suspicions["evidence"].to_pylist()
        for item in from_json(text)
    }
    assert spoken >= {"shared_device", "shared_holder", "shared_account", "co_recipients", "handover"}
    assert spoken >= {"in_flagged_network", "list_age"}


def _agrees(world: PlainWorld) -> None:
    measures = measured(world.snapshot, world.facts, ArrayFeatures(world.snapshot), timezone="UTC")
    found = suspicion.assess(measures)
    slow = Slow(world)
    probability, tied = slow.assess()
    ids = measures.population.ids.tolist()
    own = slow.own()
    for rule, values in found.own.items():
        assert dict(zip(ids, values.tolist(), strict=True)) == pytest.approx(
            {n: own[n].get(rule, 0.0) for n in ids}, abs=1e-9
        ), rule
    for rule, tie in found.tied.items():
        assert dict(zip(ids, tie.says.tolist(), strict=True)) == pytest.approx(tied[rule], abs=1e-9), rule
    assert dict(zip(ids, found.probability.tolist(), strict=True)) == pytest.approx(probability, abs=1e-9)


def test_nobody_is_certain_and_the_evidence_of_who_nearly_is_adds_up() -> None:
    """Flags, company of a dozen flagged: the doubt left is less than a float can tell from none."""
    rested = Tie(says=np.array([0.0, 20.0, 45.0]), source=np.array([0.0, 1.0, 1.0]))
    parts = {"sharing": None, "den_row": None, "ties": None, "callers": None, "aside": None, "handovers": None}
    found = Suspicion(
        own={"flagged": np.array([45.0, 30.0, 0.0]), "list_age": np.zeros(3)},
        behaviour=np.full(3, 2.0),
        tied={"shared_device": rested},
        **parts,  # type: ignore[arg-type]
    )
    told = parameters.PRIOR_LOG_ODDS + sum(found.says.values())
    assert np.isfinite(told).all()
    assert ((found.probability > 0.999) & (found.probability < 1)).all()
    assert 1 / (1 + np.exp(-told)) == pytest.approx(found.probability, abs=1e-11)


@pytest.mark.parametrize("of_nobody", [True, False])
def test_what_a_short_code_sends_in_bulk_says_nothing_of_it(of_nobody: bool) -> None:
    """Parcels, codes and bills go to strangers by the hundred; a card that writes so is a den's."""
    world = PlainWorld(nobody={1} if of_nobody else set())
    for person in range(100, 400):
        world.events.append(Event(1, person, START + 15 * DAY + person * 60_000))
        world.call(person, person + 1, START + DAY)
    rows = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    if of_nobody:
        assert 1 not in rows
    else:
        assert rows[1]["fraud_probability"] > 0.1
