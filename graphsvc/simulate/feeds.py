"""The feeds of a world, apart from its events, as tables of the contract."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from graphsvc.simulate.chance import Bools, Int64, pick, stream
from graphsvc.simulate.gangs import SCAMS
from graphsvc.simulate.links import KINDS, Links
from graphsvc.simulate.making import World
from graphsvc.simulate.numbering import opaque
from graphsvc.simulate.population import REGIONS
from graphsvc.simulate.reports import SOURCES, TYPES, Cases, Flags
from graphsvc.simulate.writing import Texts, instants, present, write_table

_BANK_NAMES: Final = ("ICBC", "CCB", "ABC", "BOC", "PSBC", "CMB", "BOCOM", "CMBC")
_LANGUAGES: Final = ("zh-CN", "en", "ug", "bo", "ko")


def write_flags(path: Path, world: World, made: Flags, texts: Texts) -> int:
    """Write the flags that are known before the feeds end, in the order in which they became known."""
    seed = world.seed
    shown = np.flatnonzero(made.known_at < world.days.end)
    shown = shown[_shuffled_by(seed, "flag order", made.known_at[shown])]
    case = made.case[shown]
    sources = np.array([str(source) for source in SOURCES], object)[made.source[shown]]
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(made.node[shown])),
            "known_at": pa.array(made.known_at[shown]),
            "scam_type": pa.array(np.array([str(t) for t in TYPES], object)[made.scam[shown]], pa.string()),
            "source": pa.array(sources, pa.string()),
            "case_id": _masked(opaque(seed, "case", case), case < 0),
            "confidence": pa.array(made.confidence[shown]),
            "valid_from": instants(made.valid_from[shown]),
            "revoked_at": instants(made.revoked_at[shown]),
        },
    )


def write_cases(path: Path, world: World, cases: Cases, texts: Texts) -> int:
    """Write the cases that are known before the feeds end."""
    seed, stories, told = world.seed, world.crimes.stories, world.crimes.told
    shown = np.flatnonzero(cases.known_at < world.days.end)
    shown = shown[_shuffled_by(seed, "case order", cases.known_at[shown])]
    story = cases.story[shown]
    return write_table(
        path,
        {
            "case_id": opaque(seed, "case", shown),
            "victim_number": texts.numbers.take(pa.array(stories.person[story])),
            "lost_at": pa.array(told.ends.lost_at[story]),
            "known_at": pa.array(cases.known_at[shown]),
            "scam_type": pa.array([str(SCAMS[s]) for s in stories.scam[story].tolist()], pa.string()),
            "amount": pa.array(cases.amount[shown]),
        },
    )


def write_links(path: Path, world: World, made: Links, texts: Texts) -> int:
    """Write the links that are known before the feeds end."""
    seed = world.seed
    shown = np.flatnonzero(made.known_at < world.days.end)
    shown = shown[_shuffled_by(seed, "link order", made.known_at[shown])]
    kind, entity, holder = made.kind[shown], made.entity[shown], made.holder[shown]
    names = np.empty(len(shown), object)
    for code, word in enumerate(KINDS):
        of_kind = np.flatnonzero(kind == code)
        if word == "device":
            names[of_kind] = texts.devices.take(pa.array(entity[of_kind])).to_pylist()
        else:
            names[of_kind] = opaque(seed, word, entity[of_kind]).to_pylist()
    banked = kind == [str(k) for k in KINDS].index("account")
    # The bank and the card are those of the account, whoever it is linked to.
    chance = stream(seed, "banks").integers(0, 2**31, 4096)[entity % 4096]
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(made.node[shown], mask=made.node[shown] < 0)),
            "holder": _masked(opaque(seed, "holder", holder), holder < 0),
            "kind": pa.array(np.array([str(k) for k in KINDS], object)[kind], pa.string()),
            "entity": pa.array(names, pa.string()),
            "known_at": pa.array(made.known_at[shown]),
            "valid_from": instants(made.valid_from[shown]),
            "valid_to": instants(made.valid_to[shown]),
            "institution": present(np.array(_BANK_NAMES)[chance % 8], banked),
            "card_type": present(np.array(["debit", "credit"])[(chance // 8 % 5 == 0).astype(int)], banked),
        },
    )


def write_subscribers(path: Path, world: World, texts: Texts) -> int:
    """Write the operator's subscribers, persons and SIM cards of gangs alike; a recycled number has a row an owner."""
    rng = stream(world.seed, "subscribers")
    people, activated_at = world.cast.people, world.cast.activated_at
    own = world.cast.own[: len(activated_at)]
    node = rng.permutation(np.flatnonzero(own))
    home = people.community_region[people.community]
    region = np.concatenate([home, rng.choice(home, len(own) - len(people))])[node]
    language = pick(rng, (0.965, 0.01, 0.01, 0.008, 0.007), len(node))
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(node)),
            "region": pa.array(np.array(REGIONS)[region]),
            "activated_at": pa.array(activated_at[node]),
            "language": pa.array(np.array(_LANGUAGES)[language]),
            "assisted": pa.array(rng.random(len(node)) < 0.06),
            "known_at": pa.array(activated_at[node]),
        },
    )


def write_directory(path: Path, world: World, texts: Texts) -> int:
    """Write the numbers that a directory lists."""
    public = world.cast.public
    listed = [place for place, role in enumerate(public.roles) if role is not None]
    first = len(texts.numbers) - len(public.texts)
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array([first + place for place in listed])),
            "role": pa.array([str(public.roles[place]) for place in listed]),
            "label": pa.array([public.labels[place] for place in listed], pa.string()),
        },
    )


def _shuffled_by(seed: int, name: str, known_at: Int64) -> Int64:
    tie = stream(seed, name).permutation(len(known_at))
    order: Int64 = np.lexsort((tie, known_at))
    return order


def _masked(texts: pa.StringArray, missing: Bools) -> pa.Array:
    return texts.take(pa.array(np.arange(len(texts)), mask=missing))
