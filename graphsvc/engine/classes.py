"""What each number is held to be, and what members do: class, role, and kind of scam."""

import numpy as np
import numpy.typing as npt

from graphsvc.engine import parameters
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
    probability, flagged = suspicion.probability, world.flags.of_number > 0
    storm = suspicion.own["call_back_storm"] < 0
    public = world.population.public
    suspect = probability >= parameters.SUSPECT_FROM
    result = np.full(len(probability), NumberClass.ORDINARY.value, dtype=object)
    harmless = probability < parameters.EXPOSING_FROM
    result[(harmless & (_is_working_hub(world) | storm)) | public] = NumberClass.BENIGN_HUB.value
    result[suspect] = NumberClass.FRAUD.value
    result[_led_an_own_life(world, suspect)] = NumberClass.TOOL.value
    result[flagged & (public | (storm & ~suspect))] = NumberClass.SPOOFED.value
    return result


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
    of_network = [
        _named(networks.get(k, {})) or _by_approach(world, np.flatnonzero(found.of_number == k)).value
        for k in range(found.count)
    ]
    result = np.full(len(found.of_number), None, dtype=object)
    for index in np.flatnonzero(found.of_number >= 0).tolist():
        result[index] = _named(stated.get(index, {})) or of_network[found.of_number[index]]
    lone = (found.of_number < 0) & (suspicion.probability >= parameters.EXPOSING_FROM)
    lone[[*numbers, *users]] = True
    _name_lone(np.flatnonzero(lone & (found.of_number < 0)).tolist(), result, (numbers, users), suspicion, world)
    return result, [*of_network]


Votes = dict[int, dict[str, float]]
"""By number or network, how much speaks for each kind."""


def _vote(votes: Votes, who: int, kind: str, confidence: float) -> None:
    mine = votes.setdefault(who, {})
    mine[kind] = mine.get(kind, 0.0) + confidence


def _named(votes: dict[str, float]) -> str | None:
    """The kind with most votes; None where none is named."""
    named = {kind: votes[kind] for kind in votes if kind != ScamType.OTHER.value}
    return min(named, key=lambda kind: (-named[kind], kind)) if named else None


def _name_lone(lone: list[int], result: Words, votes: tuple[Votes, Votes], suspicion: Suspicion, world: World) -> None:
    """The kind of scam of numbers outside networks: by their flags, their entities', their ties, their approach."""
    numbers, users = votes
    for index in lone:
        result[index] = _named(numbers.get(index, {})) or _named(users.get(index, {}))
    unnamed = np.array([index for index in lone if result[index] is None], dtype=np.int64)
    tied: Votes = {}
    for one, suspect, weight in _company(suspicion, unnamed):
        if result[suspect] is not None:
            _vote(tied, one, str(result[suspect]), weight)
    for index in unnamed.tolist():
        result[index] = _named(tied.get(index, {})) or _by_approach(world, np.array([index])).value


def _company(suspicion: Suspicion, wanted: Int64) -> list[tuple[int, int, float]]:
    """(number, suspect, weight) of these numbers: who reaches the same people, or is passed people."""
    ties, passed, p = suspicion.ties, suspicion.handovers, suspicion.probability
    reached = np.flatnonzero(np.isin(ties.other, wanted))
    handed = np.flatnonzero(np.isin(passed.handler, wanted))
    one = np.concatenate([ties.other[reached], passed.handler[handed]])
    suspect = np.concatenate([ties.suspect[reached], passed.suspect[handed]])
    tie = np.concatenate([ties.strength[reached], np.full(len(handed), parameters.HANDOVER_TIE)])
    return list(zip(one.tolist(), suspect.tolist(), (tie * p[suspect]).tolist(), strict=True))


def _by_approach(world: World, members: Int64) -> ScamType:
    """Of the kinds that begin with messages, with messages before calls, and with calls, the commonest of each.

    Of those that ring, whom people ask the police or enquiries about is one who told them to.
    """
    events = int(world.traits.events_out[members].sum())
    if events < parameters.APPROACH_EVENTS_LEAST:
        return ScamType.OTHER
    messages = int(world.traits.messages_out[members].sum()) / events
    if messages >= parameters.BY_MESSAGE_FROM:
        return ScamType.BRUSHING
    if messages >= parameters.ANNOUNCED_FROM:
        return ScamType.LOAN
    talked = world.checked.strangers
    asked = talked.signs["asked"][np.isin(talked.number, members)]
    told = len(asked) > 0 and float(asked.mean()) >= parameters.TOLD_TO_ASK_FROM
    return ScamType.POLICE_IMPERSONATION if told else ScamType.CUSTOMER_SERVICE


def _is_working_hub(world: World) -> Bool:
    """Meets many numbers a day, and does so regularly or is called back: somebody's work.

    Many contacts alone make nobody harmless: a burst of calls or messages to strangers is a den's way as well.
    """
    traits = world.traits
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
