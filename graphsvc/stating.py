"""The desk of statements: flags stated and revoked by people, and reports from the public. All are facts.

Each is in the audit log first. A list is checked whole before anything of it is stated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graphsvc import flagging
from graphsvc.errors import NotFound
from graphsvc.ingest.numbers import normalise_one
from graphsvc.model.purposes import Errand, checked_case
from graphsvc.model.words import EntityKind, FlagSource, ScamType
from graphsvc.reports.known import roles_of
from graphsvc.reports.subjects import Subject, find_subject, is_token, registered
from graphsvc.reports.values import FlagMade, FlagReport, FlagsRevoked
from graphsvc.service_time import ServiceTime
from graphsvc.store import facts as fact_store
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.tracing import traced

REPORTED: Final = 0.3
"""How sure a single report from the public is; half of what the hotline itself says. [assumed]"""


@dataclass(frozen=True)
class Stated:
    """What somebody says of a number or entity."""

    scam_type: ScamType
    source: FlagSource
    case_id: str | None = None
    confidence: float | None = None
    """Above 0, up to 1; None: as sure as the source is in general."""


@traced("stating", "flag", "report", "unflag", "revoke")
@dataclass(frozen=True)
class Stating:
    """Statements about one data folder. `errand` says who states, and why."""

    catalogue: Catalogue
    registry: Registry
    audit: AuditLog
    time: ServiceTime
    region: str
    """Whose national number forms people may use (ISO 3166 code)."""

    def flag(self, text: str, stated: Stated, *, kind: EntityKind | None, errand: Errand) -> FlagMade:
        """State that a number or entity is involved in a case, from now on; it need not have been seen before."""
        subject, seen = registered(self.registry, text, kind, self.region)
        now = self.time.new_instant()
        flag_id = self._state([subject], stated, now, "flag", errand)[0]
        number = subject.number_id
        role = None if number is None else roles_of(self.catalogue, self.registry, [number], now).get(number)
        return FlagMade(flag_id, subject.token, subject.shown, seen, role)

    def flags(
        self, texts: Sequence[str], stated: Stated, *, kind: EntityKind | None, errand: Errand
    ) -> list[FlagReport]:
        """The same of several, in their order; InvalidNumber before any is stated, if one is none."""
        if kind is None:
            for text in texts:
                if not is_token(text):
                    normalise_one(text, self.region)
        checked_case(stated.case_id)
        subjects = [registered(self.registry, text, kind, self.region)[0] for text in texts]
        flag_ids = self._state(subjects, stated, self.time.new_instant(), "flag", errand)
        known = {int(row["flag_id"]): row for row in fact_store.flags_of(self.catalogue, flag_ids)}
        names = ("flag_id", "scam_type", "source", "case_id", "confidence", "known_at", "valid_from")
        return [FlagReport(**{name: known[flag_id][name] for name in names}) for flag_id in flag_ids]

    def report(self, items: Sequence[tuple[EntityKind | None, str]], scam: ScamType, *, errand: Errand) -> list[int]:
        """What the public reports: numbers (no kind) and entities, as weak flags; their ids in order."""
        for kind, text in items:
            if kind is None and not is_token(text):
                normalise_one(text, self.region)
        subjects = [registered(self.registry, text, kind, self.region)[0] for kind, text in items]
        stated = Stated(scam, FlagSource.HOTLINE, None, REPORTED)
        return self._state(subjects, stated, self.time.new_instant(), "report", errand)

    def unflag(self, text: str, *, kind: EntityKind | None, errand: Errand) -> FlagsRevoked:
        """Revoke all flags in force on a number or entity, from now on. Raises NotFound where there is none."""
        subject = find_subject(self.registry, text, kind, self.region)
        self.audit.record_errand(errand, "unflag", at=self.time.wall(), tokens=[subject.token])
        flag_ids = flagging.revoke(self.catalogue, subject, known_at=self.time.new_instant())
        return FlagsRevoked(flag_ids[0], flag_ids, subject.token, subject.shown)

    def revoke(self, flag_ids: Sequence[int], *, reason: str, errand: Errand) -> list[int]:
        """Revoke these flags from now on. NotFound, and nothing revoked, where one of them is not in force."""
        now = self.time.new_instant()
        rows = flagging.of_ids(self.catalogue, flag_ids, now)
        if len(rows) < len(set(flag_ids)):
            raise NotFound(f"{len(set(flag_ids)) - len(rows)} of these flags are not in force")
        which = {"flag_ids": sorted(set(flag_ids)), "reason": reason}
        self.audit.record_errand(errand, "revoke flags", at=self.time.wall(), details=which)
        flagging.end(self.catalogue, rows, known_at=now)
        return list(dict.fromkeys(flag_ids))

    def _state(
        self, subjects: Sequence[Subject], stated: Stated, known_at: int, action: str, errand: Errand
    ) -> list[int]:
        tokens, source = [subject.token for subject in subjects], {"source": stated.source.value}
        self.audit.record_errand(errand, action, at=self.time.wall(), tokens=tokens, details=source)
        return flagging.state_all(
            self.catalogue,
            subjects,
            known_at=known_at,
            scam_type=stated.scam_type,
            source=stated.source,
            case_id=stated.case_id,
            confidence=stated.confidence,
        )
