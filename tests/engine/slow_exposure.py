"""Exposure told slowly: one person at a time, events in order, from the definitions. Shares no code with the engine."""

from collections import defaultdict
from typing import Any

from graphsvc.engine import parameters as given
from tests.engine.plain import DAY, HOUR, MINUTE, SECOND, Event, PlainWorld
from tests.engine.slow import Slow

Row = dict[str, Any]


def exposures(world: PlainWorld, p: dict[int, float], network_of: dict[int, int | None]) -> dict[int, Row]:
    """EXPOSURES by person, without the columns that are words or JSON."""
    suspects = {n for n, value in p.items() if value >= given.EXPOSING_FROM and n not in world.directory}
    met: dict[int, list[tuple[int, Event]]] = defaultdict(list)
    for i, event in enumerate(world.events):
        for person, other in ((event.a, event.b), (event.b, event.a)):
            if other in suspects and person not in suspects and person not in world.directory:
                met[person].append((i, event))
    in_order = {person: _in_order(events) for person, events in met.items()}
    friends = _friends(in_order, suspects)
    return {person: _exposure(person, events, world, p, network_of, friends) for person, events in in_order.items()}


def _in_order(met: list[tuple[int, Event]]) -> list[Event]:
    return [e for _, e in sorted(met, key=lambda item: (item[1].at, item[1].a, item[1].b, item[0]))]


def _friends(in_order: dict[int, list[Event]], suspects: set[int]) -> dict[int, tuple[float, float]]:
    """For each suspect, how many friends rang it unasked, and the part of friends among all whom it met."""
    result = {}
    for suspect in suspects:
        met, rung, by_themselves = 0, 0, 0
        for person, events in in_order.items():
            own = [e for e in events if suspect in (e.a, e.b)]
            if own:
                met += 1
                rung += own[0].a == suspect
                by_themselves += own[0].a == person and not _told(own[0], events)
        ringing = max(min(by_themselves - given.STRAY_SHARE * met, rung), 0.0)
        result[suspect] = (ringing, min(2 * ringing / max(met, 1), 1.0))
    return result


def _exposure(
    person: int,
    events: list[Event],
    world: PlainWorld,
    p: dict[int, float],
    network_of: dict[int, int | None],
    friends: dict[int, tuple[float, float]],
) -> Row:
    everything, events = events, _of_now(person, events, world, network_of)
    other = {id(e): e.b if e.a == person else e.a for e in events}
    seconds = {id(e): e.talk_s for e in events}
    by_suspect: dict[int, list[Event]] = defaultdict(list)
    for e in events:
        by_suspect[other[id(e)]].append(e)
    unasked = {s: es[0].a == person and not _told(es[0], everything) for s, es in by_suspect.items()}
    fraud = {s: p[s] * _approached(s, person, es, world, unasked[s], friends[s]) for s, es in by_suspect.items()}
    suspect = _weightiest({s: fraud[s] * _gone(person, es, world) for s, es in by_suspect.items()}, network_of)
    talked = {
        s
        for s, es in by_suspect.items()
        if any(seconds[id(e)] >= given.TALKED_FROM_S or (e.a == person and e.answered is not False) for e in es)
    }
    turned = talked | {s for s, es in by_suspect.items() if any(e.a == person for e in es)}
    lately = {
        s
        for s, es in by_suspect.items()
        if any(
            e.at > world.as_of - given.LATELY_MS and (e.a == person or seconds[id(e)] >= given.TALKED_FROM_S)
            for e in es
        )
    }
    checks, banks, codes = _reactions(person, events, world)
    by_network: dict[int, int] = defaultdict(int)
    for s in talked:
        network = network_of[s]
        if network is not None:
            by_network[network] += 1
    return {
        "suspect": suspect,
        "network_id": network_of[suspect],
        "in_fraud_probability": _in_fraud(lately or turned or set(by_suspect), fraud, network_of),
        "suspects": len(by_suspect),
        "events": len(events),
        "first_at": events[0].at,
        "last_at": events[-1].at,
        "talk_s": sum(seconds.values()),
        "talk_last_day_s": sum(seconds[id(e)] for e in events if e.at > world.as_of - DAY),
        "longest_call_s": max(seconds.values()),
        "call_backs": sum(e.a == person for e in events),
        "verifications": checks + banks,
        "bank_calls": banks,
        "codes": codes,
        "handovers": sum(count - 1 for count in by_network.values()),
        "message_then_call": _message_then_call(person, events),
        "lost_at": max((at for n, at in world.cases if n == person), default=None),
    }


def _of_now(person: int, events: list[Event], world: PlainWorld, network_of: dict[int, int | None]) -> list[Event]:
    """Whoever lost and then talked with others than before the loss: what it went through with these others alone."""
    lost = max((at for n, at in world.cases if n == person), default=None)
    if lost is None:
        return events

    def gang(e: Event) -> tuple[str, int]:
        other = e.b if e.a == person else e.a
        network = network_of[other]
        return ("lone", other) if network is None else ("network", network)

    before = {gang(e) for e in events if e.at <= lost}
    since = [e for e in events if gang(e) not in before]
    return since if any(e.talk_s >= given.TALKED_FROM_S or e.a == person for e in since) else events


def _gone(person: int, events: list[Event], world: PlainWorld) -> float:
    """How far it has gone with one suspect, less by the days of silence."""
    depth = 1 + sum(e.talk_s + (given.BACK_COUNTS_S if e.a == person else 0) for e in events)
    talks = [e.at for e in events if e.talk_s >= given.TALKED_FROM_S or e.a == person]
    return depth / (1 + max(world.as_of - max(talks or [e.at for e in events]), 0) / DAY)


def _weightiest(weight: dict[int, float], network_of: dict[int, int | None]) -> int:
    """The heaviest suspect of the heaviest network; a lone suspect is a network of its own."""

    def together(s: int) -> float:
        network = network_of[s]
        return weight[s] if network is None else sum(w for t, w in sorted(weight.items()) if network_of[t] == network)

    return min(weight, key=lambda s: (-together(s), -weight[s], s))


def _told(event: Event, events: list[Event]) -> bool:
    """Whether the person had met a suspect shortly before; `events` in order."""
    place = next(i for i, e in enumerate(events) if e is event)
    return place > 0 and event.at - events[place - 1].at <= given.TOLD_WITHIN_MS


def _approached(
    suspect: int, person: int, events: list[Event], world: PlainWorld, unasked: bool, known: tuple[float, float]
) -> float:
    """That they met because of fraud, and are no friends."""
    to = {e.b for e in world.events if e.a == suspect and e.b != suspect}
    by = {e.a for e in world.events if e.b == suspect and e.a != suspect}
    answers, mutually = given.LEADS_MUTUAL, given.FRIENDS_MUTUAL
    friends = (len(to & by) / len(to | by) - answers) / (mutually - answers)
    ringing, rung_by = known
    friends = min(max(friends, rung_by, 0.0), given.FRIENDS_MOST)
    both = len({e.a for e in events}) == 2
    lead = (1 - friends) * (answers if both else 1 - answers) * _at_work(suspect, person, events[0].at, world)
    lead *= given.LEAD_BEGINS if events[0].a == person else 1 - given.LEAD_BEGINS
    friend = friends * (mutually if both else 1 - mutually) * 0.5
    fresh = Slow.fresh_in(world, suspect) * max(1 - ringing / given.KNOWN_TO, 0.0)
    return 1 - (1 - fresh * (given.UNASKED_FRESH if unasked else 1)) * friend / (lead + friend)


def _at_work(suspect: int, person: int, at: int, world: PlainWorld) -> float:
    """How many times as busy as usual it was with strangers around then."""
    by = {e.a for e in world.events if e.b == suspect}
    begun: dict[int, int] = {}
    for e in world.events:
        if e.a == suspect and e.b not in {suspect, person, *by}:
            begun[e.b] = min(begun.get(e.b, e.at), e.at)
    around = sum(abs(first - at) <= DAY // 2 for first in begun.values())
    days = {e.at // DAY for e in world.events if suspect in (e.a, e.b)}
    return (around + given.WORK_PRIOR) / (len(begun) / max(len(days), 1) + given.WORK_PRIOR)


def _in_fraud(met: set[int], p: dict[int, float], network_of: dict[int, int | None]) -> float:
    surest: dict[tuple[str, int], float] = {}
    for s in met:
        network = network_of[s]
        key = ("lone", s) if network is None else ("network", network)
        surest[key] = max(surest.get(key, 0.0), p[s])
    doubt = 1.0
    for value in surest.values():
        doubt *= 1 - min(value, 0.9999)
    return 1 - doubt


def _reactions(person: int, events: list[Event], world: PlainWorld) -> tuple[int, int, int]:
    """Calls to verify, of them to banks apart, and codes."""
    talks = [e for e in events if e.talk_s or (e.answered and e.seconds is not None)]
    checks = banks = codes = 0
    for e in world.events:
        earlier = [t for t in talks if t.at < e.at]
        if not earlier:
            continue
        end = max(earlier, key=lambda t: t.at)
        since = e.at - (end.at + SECOND * end.talk_s)
        calls = e.seconds is not None and e.a == person and since <= 2 * HOUR
        if calls and world.directory.get(e.b) == "bank":
            banks += 1
        elif calls and world.directory.get(e.b) in ("police", "directory_enquiries"):
            checks += 1
        elif e.seconds is None and e.b == person and world.directory.get(e.a) == "bank" and since <= 10 * MINUTE:
            codes += 1
    return checks, banks, codes


def _message_then_call(person: int, events: list[Event]) -> bool:
    messages = [e.at for e in events if e.seconds is None and e.b == person]
    calls = [e.at for e in events if e.seconds is not None and e.b == person]
    return any(0 < call - message <= 48 * HOUR for call in calls for message in messages)
