"""The desk of saved questions: kept for whoever saved them, asked again of each analysis, and whether the answer grew.

Nothing raw is kept: a question is about numbers by registry id. Each change is in the audit log first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graphsvc.errors import NotFound, UsageError
from graphsvc.graph.port import Graph
from graphsvc.model.investigations import TITLE_MOST, checked_text
from graphsvc.model.purposes import Errand
from graphsvc.model.questions import ABOUT_NUMBERS, NUMBERS_MOST, Answered, Criteria, Question, QuestionKind
from graphsvc.reports import questions as reports
from graphsvc.reports.known import public_numbers
from graphsvc.reports.names import Names
from graphsvc.reports.released import Freed
from graphsvc.reports.sharing import Basis
from graphsvc.service_time import ServiceTime
from graphsvc.store import questions as store
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import traced


@dataclass(frozen=True)
class Asked:
    """What somebody wants to save."""

    title: str
    kind: QuestionKind
    criteria: Criteria
    tokens: Sequence[str] = ()
    """The numbers that it is about."""
    alert: bool = True


@traced("questioning", "save", "answered", "look")
@dataclass(frozen=True)
class Questioning:
    """Saved questions of one data folder. `errand` says whose: nobody sees another's."""

    catalogue: Catalogue
    registry: Registry
    audit: AuditLog
    time: ServiceTime
    names: Callable[..., Names]
    """How numbers are shown in an answer of that name about those tokens, for no raw number; notes the question."""
    graph: Callable[[AnalysisRecord], Graph]
    basis: Callable[[AnalysisRecord], Basis]

    def save(self, asked: Asked, record: AnalysisRecord, *, within: str, errand: Errand) -> Question:
        """Keep a question. What its answer holds now counts as looked at: only what comes later is news."""
        title = checked_text(asked.title, "title", TITLE_MOST)
        about_numbers = asked.kind in ABOUT_NUMBERS
        if about_numbers != bool(asked.tokens) or len(asked.tokens) > NUMBERS_MOST:
            needs = f"is about 1 to {NUMBERS_MOST} numbers" if about_numbers else "is about no numbers"
            raise UsageError(f"a question of kind {asked.kind.value} {needs}")
        known = self.registry.numbers_by_token(asked.tokens)
        if len(known) < len(set(asked.tokens)):
            raise NotFound("one of these numbers was never seen")
        numbers, now = tuple(sorted(set(known.values()))), self.time.wall()
        details = {"kind": asked.kind.value}
        self.audit.record_errand(errand, "save question", at=now, tokens=asked.tokens, details=details)
        made = Question(0, errand.actor, title, asked.kind, asked.criteria, numbers, asked.alert, now, now, frozenset())
        found = self._answer(made, record, within)
        return store.add(self.catalogue, replace(made, seen=frozenset(found.ids)))

    def listed(self, *, errand: Errand) -> list[Question]:
        """The questions of whoever asks, the newest first."""
        return store.listed(self.catalogue, errand.actor)

    def one(self, question_id: int, *, errand: Errand) -> Question:
        """One of them; NotFound where they have none of that id."""
        return store.one(self.catalogue, question_id, errand.actor)

    def answered(self, question: Question, record: AnalysisRecord, *, within: str) -> Answered:
        """What an analysis answers. `within`: the region of whoever asks; people elsewhere are not ranked for them."""
        return self._answer(question, record, within)

    def look(self, question_id: int, record: AnalysisRecord, *, within: str, errand: Errand) -> Question:
        """Take the answer of an analysis as looked at."""
        found = self._answer(self.one(question_id, errand=errand), record, within)
        now = self.time.wall()
        self.audit.record_errand(errand, "look at question", at=now, details={"question": question_id})
        store.look(self.catalogue, question_id, errand.actor, seen=found.ids, at=now)
        return self.one(question_id, errand=errand)

    def change(
        self, question_id: int, *, errand: Errand, title: str | None = None, alert: bool | None = None
    ) -> Question:
        """Another title, or told and not told when the answer grows."""
        if title is None and alert is None:
            raise UsageError("say what is to change: the title, or whether it alerts")
        said = None if title is None else checked_text(title, "title", TITLE_MOST)
        details = {"question": question_id}
        self.audit.record_errand(errand, "change question", at=self.time.wall(), details=details)
        store.change(self.catalogue, question_id, errand.actor, title=said, alert=alert)
        return self.one(question_id, errand=errand)

    def forget(self, question_id: int, *, errand: Errand) -> None:
        """Keep a question no longer."""
        details = {"question": question_id}
        self.audit.record_errand(errand, "forget question", at=self.time.wall(), details=details)
        store.forget(self.catalogue, question_id, errand.actor)

    def _answer(self, question: Question, record: AnalysisRecord, within: str) -> Answered:
        tokens = [one.token for one in self.registry.numbers(question.numbers)]
        names, kind = self.names(None, "saved question", *tokens), question.kind
        if kind is QuestionKind.PEOPLE:
            ids, more = self._people(question.criteria, record, within, names.freed)
        elif kind is QuestionKind.NETWORKS:
            ids, more = reports.networks(self.catalogue, record.analysis_id, question.criteria)
        elif kind is QuestionKind.CONTACTS:
            public = public_numbers(self.catalogue, self.registry, record.as_of) - set(question.numbers)
            ids, more = reports.contacts(self.graph(record), question.numbers, public)
        else:
            ids, more = reports.sharing(self.basis(record), question.numbers)
        return Answered(question, record.analysis_id, ids, more)

    def _people(self, criteria: Criteria, record: AnalysisRecord, within: str, freed: Freed) -> reports.Found:
        region = _narrower(criteria.region or "", within)
        if region is None:
            return [], False
        return reports.people(self.catalogue, record.analysis_id, replace(criteria, region=region or None), freed)


def _narrower(one: str, other: str) -> str | None:
    """The smaller of two regions (prefixes); None where neither lies in the other."""
    longer, shorter = max(one, other, key=len), min(one, other, key=len)
    return longer if longer.startswith(shorter) else None
