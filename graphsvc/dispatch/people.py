"""Ranked people as dispatch sees them, and the occasion on which it looks at them. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graphsvc.dispatch.policies import WORTH, Policy
from graphsvc.model.warnings import WarningChannel, WarningRow


@dataclass(frozen=True)
class Person:
    """A ranked person: a row of VICTIMS with the suspect, and the newest contact with it, from EXPOSURES."""

    number: int
    network_id: int | None
    suspect: int | None
    last_at: int
    grade: str
    stage: str
    scam_type: str
    probability: float
    in_contact_probability: float
    deadline_at: int | None
    region: str | None
    evidence: str


@dataclass(frozen=True)
class Occasion:
    """When and from what is planned."""

    analysis_id: str
    as_of: int
    service: int
    """Service time of the planning."""
    released: Collection[int] = frozenset()
    """Suspects that were set free: nobody is warned of them."""
    same_network: Mapping[int, Collection[int]] = field(default_factory=dict)
    """Network → earlier ids that its members had."""
    beside: Collection[WarningChannel] = frozenset()
    """Channels beside message, call and visit that have a capacity now: the app, the robot's voice."""
    policy: Policy = WORTH
    attended: Mapping[WarningChannel, Collection[str]] = field(default_factory=dict)
    """By channel, the desks (prefixes of region codes) where somebody claims now."""

    def about_the_same(self, person: Person, row: WarningRow) -> bool:
        """Whether a warning was about what the ranking now holds against the same suspect or network."""
        if row.suspect is not None and row.suspect == person.suspect:
            return True
        if person.network_id is None or row.network_id is None:
            return False
        return row.network_id == person.network_id or row.network_id in self.same_network.get(person.network_id, ())
