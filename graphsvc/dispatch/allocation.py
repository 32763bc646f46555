"""Who gets what capacity is left, so that as much loss as can be is prevented. Pure.

Greedy by what a warning is worth above its channel's price: each person gets the channel with the best of it, and one
more only for what it adds to the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from graphsvc.dispatch.capacity import Room, admit
from graphsvc.dispatch.worth import AtStake
from graphsvc.model.warnings import WarningChannel


@dataclass(frozen=True)
class Offer:
    """A warning that could be made now."""

    key: int
    """The warning's id: decides between equals."""
    person: int
    channel: WarningChannel
    region: str | None
    stake: AtStake
    promised: bool = False
    """By the person's grade: made where there is room, however little it is worth."""


@dataclass(frozen=True)
class Allocation:
    """Offers taken, best first, and what each was worth on top of those taken before."""

    taken: list[tuple[Offer, float]]
    missed: dict[WarningChannel, float]
    """By channel, the most that one more warning would have prevented; 0 where nobody else was worth one."""


def allocate(
    offers: Sequence[Offer],
    room: Mapping[WarningChannel, list[Room]],
    prices: Mapping[WarningChannel, float],
    least: Mapping[WarningChannel, float],
) -> Allocation:
    """Take offers while there is room (which they use up) and they are worth more than the price, and at least `least`.

    `least` is no bar to what was promised: a grade says that somebody acts on it, and an idle officer helps nobody.
    """
    heap = [(-net, one.key, worth, place) for place, one in enumerate(offers) for worth, net in [_net(one, (), prices)]]
    heapify(heap)
    got: dict[int, list[WarningChannel]] = {}
    taken: list[tuple[Offer, float]] = []
    missed = dict.fromkeys(room, 0.0)
    while heap:
        minus, key, worth, place = heappop(heap)
        offer = offers[place]
        worth_now, net = _net(offer, got.get(offer.person, ()), prices)
        if -net != minus:  # the person got another warning meanwhile
            heappush(heap, (-net, key, worth_now, place))
            continue
        if worth < least.get(offer.channel, 0.0) and not offer.promised:
            continue
        # What is worth just the price waits: a crowd of equals would eat what is held for others.
        if net < 0 or net == 0 < worth or not admit([offer.region], room[offer.channel])[0]:
            missed[offer.channel] = max(missed[offer.channel], worth)
            continue
        got.setdefault(offer.person, []).append(offer.channel)
        taken.append((offer, worth))
    return Allocation(taken, missed)


def _net(offer: Offer, got: Sequence[WarningChannel], prices: Mapping[WarningChannel, float]) -> tuple[float, float]:
    worth = offer.stake.worth(offer.channel, got)
    return worth, worth - prices.get(offer.channel, 0.0)
