"""A dispatcher's life over HTTP: claim, keep, give back, settle, replay; and who else sees and stops it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphsvc.api import room as room_of_service
from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.model.callers import Role
from graphsvc.model.references import warning_id_of
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller, forged
from tests.api.test_http import entries
from tests.story.feeds import ANN, DEN, DEVICE

CLAIM = """mutation Claim($channel: Channel! = SMS, $limit: Int! = 5, $lease: Int! = 600, $key: String!,
  $region: String, $wait: Int = 0) {
  claimWarnings(channel: $channel, limit: $limit, leaseSeconds: $lease, worker: "w1", idempotencyKey: $key,
    region: $region, waitSeconds: $wait) {
    id reference leaseToken leaseUntil attempt dedupeKey number region channel grade stage scamType probability
    deadlineAt networkId zh: text(language: ZH) en: text(language: EN) evidence { text contribution path { id } }
    history { kind at attempt } } }"""
LEASES = "accepted refused { leaseToken reason }"
ACK = f"""mutation Ack($tokens: [String!]!, $outcome: Outcome) {{
  ackWarnings(leaseTokens: $tokens, outcome: $outcome) {{ {LEASES} }} }}"""
EVENTS = """query Events($first: Int, $after: String) { warningEvents(first: $first, after: $after) {
  edges { cursor node { id warningId reference kind channel worker outcome urgent } }
  pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
def room(busy_world: Path, tmp_path: Path) -> Iterator[Room]:
    """The service on a copy of the world, with capacity to spare."""
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        capacity = (
            "mutation { setCapacity(channel: SMS, perDay: 1000) { capacities { channel leftDay setBySupervisor } } }"
        )
        found = caller(room, "supervisor").data(capacity)["setCapacity"]["capacities"]
        assert {"channel": "SMS", "leftDay": 1000, "setBySupervisor": True} in found
        yield room


@pytest.fixture
def dispatcher(room: Room) -> Client:
    return caller(room, "dispatcher", purpose="warnings of the day")


def claim(client: Client, key: str = "k", **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.data(CLAIM, {"key": key, **more})["claimWarnings"]
    return found


def test_a_claimed_warning_has_all_that_a_worker_needs(dispatcher: Client, room: Room) -> None:
    claimed = claim(dispatcher)
    assert claimed
    ann = next(one for one in claim(dispatcher, key="all", limit=100) + claimed if one["number"] == ANN)
    assert ann["reference"].startswith("W-")
    assert "96110" in ann["zh"]
    assert "96110" in ann["en"]
    assert ann["zh"] != ann["en"]
    assert DEN[0][-4:] in ann["zh"] or any(number[-4:] in ann["zh"] for number in DEN)
    assert ann["attempt"] == 1
    assert ann["evidence"][0]["text"]
    assert [event["kind"] for event in ann["history"]] == ["MADE", "CLAIMED"]
    entry = next(one for one in reversed(entries(room)) if one["action"] == "claim warnings")
    assert entry["purpose"] == "warnings of the day"
    assert ANN not in str(dict(entry))


def test_the_same_claim_again_gives_the_same_leases(dispatcher: Client, room: Room) -> None:
    first = claim(dispatcher, limit=2)
    assert [one["leaseToken"] for one in claim(dispatcher, limit=2)] == [one["leaseToken"] for one in first]
    other = claim(dispatcher, key="another", limit=100)
    assert not {one["id"] for one in other} & {one["id"] for one in first}
    assert claim(dispatcher, key="third") == []
    refused = dispatcher.post(CLAIM, {"key": "k", "limit": 3}).json()["errors"][0]["extensions"]["code"]
    assert refused == "IDEMPOTENCY_KEY_REUSED"


def test_leases_are_kept_given_back_and_settled(dispatcher: Client) -> None:
    tokens = [one["leaseToken"] for one in claim(dispatcher, limit=4)]
    assert len(tokens) == 4
    extend = f"mutation E($t: [String!]!) {{ extendLeases(leaseTokens: $t, leaseSeconds: 600) {{ {LEASES} }} }}"
    assert dispatcher.data(extend, {"t": tokens})["extendLeases"]["accepted"] == tokens
    release = f"mutation R($t: [String!]!) {{ releaseLeases(leaseTokens: $t) {{ {LEASES} }} }}"
    assert dispatcher.data(release, {"t": tokens[:1]})["releaseLeases"]["accepted"] == tokens[:1]
    result = dispatcher.data(ACK, {"tokens": [*tokens, "W-0000-0.1.a"], "outcome": "DELIVERED"})["ackWarnings"]
    assert result["accepted"] == tokens[1:]
    assert {one["leaseToken"]: one["reason"] for one in result["refused"]} == {
        tokens[0]: "SETTLED",
        "W-0000-0.1.a": "UNKNOWN",
    }
    again = dispatcher.data(ACK, {"tokens": tokens[1:], "outcome": "DELIVERED"})["ackWarnings"]
    assert (again["accepted"], [one["reason"] for one in again["refused"]]) == ([], ["SETTLED"] * 3)
    back = claim(dispatcher, key="later", limit=100)
    assert {one["attempt"] for one in back} == {1}


def test_a_failed_attempt_comes_again(dispatcher: Client) -> None:
    one = claim(dispatcher, limit=1)[0]
    fail = f"""mutation F($t: [String!]!) {{
      failWarnings(leaseTokens: $t, reason: "gateway down", retryAfterSeconds: 0) {{ {LEASES} }} }}"""
    assert dispatcher.data(fail, {"t": [one["leaseToken"]]})["failWarnings"]["accepted"]
    again = next(each for each in claim(dispatcher, key="again", limit=100) if each["id"] == one["id"])
    assert again["attempt"] == 2
    assert again["dedupeKey"] == one["dedupeKey"]
    assert again["leaseToken"] != one["leaseToken"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"lease": 0},
        {"lease": 3601},
        {"limit": 0},
        {"limit": 101},
        {"region": "x"},
        {"wait": 21},
        {"wait": -1},
        {"key": ""},
        {"key": "k" * 300},
    ],
)
def test_a_claim_out_of_bounds_is_refused(dispatcher: Client, wrong: dict[str, Any]) -> None:
    answer = dispatcher.post(CLAIM, {"key": "k", **wrong}).json()
    assert answer["errors"][0]["extensions"]["code"] in ("BAD_USAGE", "BAD_USER_INPUT"), answer


def test_a_claim_for_another_region_is_forbidden_and_ones_own_is_the_default(room: Room) -> None:
    city = caller(room, "dispatcher", "4403")
    assert {one["region"] for one in claim(city)} == {"440305"}
    assert city.code(CLAIM, {"key": "b", "region": "11"}) == "FORBIDDEN"


WITH_A_LEASE = {
    "extend": f"mutation($t: [String!]!) {{ extendLeases(leaseTokens: $t, leaseSeconds: 600) {{ {LEASES} }} }}",
    "release": f"mutation($t: [String!]!) {{ releaseLeases(leaseTokens: $t) {{ {LEASES} }} }}",
    "ack": f"mutation($t: [String!]!) {{ ackWarnings(leaseTokens: $t) {{ {LEASES} }} }}",
    "ack with an outcome": f"""mutation($t: [String!]!) {{
      ackWarnings(leaseTokens: $t, outcome: DELIVERED) {{ {LEASES} }} }}""",
    "fail": f'mutation($t: [String!]!) {{ failWarnings(leaseTokens: $t, reason: "gateway down") {{ {LEASES} }} }}',
}


@pytest.mark.parametrize("verb", WITH_A_LEASE)
def test_a_lease_on_a_person_of_another_region_is_unknown_whoever_has_its_token(room: Room, verb: str) -> None:
    """Each verb by each region: a token that leaked, or a dispatcher who was moved, settles nobody else's warning."""
    owner, document = caller(room, "dispatcher", "440305"), WITH_A_LEASE[verb]
    claimed = [one for one in claim(owner, limit=4) if one["region"] == "440305"]
    tokens = [one["leaseToken"] for one in claimed]
    assert len(tokens) == 4
    before = stood(room, claimed)
    for region in ("33", "4404", "440304", "330305"):
        (told,) = caller(room, "dispatcher", region).data(document, {"t": tokens}).values()
        assert told["accepted"] == []
        assert [one["reason"] for one in told["refused"]] == ["UNKNOWN"] * 4, "as if it had never been given"
        assert stood(room, claimed) == before
    for region, token in zip(("", "44", "4403", "440305"), tokens, strict=True):
        (told,) = caller(room, "dispatcher", region).data(document, {"t": [token]}).values()
        assert told["accepted"] == [token]
    assert stood(room, claimed) != before


def stood(room: Room, claimed: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """State, end of the lease, attempt and history of each."""
    ids = [warning_id_of(one["reference"]) for one in claimed]
    rows, told = (room.service.dispatching.warning(one) for one in ids), room.service.dispatching.history(ids)
    return [(row.state, row.lease_until, row.attempt, told[row.warning_id]) for row in rows]


def test_a_long_poll_waits_for_what_becomes_due(
    dispatcher: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphsvc.api import room as module

    taken = claim(dispatcher, limit=100)
    assert taken
    monkeypatch.setattr(module, "POLL_AGAIN_S", 0.01)
    assert claim(dispatcher, key="in vain", wait=1) == []
    asked = 0
    plain = type(room.service.dispatching).claim

    def due_at_the_third(self: Any, **wish: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 3:
            self.release([one["leaseToken"] for one in taken], now=room.service.time.moment())
        return plain(self, **wish)

    monkeypatch.setattr(type(room.service.dispatching), "claim", due_at_the_third)
    assert {one["id"] for one in claim(dispatcher, key="wait", limit=100, wait=20)} == {one["id"] for one in taken}
    assert asked == 3


def test_a_token_that_is_revoked_while_a_claim_waits_is_given_nothing(
    room: Room, dispatcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = claim(dispatcher, limit=100)
    monkeypatch.setattr(room_of_service, "POLL_AGAIN_S", 0.01)
    access = room.service.access
    made = access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    asked = 0
    plain = type(room.service.dispatching).claim

    def revoked_and_then_due(self: Any, **wish: Any) -> Any:
        nonlocal asked
        asked += 1
        found = plain(self, **wish)
        if asked == 2:
            access.revoke(made.about.token_id)
            self.release([one["leaseToken"] for one in taken], now=room.service.time.moment())
        return found

    monkeypatch.setattr(type(room.service.dispatching), "claim", revoked_and_then_due)
    assert Client(room, made.token).code(CLAIM, {"key": "wait", "limit": 100, "wait": 20}) == "UNAUTHENTICATED"
    assert asked == 2
    assert {one["id"] for one in claim(dispatcher, key="still there", limit=100)} == {one["id"] for one in taken}


def test_what_is_wrong_with_a_bound_or_a_reason_is_said_in_the_callers_words(room: Room) -> None:
    chief = caller(room, "supervisor")
    many = chief.post("mutation { setCapacity(channel: CALL, perHour: -1) { pausedAt } }").json()["errors"][0]
    assert many["message"] == "perHour must be from 0 to 100,000,000"
    silent = f'mutation {{ releaseNumber(number: "{DEN[0]}", reason: " ") {{ number }} }}'
    assert chief.post(silent).json()["errors"][0]["message"].startswith("a reason is needed: ")


def test_outcomes_are_told_by_id_or_reference_all_or_none(dispatcher: Client, room: Room) -> None:
    record = "mutation O($o: [OutcomeInput!]!) { recordOutcomes(outcomes: $o) }"
    first, second = claim(dispatcher, limit=2)
    hotline = caller(room, "hotline")
    told = [
        {"warningId": first["id"], "outcome": "DISSUADED", "reportedBy": "OFFICER", "amountSaved": 1000.0},
        {"warningId": second["reference"], "outcome": "NO_ANSWER"},
    ]
    assert len(hotline.data(record, {"o": told})["recordOutcomes"]) == 2
    for stranger in ("W-0000-0", forged(first["id"]), room.ids.of(room.ids.read(first["id"])[0], 10**6)):
        answer = hotline.post(record, {"o": [told[1], {"warningId": stranger, "outcome": "DELIVERED"}]}).json()
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    elsewhere = caller(room, "hotline", "11")
    assert elsewhere.post(record, {"o": told[1:]}).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_the_log_can_be_replayed_from_any_cursor(dispatcher: Client) -> None:
    tokens = [one["leaseToken"] for one in claim(dispatcher, limit=2)]
    dispatcher.data(ACK, {"tokens": tokens})
    whole, after = [], None
    while True:
        page = dispatcher.data(EVENTS, {"first": 3, "after": after})["warningEvents"]
        whole += page["edges"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    kinds = [edge["node"]["kind"] for edge in whole]
    assert kinds.count("CLAIMED") == kinds.count("HANDED_OVER") == 2
    assert len({edge["cursor"] for edge in whole}) == len(whole)
    middle = whole[2]["cursor"]
    assert dispatcher.data(EVENTS, {"first": 1000, "after": middle})["warningEvents"]["edges"] == whole[3:]
    assert dispatcher.data(EVENTS, {"first": 5, "after": after})["warningEvents"]["edges"] == []
    assert dispatcher.code(EVENTS, {"first": 5, "after": "1"}) == "NOT_FOUND"


def test_a_supervisor_sees_the_queue_and_stops_it(room: Room, dispatcher: Client) -> None:
    chief = caller(room, "supervisor")
    state = "{ dispatch { pausedAt queues { channel grade depth leased oldestAgeSeconds } dead { id } } }"
    depth = sum(queue["depth"] for queue in chief.data(state)["dispatch"]["queues"] if queue["channel"] == "SMS")
    assert depth > 0
    assert chief.data('mutation { pauseDispatch(reason: "wrong texts") { pausedAt } }')["pauseDispatch"]["pausedAt"]
    assert claim(dispatcher) == []
    assert chief.data('mutation { resumeDispatch(reason: "texts mended") { pausedAt } }') == {
        "resumeDispatch": {"pausedAt": None}
    }
    assert len(claim(dispatcher, key="after", limit=100)) == depth
    local = caller(room, "supervisor", "44")
    assert local.code('mutation { pauseDispatch(reason: "x") { pausedAt } }') == "FORBIDDEN"
    assert local.code('mutation { setCapacity(channel: CALL, region: "11", perDay: 1) { pausedAt } }') == "FORBIDDEN"
    assert chief.code("mutation { setCapacity(channel: CALL, perDay: -1) { pausedAt } }") == "BAD_USAGE"
    requeue = "mutation Q($ids: [ID!]!) { requeueWarnings(ids: $ids) }"
    assert chief.data(requeue, {"ids": [claim(dispatcher, key="after", limit=100)[0]["id"]]}) == {"requeueWarnings": []}


def test_a_victim_shows_the_warnings_made_for_them(room: Room, dispatcher: Client) -> None:
    dispatcher.data(ACK, {"tokens": [one["leaseToken"] for one in claim(dispatcher, limit=100)]})
    victims = caller(room, "investigator").data(
        "{ victims(first: 1) { edges { node { rank warnings { reference channel state warnedAt } } } } }"
    )["victims"]["edges"]
    assert "HANDED_OVER" in {one["state"] for one in victims[0]["node"]["warnings"] if one["channel"] == "SMS"}


def test_a_genuine_warning_is_known_by_its_reference(room: Room, dispatcher: Client) -> None:
    hotline = caller(room, "hotline")
    query = "query V($r: String!) { verifyWarning(reference: $r) { genuine reference channel warnedAt } }"
    one = claim(dispatcher, limit=1)[0]
    for form in (one["reference"], one["reference"].lower(), f" {one['reference']}\n"):
        found = hotline.data(query, {"r": form})["verifyWarning"]
        assert (found["genuine"], found["channel"]) == (True, "SMS")
    nothing = {"genuine": False, "reference": None, "channel": None, "warnedAt": None}
    for other in ("W-0000-0", "N-7K3Q-2", "", "x" * 500, "13800138000"):
        assert hotline.data(query, {"r": other})["verifyWarning"] == nothing
    assert caller(room, "hotline", "11").data(query, {"r": one["reference"]})["verifyWarning"] == nothing


RISK = "query R($kind: RiskKind!, $value: String!) { checkRisk(kind: $kind, value: $value) { level advice } }"


def test_a_check_tells_a_level_and_advice_and_nothing_else(room: Room) -> None:
    hotline = caller(room, "hotline")
    risk = {
        value: hotline.data(RISK, {"kind": "NUMBER", "value": value})["checkRisk"]["level"]
        for value in (DEN[0], DEN[1], "+8613000000000", "95588", ANN)
    }
    assert risk == {
        DEN[0]: "DANGER",
        DEN[1]: "DANGER",
        "+8613000000000": "NOTHING_KNOWN",
        "95588": "NOTHING_KNOWN",
        ANN: "NOTHING_KNOWN",
    }
    unknown = hotline.data(RISK, {"kind": "NUMBER", "value": "+8613000000000"})
    assert (
        unknown
        == hotline.data(RISK, {"kind": "NUMBER", "value": ANN})
        == hotline.data(RISK, {"kind": "ACCOUNT", "value": "6222000011112222"})
    )
    assert hotline.code(RISK, {"kind": "NUMBER", "value": "no number at all!"}) == "INVALID_NUMBER"


@pytest.mark.parametrize("code", ["110", "96110", "10086", "95599"])
def test_what_is_said_of_a_number_whose_role_everybody_knows_raises_no_level(room: Room, code: str) -> None:
    """Whoever asks about 96110 was told to ring it; the directory of a data folder need not name it."""
    hotline, asked = caller(room, "hotline"), {"kind": "NUMBER", "value": code}
    report = 'mutation { report(items: [{kind: NUMBER, value: "%s"}], scamType: OTHER) }'.replace("%s", code)
    flag = 'mutation { flagNumbers(numbers: ["%s"], scamType: OTHER) { id } }'.replace("%s", code)
    assert hotline.data(RISK, asked)["checkRisk"]["level"] == "NOTHING_KNOWN"
    assert len(hotline.data(report)["report"]) == 1
    assert len(caller(room, "investigator").data(flag)["flagNumbers"]) == 1
    assert hotline.data(RISK, asked)["checkRisk"]["level"] == "NOTHING_KNOWN"


def test_known_and_unknown_are_looked_up_by_the_same_statements(room: Room) -> None:
    import re

    from tests.api.test_answers import counted

    hotline = caller(room, "hotline")
    asked = []
    for kind, value in (("NUMBER", DEN[0]), ("NUMBER", "+8613000000000"), ("ACCOUNT", "a"), ("ACCOUNT", "b")):
        hotline.data(RISK, {"kind": kind, "value": value})
        with counted(room) as statements:
            hotline.data(RISK, {"kind": kind, "value": value})
        asked.append([re.sub(r"\d+", "n", one) for one in statements])
    assert asked[0] == asked[1]
    assert asked[2] == asked[3]


@pytest.mark.parametrize("value", [DEN[0], "+8613000000000", "no number at all!"])
def test_a_look_up_is_answered_when_a_coarse_clock_strikes_whatever_it_found(
    room: Room, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    from graphsvc.api import room as module

    struck: list[float] = []

    def clock() -> float:
        looks.append(looks[-1] + 0.013)  # whatever the work takes
        return looks[-1]

    async def sleep(seconds: float) -> None:
        struck.append(looks[-1] + seconds)

    looks = [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(module, "asyncio", SimpleNamespace(timeout=asyncio.timeout, sleep=sleep))
    hotline = caller(room, "hotline")
    hotline.post(RISK, {"kind": "NUMBER", "value": value})
    (left,) = struck
    assert round((left - looks[1]) / module.EVEN_S, 9) == 1.0, "so long after it was asked, and not when it was done"
    hotline.data("{ service { version } }")
    assert len(struck) == 1, "others wait for nothing"


def test_flags_are_stated_and_revoked_together(room: Room) -> None:
    investigator = caller(room, "investigator")
    flag = """mutation F($n: [String!]!, $c: Float) {
      flagNumbers(numbers: $n, scamType: LOAN, caseId: "C-9", confidence: $c) { id scamType source caseId knownAt } }"""
    made = investigator.data(flag, {"n": ["+8613000000001", "+8613000000002"], "c": 0.8})["flagNumbers"]
    assert [(one["scamType"], one["source"], one["caseId"]) for one in made] == [("LOAN", "POLICE", "C-9")] * 2
    number = investigator.data('{ number(number: "+8613000000001") { flags { id } } }')["number"]
    assert number["flags"] == [{"id": made[0]["id"]}]
    assert (
        caller(room, "hotline").data(RISK, {"kind": "NUMBER", "value": "+8613000000001"})["checkRisk"]["level"]
        == "DANGER"
    )
    revoke = 'mutation R($ids: [ID!]!) { revokeFlags(ids: $ids, reason: "mistaken") }'
    ids = [one["id"] for one in made]
    assert investigator.data(revoke, {"ids": ids})["revokeFlags"] == ids
    assert investigator.code(revoke, {"ids": ids}) == "NOT_FOUND"
    for numbers in (["+8613000000003", "no number at all!"], [], ["110"] * 101):
        assert investigator.code(flag, {"n": numbers}) in ("INVALID_NUMBER", "BAD_USER_INPUT")
    assert investigator.code('{ number(number: "+8613000000003") { id } }') == "NOT_FOUND", (
        "nothing of the list was stated"
    )
    entities = 'mutation { flagEntities(kind: ACCOUNT, values: ["6222-1"], scamType: INVESTMENT) { id source } }'
    assert investigator.data(entities)["flagEntities"][0]["source"] == "POLICE"
    assert (
        investigator.code('mutation { flagNumbers(numbers: ["110"], scamType: LOAN, confidence: 1.5) { id } }')
        == "BAD_USER_INPUT"
    )


def test_the_public_reports_and_appeals_and_a_supervisor_releases(room: Room) -> None:
    hotline, chief = caller(room, "hotline"), caller(room, "supervisor")
    report = """mutation R($items: [ReportedItem!]!) {
      report(items: $items, scamType: SHOPPING, note: "rang 13800138000 twice") }"""
    items = [{"kind": "NUMBER", "value": "+8613000000007"}, {"kind": "URL", "value": "shop.example/x"}]
    assert len(hotline.data(report, {"items": items})["report"]) == 2
    assert hotline.data(RISK, {"kind": "NUMBER", "value": "+8613000000007"})["checkRisk"]["level"] == "CAUTION"
    assert "13800138000" not in str([dict(one) for one in entries(room)])
    appeal = 'mutation { appeal(number: "%s", reason: "it is my shop") { id number answer } }'.replace("%s", DEN[1])
    assert hotline.data(appeal)["appeal"]["answer"] is None
    release = 'mutation { releaseNumber(number: "%s", reason: "checked") { number appealsAnswered } }'.replace(
        "%s", DEN[1]
    )
    assert chief.data(release)["releaseNumber"]["appealsAnswered"] == 1
    assert hotline.data(RISK, {"kind": "NUMBER", "value": DEN[1]})["checkRisk"]["level"] == "NOTHING_KNOWN"
    assert chief.code(release) == "CONFLICT"


def test_a_number_is_revealed_after_it_is_audited(room: Room) -> None:
    investigator = caller(room, "investigator")
    found = investigator.data('{ number(number: "%s") { id } }'.replace("%s", DEN[0]))["number"]
    reveal = 'mutation R($id: ID!, $p: String!) { revealNumber(id: $id, purpose: $p, case: "C-1") { id number } }'
    shown = investigator.data(reveal, {"id": found["id"], "p": "call the den"})["revealNumber"]
    assert shown == {"id": found["id"], "number": DEN[0]}
    entry = next(one for one in reversed(entries(room)) if one["action"] == "reveal number")
    assert (entry["purpose"], entry["case_ref"]) == ("call the den", "C-1")
    assert investigator.code(reveal, {"id": found["id"], "p": " "}) == "BAD_USAGE"


def test_measures_and_the_bulletin_are_answered(room: Room) -> None:
    chief = caller(room, "supervisor")
    found = chief.data("{ measures { warnings accuracy { count of value } coverage { of } leadBeforeLoss { count } } }")
    assert found["measures"]["warnings"] > 0
    assert found["measures"]["accuracy"] == {"count": 0, "of": 0, "value": None}
    bulletin = (
        '{ dailyBulletin(date: "2026-03-04") { date zh: text en: text(language: EN) sections { key rows { count } } } }'
    )
    assert chief.data(bulletin)["dailyBulletin"]["date"] == "2026-03-04"
    assert chief.code('{ dailyBulletin(date: "yesterday") { date } }') == "BAD_USER_INPUT"
    assert DEVICE not in str(chief.data(bulletin))
