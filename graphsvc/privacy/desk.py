"""The desk of privacy: numbers revealed for a purpose."""

from dataclasses import dataclass

from graphsvc.model.purposes import Errand
from graphsvc.reports.subjects import find_number
from graphsvc.reports.values import ShownNumber
from graphsvc.service_time import ServiceTime
from graphsvc.store.audit import AuditLog
from graphsvc.store.registry import Registry


@dataclass(frozen=True)
class Privacy:
    """Verbs for one data folder. `errand` says who asks and why; whether they may is for the caller to decide."""

    registry: Registry
    audit: AuditLog
    time: ServiceTime
    region: str
    """Whose national number forms people may use (ISO 3166 code)."""

    def reveal_number(self, text: str, *, errand: Errand) -> ShownNumber:
        """The raw number that a token or a form of it names, after the audit log has who, why and which.

        NotFound where it was never seen.
        """
        subject = find_number(self.registry, text, self.region)
        self._audited("reveal number", errand, subject.token)
        return ShownNumber(subject.token, self.registry.reveal([subject.id])[subject.id])

    def _audited(self, action: str, errand: Errand, token: str) -> None:
        self.audit.record(
            at=self.time.wall(),
            actor=errand.actor,
            action=action,
            purpose=errand.purpose,
            case_ref=errand.case_ref,
            subject_token=token,
        )
