"""Who gets the next thread: whoever came first, and claims a little before others."""

import asyncio
from functools import partial
from threading import Event
from typing import Any

import pytest

from graphsvc.api.asking import Asked, Credentials
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import CLAIMS_AHEAD_S, Limits, Room
from graphsvc.api.threads import Threads
from graphsvc.model.callers import Role
from tests.api.clients import caller

CLAIM = 'mutation { claimWarnings(channel: SMS, limit: 1, leaseSeconds: 60, worker: "w", idempotencyKey: "k") { id } }'
LOOK = "{ __typename }"


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


async def settle() -> None:
    """Let everything go on that waits for no thread."""
    for _ in range(20):
        await asyncio.sleep(0)


Comer = tuple[str, float, float]
"""A name, when it came, and its head start."""


async def order_of(*comers: Comer) -> list[str]:
    """The order in which they are served that came while the only thread was taken."""
    clock, order, gate = Clock(), list[str](), Event()
    threads = Threads(1, clock)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(threads.run(partial(gate.wait, 60.0)))]
    await settle()
    for name, came, head_start in comers:
        clock.now = came
        tasks.append(asyncio.create_task(threads.run(partial(order.append, name), head_start=head_start)))
        await settle()
    assert threads.waiting == len(comers)
    gate.set()
    await asyncio.gather(*tasks)
    return order


def test_without_a_head_start_whoever_came_first_is_first() -> None:
    comers = [(f"{place}", 100.0, 0.0) for place in range(9)]
    assert asyncio.run(order_of(*comers)) == [name for name, _, _ in comers]


def test_a_head_start_is_before_those_that_came_up_to_so_much_earlier_and_behind_those_before_them() -> None:
    comers = [("long ago", 100.0, 0.0), ("lately", 100.6, 0.0), ("first claim", 101.5, 1.0), ("second", 101.5, 1.0)]
    assert asyncio.run(order_of(*comers)) == ["long ago", "first claim", "second", "lately"]


def test_nobody_waits_without_end_behind_those_that_have_a_head_start() -> None:
    claims = [(f"claim {place}", 100.0 + place / 10, 1.0) for place in range(50)]
    order = asyncio.run(order_of(("other", 100.0, 0.0), *claims))
    assert order.index("other") == 10, "those of one second went before, and none that came later"


def test_whoever_waits_no_more_leaves_the_line_and_a_thread_that_came_too_late_is_handed_on() -> None:
    async def asked() -> None:
        gate, threads = Event(), Threads(1)

        async def hold() -> None:
            await threads.run(partial(gate.wait, 60.0))
            late.cancel()  # the thread is handed to it by now, and it has not gone on

        held = asyncio.create_task(hold())
        await settle()
        gone, late, last = (asyncio.create_task(threads.run(lambda: "served")) for _ in range(3))
        await settle()
        gone.cancel()
        await settle()
        assert threads.waiting == 2
        gate.set()
        await held
        assert await last == "served"
        assert await threads.run(lambda: "served") == "served"

    asyncio.run(asyncio.wait_for(asked(), 60))


@pytest.mark.parametrize(("later", "first"), [(CLAIMS_AHEAD_S / 2, "claim"), (2 * CLAIMS_AHEAD_S, "look")])
@pytest.mark.parametrize("known", [True, False])
def test_a_claim_goes_before_what_came_shortly_before_it(room: Room, later: float, first: str, known: bool) -> None:
    made = room.service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    who, clock, order, gate = Credentials(f"Bearer {made.token}"), Clock(), list[str](), Event()
    room._threads = Threads(1, clock)

    async def ask(name: str, document: str) -> None:
        answer = await room.answer(Asked(document, None, None, {}), who, name)
        assert answer.failed is None
        order.append(name)

    async def asked() -> None:
        if known:  # of documents that nobody has sent yet nothing is read before it is their turn
            await ask("before", CLAIM)
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(room.in_thread(partial(gate.wait, 60.0)))]
        for name, document, came in (("look", LOOK, 100.0), ("claim", CLAIM, 100.0 + later)):
            await settle()
            clock.now = came
            tasks.append(asyncio.create_task(ask(name, document)))
        await settle()
        gate.set()
        await asyncio.gather(*tasks)

    asyncio.run(asked())
    assert order[-2:] == (["claim", "look"] if known and first == "claim" else ["look", "claim"])


def test_more_than_may_wait_are_told_to_come_again(room: Room) -> None:
    client, gate = caller(room, "analyst"), Event()
    room.limits = Limits(waiting=2)
    room._threads = Threads(1)

    async def asked() -> list[int]:
        held = asyncio.create_task(room.in_thread(partial(gate.wait, 60.0)))
        await settle()
        who = Credentials(f"Bearer {client.token}")
        waiting = [asyncio.create_task(room.answer(Asked(LOOK, None, None, {}), who, str(k))) for k in range(2)]
        await settle()
        with pytest.raises(Refusal) as refused:
            await room.answer(Asked(LOOK, None, None, {}), who, "more")
        assert (refused.value.code, refused.value.status, refused.value.retry_after) == ("RATE_LIMITED", 429, 1)
        gate.set()
        await held
        return [len((await one).body) for one in waiting]

    assert all(asyncio.run(asked())), "those who wait are answered"
    assert client.post(LOOK).status_code == 200
