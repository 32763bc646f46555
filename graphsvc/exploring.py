"""The desk for walks through the graph: who is near, what lies around, whom several know, how two are connected.

Answers come from the graph of the current analysis, whichever implementation holds it; or from that of a past one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow.compute as pc

from graphsvc.errors import Reason, UsageError
from graphsvc.graph.port import Graph
from graphsvc.reports import canvas, exploring
from graphsvc.reports.known import public_numbers
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.subjects import Subject
from graphsvc.reports.walks import (
    Around,
    CommonContactsReport,
    CommunityReport,
    NeighbourhoodReport,
    PathsReport,
    PeopleReport,
    Reach,
)
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import flags_at
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import traced


@traced("exploring", "connected", "communities", "paths", "neighbourhood", "common_contacts")
@dataclass(frozen=True)
class Exploring:
    """Questions to the graph. Numbers are given in any form or by their token; `reveal` is the purpose of showing them
    whole, or None; `as_of` (epoch ms) asks the graph as it was known at that time's analysis, None the current one."""

    catalogue: Catalogue
    registry: Registry
    found: Callable[[Sequence[str], str], list[Subject]]
    """The numbers that texts name, for a question of that name; NotFound where one was never seen."""
    analysis: Callable[[int | None], AnalysisRecord]
    """The analysis that answers are taken from: the current one, or of a past time; NothingYet before the first."""
    graph: Callable[[AnalysisRecord], Graph]
    basis: Callable[[AnalysisRecord], Basis]
    """What says who shares what."""
    names: Callable[..., Names]
    """How numbers are shown, by purpose of a reveal, name of the question and tokens asked about; audited first."""

    def connected(
        self,
        texts: Sequence[str],
        reach: Reach,
        *,
        flagged: bool = False,
        flagged_since: int | None = None,
        reveal: str | None = None,
        as_of: int | None = None,
    ) -> PeopleReport:
        """People near these numbers, and near those flagged, all or from an instant (epoch ms) on."""
        named, record = self._named(texts, "connected"), self.analysis(as_of)
        seeds = {subject.id for subject in named}
        public = public_numbers(self.catalogue, self.registry, record.as_of)
        if flagged or flagged_since is not None:
            flags = flags_at(self.catalogue, record.as_of)
            known = pc.greater_equal(flags["known_at"], 0 if flagged_since is None else flagged_since)
            seeds |= set(flags.filter(known)["number"].drop_null().to_pylist()) - public
        names = self.names(reveal, "connected", *tokens_of(named))
        return exploring.people_near(names, self.graph(record), seeds, reach, public=public)

    def communities(self, *, limit: int, containing: str | None, as_of: int | None = None) -> list[CommunityReport]:
        """Clusters of the whole contact graph, the biggest first, or the one that holds a number."""
        named = self._named([] if containing is None else [containing], "communities")
        names, graph = self.names(None, "communities", *tokens_of(named)), self.graph(self.analysis(as_of))
        inside = named[0].id if named else None
        return exploring.communities_of(names, graph, limit=limit, containing=inside)

    def paths(
        self,
        a: str,
        b: str,
        reach: Reach,
        *,
        through_public: bool = True,
        reveal: str | None = None,
        as_of: int | None = None,
    ) -> PathsReport:
        """How two numbers are connected: the shortest paths, then those that respect time.

        Where everybody rings the same hotline, everybody is two steps from everybody: `through_public=False` leaves
        public numbers aside, except at the ends.
        """
        ends, record = self._named([a, b], "path"), self.analysis(as_of)
        public = set() if through_public else public_numbers(self.catalogue, self.registry, record.as_of)
        names = self.names(reveal, "path", *tokens_of(ends))
        return exploring.paths_between(names, self.graph(record), [end.id for end in ends], reach, public=public)

    def neighbourhood(
        self,
        texts: Sequence[str],
        around: Around,
        *,
        expanded: Sequence[str] = (),
        reveal: str | None = None,
        as_of: int | None = None,
    ) -> NeighbourhoodReport:
        """The graph around some numbers, column by column, with counts of what was left out.

        The `expanded` are begun from as well, and all their contacts are in it, whatever the limit: see
        canvas.NUMBERS_MOST.
        """
        named, whole = self._named(texts, "neighbourhood"), self._named(expanded, "neighbourhood")
        record, names = self.analysis(as_of), self.names(reveal, "neighbourhood", *tokens_of([*named, *whole]))
        about = canvas.About(self.catalogue, self.registry, record, self.basis)
        ids, expanded_ids = [subject.id for subject in named], [subject.id for subject in whole]
        return canvas.canvas_of(names, self.graph(record), ids, expanded_ids, around, about)

    def common_contacts(
        self, texts: Sequence[str], reach: Reach, *, reveal: str | None = None, as_of: int | None = None
    ) -> CommonContactsReport:
        """Whom at least two of these numbers are in contact with, public numbers left aside; hops play no part."""
        named, record = self._named(texts, "common contacts"), self.analysis(as_of)
        ids = sorted({subject.id for subject in named})
        if len(ids) < 2:
            raise UsageError("common contacts need two different numbers at least", reason=Reason.TWO_NEEDED)
        public = public_numbers(self.catalogue, self.registry, record.as_of)
        names = self.names(reveal, "common contacts", *tokens_of(named))
        return exploring.common_contacts_of(names, self.graph(record), ids, reach, public=public)

    def _named(self, texts: Sequence[str], question: str) -> list[Subject]:
        return self.found(texts, question)


def tokens_of(subjects: Sequence[Subject]) -> list[str]:
    """Their tokens, for the audit log."""
    return [subject.token for subject in subjects]
