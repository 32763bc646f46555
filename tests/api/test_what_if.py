"""What-if is judged by doing it: the same world, the flags really stated, analysed and planned anew."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc import supposing
from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.settings import Settings
from graphsvc.store.tables import metadata
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.conftest import PEOPLE
from tests.story.feeds import (
    ANN,
    BANK,
    BOB,
    DAY,
    DEN,
    DEVICE,
    HOUR,
    MINUTE,
    T0,
    call,
    den_events,
    ordinary_events,
    write_world,
)

FRIEND = "+8613612399999"
"""Who rang the den's cards before it was at work."""
DOCUMENT = (Path(__file__).parents[2] / "schema" / "operations" / "what-if.graphql").read_text()


@pytest.fixture(scope="module")
def unflagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A den that nobody has flagged yet, and people whom it has talked into calling back.

    Nobody talks with it for long or asks anybody about it, and its cards were seen a week before it rings its list: it
    would give itself away before any flag.
    """
    place = tmp_path_factory.mktemp("what-if")
    feeds = write_world(place / "feeds")
    (feeds / "flags.ndjson").write_text("")
    events = [{**row, "duration_s": min(row["duration_s"], 600)} for row in den_events() if row["b_number"] != BANK]
    events += ordinary_events()
    events += [call(FRIEND, card, T0 - 5 * DAY, 30) for card in DEN[1:]]
    for k, person in enumerate(PEOPLE):
        at = T0 + 2 * DAY - HOUR + k * 4 * MINUTE
        events.append(call(DEN[k % 3], person, at, 900, a_imei=DEVICE))
        events.append(call(person, DEN[2], at + 30 * MINUTE, 600))
    (feeds / "events.ndjson").write_text("".join(json.dumps(row) + "\n" for row in events))
    rows = [{"number": person, "region": "440305" if k % 2 else "110101"} for k, person in enumerate(PEOPLE)]
    with (feeds / "subscribers.ndjson").open("a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    with open_service(Settings(home=place / "home")) as service:
        service.load([feeds], kind=None, feed_id="default")
        service.analyse(as_of=None)
    return place / "home"


@pytest.fixture
def room(unflagged: Path, tmp_path: Path) -> Iterator[Room]:
    shutil.copytree(unflagged, tmp_path / "home")
    with open_service(Settings(home=tmp_path / "home", api_budget=10**9)) as service:
        yield make_room(service)


@pytest.fixture
def investigator(room: Room) -> Client:
    return caller(room, "investigator")


def supposed(client: Client, *numbers: str, **more: Any) -> Any:
    asked = {"numbers": list(numbers), "scamType": "CUSTOMER_SERVICE", "first": 500, **more}
    return client.data(DOCUMENT, asked)["simulateFlag"]


def test_a_public_number_is_said_to_be_one_from_which_nothing_follows(investigator: Client) -> None:
    told = supposed(investigator, "+8613000000000", BANK, DEN[0])
    assert (told["notFound"], told["publicNumbers"]) == ([0], [1])
    alone = supposed(investigator, BANK)
    assert (alone["publicNumbers"], alone["flagged"], alone["warnings"], alone["suspects"]) == ([0], 1, [], [])


def due(client: Client) -> set[tuple[str, str]]:
    """Who is warned on which channel, as the ranking shows it."""
    query = "{ victims(first: 100) { edges { node { number warnings { channel state } } } } }"
    edges = client.data(query)["victims"]["edges"]
    return {(e["node"]["number"], w["channel"]) for e in edges for w in e["node"]["warnings"] if w["state"] == "DUE"}


def test_it_foretells_what_a_flag_does(investigator: Client, room: Room) -> None:
    before = due(investigator)
    told = supposed(investigator, DEN[0], "+8613000000000")
    assert (told["flagged"], told["notFound"]) == (1, [1])
    service = room.service
    client = caller(room, "investigator")
    client.data("mutation($n: [String!]!) {flagNumbers(numbers: $n, scamType: CUSTOMER_SERVICE) {id}}", {"n": [DEN[0]]})
    service.analyse(as_of=None)
    really = due(investigator) - before
    foretold = {(one["number"], one["channel"]) for one in told["warnings"]}
    assert (sorted(foretold - really), sorted(really - foretold)) == ([], [])
    assert len(really) >= len(PEOPLE), "the den gives itself away before any flag: it has to hide better"
    ranked = "{ victims(first: 100) { edges { node { id probability grade stage scamType } } } }"
    now = {e["node"]["id"]: e["node"] for e in investigator.data(ranked)["victims"]["edges"]}
    people = {service.registry.numbers_by_token([]) is not None and one["number"]: one for one in told["warnings"]}
    shown = {
        e["node"]["number"]: e["node"]
        for e in investigator.data("{ victims(first: 100) { edges { node { number probability grade stage } } } }")[
            "victims"
        ]["edges"]
    }
    assert now
    for number, one in people.items():
        assert one["probability"] == pytest.approx(shown[number]["probability"], rel=0.05)
        assert (one["grade"], one["stage"]) == (shown[number]["grade"], shown[number]["stage"])
        assert one["probabilityWithout"] < one["probability"]
    network = investigator.data("{networks {edges {node {reference size members {id number}}}}}")["networks"]["edges"]
    assert len(network) == len(told["networks"]) == 1
    appeared, real = told["networks"][0], network[0]["node"]
    assert (appeared["id"], appeared["size"], appeared["sizeWithout"]) == (None, real["size"], 0)
    assert {one["id"] for one in appeared["joining"]} == {one["id"] for one in real["members"]}
    assert appeared["exposed"] >= len(PEOPLE)
    for one in told["suspects"]:
        asked = {"id": one["id"]}
        held = investigator.data("query($id: ID) {number(id: $id) {fraudProbability}}", asked)["number"]
        assert held["fraudProbability"] >= 0.5 > one["fraudProbabilityWithout"]
    assert {one["id"] for one in told["suspects"]} <= {one["id"] for one in real["members"]}


def everything(room: Room) -> dict[str, list[Any]]:
    """Every row of the catalogue but the audit log and tokens."""
    with room.service.catalogue.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in metadata.sorted_tables
            if table.name not in ("audit", "access_tokens", "counters")
        }


def test_nothing_is_written_but_the_audit_entry(investigator: Client, room: Room) -> None:
    warned = due(investigator)
    before, entries = everything(room), room.service.audit.verify().entries
    first = supposed(investigator, *DEN)
    assert everything(room) == before
    assert room.service.audit.verify().entries == entries + 1
    assert supposed(investigator, *DEN) == first, "the second question starts from what stands in memory"
    assert due(investigator) == warned


def test_costs_say_what_finds_room_today(investigator: Client, room: Room) -> None:
    told = supposed(investigator, DEN[0])
    counts = {one["channel"]: one for one in told["costs"]}
    by_channel = {name: [w for w in told["warnings"] if w["channel"] == name] for name in counts}
    assert {name: one["warnings"] for name, one in counts.items()} == {k: len(v) for k, v in by_channel.items()}
    # Without a capacity of its own, a world of so few subscribers has room for one message and one call.
    for name, one in counts.items():
        assert one["withinCapacity"] == sum(w["withinCapacity"] for w in by_channel[name]) == 1
        assert one["worth"] == pytest.approx(sum(w["worth"] for w in by_channel[name]), abs=1e-4)
    supervisor = caller(room, "supervisor")
    supervisor.data("mutation {setCapacity(channel: SMS, perDay: 100) {pausedAt}}")
    more = {one["channel"]: one["withinCapacity"] for one in supposed(investigator, DEN[0])["costs"]}
    assert more["SMS"] == counts["SMS"]["warnings"]
    assert more.get("CALL") == (1 if "CALL" in counts else None)


def test_a_region_is_shown_its_own_people(investigator: Client, room: Room) -> None:
    whole = supposed(investigator, DEN[0])
    city = supposed(caller(room, "investigator", "4403"), DEN[0])
    assert whole["elsewhere"] == 0
    assert city["elsewhere"] > 0
    assert {one["region"] for one in city["warnings"]} == {"440305"}
    assert len(city["warnings"]) + city["elsewhere"] == len(whole["warnings"])
    assert city["costs"] == whole["costs"]


def test_what_changes_nothing_says_so(investigator: Client) -> None:
    nobody = supposed(investigator, "+8613000000000")
    assert (nobody["flagged"], nobody["warnings"], nobody["networks"], nobody["suspects"]) == (0, [], [], [])
    few = supposed(investigator, DEN[0], first=2)
    assert len(few["warnings"]) == 2
    assert investigator.code(DOCUMENT, {"numbers": [], "scamType": "LOAN"}) == "BAD_USER_INPUT"
    assert investigator.code(DOCUMENT, {"numbers": [BOB] * 101, "scamType": "LOAN"}) in (
        "BAD_USER_INPUT",
        "DOCUMENT_TOO_COMPLEX",
    )
    assert supposed(investigator, ANN)["flagged"] == 1


def test_numbers_that_met_too_many_are_refused_before_anything_is_looked_at(
    investigator: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = 1 + 40 + len(PEOPLE) // 3
    monkeypatch.setattr(supposing, "CONTACTS_MOST", met)
    monkeypatch.setattr(supposing.Grounds, "of", lambda *_: pytest.fail("a full look was made"))
    (refused,) = investigator.post(DOCUMENT, {"numbers": DEN, "scamType": "LOAN"}).json()["errors"]
    told = refused["extensions"]
    assert (told["code"], told["most"]) == ("WHAT_IF_TOO_LARGE", met)
    assert told["contacts"] > 3 * 40
    assert f"{told['contacts']:,} contacts" in refused["message"]
    monkeypatch.undo()
    assert supposed(investigator, *DEN)["flagged"] == 3


def test_a_flag_that_stands_makes_no_difference_a_second_time(investigator: Client, room: Room) -> None:
    investigator.data(
        "mutation($n: [String!]!) {flagNumbers(numbers: $n, scamType: CUSTOMER_SERVICE) {id}}", {"n": [DEN[0]]}
    )
    room.service.analyse(as_of=None)
    again = supposed(investigator, DEN[0])
    assert (again["warnings"], again["networks"], again["suspects"]) == ([], [], [])
