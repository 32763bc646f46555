"""What the service answers, as frozen values: ids resolved to masked numbers and tokens, evidence put into words.

Reads results, registry and snapshot; decides nothing. Field names are the contract's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

JsonObject = dict[str, Any]


class ShownNumber(NamedTuple):
    """A number as people may see it: masked, with its token; raw only after an audited reveal."""

    token: str
    number: str


class ShownEvidence(NamedTuple):
    """One rule that spoke, in both languages, with its facts (ids resolved)."""

    rule: str
    contribution: float
    text: str
    text_zh: str
    facts: Mapping[str, Any]


class VictimReport(NamedTuple):
    """A person ranked as likely to lose money: a claim with evidence, not a verdict."""

    rank: int
    token: str
    number: str
    probability: float
    in_contact_probability: float
    stage: str
    grade: str
    scam_type: str
    deadline_at: int | None
    network_id: int | None
    network: str | None
    region: str | None
    evidence: list[ShownEvidence]


@dataclass(frozen=True)
class Page:
    """Which part of the ranking."""

    limit: int
    grade: str | None = None
    region: str | None = None
    after: str | None = None
    stage: str | None = None
    scam_type: str | None = None
    network_id: int | None = None


class PageKey(NamedTuple):
    """What a page says everything by."""

    analysis_id: str
    free: frozenset[int]
    page: Page


@dataclass(frozen=True)
class Ranking:
    """A page of victims of one analysis; `next` continues it."""

    analysis_id: str
    as_of: int
    victims: list[VictimReport]
    next: str | None
    free: frozenset[int] = field(default=frozenset(), repr=False)
    """Numbers (registry ids) that were free when it was put together: with the analysis, all that it rests on."""
    said_by: list[int] = field(default_factory=list, repr=False)
    """For each of the victims which analysis says it, but for the rank: see `store.amended.said_by`."""
    numbers: list[int] = field(default_factory=list, repr=False)
    """The registry ids of the victims."""


@dataclass(frozen=True)
class Changes:
    """A page of what became of a ranking since an earlier one; `next` continues it."""

    analysis_id: str
    as_of: int
    before_id: str
    victims: list[tuple[str, VictimReport]]
    """What changed (store.changes), and the person: of who left, as the earlier analysis ranked them."""
    next: str | None


@dataclass(frozen=True)
class NetworkReport:
    """A scam network in figures."""

    network_id: int
    reference: str
    size: int
    flagged: int
    exposed: int
    losses: int
    scam_type: str | None
    first_seen: int
    last_seen: int


@dataclass(frozen=True)
class MemberReport:
    """A number of a network."""

    token: str
    number: str
    role: str
    score: float
    flagged: bool


@dataclass(frozen=True)
class EntityMember:
    """A device, holder or account of a network."""

    kind: str
    token: str
    score: float


@dataclass(frozen=True)
class NetworkDetail:
    """A network with its members, entities, linked networks and lineage."""

    network: NetworkReport
    members: list[MemberReport]
    entities: list[EntityMember]
    linked: list[JsonObject]
    """Other networks it shares devices, accounts, holders or leads with: `reference`, `through`, `strength`."""
    lineage: list[JsonObject]
    """Networks of the analysis before that it came from: `reference`, `shared`, `kind`."""


@dataclass(frozen=True)
class NetworkDay:
    """A day of a network: its contacts with numbers outside it, and flags on its numbers that became known."""

    date: str
    """The operator's day, such as 2026-03-04."""
    begins_at: int
    active: int
    """Members in contact with somebody."""
    events: int
    calls: int
    messages: int
    talk_s: int
    reached: int
    """Numbers outside it that it was in contact with."""
    newly_reached: int
    """Of those, with whom it had not been before."""
    flags: int


@dataclass(frozen=True)
class FlagReport:
    """A flag in force."""

    flag_id: int
    scam_type: str
    source: str | None
    case_id: str | None
    confidence: float | None
    known_at: int
    valid_from: int | None


@dataclass(frozen=True)
class SharedReport:
    """A device, holder or account that a number shares, and how many numbers it has."""

    kind: str
    token: str
    numbers: int
    suspects: int
    fraud_probability: float | None


@dataclass(frozen=True)
class NumberReport:
    """What is known of a number."""

    token: str
    number: str
    kind: str
    number_class: str
    fraud_probability: float
    directory_role: str | None
    region: str | None
    flags: list[FlagReport]
    network_id: int | None
    network: str | None
    holder_numbers: int
    shared: list[SharedReport]
    contacts: JsonObject
    exposure: JsonObject | None
    victim: VictimReport | None
    """Where it stands in the ranking, if it is a person exposed to suspects."""
    evidence: list[ShownEvidence]


@dataclass(frozen=True)
class FlagMade:
    """A flag that was just stated."""

    flag_id: int
    token: str
    subject: str
    """The masked number, or kind and token of an entity."""
    seen_before: bool
    public_role: str | None


@dataclass(frozen=True)
class FlagsRevoked:
    """The flags that were in force and are not any more."""

    flag_id: int
    flag_ids: list[int]
    token: str
    subject: str


@dataclass(frozen=True)
class EntityReport:
    """What is known of a device, holder or account."""

    kind: str
    token: str
    fraud_probability: float
    flags: list[FlagReport]
    numbers: list[JsonObject]
    networks: list[JsonObject]
    evidence: list[ShownEvidence]
    accounts: list[SharedReport]
    """Of its numbers, and of the holder itself: the most suspect first, at most 1,000."""
    devices: list[SharedReport]


@dataclass(frozen=True)
class AppealReport:
    """Somebody says that a number is suspected wrongly; `answer` is `released`, `refused` or None while it is open."""

    appeal_id: int
    token: str
    number: str
    opened_at: int
    reason: str
    opened_by: str
    case_ref: str | None
    answer: str | None
    answered_by: str | None
    answered_at: int | None


@dataclass(frozen=True)
class ReleaseMade:
    """A number that was set free."""

    token: str
    number: str
    released_at: int
    appeals: list[int]
    """Open appeals that this answers."""
    warnings_cancelled: int
