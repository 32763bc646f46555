"""The desk of investigations: sets of numbers and networks, with notes, a status and somebody who works on them.

Each statement is in the audit log first. `within` is the region of whoever asks: there is nothing outside it for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from graphsvc.errors import NotFound, UsageError
from graphsvc.model.investigations import (
    NAME_MOST,
    NOTE_MOST,
    TITLE_MOST,
    Investigation,
    InvestigationStatus,
    Item,
    Note,
    NoteKind,
    checked_text,
)
from graphsvc.model.phrases import Language
from graphsvc.model.purposes import Errand
from graphsvc.reports import investigations as reports
from graphsvc.reports.investigations import InvestigationReport
from graphsvc.reports.names import Names
from graphsvc.reports.packs import Content, Pack, pack_of
from graphsvc.reports.values import NetworkDetail, NumberReport
from graphsvc.service_time import ServiceTime
from graphsvc.store import investigations as store
from graphsvc.store import results
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import traced


@dataclass(frozen=True)
class Chosen:
    """Which investigations: of a status, of somebody, or those that hold a number (token) or a network."""

    status: InvestigationStatus | None = None
    assignee: str | None = None
    token: str | None = None
    network_id: int | None = None
    before_id: int | None = None
    """Only those opened before this one."""


@dataclass(frozen=True)
class Subjects:
    """Numbers (tokens) and networks, as they go into an investigation or out of it."""

    tokens: Sequence[str] = ()
    network_ids: Sequence[int] = ()


class Known(Protocol):
    """What is known of numbers and networks; `listing.Listing` says more of each."""

    def numbers(self, record: AnalysisRecord, texts: Sequence[str], *, contacts: bool) -> list[NumberReport | None]:
        """Of numbers by token, in their order."""

    def details(self, record: AnalysisRecord, network_ids: Sequence[int]) -> Mapping[int, NetworkDetail]:
        """Of networks by id."""


@traced("investigating", "open", "listed", "one", "last_changed", "add", "annotate", "change", "pack")
@dataclass(frozen=True)
class Investigating:
    """Investigations of one data folder."""

    catalogue: Catalogue
    registry: Registry
    audit: AuditLog
    time: ServiceTime
    names: Callable[..., Names]
    """How numbers are shown in an answer of that name about those tokens, for no raw number; notes the question."""
    known: Known

    def open(self, title: str, region: str, *, errand: Errand, assignee: str | None = None) -> Investigation:
        """Open an investigation for a region, on the errand's case."""
        said = checked_text(title, "title", TITLE_MOST)
        who = None if assignee is None else checked_text(assignee, "name", NAME_MOST)
        now = self.time.wall()
        self.audit.record_errand(errand, "open investigation", at=self.time.wall(), details={"region": region})
        made = Investigation(0, said, region, errand.case_ref, InvestigationStatus.OPEN, who, errand.actor, now, now)
        return store.add(self.catalogue, made)

    def listed(self, chosen: Chosen, *, limit: int, within: str) -> list[InvestigationReport]:
        """Investigations with what they hold, the newest first."""
        number = None
        if chosen.token is not None:
            number = self._ids([chosen.token])[0]
        found = store.listed(
            self.catalogue,
            within=within,
            limit=limit,
            before_id=chosen.before_id,
            status=chosen.status,
            assignee=chosen.assignee,
            number=number,
            network_id=chosen.network_id,
        )
        return self._reported(found, within)

    def one(self, investigation_id: int, *, within: str) -> InvestigationReport:
        """An investigation with what it holds; NotFound where there is none in that region."""
        return self._reported([store.one(self.catalogue, investigation_id, within=within)], within)[0]

    def last_changed(self, *, within: str) -> int | None:
        """When one of that region was last changed (epoch ms): whoever looks at one knows when to look again."""
        return store.last_changed(self.catalogue, within=within)

    def add(self, investigation_id: int, subjects: Subjects, *, within: str, errand: Errand) -> int:
        """Put numbers and networks into an investigation; how many were not there yet.

        NotFound for a network that no analysis kept has.
        """
        store.one(self.catalogue, investigation_id, within=within)
        record = results.current(self.catalogue)
        there = results.networks_of(self.catalogue, record.analysis_id, subjects.network_ids) if record else None
        if set(subjects.network_ids) - (set(there["network_id"].to_pylist()) if there is not None else set()):
            raise NotFound("no network of this analysis has that id or reference")
        ids = self._ids(subjects.tokens)
        which = {"investigation": investigation_id}
        self.audit.record_errand(
            errand, "add to investigation", at=self.time.wall(), tokens=subjects.tokens, details=which
        )
        now, analysis_id = self.time.wall(), record.analysis_id if record else None
        named = [*((number, None) for number in ids), *((None, network) for network in subjects.network_ids)]
        items = [Item(0, 0, number, network, errand.actor, now, analysis_id) for number, network in named]
        return store.hold(self.catalogue, investigation_id, items, within=within) if items else 0

    def annotate(self, investigation_id: int, text: str, about: Subjects, *, within: str, errand: Errand) -> None:
        """Say something of an investigation, or of one number or network in it."""
        said = checked_text(text, "note", NOTE_MOST, lines=True)
        named = self._named(about) or [(None, None)]
        if len(named) > 1:
            raise UsageError("a note is about the whole, or one number or network of it")
        store.one(self.catalogue, investigation_id, within=within)
        which = {"investigation": investigation_id}
        self.audit.record_errand(
            errand, "annotate investigation", at=self.time.wall(), tokens=about.tokens, details=which
        )
        line = self._line(NoteKind.NOTE, said, errand, *named[0])
        store.note(self.catalogue, investigation_id, [line], within=within)

    def change(
        self,
        investigation_id: int,
        *,
        within: str,
        errand: Errand,
        status: InvestigationStatus | None = None,
        assignee: str | None = None,
        remove: Subjects | None = None,
    ) -> None:
        """Change the status, who works on it (an empty name: nobody), or what it holds; all of it goes to its log."""
        lines: list[Note] = []
        changes: dict[str, str | None] = {}
        if status is not None:
            changes["status"] = status.value
            lines.append(self._line(NoteKind.STATUS, status.value, errand))
        if assignee is not None:
            changes["assignee"] = checked_text(assignee, "name", NAME_MOST) if assignee.strip() else None
            lines.append(self._line(NoteKind.ASSIGNED, changes["assignee"] or "", errand))
        removed = self._named(remove) if remove else []
        lines += [self._line(NoteKind.REMOVED, "", errand, *subject) for subject in removed]
        if not lines:
            raise UsageError("say what is to change: a status, an assignee, or what to remove")
        store.one(self.catalogue, investigation_id, within=within)
        about = {"investigation": investigation_id, **{name: value or "" for name, value in changes.items()}}
        gone = remove.tokens if remove else []
        self.audit.record_errand(errand, "change investigation", at=self.time.wall(), tokens=gone, details=about)
        store.note(self.catalogue, investigation_id, lines, within=within, changes=dict(changes), removed=removed)

    def pack(
        self, investigation_id: int, *, within: str, errand: Errand, language: Language, cite: Callable[[str], str]
    ) -> tuple[Pack, int]:
        """An investigation as a file to hand on, and the entry of the audit log that has its hash.

        `cite` gives the id that stands beside a number (token). NotFound where there is none in that region.
        """
        report = self.one(investigation_id, within=within)
        record, tokens = results.current(self.catalogue), [held.shown.token for held in report.numbers]
        names = self.names(None, "evidence pack", *tokens)
        known = self.known.numbers(record, tokens, contacts=False) if record else []
        wanted = [held.network_id for held in report.networks]
        content = Content(
            report=report,
            numbers={one.token: one for one in known if one is not None},
            networks=self.known.details(record, wanted) if record else {},
            record=record,
            errand=errand,
            made_at=self.time.wall(),
            zone=names.zone,
            cite=cite,
        )
        made = pack_of(content, language)
        which = {"investigation": investigation_id, "sha256": made.sha256, "language": language.value}
        entry = self.audit.record_errand(
            errand, "export investigation", at=content.made_at, tokens=tokens, details=which
        )
        return made, entry

    def _reported(self, found: Sequence[Investigation], within: str) -> list[InvestigationReport]:
        names, record = self.names(None, "investigations"), results.current(self.catalogue)
        analysis_id = None if record is None else record.analysis_id
        return reports.reports_of(
            self.catalogue, self.registry, analysis_id, self.time.new_instant(), names, found, within
        )

    def _ids(self, tokens: Sequence[str]) -> list[int]:
        known = self.registry.numbers_by_token(tokens)
        if len(known) < len(set(tokens)):
            raise NotFound("one of these numbers was never seen")
        return list(dict.fromkeys(known[token] for token in tokens))

    def _named(self, subjects: Subjects) -> list[tuple[int | None, int | None]]:
        numbers = ((number, None) for number in self._ids(subjects.tokens))
        return [*numbers, *((None, network) for network in subjects.network_ids)]

    def _line(
        self, kind: NoteKind, text: str, errand: Errand, number: int | None = None, network_id: int | None = None
    ) -> Note:
        return Note(0, 0, kind, text, number, network_id, errand.actor, self.time.wall())
