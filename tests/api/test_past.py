"""What was known in the past: changes of the ranking, the graph as of another day, what a network did day by day."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from graphsvc.api.room import Room
from graphsvc.model.instants import iso
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.story.feeds import ANN, BOB, DAY, DEN, DEVICE, HOLDER, HOUR, T0, den_events, ordinary_events

ALL = den_events() + ordinary_events()
BEFORE = iso(T0 + DAY)
"""The second day: nobody is flagged yet, and Ann talked with one of them."""

CHANGES = """query Changes($since: DateTime!, $first: Int = 100, $after: String, $region: String, $asOf: DateTime) {
  victims(first: $first, after: $after, changedSince: $since, region: $region, asOf: $asOf) {
    edges { change cursor node { id number rank grade stage } } pageInfo { hasNextPage endCursor } analysisId } }"""


@pytest.fixture(scope="module")
def made_past_world(made_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same world with an analysis of its second day, and the current one again. No test opens it."""
    home = tmp_path_factory.mktemp("past") / "home"
    shutil.copytree(made_world, home)
    with open_service(Settings(home=home)) as service:
        now = service.current().as_of
        service.analyse(as_of=T0 + DAY)
        service.analyse(as_of=now)
    return home


def test_an_analysis_of_the_past_warns_nobody_and_stays_beside_the_current_one(world: Path) -> None:
    with open_service(Settings(home=world)) as service:
        current, before = service.current(), service.dispatching.events(first=1_000, after=None).events
        early = service.analyse(as_of=T0 + DAY + 1)
        assert service.current() == current
        assert service.dispatching.events(first=1_000, after=None).events == before
        assert service.analysis(T0 + DAY + 1).analysis_id == early.analysis_id
        assert service.analysis(None) == current
        later = service.analyse(as_of=current.as_of)
        assert service.current().analysis_id == later.analysis_id


@pytest.fixture
def world(made_past_world: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_past_world, tmp_path / "home"))


def ranked(client: Client, at: str | None) -> dict[str, tuple[str, str]]:
    """Everybody ranked, with grade and stage."""
    found = client.data(
        "query($at: DateTime) { victims(first: 100, asOf: $at) { edges { node { id grade stage } } } }", {"at": at}
    )
    return {e["node"]["id"]: (e["node"]["grade"], e["node"]["stage"]) for e in found["victims"]["edges"]}


GRADES = ["LOW", "MEDIUM", "HIGH"]
STAGES = ["CONTACTED", "LISTENING", "ENGAGED", "COMMITTED", "LOST"]


def expected(now: dict[str, tuple[str, str]], then: dict[str, tuple[str, str]]) -> dict[str, str]:
    """What changed, plainly."""
    found = {one: "ENTERED" for one in now if one not in then}
    found |= {one: "LEFT" for one in then if one not in now}
    for one in now.keys() & then.keys():
        (grade, stage), (old_grade, old_stage) = now[one], then[one]
        if GRADES.index(grade) > GRADES.index(old_grade) or STAGES.index(stage) > STAGES.index(old_stage):
            found[one] = "ROSE"
    return found


def test_changes_are_who_entered_rose_and_left(investigator: Client) -> None:
    now, then = ranked(investigator, None), ranked(investigator, BEFORE)
    page = investigator.data(CHANGES, {"since": BEFORE})["victims"]
    said = {edge["node"]["id"]: edge["change"] for edge in page["edges"]}
    assert said == expected(now, then)
    assert said
    ranks = [edge["node"]["rank"] for edge in page["edges"] if edge["change"] != "LEFT"]
    assert ranks == sorted(ranks)
    newest = investigator.data("{service {analysis {asOf}}}")["service"]["analysis"]["asOf"]
    assert investigator.data(CHANGES, {"since": newest})["victims"]["edges"] == []
    assert investigator.code(CHANGES, {"since": "2020-01-01T00:00:00Z"}) == "NOT_FOUND"


def test_looked_at_backwards_who_entered_left(investigator: Client) -> None:
    newest = investigator.data("{service {analysis {asOf}}}")["service"]["analysis"]["asOf"]
    back = investigator.data(CHANGES, {"since": newest, "asOf": BEFORE})["victims"]["edges"]
    assert {e["node"]["id"]: e["change"] for e in back} == expected(
        ranked(investigator, BEFORE), ranked(investigator, None)
    )
    kinds = Counter(e["change"] for e in back)
    assert kinds["LEFT"] >= 2
    # Page by page it is the same, and who left comes last.
    for first in (1, 3):
        found, after = [], None
        while True:
            asked = {"since": newest, "asOf": BEFORE, "first": first, "after": after}
            page = investigator.data(CHANGES, asked)["victims"]
            found += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert [(e["change"], e["node"]) for e in found] == [(e["change"], e["node"]) for e in back]


def test_changes_are_those_of_the_callers_region(room: Room, investigator: Client) -> None:
    own, other = caller(room, "dispatcher", "4403"), caller(room, "dispatcher", "11")
    everybody = investigator.data(CHANGES, {"since": BEFORE})["victims"]["edges"]
    mine = own.data(CHANGES, {"since": BEFORE})["victims"]["edges"]
    assert 0 < len(mine) < len(everybody)
    assert other.data(CHANGES, {"since": BEFORE})["victims"]["edges"] == []
    ranking = own.data("{victims(first: 1) {edges {cursor}}}")["victims"]["edges"][0]["cursor"]
    assert own.code(CHANGES, {"since": BEFORE, "after": ranking}) == "BAD_USER_INPUT"


def test_the_graph_is_answered_as_of_a_past_day(investigator: Client) -> None:
    """Judged by counting the events that had happened."""
    then = [event for event in ALL if event["started_at"] <= T0 + DAY]
    query = """query($n: String!, $at: DateTime) { number(number: $n, asOf: $at) { class fraudProbability flags { id }
      contactsSummary { sent { events contacts } received { events } } } }"""
    found = investigator.data(query, {"n": DEN[0], "at": BEFORE})["number"]
    assert found["flags"] == []
    assert found["contactsSummary"]["sent"]["events"] == sum(event["a_number"] == DEN[0] for event in then)
    assert investigator.data(query, {"n": DEN[0]})["number"]["flags"]
    canvas = """query($ids: [ID!]!, $at: DateTime) { neighbourhood(ids: $ids, hops: 1, limit: 1000, asOf: $at) {
      numbers { number flagged } contacts { events } } }"""
    shown = investigator.data(canvas, {"ids": [ANN], "at": BEFORE})["neighbourhood"]
    met = {
        end
        for event in then
        for end in (event["a_number"], event["b_number"])
        if ANN in (event["a_number"], event["b_number"])
    }
    assert len(shown["numbers"]["number"]) == len(met)
    assert not any(shown["numbers"]["flagged"])
    assert len(investigator.data(canvas, {"ids": [ANN]})["neighbourhood"]["numbers"]["number"]) > len(met)
    paths = "query($a: ID!, $b: ID!, $at: DateTime) { paths(from: $a, to: $b, maxHops: 1, asOf: $at) { paths {hops} } }"
    assert investigator.data(paths, {"a": DEN[2], "b": ANN, "at": BEFORE})["paths"]["paths"] == []
    assert investigator.data(paths, {"a": DEN[2], "b": ANN})["paths"]["paths"]
    common = "query($ids: [ID!]!, $at: DateTime) { commonContacts(ids: $ids, asOf: $at) { contacts { number } } }"
    early, late = (
        investigator.data(common, {"ids": [DEN[0], DEN[2]], "at": at})["commonContacts"]["contacts"]
        for at in (BEFORE, None)
    )
    assert len(early) < len(late)
    sizes = "query($at: DateTime) { communities(first: 100, asOf: $at) { eventsInside eventsOutside } }"
    counts = investigator.data(sizes, {"at": BEFORE})["communities"]
    assert sum(2 * one["eventsInside"] + one["eventsOutside"] for one in counts) == 2 * len(then)
    assert investigator.code(canvas, {"ids": [ANN], "at": "2020-01-01T00:00:00Z"}) == "NOT_FOUND"


def test_people_reached_are_reached_in_order_of_time(investigator: Client) -> None:
    """Ann called her bank after the den had called her; Bob, called early, called Ann and others only before that."""
    query = """query($n: [String!], $timed: Boolean!, $hops: Int!) {
      connectedPeople(numbers: $n, timeRespecting: $timed, maxHops: $hops, first: 1000) {
        people { id hops path { id } } } }"""
    near, reached = (
        investigator.data(query, {"n": [DEN[2]], "timed": timed, "hops": 2})["connectedPeople"]["people"]
        for timed in (False, True)
    )
    called = {event["b_number"] for event in ALL if event["a_number"] == DEN[2]}
    assert sum(person["hops"] == 1 for person in reached) == len(called)
    assert {person["id"] for person in reached} < {person["id"] for person in near}
    assert all(len(person["path"]) == person["hops"] + 1 for person in reached)


def test_communities_are_at_least_as_big_as_asked(investigator: Client) -> None:
    query = "query($n: Int!) { communities(first: 100, minSize: $n) { size } }"
    sizes = [one["size"] for one in investigator.data(query, {"n": 1})["communities"]]
    wanted = sorted(sizes)[-2]
    assert [one["size"] for one in investigator.data(query, {"n": wanted})["communities"]] == [
        size for size in sizes if size >= wanted
    ]
    assert investigator.code(query, {"n": 0}) == "BAD_USER_INPUT"


def test_a_network_tells_what_it_did_day_by_day(investigator: Client) -> None:
    query = """{ networks(first: 5) { edges { node { size timeline { date beginsAt activeNumbers events calls messages
      talkSeconds reached newlyReached flags } newest: timeline(first: 1) { date } } } } }"""
    network = investigator.data(query)["networks"]["edges"][0]["node"]
    assert network["size"] == 3
    outside = [e for e in ALL if (e["a_number"] in DEN) != (e["b_number"] in DEN)]
    begin = T0 - 10 * HOUR  # midnight in Shanghai
    days = sorted({(e["started_at"] - begin) // DAY for e in outside})
    met: set[str] = set()
    rows = []
    for day in days:
        own = [e for e in outside if (e["started_at"] - begin) // DAY == day]
        others = {end for e in own for end in (e["a_number"], e["b_number"])} - set(DEN)
        rows.append(
            (
                begin + day * DAY,
                len(own),
                sum(e["duration_s"] for e in own if e["answered"]),
                len(others),
                len(others - met),
            )
        )
        met |= others
    said = network["timeline"]
    assert [(r["beginsAt"], r["events"], r["talkSeconds"], r["reached"], r["newlyReached"]) for r in said] == [
        (iso(at), *figures) for at, *figures in rows
    ]
    assert said[0]["date"] == "2026-03-02"
    assert sum(row["flags"] for row in said) == 1
    assert network["newest"] == [{"date": said[-1]["date"]}]


def test_an_entity_names_the_accounts_and_devices_beside_it(room: Room, tmp_path: Path) -> None:
    """The holder's accounts are told whether they hang on the holder or on one of the numbers."""
    client = caller(room, "hotline")
    query = """query($kind: EntityKind!, $value: String!, $at: DateTime) {
      entity(kind: $kind, value: $value, asOf: $at) {
        sharedBy accounts { kind numbers suspects } devices { kind numbers suspects } } }"""
    holder = client.data(query, {"kind": "HOLDER", "value": HOLDER})["entity"]
    assert [(one["kind"], one["numbers"], one["suspects"]) for one in holder["devices"]] == [("DEVICE", 3, 3)]
    assert holder["accounts"] == []
    links = [
        {"holder": HOLDER, "kind": "account", "entity": "acc-of-holder", "known_at": T0 + 2 * DAY},
        {"number": DEN[1], "kind": "account", "entity": "acc-of-number", "known_at": T0 + 2 * DAY},
        {"number": BOB, "kind": "account", "entity": "acc-of-bob", "known_at": T0 + 2 * DAY},
    ]
    (tmp_path / "links.ndjson").write_text("".join(json.dumps(row) + "\n" for row in links))
    service = room.service
    service.load([tmp_path / "links.ndjson"], kind=None, feed_id="accounts")
    service.analyse(as_of=service.time.new_instant())
    for kind, value in (("HOLDER", HOLDER), ("DEVICE", DEVICE)):
        found = client.data(query, {"kind": kind, "value": value})["entity"]
        expected = [("ACCOUNT", 1, 1), ("ACCOUNT", 3, 3)]
        assert sorted((one["kind"], one["numbers"], one["suspects"]) for one in found["accounts"]) == expected
    account = client.data(query, {"kind": "ACCOUNT", "value": "acc-of-holder"})["entity"]
    assert account["sharedBy"] == 3
    assert [one["numbers"] for one in account["devices"]] == [3]
    few = client.data('{entity(kind: HOLDER, value: "holder-7") {accounts(first: 1) {kind}}}')["entity"]
    assert len(few["accounts"]) == 1
    assert client.data(query, {"kind": "HOLDER", "value": HOLDER, "at": BEFORE})["entity"]["accounts"] == []


def test_how_suspect_a_number_was_is_told_of_every_analysis_kept(investigator: Client) -> None:
    """Each line is what the report of that day says, asked for by itself."""
    asked = "query($n: String!, $at: DateTime) { number(number: $n, asOf: $at) { "
    of_now = asked + "history { analysisId asOf class fraudProbability network } } }"
    of_then = asked + "class fraudProbability network { reference } } }"
    for number in (DEN[0], ANN):
        told = investigator.data(of_now, {"n": number})["number"]["history"]
        assert [line["asOf"] for line in told] == sorted({line["asOf"] for line in told})
        assert told[0]["asOf"] == BEFORE
        assert len(told) == 2
        for line in told:
            then = investigator.data(of_then, {"n": number, "at": line["asOf"]})["number"]
            assert (line["class"], line["fraudProbability"]) == (then["class"], then["fraudProbability"])
            assert line["network"] == (then["network"] and then["network"]["reference"])
        # As of a past day nothing later is told.
        assert investigator.data(of_now, {"n": number, "at": BEFORE})["number"]["history"] == told[:1]
    first, last = investigator.data(of_now, {"n": DEN[0]})["number"]["history"]
    assert first["fraudProbability"] < 0.5 < last["fraudProbability"], "nobody had flagged it before"
