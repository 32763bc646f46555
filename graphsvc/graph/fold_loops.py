"""Loops of the fold over events and contacts, compiled. Events are records of `fold._EVENT`."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.graph.snapshot import Int8, Int32, Int64
from graphsvc.model.words import CALL

Records = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]


class Batch(NamedTuple):
    """The columns of a batch of events that a record keeps."""

    started_at: Int64
    seq: Int64
    duration_s: Int32
    device: Int32
    cell: Int32
    channel: Int8
    answered: Int8


class Ordered(NamedTuple):
    """The columns of events in order, and with which events a contact begins."""

    begins: Bools
    to: Int32
    at: Int64
    duration_s: Int32
    device: Int32
    cell: Int32
    channel: Int8
    answered: Int8


@kernel
def deal_out(part: tuple[int, int], a: Int32, b: Int32, batch: Batch, place: Int64, dealt: Records) -> None:
    """Write each event of a batch where its a-number's next one belongs, and move that place on; none to oneself.

    Only those of the a-numbers of `part`.
    """
    started_at, seq, duration_s, device, cell, channel, answered = batch
    for i in range(len(a)):
        if a[i] == b[i] or a[i] < part[0] or a[i] >= part[1]:
            continue
        event = dealt[place[a[i]]]
        place[a[i]] += 1
        event.at = started_at[i]
        event.seq = seq[i]
        event.to = b[i]
        event.duration_s = duration_s[i]
        event.device = device[i]
        event.cell = cell[i]
        event.channel = channel[i]
        event.answered = answered[i]


@kernel
def put_in_order(part: tuple[int, int], start: Int64, dealt: Records, ordered: Ordered) -> None:
    """Write the events of the a-numbers of `part` by (a-number, b-number, time, seq); `begins` holds no True yet."""
    begins, to, at, duration_s, device, cell, channel, answered = ordered
    longest = 0
    for i in range(part[0], part[1]):
        longest = max(longest, start[i + 1] - start[i])
    order, spare = np.empty(longest, np.int32), np.empty(longest, np.int32)
    reached, count = np.empty(longest, np.int32), np.empty(longest, np.int32)
    place = np.full(len(start) - 1, -1, np.int32)
    for i in range(part[0], part[1]):
        low = start[i]
        mine = dealt[low : start[i + 1]]
        met = _by_recipient(mine, place, order, (reached, count))
        first = 0
        for k in range(met):
            begins[low + first] = True
            end = place[reached[k]]
            place[reached[k]] = -1
            _by_time(mine, order[first:end], spare)
            first = end
        for k in range(len(mine)):
            event = mine[order[k]]
            to[low + k] = event.to
            at[low + k] = event.at
            duration_s[low + k] = event.duration_s
            device[low + k] = event.device
            cell[low + k] = event.cell
            channel[low + k] = event.channel
            answered[low + k] = event.answered


@kernel
def _by_recipient(mine: Records, place: Int32, order: Int32, contacts: tuple[Int32, Int32]) -> int:
    """Order one number's events by b-number, as they came; how many it reached, and (ascending) whom: `contacts[0]`.

    `place` is -1 for everybody before; afterwards it says where the events with each that was reached end.
    """
    reached, count = contacts
    met = 0
    for k in range(len(mine)):
        other = mine[k].to
        if place[other] < 0:
            place[other] = met
            reached[met] = other
            count[met] = 0
            met += 1
        count[place[other]] += 1
    reached[:met].sort()
    filled = 0
    for k in range(met):
        events = count[place[reached[k]]]
        place[reached[k]] = filled
        filled += events
    for k in range(len(mine)):
        other = mine[k].to
        order[place[other]] = k
        place[other] += 1
    return met


@kernel
def _by_time(mine: Records, order: Int32, spare: Int32) -> None:
    """Order events by (time, seq), in place; mostly they are."""
    k = 1
    while k < len(order) and not _earlier(mine[order[k]], mine[order[k - 1]]):
        k += 1
    width = 1 if k < len(order) else len(order)
    while width < len(order):  # by merging, for there may be as many of one contact as there are events
        for low in range(0, len(order), 2 * width):
            middle, high = min(low + width, len(order)), min(low + 2 * width, len(order))
            left, right = low, middle
            for out in range(low, high):
                if left < middle and (right >= high or not _earlier(mine[order[right]], mine[order[left]])):
                    spare[out] = order[left]
                    left += 1
                else:
                    spare[out] = order[right]
                    right += 1
        for out in range(len(order)):
            order[out] = spare[out]
        width *= 2


@kernel
def _earlier(one: Any, other: Any) -> bool:
    return bool(one.at < other.at or (one.at == other.at and one.seq < other.seq))


@kernel
def by_recipient(contact_to: Int32, in_start: Int64) -> Int64:
    """Contacts by (to, from), of contacts by (from, to)."""
    place = in_start.copy()
    contacts = np.empty(len(contact_to), np.int64)
    for c in range(len(contact_to)):
        contacts[place[contact_to[c]]] = c
        place[contact_to[c]] += 1
    return contacts


@kernel
def sum_calls(
    event_start: Int64,
    event: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], Int32],
    into: tuple[Int32, Int32, Int32, Int64],
) -> None:
    """Per contact: how many calls, how many answered, the longest talk, all talk; `into` holds zeros."""
    channel, answer, duration_s = event
    calls, answered, longest_s, talk_s = into
    for contact in range(len(event_start) - 1):
        rung = taken = longest = 0
        talk = np.int64(0)
        for i in range(event_start[contact], event_start[contact + 1]):
            here = np.uintp(i)
            call, seconds = channel[here] == CALL, duration_s[here]
            spoken = seconds * (call & (answer[here] != 0))  # the seconds of an unanswered call are ringing
            rung += call
            taken += call & ((answer[here] == 1) | ((answer[here] < 0) & (seconds > 0)))
            talk += spoken
            longest = max(longest, spoken)
        calls[contact], answered[contact], longest_s[contact], talk_s[contact] = rung, taken, longest, talk
