"""What readers ask: the same answers as on the command line, by opaque ids, page by page."""

from typing import Any

import pytest

from graphsvc.api.room import Room
from graphsvc.reports.values import Page
from tests.api.clients import Client, caller, forged
from tests.story.feeds import ANN, BANK, BOB, DEN, DEVICE, HOLDER

VICTIMS = """query Victims($first: Int = 20, $after: String, $region: String) {
  victims(first: $first, after: $after, region: $region) {
    edges { cursor node { id number rank probability inContactProbability stage grade scamType deadlineAt region
      exposure { suspects events firstAt talkSeconds }
      evidence { rule contribution zh: text en: text(language: EN) path { id number entity since events } }
      network { id reference size flaggedCount firstSeen } } }
    pageInfo { hasNextPage endCursor } analysisId asOf } }"""


def everybody(client: Client, first: int) -> list[dict[str, Any]]:
    """The whole ranking, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = client.data(VICTIMS, {"first": first, "after": after})["victims"]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_victims_are_those_of_the_service(investigator: Client, room: Room) -> None:
    shown = investigator.data(VICTIMS)["victims"]["edges"]
    said = room.service.victims(Page(limit=20)).victims
    assert len(said) > 3
    for edge, victim in zip(shown, said, strict=True):
        node = edge["node"]
        assert (node["rank"], node["number"], node["probability"]) == (victim.rank, victim.number, victim.probability)
        assert node["grade"] == victim.grade.upper()
        assert node["scamType"] == victim.scam_type.upper()
        assert [one["zh"] for one in node["evidence"]] == [one.text_zh for one in victim.evidence]
        assert [one["en"] for one in node["evidence"]] == [one.text for one in victim.evidence]
        assert (node["network"] or {}).get("reference") == victim.network


@pytest.mark.parametrize("first", [1, 2, 7])
def test_pages_join_without_gap_or_repetition(investigator: Client, first: int) -> None:
    whole = everybody(investigator, 100)
    assert everybody(investigator, first) == whole
    assert [victim["rank"] for victim in whole] == list(range(1, len(whole) + 1))


def test_a_cursor_stays_with_its_analysis(investigator: Client, room: Room) -> None:
    whole = everybody(investigator, 100)
    page = investigator.data(VICTIMS, {"first": 3})["victims"]
    room.service.analyse(as_of=room.service.current().as_of)
    after = page["pageInfo"]["endCursor"]
    further = investigator.data(VICTIMS, {"first": 100, "after": after})["victims"]
    assert further["analysisId"] == page["analysisId"] != investigator.data(VICTIMS)["victims"]["analysisId"]
    assert [edge["node"] for edge in further["edges"]] == whole[3:]


def test_a_cursor_dies_after_a_day_or_with_its_analysis(investigator: Client, room: Room) -> None:
    page = investigator.data(VICTIMS, {"first": 1})["victims"]
    now, almost_a_day = room.service.time.wall(), 23 * 3600 * 1000
    still = room.ids.cursor("victims", now - almost_a_day, f"{page['analysisId']}.1")
    assert investigator.data(VICTIMS, {"after": still})["victims"]["analysisId"] == page["analysisId"]
    for of_yesterday in (24 * 3600 * 1000 + 1, 25 * 3600 * 1000):
        gone = room.ids.cursor("victims", now - of_yesterday, f"{page['analysisId']}.1")
        assert investigator.code(VICTIMS, {"after": gone}) == "CURSOR_EXPIRED"
    assert investigator.data(VICTIMS, {"after": room.ids.cursor("victims", now, f"{page['analysisId']}.1")})
    assert investigator.code(VICTIMS, {"after": room.ids.cursor("victims", now, "A999.1")}) == "CURSOR_EXPIRED"


def test_what_is_no_cursor_of_this_list_is_refused(investigator: Client, room: Room) -> None:
    networks = investigator.data("{networks(first: 1) {edges {cursor node {id}}}}")["networks"]["edges"][0]
    for text in ("A1.1", "", "x" * 500, networks["cursor"], networks["node"]["id"], "13800138000"):
        assert investigator.code(VICTIMS, {"after": text}) == "BAD_USER_INPUT"


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_is_bounded(investigator: Client, first: int) -> None:
    assert investigator.code(VICTIMS, {"first": first}) in ("BAD_USER_INPUT", "DOCUMENT_TOO_COMPLEX")


def test_a_number_is_found_in_any_form_and_by_id(investigator: Client, room: Room) -> None:
    query = """query Number($number: String, $id: ID) { number(number: $number, id: $id) {
      id number token class fraudProbability flags { id scamType source caseId } network { reference }
      holderNumberCount shared { kind numbers suspects } contactsSummary { sent { contacts events } busiest { number } }
      evidence { text } victim { rank stage } directoryRole } }"""
    found = investigator.data(query, {"number": DEN[0]})["number"]
    said = room.service.number(DEN[0], reveal=None)
    assert found["class"] == "FRAUD"
    assert (found["token"], found["number"]) == (said.token, said.number)
    assert found["flags"][0]["caseId"] == "C-1"
    assert found["holderNumberCount"] == 3
    assert found["contactsSummary"]["sent"]["events"] == said.contacts["sent"]["events"]
    for form in (DEN[0][3:], f"0086{DEN[0][3:]}", said.token):
        assert investigator.data(query, {"number": form})["number"] == found
    assert investigator.data(query, {"id": found["id"]})["number"] == found
    assert investigator.data(query, {"number": BANK})["number"]["directoryRole"] == "BANK"
    assert investigator.data(query, {"number": ANN})["number"]["victim"]["rank"] == 1
    assert investigator.code(query, {}) == "BAD_USER_INPUT"
    assert investigator.code(query, {"number": DEN[0], "id": found["id"]}) == "BAD_USER_INPUT"
    assert investigator.code(query, {"number": "+8613000000000"}) == "NOT_FOUND"


def test_many_numbers_are_answered_in_their_order(investigator: Client) -> None:
    query = "query Numbers($numbers: [String!]!) { numbers(numbers: $numbers) { number class flags { id } } }"
    asked = [BOB, "+8613000000000", DEN[0], "nonsense!!", DEN[0]]
    found = investigator.data(query, {"numbers": asked})["numbers"]
    assert [one and one["class"] for one in found] == ["ORDINARY", None, "FRAUD", None, "FRAUD"]
    assert len(investigator.post(query, {"numbers": ["110"] * 1001}).json()["errors"]) == 1


def test_a_device_or_holder_shows_whose_it_is(investigator: Client) -> None:
    query = """query Entity($kind: EntityKind!, $value: String!) { entity(kind: $kind, value: $value) {
      id kind fraudProbability sharedBy numbers { id number class } networks { reference } evidence { text } } }"""
    device = investigator.data(query, {"kind": "DEVICE", "value": DEVICE})["entity"]
    holder = investigator.data(query, {"kind": "HOLDER", "value": HOLDER})["entity"]
    assert device["sharedBy"] == holder["sharedBy"] == 3
    assert device["fraudProbability"] > 0.5
    assert [one["reference"] for one in device["networks"]]
    again = investigator.data("query($id: ID!) {node(id: $id) {id ... on EntityReport {kind}}}", {"id": device["id"]})
    assert again["node"] == {"id": device["id"], "kind": "DEVICE"}
    assert investigator.code(query, {"kind": "DEVICE", "value": "never seen"}) == "NOT_FOUND"


def test_a_network_is_found_by_id_and_by_reference(investigator: Client) -> None:
    fields = "id reference size roles { role count } members { number role flagged } entities { kind } lineage { kind }"
    listed = investigator.data(f"{{ networks {{ edges {{ node {{ {fields} }} }} }} }}")["networks"]["edges"][0]["node"]
    assert listed["size"] == len(listed["members"]) == sum(role["count"] for role in listed["roles"])
    query = f"query Network($id: ID!) {{ network(id: $id) {{ {fields} }} }}"
    assert investigator.data(query, {"id": listed["id"]})["network"] == listed
    assert investigator.data(query, {"id": listed["reference"]})["network"] == listed
    assert investigator.data(query, {"id": listed["reference"].lower()})["network"] == listed
    for name in ("N-0000-0", "7", "", "x" * 1000):
        assert investigator.code(query, {"id": name}) == "NOT_FOUND"
    assert len(investigator.data("{networks {edges {node {members(first: 1) {number}}}}}")) == 1


@pytest.mark.parametrize("kind", ["Victim", "NumberReport", "EntityReport", "Network"])
def test_a_node_is_what_its_id_came_from(investigator: Client, kind: str) -> None:
    found = investigator.data("{victims(first: 1) {edges {node {id network {id entities {id} members {id}}}}}}")
    victim = found["victims"]["edges"][0]["node"]
    ids = {
        "Victim": victim["id"],
        "NumberReport": victim["network"]["members"][0]["id"],
        "EntityReport": victim["network"]["entities"][0]["id"],
        "Network": victim["network"]["id"],
    }
    query = "query Node($id: ID!) { node(id: $id) { id __typename } }"
    assert investigator.data(query, {"id": ids[kind]})["node"] == {"id": ids[kind], "__typename": kind}


def test_ids_that_are_not_ours_are_not_found(investigator: Client, room: Room, tmp_path: Any) -> None:
    query = "query Node($id: ID!) { node(id: $id) { id } }"
    good = investigator.data("{victims(first: 1) {edges {node {id}}}}")["victims"]["edges"][0]["node"]["id"]
    others = [good[:-1], good + "A", forged(good), "", "T1", "13800138000", "VmljdGltOjE=", "x" * 10_000, "é"]
    assert {investigator.code(query, {"id": text}) for text in others} == {"NOT_FOUND"}


def test_ids_tell_nothing_and_stay_the_same(investigator: Client, room: Room) -> None:
    import base64

    ids = [edge["node"]["id"] for edge in investigator.data(VICTIMS)["victims"]["edges"]]
    assert ids == [edge["node"]["id"] for edge in investigator.data(VICTIMS)["victims"]["edges"]]
    tokens = [victim.token for victim in room.service.victims(Page(limit=20)).victims]
    for text, token in zip(ids, tokens, strict=True):
        opened = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        assert token not in text
        assert token.encode()[3:] not in opened
        assert b"Victim" not in opened


def test_whom_a_number_was_in_contact_with_is_told_with_what_they_are(room: Room) -> None:
    query = """query($n: String!) {number(number: $n) {contactsSummary {latest {
      id number class fraudProbability network directoryRole grade}}}}"""
    whole = """query($id: ID!) {number(id: $id) {class fraudProbability network {reference} directoryRole region
      victim {grade}}}"""
    client = caller(room, "investigator")
    kinds = set()
    for asked in (DEN[0], ANN):
        told = client.data(query, {"n": asked})["number"]["contactsSummary"]["latest"]
        for one in told:
            known = client.data(whole, {"id": one["id"]})["number"]
            assert one["grade"] == (known["victim"] and known["victim"]["grade"])
            assert one["network"] == (known["network"] and known["network"]["reference"])
            for field in ("class", "fraudProbability", "directoryRole"):
                assert one[field] == known[field]
        kinds |= {(one["class"], one["grade"] is not None, one["directoryRole"]) for one in told}
    assert len(kinds) > 2, "they differ, else this shows nothing"
    regional = caller(room, "investigator", "99")
    elsewhere = regional.data(query, {"n": DEN[0]})["number"]["contactsSummary"]["latest"]
    assert elsewhere
    assert {one["grade"] for one in elsewhere} == {None}


def test_a_canvas_tells_nobody_of_another_region_who_is_at_risk(room: Room) -> None:
    asked = """query($ids: [ID!]!) { neighbourhood(ids: $ids, limit: 20) { numbers { id role grade } } }"""
    own, other = (
        caller(room, "investigator", region).data(asked, {"ids": [DEN[0]]})["neighbourhood"]["numbers"]
        for region in ("4403", "11")
    )
    assert any(own["grade"])
    assert not any(other["grade"])
    assert own["role"] == other["role"]


def test_walks_through_the_graph(investigator: Client, room: Room) -> None:
    near = investigator.data(
        "query($n: [String!]) {connectedPeople(numbers: $n) {people {id number hops path {number}} notFollowed}}",
        {"n": [DEN[0]]},
    )["connectedPeople"]
    assert near["people"]
    assert 1 in {person["hops"] for person in near["people"]}
    canvas = investigator.data(
        """query($ids: [ID!]!) { neighbourhood(ids: $ids, limit: 20) { numbersLeftOut contactsLeftOut hubsNotWalked
        numbers { id number class fraudProbability flagged publicRole role grade network hops walked contacts }
        contacts { a b events calls messages talkSeconds firstAt lastAt } } }""",
        {"ids": [DEN[0]]},
    )["neighbourhood"]
    columns = canvas["numbers"]
    assert {len(column) for column in columns.values()} == {20}
    ranked = investigator.data("{ victims(first: 100) { edges { node { number grade } } } }")["victims"]["edges"]
    grades = {edge["node"]["number"]: edge["node"]["grade"] for edge in ranked}
    assert any(columns["grade"])
    assert columns["grade"] == [grades.get(one) for one in columns["number"]]
    members = investigator.data("{ networks(first: 10) { edges { node { members(first: 100) { id role } } } } }")
    roles = {one["id"]: one["role"] for edge in members["networks"]["edges"] for one in edge["node"]["members"]}
    assert any(columns["role"])
    assert columns["role"] == [roles.get(one) for one in columns["id"]]
    assert max(*canvas["contacts"]["a"], *canvas["contacts"]["b"]) < 20
    assert canvas["numbersLeftOut"] > 0
    walked = investigator.data(
        """query($a: ID!, $b: ID!) { paths(from: $a, to: $b) { paths { hops numbers { id number } stepsAt } } }""",
        {"a": columns["id"][0], "b": ANN},
    )["paths"]["paths"]
    assert walked[0]["hops"] == 1
    assert walked[0]["numbers"][0]["id"] == columns["id"][0]
    common = investigator.data(
        "query($ids: [ID!]!) {commonContacts(ids: $ids) {leftOut contacts {number knownTo ties {number sent}}}}",
        {"ids": DEN},
    )["commonContacts"]
    assert common["contacts"][0]["knownTo"] == 3
    assert investigator.data("{communities(first: 3) {size central {number}}}")["communities"]
    assert investigator.code("{connectedPeople {notFollowed}}") == "BAD_USER_INPUT"
    assert investigator.code('{paths(from: "110", to: "110", maxHops: 99) {notFollowed}}') == "BAD_USER_INPUT"


def test_the_service_tells_how_fresh_it_is(investigator: Client, room: Room) -> None:
    found = investigator.data("{service {version serviceTime analysis {id asOf events} freshness {eventsSince}}}")
    record = room.service.current()
    assert found["service"]["analysis"]["id"] == record.analysis_id
    assert found["service"]["analysis"]["events"] == record.counts["events"]
    assert found["service"]["freshness"]["eventsSince"] == 0


def test_the_service_tells_who_asks_what_is_theirs_and_in_which_zone_it_tells_times(room: Room) -> None:
    query = "{service {timezone caller {name role region may}}}"
    found = caller(room, "hotline", "4403").data(query)["service"]
    assert found["timezone"] == room.service.settings.timezone == "Asia/Shanghai"
    asked = found["caller"]
    assert (asked["role"], asked["region"]) == ("hotline", "4403")
    assert {"Query.checkRisk", "Mutation.appeal"} <= set(asked["may"])
    assert not {"Query.victims", "Query.dispatch", "Mutation.flagNumbers"} & set(asked["may"])
    # Each that is named is answered, and no other role's: here by one of either kind.
    supervisor = caller(room, "supervisor").data(query)["service"]["caller"]["may"]
    assert "Query.dispatch" in supervisor
    assert "Query.simulateFlag" not in supervisor
    assert caller(room, "supervisor").data("{dispatch {pausedAt}}")["dispatch"]
    assert caller(room, "supervisor").code('{paths(from: "110", to: "114") {notFollowed}}') == "FORBIDDEN"


def test_an_earlier_time_is_answered_from_an_earlier_analysis(investigator: Client, room: Room) -> None:
    current = room.service.current()
    early = room.service.analyse(as_of=current.as_of - 86_400_000)
    room.service.analyse(as_of=current.as_of)
    query = "query($at: DateTime!) {victims(first: 1, asOf: $at) {analysisId}}"
    at = "2026-03-03T23:00:00+08:00"
    assert investigator.data(query, {"at": at})["victims"]["analysisId"] == early.analysis_id
    assert investigator.code(query, {"at": "2020-01-01T00:00:00Z"}) == "NOT_FOUND"
    assert investigator.code(query, {"at": "yesterday"}) == "BAD_USER_INPUT"


def test_who_asks_for_a_region_gets_what_is_theirs(room: Room) -> None:
    city, other = caller(room, "dispatcher", "4403"), caller(room, "dispatcher", "11")
    assert {e["node"]["region"] for e in city.data(VICTIMS)["victims"]["edges"]} == {"440305"}
    assert {e["node"]["region"] for e in city.data(VICTIMS, {"region": "44"})["victims"]["edges"]} == {"440305"}
    assert city.code(VICTIMS, {"region": "11"}) == "FORBIDDEN"
    assert other.data(VICTIMS)["victims"]["edges"] == []


def test_a_person_of_another_region_is_as_unknown_as_one_never_seen(room: Room, investigator: Client) -> None:
    other = caller(room, "investigator", "11")
    query = "query($number: String!) {number(number: $number) {class}}"
    hidden = other.post(query, {"number": ANN}).json()
    assert hidden == other.post(query, {"number": "+8613000000000"}).json()
    assert other.data(query, {"number": DEN[0]})["number"]["class"] == "FRAUD"
    ann = investigator.data("{victims(first: 1) {edges {node {id}}}}")["victims"]["edges"][0]["node"]["id"]
    assert other.code("query($id: ID!) {node(id: $id) {id}}", {"id": ann}) == "NOT_FOUND"
    assert other.data("query($n: [String!]!) {numbers(numbers: $n) {class}}", {"n": [ANN]})["numbers"] == [None]


ENTITIES = """query($ids: [ID!]!, $most: Int! = 300) { neighbourhood(ids: $ids, limit: 20, entityLimit: $most) {
  numbers { id fraudProbability flagged x y }
  entities { id kind token numbers fraudProbability x y usedBy { entity number } kinds { kind count leftOut } } } }"""


def test_devices_and_holders_of_suspects_lie_on_the_canvas_beside_whoever_has_them(investigator: Client) -> None:
    canvas = investigator.data(ENTITIES, {"ids": list(DEN)})["neighbourhood"]
    numbers, entities = canvas["numbers"], canvas["entities"]
    suspects = {
        numbers["id"][k]
        for k in range(len(numbers["id"]))
        if numbers["fraudProbability"][k] >= 0.5 or numbers["flagged"][k]
    }
    assert len(suspects) < len(numbers["id"]), "people too are on it"
    drawn = {
        (numbers["id"][number], entities["id"][entity])
        for entity, number in zip(entities["usedBy"]["entity"], entities["usedBy"]["number"], strict=True)
    }
    # Judged by each suspect's own report.
    shared = "query($id: ID!) { number(id: $id) { shared { id kind token } } }"
    own = {one: investigator.data(shared, {"id": one})["number"]["shared"] for one in suspects}
    assert drawn == {(one, entity["id"]) for one, having in own.items() for entity in having}
    assert {"DEVICE", "HOLDER"} <= set(entities["kind"])
    kinds = {entity["id"]: entity["kind"] for having in own.values() for entity in having}
    assert dict(zip(entities["id"], entities["kind"], strict=True)) == kinds
    for k, one in enumerate(entities["id"]):
        having = [numbers["id"].index(number) for number, entity in drawn if entity == one]
        assert entities["numbers"][k] == len(having)
        for along in ("x", "y"):
            middle = sum(numbers[along][place] for place in having) / len(having)
            assert abs(entities[along][k] - middle) < 0.1
    assert len(set(zip(entities["x"], entities["y"], strict=True))) == len(entities["id"])


def test_entities_that_the_limit_has_no_room_for_are_counted_by_kind(investigator: Client) -> None:
    every = investigator.data(ENTITIES, {"ids": list(DEN)})["neighbourhood"]["entities"]
    few = investigator.data(ENTITIES, {"ids": list(DEN), "most": 1})["neighbourhood"]["entities"]
    assert few["id"] == every["id"][:1]
    assert len(every["id"]) > 1
    counts = {one["kind"]: one["count"] for one in every["kinds"]}
    assert sum(counts.values()) == len(every["id"])
    assert {one["kind"]: one["count"] for one in few["kinds"]} == counts
    assert {one["kind"]: one["leftOut"] for one in few["kinds"]} == {
        kind: count - few["kind"].count(kind) for kind, count in counts.items()
    }
    assert investigator.data(ENTITIES, {"ids": list(DEN), "most": 0})["neighbourhood"]["entities"] is None
    assert investigator.code(ENTITIES, {"ids": list(DEN), "most": 1001}) == "BAD_USER_INPUT"
