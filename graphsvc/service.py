"""The verbs of graphsvc, a few lines each; read from top to bottom they are the sentence of ARCHITECTURE.md.

Contact events are read, kept and folded into a graph; an engine finds networks, suspicion and exposure; a ranking says
who will probably lose money, how soon and why; the rest answers questions about it and takes new facts.

A verb that needs compiled kernels imports its room when it is called: a question should not wait for a compiler.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from graphsvc.access import Access
from graphsvc.analysing import Parts, analyse, folded, instant_of, news_since, snapshot_id
from graphsvc.dispatching import Dispatching
from graphsvc.engine.port import Engine
from graphsvc.errors import NotFound, NothingYet
from graphsvc.exploring import Exploring
from graphsvc.feeding import Feeding
from graphsvc.glancing import Full, Glancing
from graphsvc.graph.port import Graph, GraphMaker
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.snapshots import Snapshots
from graphsvc.investigating import Investigating
from graphsvc.listing import Listing
from graphsvc.loading import Loading
from graphsvc.looking import Asked, LooksApart, looked
from graphsvc.measuring import Measuring
from graphsvc.model.facts import Facts
from graphsvc.model.kept import Kept
from graphsvc.model.progress import Progress, silent
from graphsvc.model.purposes import Errand, checked_purpose
from graphsvc.model.references import network_id_of
from graphsvc.model.warnings import Moment
from graphsvc.model.words import EntityKind
from graphsvc.privacy.desk import Privacy
from graphsvc.privacy.retention import Retaining, RetentionReport
from graphsvc.projecting.desk import Projecting
from graphsvc.questioning import Questioning
from graphsvc.reports import entities, exporting, networks, numbers, victims
from graphsvc.reports.known import facts_known
from graphsvc.reports.names import Names
from graphsvc.reports.released import freed
from graphsvc.reports.sharing import Basis
from graphsvc.reports.subjects import Subject, find_numbers, find_subject
from graphsvc.reports.values import EntityReport, NetworkDetail, NetworkReport, NumberReport, Page, PageKey, Ranking
from graphsvc.service_time import ServiceTime
from graphsvc.settings import Settings
from graphsvc.stating import Stating
from graphsvc.store import results
from graphsvc.store.amended import full_of
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from graphsvc.store.lock import hold_for_writing
from graphsvc.store.reads import Reads
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.supposing import Grounds, Supposing
from graphsvc.teaching import Teaching
from graphsvc.texting import Texting
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.graph.export import Written
    from graphsvc.ingest.load import LoadReport

SNAPSHOTS_KEPT = 2


@traced("service", "load", "analyse", "victims", "networks", "network", "number", "entity", "export", "retain")
@dataclass(frozen=True)
class Service:
    """Everything that can be asked of one data folder. Made by `wiring` alone."""

    settings: Settings
    home: Home
    catalogue: Catalogue
    registry: Registry
    ledger: Ledger
    audit: AuditLog
    snapshots: Snapshots
    engine: Callable[[str], Engine]
    """Makes the engine of a name (local, gds) when an analysis needs it."""
    graph: GraphMaker
    """Makes the graph that answers for an analysis."""
    time: ServiceTime
    errand: Errand
    """Who acts and why, for the audit log."""
    pages: Kept[Ranking]
    """Pages of the ranking that were asked for, masked."""
    people: victims.People
    """Whoever was on one of them."""
    reads: Reads
    """Where each question is noted before it is answered."""
    access: Access
    privacy: Privacy
    texting: Texting
    stating: Stating
    """Flags and reports."""
    measuring: Measuring
    teaching: Teaching
    retaining: Retaining
    dispatching: Dispatching
    glancing: Glancing
    projecting: Projecting
    loading: Loading
    """Rows from files and from brokers."""
    grounds: Grounds = field(default_factory=Grounds)
    """What full looks left standing, for what-if."""
    apart: LooksApart | None = None
    """Who looks at everybody where the world is large, if not this process."""

    def load(
        self, paths: Sequence[Path], *, kind: str | None, feed_id: str, progress: Progress = silent
    ) -> "LoadReport":
        """Take feed folders and files into ledger and catalogue. Loading the same rows again changes nothing."""
        return self.loading.files(paths, kind=kind, feed_id=feed_id, progress=progress)

    def analyse(
        self, *, as_of: int | None, engine: str = "local", now: Moment | None = None, progress: Progress = silent
    ) -> AnalysisRecord:
        """A snapshot and an analysis of what was known at `as_of` (default: service time), made current: its warnings
        become due at once, and what came in meanwhile amends it already. One of an earlier instant than the current
        one's is kept beside that instead, for who asks for the past: nobody is warned by it.
        """
        if not self.ledger.count():
            raise NothingYet("there are no contact events yet: graphsvc load FOLDER, or graphsvc demo")
        moment = self.time.moment() if now is None else now
        instant = moment.service if as_of is None else as_of
        self.retaining.refuse_before(instant)
        asked, apart = Asked(instant, moment.wall, engine), self.apart
        if apart is None or self.ledger.count() < apart.events_least:
            made = self.look(asked, progress)
        else:
            made = apart.look(asked)
        if (current := results.current(self.catalogue)) is None or current.as_of <= instant or as_of is None:
            self.glancing.turn_to(made, partial(self._open, made.record), now=moment, clock=self.time.moment)
        self.snapshots.sweep(keep=results.newest_snapshots(self.catalogue, SNAPSHOTS_KEPT))
        return made.record

    def look(self, asked: Asked, progress: Progress = silent) -> Full:
        """A full look at everybody in this process, published; nobody turned to it, and no warning is planned."""
        facts, chosen = partial(self._facts, asked.as_of), partial(self.engine, asked.engine)
        about = (facts, chosen, self.teaching.in_use(), self.glancing.space)
        parts = Parts(self.ledger, self.ledger.position(), asked.as_of, *about)
        return looked(analyse(self.catalogue, self.snapshots, parts, asked.wall, progress))

    def tick(self, now: Moment, *, analyses: bool = True) -> AnalysisRecord | None:
        """Bring everything up to a moment: an analysis if facts came in since the current one, and the queue.

        What a running service calls again and again. The new analysis, if any; with `analyses` off what came in waits.
        """
        record, events, facts = self.freshness(now.service)
        if analyses and (events or facts) and self.ledger.count() and (record is None or record.as_of <= now.service):
            return self.analyse(as_of=now.service, now=now)
        self.glancing.make_up(now)
        self.dispatching.tick(now=now)
        return None

    def glance(self) -> AnalysisRecord | None:
        """Amend the current analysis by what came in since, where a glance can say what follows, and the queue."""
        news = self.glancing.news()  # then the time: what came in is not of the future
        return self.glancing.look(news, self.time.moment())

    def snapshot(self, as_of: int, progress: Progress = silent) -> Snapshot:
        """Everything known at an instant, folded; the same state is folded once and then opened."""
        return self._fold(self.ledger.position(), as_of, progress)

    def _fold(self, position: int, as_of: int, progress: Progress) -> Snapshot:
        made = partial(folded, self.ledger, position, as_of, progress)
        return self.snapshots.open_or_make(snapshot_id(self.ledger, position, as_of), made)

    def victims(self, page: Page, *, reveal: str | None = None, as_of: int | None = None) -> Ranking:
        """A page of the ranking. A cursor keeps to its analysis, so that pages join even when a new one is made."""
        names, record = self._names(reveal, "victims"), self.analysis(as_of)
        people: victims.People = self.people if reveal is None else Kept(0)
        made = partial(victims.page_of, self.catalogue, record, names, page, people)
        # A page says the same for as long as the analysis is kept and the same numbers are free.
        key = PageKey(record.analysis_id, names.freed.releases.free, page)
        return self.pages.get(key, made) if reveal is None else made()

    def networks(self, *, limit: int) -> list[NetworkReport]:
        """The networks found, those that reach most people first."""
        self.reads.note("networks")
        found = results.networks(self.catalogue, self.current().analysis_id, limit=limit)
        return [networks.network_shown(row) for row in found.to_pylist()]

    def network(self, name: str, *, reveal: str | None) -> NetworkDetail:
        """One network by id or reference, with members, entities, linked networks and lineage."""
        names = self._names(reveal, "network")
        record = self.current()
        return networks.detail_of(self.catalogue, record, names, network_id_of(name), self._graph(record))

    def number(self, text: str, *, reveal: str | None) -> NumberReport:
        """What is known of a number, given in any form or by its token."""
        subject = self._found(text, "number")
        names = self._names(reveal, "number", subject.token)
        record = self.current()
        return numbers.report_of(self._basis(record), names, subject, self._graph(record))

    def entity(self, kind: EntityKind, value: str, *, reveal: str | None, as_of: int | None = None) -> EntityReport:
        """What is known of a device, holder or account, given by its value or token."""
        subject = self._found(value, "entity", kind)
        names = self._names(reveal, "entity", subject.token)
        return entities.report_of(self._basis(self.analysis(as_of)), names, kind, value)

    @cached_property
    def exploring(self) -> Exploring:
        """Walks through the graph of the current analysis."""
        about, basis = (self.catalogue, self.registry, self._found_all, self.analysis), self._basis
        return Exploring(*about, self._graph, basis, self._names)

    @cached_property
    def investigating(self) -> Investigating:
        """Sets of numbers and networks, with notes."""
        about = (self.catalogue, self.registry, self.audit, self.time)
        return Investigating(*about, self._names, self.listing)

    @cached_property
    def questioning(self) -> Questioning:
        """Saved questions."""
        about = (self.catalogue, self.registry, self.audit, self.time)
        return Questioning(*about, self._names, self._graph, self._basis)

    @cached_property
    def supposing(self) -> Supposing:
        """What would follow if numbers were flagged."""
        settings, queue = self.settings, self.dispatching
        about = (self.catalogue, self.registry, self.time, settings.timezone, settings.national_region)
        learned = self.teaching.in_use
        return Supposing(*about, self.grounds, self._open, self._facts, self._names, queue.imagine, learned)

    @cached_property
    def feeding(self) -> Feeding:
        """Batches of rows that come over HTTP."""
        return Feeding(self.catalogue, self.load, self.loading.together, self.time.wall)

    @cached_property
    def listing(self) -> Listing:
        """What hangs on whole pages of people, numbers and networks."""
        region = self.settings.national_region
        return Listing(
            self.catalogue, self.registry, region, self.audit, self.time, self._basis, self._graph, self._names
        )

    def _graph(self, record: AnalysisRecord) -> Graph:
        full, opened = full_of(record.analysis_id), partial(self._open, record)
        of_network, newest = partial(results.members, self.catalogue, full), results.current(self.catalogue)
        past = newest is not None and full_of(newest.analysis_id) != full
        return self.graph(full, opened, of_network, past)

    def export(self, path: Path, *, form: str, network: str | None) -> "Written":
        """Write the contact graph, or one network and the people exposed to it, for other tools; masked."""
        from graphsvc.graph.export import ExportFormat, export

        record = self.current()
        names = self._names(None, "export")
        network_id = network_id_of(network) if network is not None else None
        only, about = exporting.content_of(self.catalogue, record, names, self._open(record), network_id)
        return export(self._open(record), path, format=ExportFormat(form), about=about, only=only)

    def freshness(self, now: int | None = None) -> tuple[AnalysisRecord | None, int, bool]:
        """The current analysis, if there is one; how many events, and whether facts that it reads, came in since."""
        record = results.current(self.catalogue)
        if record is None:
            return None, self.ledger.position(), True
        news = news_since(self.catalogue, self.ledger, record, self.time.now() if now is None else now)
        return record, news.events, news.facts

    def analysis(self, as_of: int | None) -> AnalysisRecord:
        """The newest analysis of what was known at an instant (epoch ms) or before; without one, the current."""
        if as_of is None:
            return self.current()
        self.retaining.refuse_before(as_of)
        return results.analysis_at(self.catalogue, as_of)

    def retain(self, *, others_wait: bool = True, progress: Progress = silent) -> RetentionReport:
        """Delete what is older than the settings allow, everywhere, once what is kept has been analysed anew."""
        wait = self.settings.lock_wait_seconds
        holding = partial(hold_for_writing, self.home, purpose="retention", wait_seconds=wait)
        again = partial(self.analyse, as_of=None, progress=progress)
        return self.retaining.retain(self.errand, again, holding=holding, others_wait=others_wait)

    def current(self) -> AnalysisRecord:
        """The analysis that answers are taken from; NothingYet before the first."""
        record = results.current(self.catalogue)
        if record is None:
            first = "graphsvc analyse" if self.ledger.count() else "graphsvc load FOLDER, then graphsvc analyse"
            raise NothingYet(f"there is no analysis yet: {first}")
        return record

    def _open(self, record: AnalysisRecord) -> Snapshot:
        # An older analysis may have outlived its snapshot: the same events fold to the same bytes again.
        return self._fold(*instant_of(record.snapshot_id), silent)

    def _basis(self, record: AnalysisRecord) -> Basis:
        # An analysis of the present shows flags stated since; one of a past moment shows what was known then.
        of_the_past = record.as_of < (self.ledger.newest_known_at() or 0)
        flags_at = record.as_of if of_the_past else self.time.new_instant()
        return Basis(self.catalogue, self.registry, record, self._open(record), flags_at)

    def _facts(self, as_of: int) -> Facts:
        return facts_known(self.catalogue, self.registry, as_of)

    def _found(self, text: str, action: str, kind: EntityKind | None = None) -> Subject:
        """What somebody asks about. That it was never seen is an answer too, and noted."""
        try:
            return find_subject(self.registry, text, kind, self.settings.national_region)
        except NotFound:
            self.reads.note(f"{action}, never seen")
            raise

    def _found_all(self, texts: Sequence[str], action: str) -> list[Subject]:
        """The numbers that somebody asks about, looked up together."""
        found = find_numbers(self.registry, texts, self.settings.national_region)
        return [one or self._found(text, action) for text, one in zip(texts, found, strict=True)]

    def _names(self, reveal: str | None, action: str, *tokens: str) -> Names:
        """How numbers are shown: raw ones only for a purpose. The audit log is written before the answer is made."""
        if reveal is None:
            self.reads.note(action, tokens)
        else:
            asked = Errand(self.errand.actor, checked_purpose(reveal))
            self.audit.record_errand(asked, f"reveal in {action}", at=self.time.wall(), tokens=tokens)
        return Names(self.registry, ZoneInfo(self.settings.timezone), reveal is not None, freed(self.catalogue))
