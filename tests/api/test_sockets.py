"""Subscriptions over WebSockets: who is nudged of what; what becomes of who floods, stalls or loses their token."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphsvc.api import app, sockets
from graphsvc.api.app import make_room
from graphsvc.api.ids import Kind
from graphsvc.api.nudges import IDS_MAX, Mailbox, News
from graphsvc.api.room import Limits, Room, SocketLimits
from graphsvc.model.callers import Role
from graphsvc.model.warnings import WarningChannel, WarningEvent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import caller
from tests.api.lines import CHANGED, READY, Line, talk
from tests.api.test_dispatching import CLAIM
from tests.api.test_http import entries
from tests.story.feeds import DEN

Lines = Callable[..., Line]


@pytest.fixture
def room(busy_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(sockets, "LOOK_S", 0.02)
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        caller(room, "supervisor").data("mutation { setCapacity(channel: SMS, perDay: 1000) { pausedAt } }")
        yield room


def token(room: Room, role: str = "dispatcher", region: str = "") -> str:
    made = caller(room, role, region).token
    assert made is not None
    return made


def claimed(room: Room, key: str = "k") -> list[dict[str, Any]]:
    """Warnings claimed by somebody."""
    found: list[dict[str, Any]] = caller(room, "dispatcher").data(CLAIM, {"key": key, "limit": 100})["claimWarnings"]
    return found


def given_back(room: Room, warnings: list[dict[str, Any]]) -> None:
    """Leases given back: their warnings can be claimed again."""
    release = "mutation R($t: [String!]!) { releaseLeases(leaseTokens: $t) { accepted } }"
    tokens = [one["leaseToken"] for one in warnings]
    assert caller(room, "dispatcher").data(release, {"t": tokens})["releaseLeases"]["accepted"] == tokens


async def outside(work: Callable[[], Any]) -> Any:
    """Something that a test does meanwhile, on a thread of its own."""
    return await asyncio.to_thread(work)


def limited(room: Room, **limits: Any) -> None:
    room.limits = Limits(sockets=replace(SocketLimits(), **limits))


def test_who_subscribed_is_nudged_with_ids_when_warnings_can_be_claimed(room: Room) -> None:
    taken = claimed(room)

    async def play(line: Lines) -> None:
        one = line()
        assert (await one.init(token(room)))["type"] == "connection_ack"
        one.subscribe(READY)
        assert await one.nudge() == {"ids": [], "more": True}, "the first nudge says: from now on nothing is missed"
        await outside(lambda: given_back(room, taken))
        nudge = await one.nudge()
        assert set(nudge["ids"]) == {warning["id"] for warning in taken}
        assert not nudge["more"]
        one.say({"type": "complete", "id": "1"})
        one.say({"type": "ping"})
        assert await one.message() == {"type": "pong"}
        again = await outside(lambda: claimed(room, "again"))
        await outside(lambda: given_back(room, again))
        with pytest.raises(TimeoutError):
            await one.message(0.3)

    talk(room, play)


def test_nobody_is_nudged_about_other_regions_or_channels(room: Room) -> None:
    taken = [one for one in claimed(room) if one["region"] == "440305"]
    assert len(taken) > 2

    async def play(line: Lines) -> None:
        hears = {"4403": {}, "": {"region": "4403"}, "44": {"channel": "SMS"}}
        deaf = {"11": {}, "440304": {}, "440305": {"channel": "CALL"}}
        lines: dict[str, Line] = {}
        for region, variables in (hears | deaf).items():
            lines[region] = line()
            await lines[region].init(token(room, "analyst", region))
            lines[region].subscribe(READY, **variables)
            assert await lines[region].nudge() == {"ids": [], "more": True}
        await outside(lambda: given_back(room, taken))
        for region in hears:
            assert set((await lines[region].nudge())["ids"]) == {one["id"] for one in taken}
        for region in deaf:
            with pytest.raises(TimeoutError):
                await lines[region].message(0.2)

    talk(room, play)


def test_a_region_that_is_not_theirs_is_forbidden(room: Room) -> None:
    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room, "dispatcher", "4403"))
        one.subscribe(READY, region="11")
        message = await one.message()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == "FORBIDDEN"
        one.subscribe(READY, region="44")
        assert await one.nudge() == {"ids": [], "more": True}

    talk(room, play)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_subscribes_to_what_the_table_says(room: Room, role: Role) -> None:
    from graphsvc.api.authority import authority

    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room, role.value))
        for name, document in (("warningsReady", READY), ("networkChanged", CHANGED)):
            one.subscribe(document, name)
            message = await one.message()
            if authority().allows(role, f"Subscription.{name}"):
                assert message["type"] == "next", message
            else:
                assert message["payload"][0]["extensions"]["code"] == "FORBIDDEN"

    talk(room, play)


def test_that_claims_go_on_is_told_to_those_who_may_look_at_the_queue(room: Room) -> None:
    async def play(line: Lines) -> None:
        watcher, other = line(), line()
        for one, role in ((watcher, "dispatcher"), (other, "analyst")):
            await one.init(token(room, role))
            one.subscribe(READY)
            await one.nudge()
        resume = 'mutation { pauseDispatch(reason: "a") { pausedAt } resumeDispatch(reason: "b") { pausedAt } }'
        await outside(lambda: caller(room, "supervisor").data(resume))
        assert await watcher.nudge() == {"ids": [], "more": True}
        with pytest.raises(TimeoutError):
            await other.message(0.2)

    talk(room, play)


def test_who_subscribed_is_nudged_when_networks_change(room: Room) -> None:
    network = room.service.networks(limit=1)[0]

    def flagged(numbers: list[str]) -> None:
        document = "mutation F($n: [String!]!) { flagNumbers(numbers: $n, scamType: LOAN) { id } }"
        caller(room, "investigator").data(document, {"n": numbers})
        room.service.analyse(as_of=None)

    async def play(line: Lines) -> None:
        one, named, other = line(), line(), line()
        for each, variables in ((one, {}), (named, {"id": network.reference}), (other, {"id": "N-0000-1"})):
            await each.init(token(room, "investigator"))
            each.subscribe(CHANGED, **variables)
        assert (await other.message())["payload"][0]["extensions"]["code"] == "NOT_FOUND"
        assert await one.nudge() == await named.nudge() == {"ids": [], "more": True}
        await outside(lambda: room.service.analyse(as_of=None))
        with pytest.raises(TimeoutError):  # the same facts give the same networks
            await one.message(0.3)
        await outside(lambda: flagged(DEN))
        known = room.ids.of(Kind.NETWORK, network.network_id)
        assert known in (await one.nudge())["ids"]
        assert await named.nudge() == {"ids": [known], "more": False}

    talk(room, play)


def test_what_a_slow_consumer_has_not_taken_waits_in_few_ids(room: Room) -> None:
    event = room.service.dispatching.events(first=1, after=None).events[0]

    def news(*warning_ids: int) -> News:
        return News([replace(event, warning_id=one, channel=WarningChannel.SMS) for one in warning_ids], ())

    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        one.subscribe(READY)
        await one.nudge()
        one.takes.clear()
        room.nudges.deliver(news(1))
        async with asyncio.timeout(10):
            await one.held_up.wait()  # it hangs in this one
        for _ in range(50):
            room.nudges.deliver(news(2, 3, 2))
        sent, (mailbox,) = one.sent, room.nudges.warnings
        room.nudges.deliver(news(*range(4, 5000)))
        assert len(mailbox._ids) == IDS_MAX
        one.takes.set()
        assert (await one.nudge())["ids"] == [room.ids.of(Kind.WARNING, 1)]
        held = await one.nudge()
        assert held["more"]
        assert held["ids"] == [room.ids.of(Kind.WARNING, number) for number in range(2, 2 + IDS_MAX)]
        assert one.sent == sent + 2, "5,147 lines of the log came in two messages"

    talk(room, play)


@given(st.lists(st.one_of(st.none(), st.integers(0, 400), st.just("take"))))
def test_a_mailbox_forgets_nothing_without_saying_so(steps: list[int | str | None]) -> None:
    async def play() -> None:
        box: Mailbox[WarningEvent] = Mailbox(lambda _: True)
        assert await box.taken() == await _first()
        waiting: set[int | None] = set()
        for step in [*steps, "take"]:
            if step != "take":
                box.put(step)  # type: ignore[arg-type]
                waiting.add(step)  # type: ignore[arg-type]
            elif waiting:
                nudge = await box.taken()
                assert len(nudge.ids) <= IDS_MAX
                assert set(nudge.ids) <= waiting
                assert nudge.more or set(nudge.ids) == waiting
                waiting.clear()

    async def _first() -> Any:
        return type(await Mailbox[WarningEvent](lambda _: True).taken())((), True)

    asyncio.run(play())


def test_a_client_that_takes_nothing_is_closed(room: Room) -> None:
    limited(room, send_seconds=0.1)

    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        one.takes.clear()
        one.subscribe(READY)
        assert await one.code() == 1008

    talk(room, play)


def test_a_revoked_token_ends_its_sockets_and_no_others(room: Room) -> None:
    service = room.service
    made = service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    taken = claimed(room)

    async def play(line: Lines) -> None:
        first, second, other = line(), line(), line()
        for one, secret in ((first, made.token), (second, made.token), (other, token(room))):
            await one.init(secret)
            one.subscribe(READY)
            await one.nudge()
        await outside(lambda: service.access.revoke(made.about.token_id))
        await outside(lambda: given_back(room, taken))
        for one in (first, second):
            event = await one.event()
            assert event["type"] == "websocket.close", "nothing is told once it is revoked"
            assert event["code"] == 4401
        assert (await other.nudge())["ids"]

    talk(room, play)


def test_sockets_end_when_the_service_stops_and_none_is_opened_then(room: Room) -> None:
    async def play(line: Lines) -> None:
        one, silent = line(), line()
        await one.init(token(room))
        one.subscribe(READY)
        await one.nudge()
        room.closing.set()
        assert await one.code() == 1001
        assert await silent.code() == 1001
        assert (await line().event())["status"] == 503

    talk(room, play)


def test_who_does_not_say_who_they_are_in_time_is_closed(room: Room) -> None:
    limited(room, init_seconds=0.1)

    async def play(line: Lines) -> None:
        silent, busy = line(), line()
        for _ in range(5):
            busy.say({"type": "ping"})
        assert await silent.code() == 4408
        assert await busy.code() == 4408

    talk(room, play)


def test_strangers_are_closed_and_told_nothing(room: Room) -> None:
    async def play(line: Lines) -> None:
        for secret in (None, "gsvc_" + "a" * 43, "x y", ""):
            one = line()
            await one.event()
            given = {} if secret is None else {"authorization": f"Bearer {secret}"}
            one.say({"type": "connection_init", "payload": given})
            event = await one.event()
            assert (event["type"], event["code"], event["reason"]) == ("websocket.close", 4403, "Forbidden")
        early = line()
        early.subscribe(READY)
        assert await early.code() == 4401

    talk(room, play)


def test_a_token_in_the_header_does_as_well(room: Room) -> None:
    async def play(line: Lines) -> None:
        one = line(headers=[(b"host", b"api.test"), (b"authorization", f"Bearer {token(room)}".encode())])
        assert (await one.init(None, purpose="night shift", caseRef="A-1"))["type"] == "connection_ack"
        one.subscribe(READY)
        await one.nudge()

    talk(room, play)
    entry = entries(room)[-1]
    assert (entry["action"], entry["purpose"], entry["case_ref"]) == (
        "read subscription warningsReady",
        "night shift",
        "A-1",
    )


def test_who_is_silent_to_pings_is_closed_and_who_answers_is_not(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(room, ping_seconds=0.05)
    now = [0.0]  # goes on as pings come: a machine that stands still for a moment makes nobody silent
    monkeypatch.setattr(app, "Sockets", partial(sockets.Sockets, clock=lambda: now[0]))

    async def play(line: Lines) -> None:
        silent, lively = line(), line()
        for one in (silent, lively):
            await one.init(token(room))
        for _ in range(8):
            while (await lively.event())["type"] != "websocket.send":
                continue
            now[0] += 0.05
            lively.say({"type": "pong"})
        assert await silent.code() == 1001
        lively.subscribe(READY)
        assert await lively.nudge()

    talk(room, play)


# Floods.


def test_so_many_sockets_and_no_more(room: Room) -> None:
    limited(room, open=6, of_a_caller=2, strangers=4, strangers_of_an_address=2)
    secret = token(room)

    async def play(line: Lines) -> None:
        for address in ("10.0.0.1", "10.0.0.2"):
            held = [line(client=(address, port)) for port in range(2)]
            for one in held:
                assert (await one.event())["type"] == "websocket.accept"
            turned = await line(client=(address, 3)).event()
            assert (turned["type"], turned["status"]) == ("websocket.http.response.start", 429)
            assert dict(turned["headers"])[b"retry-after"] == b"5"
        assert (await line(client=("10.0.0.3", 1)).event())["status"] == 429, "too many strangers"
        last = held[-1]
        last.say({"type": "connection_init", "payload": {"authorization": f"Bearer {secret}"}})
        assert (await last.message())["type"] == "connection_ack"
        second, third = line(client=("10.0.0.4", 1)), None
        assert (await second.init(secret))["type"] == "connection_ack"
        third = line(client=("10.0.0.5", 1))
        await third.event()
        third.say({"type": "connection_init", "payload": {"authorization": f"Bearer {secret}"}})
        assert await third.code() == 4429, "a token has two at once"
        others = [await line(client=("10.0.0.6", 1)).init(token(room))]
        assert others[0]["type"] == "connection_ack"
        assert (await line(client=("10.0.0.7", 1)).event())["status"] == 429, "the process has six at once"

    talk(room, play)


def test_so_many_subscriptions_and_no_more(room: Room) -> None:
    limited(room, subscriptions=3)

    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        for number in range(3):
            one.subscribe(READY, str(number))
            await one.nudge()
        one.subscribe(READY, "more")
        message = await one.message()
        assert (message["id"], message["payload"][0]["extensions"]["code"]) == ("more", "RATE_LIMITED")
        one.say({"type": "complete", "id": "0"})
        one.subscribe(READY, "0")  # an id is free again once its subscription is complete
        await one.nudge()
        one.subscribe(READY, "0")
        assert await one.code() == 4409

    talk(room, play)


@pytest.mark.parametrize("message", [{"type": "ping"}, {"type": "complete", "id": "x"}, {"type": "pong"}])
def test_a_flood_of_messages_is_cut_off(room: Room, message: dict[str, str]) -> None:
    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        for _ in range(1000):
            one.say(message)
        assert await one.code() == 1008
        assert one.sent <= SocketLimits().messages + 1
        flooder = line()
        await flooder.event()
        for _ in range(1000):
            flooder.say({"type": "ping"})
        assert await flooder.code() == 1008

    talk(room, play)


def test_a_flood_of_subscriptions_is_paid_from_the_tokens_budget(room: Room) -> None:
    from graphsvc.api.cost import Budgets

    room.budgets = Budgets(per_second=10, most=2600, clock=lambda: 0.0)

    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        for number in range(5):
            one.subscribe(READY, str(number))
            assert (await one.message())["type"] == "next"
        one.subscribe(READY, "more")
        assert (await one.message())["payload"][0]["extensions"]["code"] == "RATE_LIMITED"

    talk(room, play)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00", 4400),
        ("", 4400),
        ("[]", 4400),
        ('"subscribe"', 4400),
        ("[" * 10_000, 4400),
        ({"type": "ping", "payload": {"a": "\x00"}}, 4400),
        ("{" + " " * 16_384 + "}", 1009),
        ({"type": 1}, 4400),
        ({"type": "start"}, 4400),
        ({"type": "subscribe"}, 4400),
        ({"type": "subscribe", "id": "", "payload": {}}, 4400),
        ({"type": "subscribe", "id": "x" * 65, "payload": {}}, 4400),
        ({"type": "subscribe", "id": 1, "payload": {}}, 4400),
        ({"type": "subscribe", "id": "1", "payload": []}, 4400),
        ({"type": "complete"}, 4400),
        ({"type": "connection_init"}, 4429),
    ],
)
def test_what_is_no_message_of_the_protocol_is_closed(room: Room, message: Any, code: int) -> None:
    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        one.say(message)
        assert await one.code() == code

    talk(room, play)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ service { version } }", "BAD_REQUEST"),
        ('mutation { pauseDispatch(reason: "x") { pausedAt } }', "FORBIDDEN"),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { warningsReady { ids } networkChanged { ids } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: warningsReady { ids } b: warningsReady { ids } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { victims { analysisId } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { warningsReady { ids number } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { warningsReady { " + "ids " * 500 + "} }", "DOCUMENT_TOO_COMPLEX"),
        ("subscription { warningsReady { " + "... { " * 200 + "ids" + " }" * 202, "DOCUMENT_TOO_COMPLEX"),
    ],
)
def test_what_is_no_subscription_of_ours_is_refused_and_the_socket_goes_on(
    room: Room, document: str, code: str
) -> None:
    async def play(line: Lines) -> None:
        one = line()
        await one.init(token(room))
        one.subscribe(document)
        message = await one.message()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", code)
        one.subscribe(READY)
        assert await one.nudge()

    talk(room, play)


def test_a_page_of_another_place_may_not_open_a_socket(room: Room) -> None:
    async def play(line: Lines) -> None:
        for origin, fine in (
            (b"https://evil.test", False),
            (b"null", False),
            (b"http://api.test.evil.test", False),
            (b"http://api.test", True),
        ):
            event = await line(headers=[(b"host", b"api.test"), (b"origin", origin)]).event()
            assert (event["type"] == "websocket.accept") is fine
        other = line(subprotocols=["graphql-ws"])
        assert await other.code() == 4406

    talk(room, play)


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.just("1"),
    st.fixed_dictionaries({}, optional={"query": st.text(max_size=40) | st.just(READY), "variables": st.none()}),
    st.dictionaries(st.text(max_size=8), st.integers(), max_size=3),
)
MESSAGES = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=60),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete", "next", "x"])},
        optional={"id": ODD, "payload": ODD},
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MESSAGES, max_size=8), st.booleans())
def test_whatever_is_sent_there_is_no_fault_of_ours(room: Room, messages: list[Any], known: bool) -> None:
    secret = token(room)

    async def play(line: Lines) -> None:
        one = line()
        if known:
            await one.init(secret)
        for message in messages:
            one.say(message)
        one.say({"type": "ping"})
        await asyncio.sleep(0.02)

    talk(room, play)
    text = room.metrics.text().decode()
    assert 'graphsvc_socket_closes_total{code="1011"}' not in text
    assert 'code="INTERNAL_SERVER_ERROR"' not in text
