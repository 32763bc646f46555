"""Saved questions: what somebody asks again and again, and what of the answer is new to them."""

from collections.abc import Mapping, Sequence

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.graphs import MaskedNumber
from graphsvc.api.schema.networks import Network
from graphsvc.api.schema.numbers import NumberReport, is_theirs, numbers_of
from graphsvc.api.schema.queries import within
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info, checked_first
from graphsvc.api.schema.victims import networks_by_id
from graphsvc.api.schema.words import Grade, QuestionKind, ScamType, Stage
from graphsvc.errors import NotFound
from graphsvc.model.questions import QUESTIONS_MOST, Answered, Criteria, Question
from graphsvc.questioning import Asked
from graphsvc.store.results import AnalysisRecord

SHOWN_MAX = 200
_ANSWERS = ("SavedQuestion.total", "SavedQuestion.fresh", "SavedQuestion.more", "SavedQuestion.answer")


@strawberry.type(description="One of what a saved question found: a number or a network.")
class QuestionAnswer:
    """What was found."""

    fresh: bool = strawberry.field(description="Whether it was not there when the question was last looked at.")
    number: NumberReport | None
    network: Network | None


@strawberry.type(description="A question that its owner asks again of each analysis. Nobody else sees it.")
class SavedQuestion:
    """A question, and how its answer stands."""

    id: strawberry.ID
    title: str
    kind: QuestionKind
    grade: Grade | None
    stage: Stage | None
    scam_type: ScamType | None
    region: str | None
    numbers: list[MaskedNumber] = strawberry.field(description="What it is about.")
    alert: bool = strawberry.field(description="Whether its owner wants to be told when the answer grows.")
    saved_at: Instant
    looked_at: Instant
    analysis_id: str = strawberry.field(description="The analysis that answers; lookAtQuestion takes it.")
    total: int = strawberry.field(description="How many were found, at most 1,000.")
    fresh: int = strawberry.field(description="How many of them were not there when it was last looked at.")
    more: bool = strawberry.field(description="Whether there are more than 1,000: those are not looked through.")
    shown: strawberry.Private[list[QuestionAnswer]]

    @strawberry.field(description="What was found, new things first, at most 200; of people those of the own region.")
    def answer(self, first: int = 100) -> list[QuestionAnswer]:
        """The first so many."""
        return self.shown[: checked_first(first, SHOWN_MAX)]


@strawberry.type
class Questions:
    """Root fields that read saved questions."""

    @strawberry.field(description="The caller's saved questions, the newest first; nobody keeps more than 50.")
    def saved_questions(self, info: Info, first: int = QUESTIONS_MOST) -> list[SavedQuestion]:
        """Saved questions."""
        asking, limit = info.context, checked_first(first, QUESTIONS_MOST)
        found = asking.service.questioning.listed(errand=asking.service.errand)[:limit]
        return questions_of(asking, asking.service.current(), found) if found else []

    @strawberry.field(description="One of the caller's saved questions.")
    def saved_question(self, info: Info, id: strawberry.ID) -> SavedQuestion | None:
        """A saved question."""
        asking = info.context
        found = asking.service.questioning.one(_named(asking, id), errand=asking.service.errand)
        return questions_of(asking, asking.service.current(), [found])[0]


@strawberry.type
class Questioning:
    """Mutations of saved questions."""

    @strawberry.mutation(description="Save a question; what it finds now counts as looked at.")
    def save_question(
        self,
        info: Info,
        title: str,
        kind: QuestionKind,
        numbers: list[str] | None = None,
        grade: Grade | None = None,
        stage: Stage | None = None,
        scam_type: ScamType | None = None,
        region: str | None = None,
        alert: bool = True,
    ) -> SavedQuestion:
        """Save a question."""
        asking = info.context
        criteria = Criteria(
            grade=grade and grade.value,
            stage=stage and stage.value,
            scam_type=scam_type and scam_type.value,
            region=within(asking, region) if region else None,
        )
        record, service = asking.service.current(), asking.service
        asked = Asked(title, kind, criteria, _theirs(asking, record, numbers or []), alert)
        made = service.questioning.save(asked, record, within=asking.caller.region, errand=service.errand)
        return questions_of(asking, record, [made])[0]

    @strawberry.mutation(description="Take what a question found, in the analysis that was shown, as looked at.")
    def look_at_question(self, info: Info, id: strawberry.ID, analysis_id: str) -> SavedQuestion:
        """Look at a question."""
        asking, service = info.context, info.context.service
        seen = service.listing.analysis(analysis_id)
        made = service.questioning.look(_named(asking, id), seen, within=asking.caller.region, errand=service.errand)
        return questions_of(asking, service.current(), [made])[0]

    @strawberry.mutation(description="Give a saved question another title, or have its growing told or not told.")
    def change_question(
        self, info: Info, id: strawberry.ID, title: str | None = None, alert: bool | None = None
    ) -> SavedQuestion:
        """Change a question."""
        asking, service = info.context, info.context.service
        made = service.questioning.change(_named(asking, id), errand=service.errand, title=title, alert=alert)
        return questions_of(asking, service.current(), [made])[0]

    @strawberry.mutation(description="Keep a saved question no longer; its id.")
    def forget_question(self, info: Info, id: strawberry.ID) -> strawberry.ID:
        """Forget a question."""
        asking, service = info.context, info.context.service
        service.questioning.forget(_named(asking, id), errand=service.errand)
        return id


def questions_of(asking: Asking, record: AnalysisRecord, found: Sequence[Question]) -> list[SavedQuestion]:
    """Questions as the API shows them, answered from an analysis where somebody asks for the answers."""
    region, service = asking.caller.region, asking.service
    wanted = asking.wants(*_ANSWERS)
    answers = [
        service.questioning.answered(one, record, within=region)
        if wanted
        else Answered(one, record.analysis_id, [], more=False)
        for one in found
    ]
    numbers = {number for one in found for number in one.numbers}
    known = {one.id: one for one in service.registry.numbers(sorted(numbers))}
    masked = {i: MaskedNumber(id=asking.id(Kind.NUMBER, one.token), number=one.masked) for i, one in known.items()}
    return [_question(asking, record, one, masked) for one in answers]


def _question(
    asking: Asking, record: AnalysisRecord, found: Answered, masked: Mapping[int, MaskedNumber]
) -> SavedQuestion:
    one, criteria = found.question, found.question.criteria
    return SavedQuestion(
        id=asking.id(Kind.QUESTION, one.question_id),
        title=one.title,
        kind=one.kind,
        grade=None if criteria.grade is None else Grade(criteria.grade),
        stage=None if criteria.stage is None else Stage(criteria.stage),
        scam_type=None if criteria.scam_type is None else ScamType(criteria.scam_type),
        region=criteria.region,
        numbers=[masked[number] for number in one.numbers],
        alert=one.alert,
        saved_at=Instant(one.saved_at),
        looked_at=Instant(one.looked_at),
        analysis_id=found.analysis_id,
        total=len(found.ids),
        fresh=len(found.fresh),
        more=found.more,
        shown=_answers(asking, record, found) if asking.wants("SavedQuestion.answer") else [],
    )


def _answers(asking: Asking, record: AnalysisRecord, found: Answered) -> list[QuestionAnswer]:
    fresh = set(found.fresh)
    ids = [*found.fresh, *(one for one in found.ids if one not in fresh)][:SHOWN_MAX]
    if found.question.kind is QuestionKind.NETWORKS:
        networks = networks_by_id(asking, record, ids)
        return [QuestionAnswer(fresh=one in fresh, number=None, network=networks[one]) for one in ids]
    tokens = [one.token for one in asking.service.registry.numbers(ids)]
    reports = asking.service.listing.numbers(record, tokens, contacts=False)
    pairs = [(i, one) for i, one in zip(ids, reports, strict=True) if one is not None and is_theirs(asking, one)]
    shown = numbers_of(asking, record, [one for _, one in pairs])
    return [
        QuestionAnswer(fresh=i in fresh, number=one, network=None) for (i, _), one in zip(pairs, shown, strict=True)
    ]


def _named(asking: Asking, id: str) -> int:
    return int(asking.ids.expect(Kind.QUESTION, id))


def _theirs(asking: Asking, record: AnalysisRecord, texts: Sequence[str]) -> list[str]:
    """Tokens of numbers in any form, or of their ids. NotFound where one was never seen or is not theirs to see."""
    if len(texts) > SHOWN_MAX:
        raise Refusal("BAD_USER_INPUT", f"numbers: at most {SHOWN_MAX}")
    given = [asking.ids.number_token(text) or text for text in texts]
    found = asking.service.listing.numbers(record, given, contacts=False) if given else []
    lost = [place + 1 for place, one in enumerate(found) if one is None or not is_theirs(asking, one)]
    if lost:
        lines = ", ".join(map(str, lost))
        raise NotFound(f"never seen, or not yours to see: number {lines} of those given")
    return list(dict.fromkeys(one.token for one in found if one is not None))
