"""What people state: flags and their revocation, reports from the public, appeals and releases; numbers revealed."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.numbers import Flag, flag_of
from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import EntityKind, RiskKind, ScamType
from graphsvc.dispatching.noting import plain
from graphsvc.model.purposes import Errand, checked_case, checked_purpose
from graphsvc.model.words import FlagSource
from graphsvc.reports.values import AppealReport
from graphsvc.stating import Stated

FLAGS_MAX = 100
ITEMS_MAX = 20
TEXT_MAX = 200


@strawberry.input(description="Something that the public reports.")
class ReportedItem:
    """A number, account, social account or link."""

    kind: RiskKind
    value: str


@strawberry.type(description="Somebody says that a number is suspected wrongly.")
class Appeal:
    """An appeal and its answer."""

    id: strawberry.ID
    number: str
    opened_at: Instant
    reason: str
    answer: str | None
    answered_at: Instant | None


@strawberry.type(description="A number was set free: no answer shows it as suspect, no warning cites it.")
class Release:
    """What a release did."""

    number: str
    released_at: Instant
    appeals_answered: int
    warnings_cancelled: int


@strawberry.type(description="A number as it is, after the audit log has who asked, why and for which case.")
class RevealedNumber:
    """A raw number."""

    id: strawberry.ID
    number: str


@strawberry.type
class Stating:
    """Mutations that state something, or reveal a number."""

    @strawberry.mutation(description="Say that numbers are involved in a case; the ranking follows.")
    def flag_numbers(
        self,
        info: Info,
        numbers: list[str],
        scam_type: ScamType,
        case_id: str | None = None,
        confidence: float | None = None,
    ) -> list[Flag]:
        """Flag numbers."""
        return _flagged(info.context, None, numbers, _stated(scam_type, case_id, confidence))

    @strawberry.mutation(description="Say that devices, holders or accounts are involved in a case.")
    def flag_entities(
        self,
        info: Info,
        kind: EntityKind,
        values: list[str],
        scam_type: ScamType,
        case_id: str | None = None,
        confidence: float | None = None,
    ) -> list[Flag]:
        """Flag entities."""
        return _flagged(info.context, kind, values, _stated(scam_type, case_id, confidence))

    @strawberry.mutation(description="Revoke flags from now on; none, where one of them is not in force.")
    def revoke_flags(self, info: Info, ids: list[strawberry.ID], reason: str) -> list[strawberry.ID]:
        """Revoke flags."""
        asking = info.context
        _bounded("ids", len(ids), FLAGS_MAX)
        flag_ids = [int(asking.ids.expect(Kind.FLAG, str(one))) for one in ids]
        errand = asking.service.errand
        revoked = asking.service.stating.revoke(
            flag_ids, reason=checked_purpose(reason, called="reason"), errand=errand
        )
        return [asking.id(Kind.FLAG, flag_id) for flag_id in revoked]

    @strawberry.mutation(description="Numbers, accounts and links that the public reports: weaker than a flag.")
    def report(
        self, info: Info, items: list[ReportedItem], scam_type: ScamType = ScamType.OTHER, note: str | None = None
    ) -> list[strawberry.ID]:
        """Take a report; its ids, one an item."""
        asking = info.context
        _bounded("items", len(items), ITEMS_MAX)
        told = [(item.kind.entity, _value(item.value)) for item in items]
        errand = asking.service.errand
        if note:
            errand = Errand(errand.actor, plain(f"{errand.purpose}: {note}")[:TEXT_MAX], errand.case_ref)
        return [asking.id(Kind.FLAG, one) for one in asking.service.stating.report(told, scam_type, errand=errand)]

    @strawberry.mutation(description="Somebody says that a number is suspected wrongly.")
    def appeal(self, info: Info, number: str, reason: str) -> Appeal:
        """Take an appeal."""
        asking = info.context
        made = asking.service.privacy.appeal(named(asking, number), errand=_because(asking, reason))
        return _appeal(asking, made)

    @strawberry.mutation(description="Set a wrongly suspected number free at once.")
    def release_number(self, info: Info, number: str, reason: str) -> Release:
        """Release a number."""
        asking = info.context
        made = asking.service.privacy.release_number(named(asking, number), errand=_because(asking, reason))
        return Release(
            number=made.number,
            released_at=Instant(made.released_at),
            appeals_answered=len(made.appeals),
            warnings_cancelled=made.warnings_cancelled,
        )

    @strawberry.mutation(description="The whole number, after the audit entry with purpose and case is written.")
    def reveal_number(
        self,
        info: Info,
        purpose: str,
        number: str | None = None,
        id: strawberry.ID | None = None,
        case: str | None = None,
    ) -> RevealedNumber:
        """Reveal a number, given by its id or token."""
        asking = info.context
        if (number is None) == (id is None):
            raise Refusal("BAD_USER_INPUT", "give either number or id")
        text = named(asking, str(number if number is not None else id))
        errand = Errand(asking.caller.name, checked_purpose(purpose), checked_case(case) or asking.caller.case_ref)
        shown = asking.service.privacy.reveal_number(text, errand=errand)
        return RevealedNumber(id=asking.id(Kind.NUMBER, shown.token), number=shown.number)


def named(asking: Asking, text: str) -> str:
    """A number in any form, or the id of a number or a person as its token."""
    return asking.ids.number_token(text) or text


def _flagged(asking: Asking, kind: EntityKind | None, texts: list[str], stated: Stated) -> list[Flag]:
    _bounded("numbers" if kind is None else "values", len(texts), FLAGS_MAX)
    values = [_value(text) for text in texts] if kind else [named(asking, text) for text in texts]
    errand = asking.service.errand
    made = asking.service.stating.flags(values, stated, kind=kind.word if kind else None, errand=errand)
    return [flag_of(asking, flag) for flag in made]


def _stated(scam_type: ScamType, case_id: str | None, confidence: float | None) -> Stated:
    if confidence is not None and not 0 < confidence <= 1:
        raise Refusal("BAD_USER_INPUT", "confidence is above 0, up to 1")
    return Stated(scam_type, FlagSource.POLICE, case_id, confidence)


def _bounded(name: str, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise Refusal("BAD_USER_INPUT", f"{name}: 1 to {most}")


def _value(text: str) -> str:
    if not text.strip() or len(text) > TEXT_MAX:
        raise Refusal("BAD_USER_INPUT", f"a value has 1 to {TEXT_MAX} characters")
    return text


def _because(asking: Asking, reason: str) -> Errand:
    return Errand(asking.caller.name, checked_purpose(reason, called="reason"), asking.caller.case_ref)


def _appeal(asking: Asking, made: AppealReport) -> Appeal:
    return Appeal(
        id=asking.id(Kind.APPEAL, made.appeal_id),
        number=made.number,
        opened_at=Instant(made.opened_at),
        reason=made.reason,
        answer=made.answer,
        answered_at=instant(made.answered_at),
    )
