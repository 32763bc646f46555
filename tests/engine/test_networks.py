"""Networks: what belongs together, what does not, and that ids stay."""

import json
from pathlib import Path
from random import Random

import networkx
import numpy as np
import polars as pl
import pytest

from graphsvc.engine import networks, parameters, settled_lines, suspicion
from graphsvc.engine.analysing import measured
from graphsvc.engine.co_recipients import Ties
from graphsvc.engine.features import ArrayFeatures
from graphsvc.model.evidence import from_json
from graphsvc.model.findings import KnownNetworks
from tests.engine.plain import DAY, HOUR, MINUTE, START, Event, PlainWorld, random_world


def _members(world: PlainWorld, known: KnownNetworks | None = None) -> dict[int, set[int]]:
    found = world.analysed() if known is None else world.analysed(known)
    result: dict[int, set[int]] = {}
    for row in found.members.to_pylist():
        if row["number"] is not None:
            result.setdefault(row["network_id"], set()).add(row["number"])
    return result


@pytest.mark.parametrize("seed", range(12))
def test_networks_are_the_connected_suspect_parts_of_communities_with_a_flag_or_a_den(seed: int) -> None:
    world = random_world(seed)
    measures = measured(world.snapshot, world.facts, ArrayFeatures(world.snapshot), timezone="UTC")
    before = suspicion.assess(measures)
    graph = networks.evidence_graph(measures, before)
    communities = networks.communities(graph, measures)
    after = suspicion.in_network(
        measures,
        before,
        *networks.in_flagged_network(
            measures,
            communities,
            suspicion.grounds(measures, before),
            networks.attached(graph, measures, before, communities),
        ),
        settled_lines.says(
            measures.fresh, measures.behaviour["active_share"], communities, before.callers, before.aside
        ),
    )
    settled = networks.settled(graph, measures, communities, after)
    k = len(graph.suspects)
    label = [*communities.of_number[graph.suspects].tolist(), *communities.of_slot[graph.slots].tolist()]
    sure = [after.probability[i] >= parameters.MEMBER_FROM for i in graph.suspects] + [True] * len(graph.slots)
    plain = networkx.Graph()
    plain.add_nodes_from(i for i in range(graph.node_count) if sure[i] and label[i] >= 0)
    holder = {int(x) for x in measures.incidence.entities[measures.incidence.slot[measures.incidence.kind == 1]]}
    is_holder = [i >= k and int(measures.incidence.entities[graph.slots[i - k]]) in holder for i in range(len(label))]
    held: dict[int, set[int]] = {}
    for a, b in zip(graph.source.tolist(), graph.target.tolist(), strict=True):
        if a in plain and b in plain and label[a] == label[b] and not is_holder[b]:
            plain.add_edge(a, b)
        if is_holder[b]:
            held.setdefault(b, set()).add(a)
    expected: set[tuple[frozenset[int], frozenset[int]]] = set()
    for part in networkx.connected_components(plain):
        numbers = frozenset(int(graph.suspects[i]) for i in part if i < k)
        slots = {int(graph.slots[i - k]) for i in part if i >= k}
        flagged = any(measures.flags.of_number[i] > 0 or after.den_row[i] >= 0 for i in numbers)
        flagged |= any(int(measures.incidence.entities[s]) in measures.flags.of_entity for s in slots)
        if len(numbers) >= 2 and flagged:
            expected.add((numbers, frozenset(slots)))
    home = {i: numbers for numbers, _ in expected for i in numbers}
    for node, cards in held.items():
        homes = {home[int(graph.suspects[i])] for i in cards if int(graph.suspects[i]) in home}
        if len(homes) == 1:
            numbers = homes.pop()
            theirs = next(entities for others, entities in expected if others == numbers)
            expected = (expected - {(numbers, theirs)}) | {(numbers, theirs | {int(graph.slots[node - k])})}
    found = {
        (
            frozenset(int(i) for i in range(len(settled.of_number)) if settled.of_number[i] == network),
            frozenset(int(s) for s in range(len(settled.of_slot)) if settled.of_slot[s] == network),
        )
        for network in range(settled.count)
    }
    assert found == expected


@pytest.mark.parametrize("seed", range(12))
def test_a_number_belongs_to_its_community_as_far_as_its_ties_speak_for_it(seed: int) -> None:
    world = random_world(seed)
    measures = measured(world.snapshot, world.facts, ArrayFeatures(world.snapshot), timezone="UTC")
    so_far = suspicion.assess(measures)
    graph = networks.evidence_graph(measures, so_far)
    found = networks.communities(graph, measures)
    p, ties, passed, k = so_far.probability, so_far.ties, so_far.handovers, len(graph.suspects)
    doubt: dict[int, float] = {}

    def tied(one: int, other: int, tie: float) -> None:
        if found.of_number[one] >= 0 and found.of_number[one] == found.of_number[other]:
            doubt[one] = doubt.get(one, 1.0) * (1 - tie * p[other])

    edges = list(zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), strict=True))
    for node, entity, weight in edges:
        if entity >= k and found.of_number[graph.suspects[node]] == found.of_slot[graph.slots[entity - k]]:
            number = int(graph.suspects[node])
            others = [
                w * p[graph.suspects[n]]
                for n, x, w in edges
                if x == entity and n != node and found.of_number[graph.suspects[n]] == found.of_number[number]
            ]
            flagged = int(measures.incidence.entities[graph.slots[entity - k]]) in measures.flags.of_entity
            doubt[number] = doubt.get(number, 1.0) * (1 - min(weight, 1.0 if flagged else max(others, default=0.0)))
    for suspect, other, t, share in zip(ties.suspect, ties.other, ties.strength, ties.share, strict=True):
        count = sum(p[a] * w for a, b, w in zip(ties.suspect, ties.other, ties.strength, strict=True) if b == other)
        says = so_far.tied["co_recipients"].says[other]
        borne = min(says / (parameters.CO_RECIPIENT_MOST * (1 - 2**-count)), 1) if count else 0
        tied(other, suspect, t * min(share / parameters.NETWORK_SHARE_FULL, 1) * borne)
    for handler, suspect in zip(passed.handler, passed.suspect, strict=True):
        tie = parameters.HANDOVER_TIE * so_far.tied["handover"].says[handler] / parameters.HANDOVER_MOST
        tied(handler, suspect, tie)
        tied(suspect, handler, tie)
    expected = np.zeros(len(p))
    expected[list(doubt)] = [1 - left for left in doubt.values()]
    assert networks.attached(graph, measures, so_far, found) == pytest.approx(expected, abs=1e-9)
    assert expected.max() > 0.5


@pytest.mark.data
def test_the_planted_ring_of_the_callmine_sample_is_one_network_when_two_are_flagged(data: Path) -> None:
    calls = pl.read_parquet(data / "callmine_sample" / "calls.parquet")
    world = PlainWorld(as_of=max(calls["timestamp"].to_list()) * 1000 + DAY)
    world.events = [
        Event(a, b, at * 1000, seconds)
        for a, b, at, seconds in calls.select("src", "dst", "timestamp", "duration").rows()
    ]
    world.flags = [(250, "police", 0.95), (251, "police", 0.95)]
    (members,) = _members(world).values()
    ring = set(range(250, 260))
    assert ring <= members
    assert len(members - ring) <= 2


def _den(world: PlainWorld, sims: list[int], leads: list[int], device: int, day: int = 0) -> None:
    for i, sim in enumerate(sims):
        for j, person in enumerate(leads):
            if (i + j) % 3:
                world.call(sim, person, START + day * DAY + j * HOUR // 4 + i * 60_000, 20, device)


def _two_dens() -> PlainWorld:
    world = PlainWorld()
    _den(world, [1, 2, 3, 4], list(range(100, 130)), 900)
    _den(world, [11, 12, 13, 14], list(range(200, 230)), 901)
    for person in range(300, 400):
        world.call(person, person + 1, START + DAY, 60)
        world.call(person + 1, person, START + 2 * DAY, 60)
    world.flags = [(1, "police", 0.95), (11, "police", 0.95)]
    return world


def test_one_flag_carries_to_the_whole_den_and_no_further() -> None:
    assert sorted(map(sorted, _members(_two_dens()).values())) == [[1, 2, 3, 4], [11, 12, 13, 14]]


def test_a_new_seller_that_reaches_a_few_of_a_dens_people_owes_nothing_to_its_flags() -> None:
    """Nearly all its customers are its own: a tie that its whole list speaks against makes it none of the den."""
    dice, world = Random(7), PlainWorld()
    den, seller, leads = list(range(1, 13)), 50, range(1000, 1200)
    lists = {card: dice.sample(leads, 60) for card in den}
    for card, people in lists.items():
        for j, person in enumerate(people):
            world.call(card, person, START + j * HOUR // 4 + card * MINUTE, 20)
    for j, person in enumerate([*range(2000, 2250), *lists[1][:8]]):
        world.call(seller, person, START + j * HOUR // 4, 20)
    for person in range(3000, 9000):  # what everybody else does
        world.call(person, person + 1, START + DAY, 60)
        world.call(person + 1, person, START + 2 * DAY, 60)
    world.flags = [(card, "police", 0.95) for card in den[:6]]
    world.activated = dict.fromkeys([*den, seller], START - DAY)
    rows = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    assert rows[den[-1]]["fraud_probability"] > 0.9
    assert rows[seller]["fraud_probability"] < 0.3
    assert "in_flagged_network" not in {item.rule for item in from_json(rows[seller]["evidence"])}


def test_the_device_of_a_den_is_a_member_with_its_kind() -> None:
    rows = _two_dens().analysed().members.to_pylist()
    assert sorted((row["kind"], row["entity"]) for row in rows if row["entity"] is not None) == [
        ("device", 900),
        ("device", 901),
    ]


def test_accounts_and_holders_make_a_network_without_any_call_in_common() -> None:
    world = PlainWorld(flags=[(1, "police", 0.95)])
    world.links = [(1, "account", 500), (2, "account", 500), (2, "holder", 600), (3, "holder", 600)]
    rows = world.analysed().members.to_pylist()
    assert {row["number"] for row in rows} >= {1, 2}
    assert 500 in {row["entity"] for row in rows}


def test_a_network_keeps_its_id_when_a_member_joins() -> None:
    first = _two_dens()
    before = first.analysed()
    later = _two_dens()
    _den(later, [15], list(range(200, 230)), 901, day=1)
    after = _members(later, KnownNetworks(before.members, 100))
    ids = {frozenset(members): network for network, members in _members(first).items()}
    assert after[ids[frozenset([1, 2, 3, 4])]] == {1, 2, 3, 4}
    assert after[ids[frozenset([11, 12, 13, 14])]] == {11, 12, 13, 14, 15}


def test_a_new_network_gets_the_next_free_id_and_never_an_old_one() -> None:
    known = KnownNetworks(PlainWorld().analysed().members, 57)
    assert sorted(_members(_two_dens(), known)) == [57, 58]


def test_two_networks_that_become_one_are_merged_in_the_lineage() -> None:
    separate = _two_dens().analysed()
    world = PlainWorld(flags=[(1, "police", 0.95), (11, "police", 0.95)])
    _den(world, [1, 2, 3, 4, 11, 12, 13, 14], list(range(100, 130)), 900)
    (row,) = world.analysed(KnownNetworks(separate.members, 3)).networks.to_pylist()
    assert row["network_id"] == 1
    assert {(item["network_id"], item["kind"]) for item in json.loads(row["lineage"])} == {(1, "same"), (2, "merged")}


def test_networks_that_share_a_device_are_linked_through_it() -> None:
    world = _two_dens()
    world.links = [(1, "social_account", 777), (11, "social_account", 777)]
    rows = {row["network_id"]: json.loads(row["linked"]) for row in world.analysed().networks.to_pylist()}
    assert [[item["through"] for item in linked] for linked in rows.values()] == [
        ["social_account"],
        ["social_account"],
    ]


def test_an_analysis_repeats_to_the_byte() -> None:
    for seed in range(3):
        assert random_world(seed).analysed() == random_world(seed).analysed()


def _rotating(devices: int) -> PlainWorld:
    """Four cards that change places daily over some devices, one of them flagged."""
    world = PlainWorld()
    for person in range(300, 600):
        for day in (0, 5, 10):
            world.call(person, person + 1, START + day * DAY, 60, device=person)
            world.call(person + 1, person, START + day * DAY + HOUR, 60, device=person + 1)
    for day in range(8):
        for sim in range(1, 5):
            for k in range(30):
                at = START + (day + 10) * DAY + 9 * HOUR + k * 60_000
                world.call(sim, sim * 10_000 + day * 100 + k, at, 20, device=5000 + (day + sim) % devices)
    world.flags = [(1, "police", 0.95)]
    return world


def test_cards_that_share_devices_are_one_network_and_rotating_them_hides_nothing() -> None:
    fixed, rotating = _rotating(1), _rotating(4)
    assert list(_members(fixed).values()) == [{1, 2, 3, 4}]
    assert list(_members(rotating).values()) == [{1, 2, 3, 4}]
    one, four = fixed.probabilities(), rotating.probabilities()
    for sim in (2, 3, 4):
        assert four[sim] >= one[sim] - 0.05
        assert one[sim] >= 0.5


def test_a_den_on_rotated_devices_speaks_as_one_on_a_single_device() -> None:
    rotating = _rotating(4)
    rotating.flags = []
    measures = measured(rotating.snapshot, rotating.facts, ArrayFeatures(rotating.snapshot), timezone="UTC")
    # With what behaviour says more because the cards are new, which counts once.
    den = suspicion.assess(measures).own["many_numbers_on_device"] + measures.beyond_behaviour
    assert den[measures.population.index_of([1, 2, 3, 4])] == pytest.approx([2.0] * 4)


def test_a_single_device_with_a_handler_beside_it_is_one_network() -> None:
    world = _rotating(1)
    for k in range(10):
        person, at = 400 + k, START + 17 * DAY + (10 + k) * HOUR
        world.call(1 + k % 4, person, at, 90, device=5000)
        world.call(person, 77, at + HOUR // 3, 600, device=person)
    (members,) = _members(world).values()
    assert members >= {1, 2, 3, 4}


@pytest.mark.parametrize(("users", "networks_found"), [([1], 0), ([1, 2], 1)])
def test_a_flagged_device_makes_a_network_of_two_users_and_carries_its_kind_of_scam(
    users: list[int], networks_found: int
) -> None:
    world = PlainWorld(entity_flags=[(5000, "police", 0.95)])
    for user in users:
        for k in range(10):
            world.call(user, 100 * user + k, START + k * HOUR, 60, device=5000)
    found = world.analysed()
    assert len(_members(world)) == networks_found
    rows = {row["number"]: row for row in found.suspicions.to_pylist()}
    assert {rows[user]["scam_type"] for user in users} == {"loan"}
    assert {row["scam_type"] for row in found.exposures.to_pylist()} == {"loan"}
    held = [item for item in from_json(rows[1]["evidence"]) if item.rule == "shared_device"]
    assert (held[0].facts["source"], held[0].facts["flag_at"]) == ("police", START)


@pytest.mark.parametrize(
    ("said", "message", "kind"),
    [
        (["other", "police_impersonation", "other"], False, "police_impersonation"),
        (["other"], False, "customer_service"),
        (["other"], True, "brushing"),
    ],
)
def test_a_named_kind_of_scam_goes_before_other_and_the_approach_tells_where_nobody_names_one(
    said: list[str], message: bool, kind: str
) -> None:
    world = PlainWorld(as_of=START + 20 * DAY)
    sims = list(range(1, 7))
    _den(world, sims, list(range(100, 160)), device=7, day=17)
    if message:
        world.events = [Event(e.a, e.b, e.at, None, e.device) for e in world.events]
    world.flags = [(i + 1, "police", 0.9) for i in range(len(said))]
    world.flag_types = dict(zip(sims, said, strict=False))
    found = world.analysed()
    assert found.networks["scam_type"].to_pylist() == [kind]
    rows = {row["number"]: row for row in found.suspicions.to_pylist()}
    assert {rows[sim]["scam_type"] for sim in sims} == {kind}


@pytest.mark.parametrize(("apart", "kind"), [(1, "loan"), (10, "customer_service")])
def test_a_den_whose_calls_one_card_announces_by_message_is_of_the_kind_that_does_so(apart: int, kind: str) -> None:
    """Not so where the same sender wrote to these people weeks before: it announced nothing."""
    world = PlainWorld(as_of=START + 20 * DAY)
    sims, writer = list(range(1, 7)), 90
    _den(world, sims, list(range(100, 160)), device=7, day=17)
    called = sorted({e.b for e in world.events if e.a in sims})
    first = min(e.at for e in world.events if e.a in sims)
    world.events += [Event(writer, person, first - apart * DAY) for person in called[::2]]
    world.flags = [(1, "police", 0.9)]
    world.flag_types = {1: "other"}
    assert world.analysed().networks["scam_type"].to_pylist() == [kind]


@pytest.mark.parametrize(("rung", "kind"), [(40, "loan"), (12, "brushing")])
def test_a_card_that_only_writes_announces_calls_where_others_ring_most_of_those_it_wrote_to(
    rung: int, kind: str
) -> None:
    """Some of them are rung by a courier or a handler within two days anyhow."""
    world = PlainWorld(as_of=START + 20 * DAY, flags=[(90, "police", 0.9)], flag_types={90: "other"})
    for k in range(80):
        world.events.append(Event(90, 200 + k, START + 17 * DAY + k * HOUR // 8, None, 7))
        if k < rung:
            world.call(91, 200 + k, START + 18 * DAY + k * HOUR // 8, 60, device=8)
    rows = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    assert rows[90]["scam_type"] == kind


@pytest.mark.parametrize(
    ("after", "friends", "kind"),
    [(24, 0, "acquaintance"), (2, 0, "customer_service"), (24, 8, "customer_service")],
)
def test_who_talks_with_the_same_people_again_the_next_day_plays_somebody_they_know(
    after: int, friends: int, kind: str
) -> None:
    """Not who goes on at once, nor who has friends: with those anybody talks on many days."""
    world = PlainWorld(as_of=START + 20 * DAY, flags=[(90, "police", 0.9)], flag_types={90: "other"})
    for k in range(40):
        at = START + 17 * DAY + k * HOUR // 5
        world.call(90, 200 + k, at, 300, device=7)
        if k % 4 == 0:
            world.call(90, 200 + k, at + after * HOUR, 200, device=7)
        if k < friends:
            world.call(200 + k, 90, at + HOUR, 60, device=200 + k)
    rows = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    assert rows[90]["scam_type"] == kind


@pytest.mark.parametrize(("new", "held"), [(0, False), (5, True)])
def test_a_company_of_settled_lines_is_not_held_for_a_den_because_two_of_them_are_flagged(new: int, held: bool) -> None:
    """Ten lines ring one list and share an account; of a den's some are always new."""
    world = PlainWorld()
    lines = list(range(1, 11))
    for i, line in enumerate(lines):
        for j, person in enumerate(range(100, 160)):
            if (i + j) % 3:
                world.call(line, person, START + j * HOUR // 8 + i * 60_000, 20)
    for person in range(300, 500):  # what everybody else does
        world.call(person, person + 1, START + DAY, 60)
        world.call(person + 1, person, START + 2 * DAY, 60)
    world.links = [(line, "account", 500) for line in lines]
    world.activated = {line: START - (3 if line > 10 - new else 900) * DAY for line in lines}
    world.flags = [(1, "police", 0.95), (2, "operator", 0.7)]
    found = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    unflagged = [found[line]["fraud_probability"] for line in lines[2:] if line in found]
    assert (max(unflagged, default=0.0) >= 0.5) is held
    if not held:
        rules = {item.rule: item for item in from_json(found[1]["evidence"])}
        assert rules["settled_lines"].contribution < -1
        assert rules["settled_lines"].facts["count"] == 10


@pytest.mark.parametrize(("says", "least"), [(-0.8, -2.5), (-0.3, -0.3), (0.0, 0.0), (1.0, 0.0)])
def test_lines_that_are_all_at_work_every_day_are_a_company_though_some_are_new(says: float, least: float) -> None:
    """Eleven lines, four of them new. Whoever is in another community, or in none, is not spoken of."""
    fresh = np.array([0.0] * 7 + [1.0] * 4 + [0.0, 0.0, 0.0])
    at_work = np.array([says] * 11 + [-1.0, -1.0, -1.0])
    of_number = np.array([0] * 11 + [1, 1, -1], dtype=np.int32)
    communities = networks.Networks(of_number, np.empty(0, np.int32), 2)
    found = settled_lines.says(fresh, at_work, communities, _tied([]), np.zeros(len(fresh)))
    others = 6 * parameters.SETTLED_LINE + 4 * parameters.NEW_CARD + 10 * parameters.SETTLED_AT_WORK * says
    assert found[0] == pytest.approx(min(max(others, -parameters.SETTLED_MOST), 0))
    assert found[0] <= least
    one = parameters.SETTLED_LINE - parameters.SETTLED_AT_WORK
    assert found[11:].tolist() == pytest.approx([one, one, 0])


def test_who_reaches_the_same_people_is_of_the_company_by_the_tie_whichever_community_it_is_in() -> None:
    """Numbers 0 and 1 are one community, 2 and 3 another, 4 none; all are settled but 3."""
    fresh, at_work = np.array([0.0, 0.0, 0.0, 1.0, 0.0]), np.full(5, -0.8)
    communities = networks.Networks(np.array([0, 0, 1, 1, -1], dtype=np.int32), np.empty(0, np.int32), 2)
    settled = parameters.SETTLED_LINE - 0.8 * parameters.SETTLED_AT_WORK
    new = parameters.NEW_CARD - 0.8 * parameters.SETTLED_AT_WORK
    alone = settled_lines.says(fresh, at_work, communities, _tied([]), np.zeros(len(fresh)))
    assert alone.tolist() == pytest.approx([settled, settled, 0.0, settled, 0.0])
    ties = _tied([(0, 1, 0.9), (2, 0, 0.5), (3, 1, 0.5), (0, 4, 0.5), (1, 4, 0.2)])
    aside = np.array([0.0, 0.0, 0.0, 0.0, -0.2])
    found = settled_lines.says(fresh, at_work, communities, ties, aside)
    expected = [settled + 0.5 * settled, settled + 0.5 * new, 0.0, settled, 0.7 * settled - 0.2]
    assert found.tolist() == pytest.approx(expected)


def _tied(ties: list[tuple[int, int, float]]) -> Ties:
    suspect, other, strength = (np.array([tie[k] for tie in ties]) for k in range(3))
    whole = np.zeros(len(ties), dtype=np.int32)
    return Ties(suspect.astype(np.int32), other.astype(np.int32), whole, strength, strength)


def test_companies_that_bought_one_list_are_no_dens_because_one_line_of_one_of_them_is_flagged() -> None:
    """Five companies of four lines, half of them new: each has leads of its own, and some that all of them bought."""
    world, companies, size = PlainWorld(), 5, 4
    lines = list(range(1, companies * size + 1))
    company = {line: (line - 1) // size for line in lines}
    for i, line in enumerate(lines):
        for day in range(14):
            for j, person in enumerate(range(1000 + 30 * day, 1030 + 30 * day)):
                if j % companies == company[line] or (j * 7 + i * 3) % 4 == 0:
                    world.call(line, person, START + day * DAY + 9 * HOUR + j * MINUTE + i * 1000, 20)
    for person in range(3000, 3600):  # what everybody else does
        world.call(person, person + 1, START + DAY, 60)
        world.call(person + 1, person, START + 2 * DAY, 60)
    for courier in range(40):
        for k in range(120):
            person = 10_000 + (courier * 97 + k * 13) % 3000
            world.call(5000 + courier, person, START + (k % 14) * DAY + 10 * HOUR + k * MINUTE, 30)
    world.links = [(line, "account", 500 + company[line]) for line in lines]
    world.activated = {line: START - (900 if line % 2 else 100) * DAY for line in lines}
    world.flags = [(1, "police", 0.95)]
    world.as_of = START + 14 * DAY
    found = world.probabilities()
    assert max(found.get(line, 0.0) for line in lines) < parameters.EXPOSING_FROM
