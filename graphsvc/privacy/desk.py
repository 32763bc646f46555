"""The desk of privacy: numbers revealed and pictures saved for a purpose; appeals, and numbers set free at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from graphsvc.errors import Conflict, Reason
from graphsvc.model.purposes import Errand
from graphsvc.model.warnings import Moment
from graphsvc.reports.released import freed
from graphsvc.reports.subjects import Subject, find_number
from graphsvc.reports.values import AppealReport, ReleaseMade, ShownNumber
from graphsvc.service_time import ServiceTime
from graphsvc.store import releases
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.releases import Appeal
from graphsvc.tracing import traced


class CancelCiting(Protocol):
    """The queue's verb that ends what cites somebody."""

    def __call__(self, number: int, *, reason: str, now: Moment) -> int:
        """End the open warnings that cite a number (registry id); how many there were."""


_REASON: Final = "number released"


@dataclass(frozen=True)
class CanvasExport:
    """What of a canvas becomes a file that nobody can follow from then on."""

    starts: Sequence[str]
    """Tokens of the numbers that the canvas began from."""
    about: Mapping[str, str | int | None]
    """Its format, how much is in it, and of which steps and times. No number."""


@traced("privacy", "reveal_number", "record_export", "appeal", "release_number")
@dataclass(frozen=True)
class Privacy:
    """Verbs for one data folder. `errand` says who asks and why; whether they may is for the caller to decide."""

    catalogue: Catalogue
    registry: Registry
    audit: AuditLog
    time: ServiceTime
    region: str
    """Whose national number forms people may use (ISO 3166 code)."""
    cancel_citing: CancelCiting

    def reveal_number(self, text: str, *, errand: Errand) -> ShownNumber:
        """The raw number that a token or a form of it names, after the audit log has who, why and which.

        NotFound where it was never seen.
        """
        subject = self._found(text)
        self.audit.record_errand(errand, "reveal number", at=self.time.wall(), tokens=[subject.token])
        return ShownNumber(subject.token, self.registry.reveal([subject.id])[subject.id])

    def record_export(self, export: CanvasExport, *, errand: Errand) -> tuple[int, int]:
        """The entry of the audit log that says who saves what, and when (epoch ms): on disk before there is a file."""
        at = self.time.wall()
        entry = self.audit.record_errand(
            errand, "export canvas", at=at, tokens=list(export.starts), details=dict(export.about)
        )
        return entry, at

    def appeal(self, text: str, *, errand: Errand) -> AppealReport:
        """Somebody says that a number is suspected wrongly; the errand's purpose says why. NotFound if never seen."""
        subject = self._found(text)
        self.audit.record_errand(errand, "appeal", at=self.time.wall(), tokens=[subject.token])
        appeal_id = releases.open_appeal(
            self.catalogue,
            subject.id,
            reason=errand.purpose,
            by=errand.actor,
            case_ref=errand.case_ref,
            at=self.time.now(),
        )
        return self._reported(releases.listed(self.catalogue, appeal_id=appeal_id))[0]

    def appeals(self, *, still_open: bool = False) -> list[AppealReport]:
        """Appeals, the newest first: all, or those that nobody has answered."""
        return self._reported(releases.listed(self.catalogue, still_open=still_open))

    def refuse_appeal(self, appeal_id: int, *, errand: Errand) -> AppealReport:
        """Answer an appeal with no. NotFound where there is none; Conflict where it was answered already."""
        self.audit.record_errand(errand, "refuse appeal", at=self.time.wall(), details={"appeal_id": appeal_id})
        releases.refuse(self.catalogue, appeal_id, by=errand.actor, at=self.time.now())
        return self._reported(releases.listed(self.catalogue, appeal_id=appeal_id))[0]

    def release_number(self, text: str, *, errand: Errand) -> ReleaseMade:
        """Set a number free at once: no answer shows it as suspect, no warning cites it, until it is flagged anew.

        NotFound if never seen; Conflict if it is free already, or somebody else was quicker.
        """
        subject = self._found(text)
        free = freed(self.catalogue)
        if subject.id in free:
            self.cancel_citing(
                subject.id, reason=_REASON, now=self.time.moment()
            )  # in case a crash came between the two
            raise Conflict(releases.RELEASED_ALREADY, reason=Reason.RELEASED_ALREADY)
        self.audit.record_errand(errand, "release number", at=self.time.wall(), tokens=[subject.token])
        made = releases.release(
            self.catalogue,
            subject.id,
            seen=free.releases.released_at.get(subject.id),
            reason=errand.purpose,
            by=errand.actor,
            known_at=self.time.new_instant(),
        )
        cancelled = self.cancel_citing(subject.id, reason=_REASON, now=self.time.moment())
        return ReleaseMade(subject.token, subject.shown, made.known_at, made.appeals, cancelled)

    def _found(self, text: str) -> Subject:
        return find_number(self.registry, text, self.region)

    def _reported(self, appeals: list[Appeal]) -> list[AppealReport]:
        shown = {one.id: one for one in self.registry.numbers(sorted({appeal.number for appeal in appeals}))}
        return [
            AppealReport(
                appeal_id=appeal.appeal_id,
                token=shown[appeal.number].token,
                number=shown[appeal.number].masked,
                opened_at=appeal.opened_at,
                reason=appeal.reason,
                opened_by=appeal.opened_by,
                case_ref=appeal.case_ref,
                answer=appeal.answer,
                answered_by=appeal.answered_by,
                answered_at=appeal.answered_at,
            )
            for appeal in appeals
        ]
