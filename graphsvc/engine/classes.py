"""What each number is held to be, and what members do: class, role, and kind of scam."""

import numpy as np
import numpy.typing as npt

from graphsvc.engine import parameters
from graphsvc.engine.approach import by_approach
from graphsvc.engine.counts import Sociable
from graphsvc.engine.networks import Networks
from graphsvc.engine.population import Bool
from graphsvc.engine.releases import COMPLAINTS
from graphsvc.engine.suspicion import Suspicion, World
from graphsvc.engine.traits import share
from graphsvc.graph.snapshot import Int64
from graphsvc.model.words import MemberRole, NumberClass, ScamType

Words = npt.NDArray[np.object_]


def classes_of(world: World, suspicion: Suspicion) -> Words:
    """[N] words.NumberClass of each number, the first rule that fits."""
    probability = suspicion.probability
    suspect = probability >= parameters.SUSPECT_FROM
    result = np.full(len(probability), NumberClass.ORDINARY.value, dtype=object)
    result[hubs_of(world, suspicion)] = NumberClass.BENIGN_HUB.value
    result[suspect] = NumberClass.FRAUD.value
    result[_led_an_own_life(world, suspect)] = NumberClass.TOOL.value
    result[_spoofed(world, suspicion)] = NumberClass.SPOOFED.value
    return result


def hubs_of(world: World, suspicion: Suspicion) -> Bool:
    """[N] whose class is `benign_hub`: somebody's regular work, or a number that somebody else shows."""
    harmless = suspicion.probability < parameters.EXPOSING_FROM
    busy = is_working_hub(world.traits) | (suspicion.own["call_back_storm"] < 0)
    return ((harmless & busy) | world.population.public) & ~_spoofed(world, suspicion)


def _spoofed(world: World, suspicion: Suspicion) -> Bool:
    unsuspected = suspicion.probability < parameters.SUSPECT_FROM
    storm = (suspicion.own["call_back_storm"] < 0) & unsuspected
    spoofed = (world.flags.of_number > 0) & (world.population.public | storm)
    shown = list(world.flags.shown)
    spoofed[shown] |= unsuspected[shown]
    return np.asarray(spoofed)


def roles_of(world: World, suspicion: Suspicion, classes: Words, found: Networks) -> Words:
    """[N] words.MemberRole of each number; `unknown` outside networks."""
    traits, member = world.traits, found.of_number >= 0
    outgoing = share(traits.events_out, traits.events_out + traits.events_in)
    calls_out = (traits.contacts_out >= parameters.CALLER_CONTACTS_FROM) & (outgoing >= parameters.CALLER_OUTGOING_FROM)
    mean_talk = share(traits.talk_s, traits.counterparts)
    handed = (suspicion.tied["handover"].says > 0) & (mean_talk >= parameters.HANDLER_MEAN_TALK_S)
    result = np.full(len(member), MemberRole.UNKNOWN.value, dtype=object)
    result[member & calls_out] = MemberRole.CALLER.value
    result[member & handed] = MemberRole.HANDLER.value
    result[member & (classes == NumberClass.TOOL.value)] = MemberRole.TOOL.value
    return result


def scam_types_of(world: World, suspicion: Suspicion, found: Networks) -> tuple[Words, list[str | None]]:
    """[N] the kind of scam of each number (None: nothing says), and that of each network.

    A network's kind is what its members' flags say, by how far each carries; its members have it too, but for those of
    whom police or operator name another. A number outside networks has its own flags' kind, else that of the flagged
    entities it uses, by its part, else that of the suspects it is tied to. `other` is what somebody says who does not
    know: any kind that is named goes before it, and where nobody names one, the way of approach does.
    """
    numbers: Votes = {}
    stated: Votes = {}
    users: Votes = {}
    networks: Votes = {}
    slot_of = {int(x): slot for slot, x in enumerate(world.incidence.entities)}
    flags = world.flags
    for i, row in enumerate(flags.rows):
        kind, confidence = str(row["scam_type"]), float(flags.row_confidence[i])
        complaint = row["source"] in COMPLAINTS
        if complaint:
            confidence *= parameters.PUBLIC_CARRIED
        index, network = int(flags.row_number[i]), -1
        if index >= 0:
            _vote(numbers, index, kind, confidence)
            if not complaint:
                _vote(stated, index, kind, confidence)
            network = int(found.of_number[index])
        elif int(flags.row_entity[i]) in slot_of:
            slot = slot_of[int(flags.row_entity[i])]
            network = int(found.of_slot[slot])
            here = world.incidence.rows_of_slot(slot)
            for user, part in zip(
                world.incidence.number[here].tolist(), world.incidence.weight[here].tolist(), strict=True
            ):
                _vote(users, user, kind, confidence * part)
        _vote(networks, network, kind, confidence)
    result = np.full(len(found.of_number), None, dtype=object)
    of_network = [_named(networks.get(k, {})) for k in range(found.count)]
    for index in np.flatnonzero(found.of_number >= 0).tolist():
        result[index] = _named(stated.get(index, {})) or of_network[found.of_number[index]]
    lone = (found.of_number < 0) & (suspicion.probability >= parameters.EXPOSING_FROM)
    lone[[*numbers, *users]] = True
    lone &= found.of_number < 0
    for index in np.flatnonzero(lone).tolist():
        result[index] = _named(numbers.get(index, {})) or _named(users.get(index, {}))
    group = found.of_number.astype(np.int64)
    group[lone] = found.count + np.flatnonzero(lone)
    guessed = _guessed(world, suspicion, result, group)
    for index in [i for i in np.flatnonzero(group >= 0).tolist() if result[i] is None]:
        result[index] = guessed[int(group[index])]
    return result, [of_network[k] or guessed.get(k, ScamType.OTHER.value) for k in range(found.count)]


Votes = dict[int, dict[str, float]]
"""By number or network, how much speaks for each kind."""


def _vote(votes: Votes, who: int, kind: str, confidence: float) -> None:
    mine = votes.setdefault(who, {})
    mine[kind] = mine.get(kind, 0.0) + confidence


def _named(votes: dict[str, float]) -> str | None:
    """The kind with most votes; None where none is named."""
    named = {kind: votes[kind] for kind in votes if kind != ScamType.OTHER.value}
    return min(named, key=lambda kind: (-named[kind], kind)) if named else None


def _guessed(world: World, suspicion: Suspicion, named: Words, group: Int64) -> dict[int, str]:
    """The kind of each group (a network, a lone number) of whose members some have none: by their ties, else approach.

    Whoever works through the same list, or is passed the same people, tells the same story.
    """
    without = np.flatnonzero((group >= 0) & np.array([kind is None for kind in named], dtype=bool))
    tied: Votes = {}
    for one, suspect, weight in _company(suspicion, without):
        if named[suspect] is not None and group[suspect] != group[one]:
            _vote(tied, int(group[one]), str(named[suspect]), weight)
    return {
        one: _named(tied.get(one, {})) or by_approach(world, np.flatnonzero(group == one)).value
        for one in np.unique(group[without]).tolist()
    }


def _company(suspicion: Suspicion, wanted: Int64) -> list[tuple[int, int, float]]:
    """(number, suspect, weight) of these numbers: who reaches the same people, or is passed people."""
    ties, passed, p = suspicion.ties, suspicion.handovers, suspicion.probability
    reached = np.flatnonzero(np.isin(ties.other, wanted))
    handed = np.flatnonzero(np.isin(passed.handler, wanted))
    one = np.concatenate([ties.other[reached], passed.handler[handed]])
    suspect = np.concatenate([ties.suspect[reached], passed.suspect[handed]])
    tie = np.concatenate([ties.strength[reached], np.full(len(handed), parameters.HANDOVER_TIE)])
    return list(zip(one.tolist(), suspect.tolist(), (tie * p[suspect]).tolist(), strict=True))


def is_working_hub(traits: Sociable) -> Bool:
    """Meets many numbers a day, and does so regularly or is called back: somebody's work.

    Many contacts alone make nobody harmless: a burst of calls or messages to strangers is a den's way as well.
    """
    a_day = share(traits.counterparts, traits.active_days)
    many = (traits.counterparts >= parameters.HUB_COUNTERPARTS_FROM) & (
        a_day >= parameters.HUB_COUNTERPARTS_PER_DAY_FROM
    )
    called_back = share(traits.reciprocal, traits.contacts_out) >= parameters.HUB_CALLED_BACK_FROM
    return many & ((traits.active_days >= parameters.HUB_WORKING_DAYS_FROM) | called_back)


def _led_an_own_life(world: World, suspect: Bool) -> Bool:
    """Suspects with a normal past before a burst: somebody's real SIM (definitions: class `tool`)."""
    result = np.zeros(len(suspect), dtype=bool)
    snapshot, reverse = world.snapshot, world.traits.reverse
    for i in np.flatnonzero(suspect[: world.population.seen]).tolist():
        mine = slice(int(snapshot.out_start[i]), int(snapshot.out_start[i + 1]))
        begun = snapshot.first_at[mine]
        if len(begun) < parameters.TOOL_CONTACTS_FROM:
            continue
        burst = float(np.median(begun))
        past, since = burst - float(begun.min()), float(begun.max()) - burst
        friends = int(((reverse[mine] >= 0) & (begun < burst)).sum())
        result[i] = (
            past >= parameters.TOOL_PAST_MS
            and since <= past * parameters.TOOL_BURST_PART
            and friends >= parameters.TOOL_FRIENDS_FROM
        )
    return result
