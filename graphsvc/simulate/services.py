"""Public numbers and what they have to do with people: notices, codes, hotlines, enquiries.

People ring 110, 114 and their banks for reasons of their own, and codes arrive at any hour: what a victim does is
never a sign by itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graphsvc.model.words import DirectoryRole
from graphsvc.simulate.chance import Int32, Int64, pick, stream, talk_seconds
from graphsvc.simulate.events import Events, calls, messages, together
from graphsvc.simulate.hours import LIFE, MACHINE, MINUTE, OFFICE, SECOND, Calendar, Rhythm, times
from graphsvc.simulate.population import Population

_POLICE, _BANK, _OPERATOR = DirectoryRole.POLICE, DirectoryRole.BANK, DirectoryRole.OPERATOR
_GOVERNMENT, _COURIER = DirectoryRole.GOVERNMENT, DirectoryRole.COURIER_COMPANY

_KNOWN: Final = (
    ("110", _POLICE, "公安报警"),
    ("114", DirectoryRole.DIRECTORY_ENQUIRIES, "号码百事通"),
    ("10086", _OPERATOR, "中国移动"),
    ("10010", _OPERATOR, "中国联通"),
    ("10000", _OPERATOR, "中国电信"),
    ("12345", _GOVERNMENT, "政务服务热线"),
    ("12306", DirectoryRole.BUSINESS, "铁路客服"),
    ("95588", _BANK, "工商银行"),
    ("95533", _BANK, "建设银行"),
    ("95599", _BANK, "农业银行"),
    ("95566", _BANK, "中国银行"),
    ("95580", _BANK, "邮储银行"),
    ("95555", _BANK, "招商银行"),
    ("95559", _BANK, "交通银行"),
    ("95568", _BANK, "民生银行"),
    ("95338", _COURIER, "顺丰速运"),
    ("95554", _COURIER, "圆通速递"),
    ("95546", _COURIER, "韵达快递"),
    ("95311", _COURIER, "中通快递"),
)
_BANK_CUSTOMERS: Final = (0.25, 0.2, 0.2, 0.12, 0.1, 0.07, 0.04, 0.02)


@dataclass(frozen=True)
class PublicNumbers:
    """Numbers with a public face, known by node; `roles` is None for those that no directory lists."""

    texts: tuple[str, ...]
    roles: tuple[DirectoryRole | None, ...]
    labels: tuple[str | None, ...]
    police: int
    enquiries: int
    operator: int
    banks: Int32
    """Nodes of the banks' hotlines, which also send their notices and codes."""
    stations: Int32
    companies: Int32
    """Nodes of courier companies, government and business lines that people ring."""
    senders: Int32
    """Nodes of bulk senders."""
    bank_of: Int32
    """[persons] the node of each person's bank."""


def public_numbers(seed: int, people: Population, first_node: int) -> PublicNumbers:
    """The public numbers of this world, from `first_node` on."""
    rng = stream(seed, "public numbers")
    size = len(people)
    texts = [text for text, _, _ in _KNOWN]
    roles: list[DirectoryRole | None] = [role for _, role, _ in _KNOWN]
    labels: list[str | None] = [label for _, _, label in _KNOWN]
    known = {text: first_node + place for place, text in enumerate(texts)}

    def add(prefix: str, digits: int, count: int, role: DirectoryRole | None, listed: float) -> Int32:
        tails = rng.choice(10**6, count, replace=False)
        start = first_node + len(texts)
        for tail in tails:
            texts.append(f"{prefix}{tail:06d}".ljust(len(prefix) + digits, "0"))
            roles.append(role if rng.random() < listed else None)
            labels.append(None)
        return np.arange(start, start + count, dtype=np.int32)

    stations = add("+8657188", 6, max(3, size // 6000), _POLICE, 1.0)
    shops = add("400", 7, max(8, size // 1500), DirectoryRole.BUSINESS, 0.8)
    senders = add("10690", 7, max(30, size // 500), DirectoryRole.BUSINESS, 0.5)
    banks = np.array([known[t] for t, role, _ in _KNOWN if role == _BANK], np.int32)
    lines = [known[t] for t, role, _ in _KNOWN if role in (_COURIER, _GOVERNMENT)] + [known["12306"]]
    return PublicNumbers(
        texts=tuple(texts),
        roles=tuple(roles),
        labels=tuple(labels),
        police=known["110"],
        enquiries=known["114"],
        operator=known["10086"],
        banks=banks,
        stations=stations,
        companies=np.concatenate([np.array(lines, np.int32), shops]),
        senders=senders,
        bank_of=banks[pick(rng, _BANK_CUSTOMERS, size)],
    )


def services(seed: int, people: Population, public: PublicNumbers, days: Calendar) -> Events:
    """Notices and codes sent to people, and calls between people and public numbers, in ordinary life."""
    rng = stream(seed, "services")
    return together(
        [
            *_notices(rng, people, public, days),
            *_calls_to(rng, people, public, days),
            *_calls_from(rng, people, public, days),
        ]
    )


def _who(
    rng: np.random.Generator, people: Population, rate: float, rhythm: Rhythm, days: Calendar
) -> tuple[Int64, Int64]:
    """Persons and instants of something that happens to everybody at `rate` times a day, to some far more."""
    taste = rng.gamma(1.5, 1 / 1.5, len(people))
    person = np.repeat(np.arange(len(people)), rng.poisson(rate * days.days * taste))
    return person, times(rng, len(person), rhythm, days)


def _notices(rng: np.random.Generator, people: Population, public: PublicNumbers, days: Calendar) -> list[Events]:
    bank_person, bank_at = _who(rng, people, 0.3, MACHINE, days)
    again = np.flatnonzero(rng.random(len(bank_at)) < 0.18)  # a code, then the notice of the payment
    soon = rng.integers(20, 300, len(again)) * SECOND
    operator_person, operator_at = _who(rng, people, 0.12, MACHINE, days)
    person, at = _who(rng, people, 0.7, MACHINE, days)
    sender = public.senders[_popular(rng, len(public.senders), len(person))]
    return [
        messages(bank_at, public.bank_of[bank_person], bank_person),
        messages(bank_at[again] + soon, public.bank_of[bank_person[again]], bank_person[again]),
        messages(operator_at, np.full(len(operator_at), public.operator), operator_person),
        messages(at, sender, person),
    ]


def _calls_to(rng: np.random.Generator, people: Population, public: PublicNumbers, days: Calendar) -> list[Events]:
    parts = []
    for node, rate, log_median in (
        (public.police, 0.0015, 4.6),
        (public.enquiries, 0.004, 3.9),
        (public.operator, 0.02, 4.8),
    ):
        person, at = _who(rng, people, rate, LIFE, days)
        seconds = talk_seconds(rng, log_median, 0.6, len(at))
        parts.append(calls(at, person, np.full(len(at), node), seconds))
    person, at = _who(rng, people, 0.022, LIFE, days)
    parts.append(calls(at, person, public.bank_of[person], talk_seconds(rng, 5.0, 0.6, len(at))))
    person, at = _who(rng, people, 0.04, LIFE, days)
    line = public.companies[_popular(rng, len(public.companies), len(at))]
    parts.append(calls(at, person, line, talk_seconds(rng, 4.7, 0.7, len(at))))
    return parts


def _calls_from(rng: np.random.Generator, people: Population, public: PublicNumbers, days: Calendar) -> list[Events]:
    person, at = _who(rng, people, 0.012, OFFICE, days)
    seconds = _answered(rng, talk_seconds(rng, 4.4, 0.9, len(at)), 0.5)
    bank = calls(at, public.bank_of[person], person, seconds)
    # Who has talked with the bank at length rings back to be sure, or types in a code.
    long = bank.take(np.flatnonzero((seconds > 60) & (rng.random(len(at)) < 0.12)))
    code = messages(long.at + rng.integers(30, 120, len(long)) * SECOND, long.a, long.b)
    sure = long.take(rng.random(len(long)) < 0.3)
    wait = rng.integers(2, 60, len(sure)) * MINUTE
    check = calls(sure.ended + wait, sure.b, sure.a, talk_seconds(rng, 4.8, 0.5, len(sure)))
    person, at = _who(rng, people, 0.012, OFFICE, days)
    line = public.companies[_popular(rng, len(public.companies), len(at))]
    company = calls(at, line, person, _answered(rng, talk_seconds(rng, 4.0, 0.8, len(at)), 0.5))
    person, at = _who(rng, people, 0.0012, OFFICE, days)
    station = public.stations[rng.integers(0, len(public.stations), len(at))]
    police = calls(at, station, person, _answered(rng, talk_seconds(rng, 4.7, 0.8, len(at)), 0.7))
    return [bank, code, check, company, police]


def _answered(rng: np.random.Generator, seconds: Int32, share: float) -> Int32:
    return np.where(rng.random(len(seconds)) < share, seconds, 0).astype(np.int32)


def _popular(rng: np.random.Generator, among: int, size: int) -> Int64:
    """Places of things of which few are popular: the share of place r falls like 1 / sqrt(r)."""
    drawn: Int64 = (rng.random(size) ** 2 * among).astype(np.int64)
    return drawn
