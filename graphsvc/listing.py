"""The desk of lists: what hangs on a whole page of people, numbers or networks, fetched for all of it at once.

However long the page, each verb asks the catalogue a fixed number of questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphsvc.graph.port import Graph
from graphsvc.reports import networks, numbers
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.subjects import find_numbers
from graphsvc.reports.values import JsonObject, NetworkDetail, NetworkReport, NumberReport
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord


@dataclass(frozen=True)
class NetworkPage:
    """Which part of the networks of an analysis: the rows behind the first `skip`, by a column of figures."""

    limit: int
    skip: int = 0
    order_by: str = "exposed"
    scam_type: str | None = None


@dataclass(frozen=True)
class Listing:
    """Lists of one data folder."""

    catalogue: Catalogue
    registry: Registry
    region: str
    """The country whose national number forms are understood."""
    basis: Callable[[AnalysisRecord], Basis]
    graph: Callable[[AnalysisRecord], Graph]
    names: Callable[..., Names]
    """How numbers are shown in an answer of that name about those tokens, for no raw number; notes the question."""

    def analysis(self, analysis_id: str) -> AnalysisRecord:
        """The analysis that a cursor or an answer named; NotFound where it is not kept any more."""
        return results.analysis(self.catalogue, analysis_id)

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
        rows = results.networks_of(self.catalogue, record.analysis_id, network_ids).to_pylist()
        return {row["network_id"]: networks.network_shown(row) for row in rows}

    def details(self, record: AnalysisRecord, network_ids: Sequence[int]) -> dict[int, NetworkDetail]:
        """The same with members, entities, linked networks and lineage."""
        rows = results.networks_of(self.catalogue, record.analysis_id, network_ids)
        found = networks.details_of(self.catalogue, record, self.names(None, "networks"), rows)
        return {detail.network.network_id: detail for detail in found}

    def exposures(self, record: AnalysisRecord, tokens: Sequence[str]) -> dict[str, JsonObject]:
        """What the people of these tokens went through with suspect numbers, in figures; who met none is left out."""
        ids = self.registry.numbers_by_token(tokens)
        rows = results.exposures_of(self.catalogue, record.analysis_id, sorted(ids.values())).to_pylist()
        met = {row["number"]: numbers.exposure_shown(row) for row in rows}
        return {token: met[number] for token, number in ids.items() if number in met}

    def numbers(self, record: AnalysisRecord, texts: Sequence[str], *, contacts: bool) -> list[NumberReport | None]:
        """Reports on numbers in any form or by token, in their order; None for one never seen or that is none.

        `contacts`: whether whom they reached is worked out too.
        """
        subjects = find_numbers(self.registry, texts, self.region)
        known = list({subject.id: subject for subject in subjects if subject}.values())
        graph = self.graph(record) if contacts else None
        names = self.names(None, "numbers", *(subject.token for subject in known))
        found = dict(
            zip(
                (subject.id for subject in known),
                numbers.reports_of(self.basis(record), names, known, graph),
                strict=True,
            )
        )
        return [found[subject.id] if subject else None for subject in subjects]
