"""The desk of lists: what hangs on a whole page of people, numbers or networks, fetched for all of it at once.

However long the page, each verb asks the catalogue a fixed number of questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphsvc.errors import Reason, UsageError
from graphsvc.graph.port import Graph
from graphsvc.ingest.numbers import normalise_one
from graphsvc.model.public_numbers import WELL_KNOWN
from graphsvc.model.warnings import WarningRow
from graphsvc.model.words import EntityKind
from graphsvc.reports import changes, descents, entities, networks, numbers, person_timelines, standings, timelines
from graphsvc.reports.descents import Descent
from graphsvc.reports.names import Names
from graphsvc.reports.person_timelines import PersonEvent
from graphsvc.reports.released import freed
from graphsvc.reports.sharing import Basis
from graphsvc.reports.standings import Standing
from graphsvc.reports.subjects import Subject, find_numbers, subjects_of
from graphsvc.reports.values import (
    Changes,
    JsonObject,
    NetworkDay,
    NetworkDetail,
    NetworkReport,
    NumberReport,
    Page,
    ShownEvidence,
)
from graphsvc.service_time import ServiceTime
from graphsvc.store import facts as fact_store
from graphsvc.store import results, shelf, token_ends, warnings
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import KnownEntity, Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import traced


@dataclass(frozen=True)
class NetworkPage:
    """Which part of the networks of an analysis: the rows behind the first `skip`, by a column of figures."""

    limit: int
    skip: int = 0
    order_by: str = "exposed"
    scam_type: str | None = None


@traced(
    "listing",
    "networks",
    "details",
    "descent",
    "changes",
    "risk",
    "revealed",
    "numbers",
    "token_end",
    "person_timelines",
    "standings",
)
@dataclass(frozen=True)
class Listing:
    """Lists of one data folder."""

    catalogue: Catalogue
    registry: Registry
    region: str
    """The country whose national number forms are understood."""
    audit: AuditLog
    time: ServiceTime
    basis: Callable[[AnalysisRecord], Basis]
    graph: Callable[[AnalysisRecord], Graph]
    names: Callable[..., Names]
    """How numbers are shown in an answer of that name about those tokens, for no raw number; notes the question."""

    def analysis(self, analysis_id: str) -> AnalysisRecord:
        """The analysis that a cursor or an answer named; NotFound where it is not kept any more."""
        return results.analysis(self.catalogue, analysis_id)

    def hand_out(self, record: AnalysisRecord) -> None:
        """A cursor into this analysis is given: it is kept for a day, as far as the bound of rows allows."""
        wall = self.time.wall()
        if not shelf.noted(record.handed_out_at, wall):
            shelf.hand_out(self.catalogue, record.analysis_id, wall)

    def networks(self, record: AnalysisRecord, page: NetworkPage) -> list[NetworkReport]:
        """A page of networks: those with the highest figures first, then the largest."""
        found = results.networks(
            self.catalogue,
            record.analysis_id,
            limit=page.limit,
            skip=page.skip,
            order_by=page.order_by,
            scam_type=page.scam_type,
        )
        return [networks.network_shown(row) for row in found.to_pylist()]

    def figures(self, record: AnalysisRecord, network_ids: Sequence[int]) -> dict[int, NetworkReport]:
        """These networks in figures, by id; those that the analysis does not have are left out."""
        rows = results.networks_told(self.catalogue, record.analysis_id, network_ids)
        return {row["network_id"]: networks.network_shown(row) for row in rows}

    def details(self, record: AnalysisRecord, network_ids: Sequence[int]) -> dict[int, NetworkDetail]:
        """The same with members, entities, linked networks and lineage."""
        rows = results.networks_of(self.catalogue, record.analysis_id, network_ids)
        found = networks.details_of(self.catalogue, record, self.names(None, "networks"), rows)
        return {detail.network.network_id: detail for detail in found}

    def descent(self, record: AnalysisRecord, network_id: int) -> Descent:
        """Where a network came from and what became of it, in the analyses kept up to this one."""
        self.names(None, "network")
        return descents.descent_of(self.catalogue, record, network_id)

    def timelines(self, record: AnalysisRecord, network_ids: Sequence[int]) -> dict[int, list[NetworkDay]]:
        """What these networks did day by day, by id."""
        zone = self.names(None, "networks").zone
        return timelines.timelines_of(self.catalogue, record, network_ids, self.graph(record), zone)

    def changes(self, record: AnalysisRecord, before: AnalysisRecord, page: Page) -> Changes:
        """A page of what became of the ranking since an earlier analysis. A cursor keeps to its two analyses."""
        return changes.changes_of(self.catalogue, (record, before), self.names(None, "victims"), page)

    def evidence(self, texts: Sequence[str]) -> list[list[ShownEvidence]]:
        """Evidence as it rests (JSON), put into words for people."""
        return self.names(None, "evidence").evidence(list(texts))

    def risk(self, record: AnalysisRecord, kind: EntityKind | None, value: str) -> float:
        """How probably a number (no kind) or an entity is used for fraud; 0 for what was never seen, and for numbers
        with a public role. InvalidNumber for what can be none.

        Asks the same of the catalogue whether it was ever seen or not.
        """
        self.names(None, "check risk")
        known_to_all = False
        if kind is None:
            canonical = normalise_one(value, self.region)[0]
            known_to_all, found = canonical in WELL_KNOWN, self.registry.find_number(canonical)
        else:
            found = self.registry.find_entity(kind, value)
        one, free = -1 if found is None else found, freed(self.catalogue)
        if kind is None:
            rows = free.suspicion_of(self.catalogue, record.analysis_id, [one])
        else:
            rows = results.entity_suspicion_of(self.catalogue, record.analysis_id, [one])
        column = "number" if kind is None else "entity"
        flags, public = fact_store.standing_of(self.catalogue, column, one, self.time.new_instant())
        said = [entities.sureness(row) for row in flags if not free.releases.voids(row)]
        return 0.0 if public or known_to_all else max([*rows["fraud_probability"].to_pylist(), *said], default=0.0)

    def warnings(self, warning_ids: Sequence[int]) -> dict[int, WarningRow]:
        """Warnings as they stand, by id; those that were never made are left out."""
        with self.catalogue.reading() as connection:
            return warnings.by_id(connection, warning_ids)

    def revealed(self, numbers: Sequence[int], told: Callable[[Sequence[str]], object]) -> dict[int, str]:
        """Raw numbers by registry id, after `told` has written to the audit log whose they are (tokens)."""
        if not numbers:
            return {}
        known = self.registry.numbers(sorted(set(numbers)))
        told([one.token for one in known])
        return self.registry.raw_of(known)

    def exposures(self, record: AnalysisRecord, ids: Sequence[int]) -> dict[int, JsonObject]:
        """What these people went through with suspect numbers, in figures, by registry id; who met none is left out."""
        rows = results.exposures_of(self.catalogue, record.analysis_id, sorted(ids))
        return {row["number"]: numbers.exposure_shown(row) for row in rows}

    def person_timelines(self, record: AnalysisRecord, tokens: Sequence[str]) -> dict[str, list[PersonEvent]]:
        """What the people of these tokens went through, event by event, oldest first, and what was done."""
        ids = self.registry.numbers_by_token(tokens)
        names = self.names(None, "timelines", *tokens)
        found = person_timelines.timelines_of(self.basis(record), names, sorted(ids.values()))
        return {token: found[number] for token, number in ids.items()}

    def standings(self, record: AnalysisRecord, tokens: Sequence[str]) -> dict[str, list[Standing]]:
        """What the analyses kept say of the numbers of these tokens, up to the instant of `record`."""
        ids = self.registry.numbers_by_token(tokens)
        names = self.names(None, "standings", *tokens)
        found = standings.standings_of(self.catalogue, record, names, sorted(ids.values()))
        return {token: found[number] for token, number in ids.items()}

    def numbers(self, record: AnalysisRecord, texts: Sequence[str], *, contacts: bool) -> list[NumberReport | None]:
        """Reports on numbers in any form or by token, in their order; None for one never seen or that is none.

        `contacts`: whether whom they reached is worked out too.
        """
        return self._numbers(record, find_numbers(self.registry, texts, self.region), "numbers", contacts=contacts)

    def token_end(self, record: AnalysisRecord, text: str, most: int) -> tuple[list[NumberReport], list[KnownEntity]]:
        """Reports on the numbers, and the entities, whose token ends as this text does: the first so many of each.

        UsageError for a text that can be the end of no token.
        """
        end = token_ends.end_of(text)
        if end is None:
            least = token_ends.END_LEAST
            wanted = f"the end of a token is at least {least} of its letters and digits, which are a to z and 2 to 7"
            raise UsageError(wanted, reason=Reason.END_UNFIT, least=least)
        ids, others = self.registry.ids_by_end(end, most)
        found = self.registry.entities(others)
        subjects = subjects_of(self.registry, ids)
        reports = self._numbers(record, subjects, "token end", *(one.token for one in found), contacts=False)
        return [one for one in reports if one is not None], found

    def _numbers(
        self, record: AnalysisRecord, subjects: Sequence[Subject | None], asked: str, *beside: str, contacts: bool
    ) -> list[NumberReport | None]:
        known = list({subject.id: subject for subject in subjects if subject}.values())
        graph = self.graph(record) if contacts else None
        names = self.names(None, asked, *(subject.token for subject in known), *beside)
        found = dict(
            zip(
                (subject.id for subject in known),
                numbers.reports_of(self.basis(record), names, known, graph),
                strict=True,
            )
        )
        return [found[subject.id] if subject else None for subject in subjects]
