"""For the people beside the dispatcher: how risky a number or account is, and whether a warning is genuine.

A check gives a level and advice and nothing else. Known and unknown are looked up by the same statements, and the
answer waits for the next tick of a coarse clock, so that time tells nothing either.
"""

from enum import StrEnum

import strawberry

from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import Channel, Language, RiskKind
from graphsvc.errors import NotFound
from graphsvc.model.references import warning_id_of, warning_reference

TEXT_MAX = 200


@strawberry.enum(description="How risky a number, account or link is, by what is known now.")
class RiskLevel(StrEnum):
    """Levels, the lowest first."""

    NOTHING_KNOWN = "nothing_known"
    CAUTION = "caution"
    DANGER = "danger"


ADVICE: dict[RiskLevel, tuple[str, str]] = {
    RiskLevel.NOTHING_KNOWN: (
        "目前没有与之相关的涉诈记录，但不代表安全。涉及转账、验证码或屏幕共享的，请先停下，拨打96110核实。",
        "Nothing is known against it, which does not make it safe. Before any payment, code or shared screen: "
        "stop, and ask 96110.",
    ),
    RiskLevel.CAUTION: (
        "存在可疑情况。请停止联系，不要转账，拨打96110咨询。",
        "There are grounds for suspicion. Stop the contact, pay nothing, and ask 96110.",
    ),
    RiskLevel.DANGER: (
        "涉嫌诈骗。请立即停止联系和转账；已转账的，马上拨打110并联系银行。",
        "Suspected of fraud. Stop contact and payment at once; if money was paid, ring 110 and the bank now.",
    ),
}
CAUTION_FROM = 0.1
DANGER_FROM = 0.5


@strawberry.type(description="A level and advice, nothing else.")
class Risk:
    """What a check tells."""

    level: RiskLevel

    @strawberry.field(description="What to do.")
    def advice(self, language: Language = Language.ZH) -> str:
        """In one of the two languages."""
        chinese, english = ADVICE[self.level]
        return chinese if language is Language.ZH else english


@strawberry.type(description="Whether a warning that somebody asks about is ours.")
class WarningCheck:
    """What may be told of a warning to whoever has its reference."""

    genuine: bool
    reference: str | None
    channel: Channel | None
    warned_at: Instant | None = strawberry.field(description="When it went out, if it has.")


@strawberry.type
class Checking:
    """Root fields of the hotline's and the app's look-up."""

    @strawberry.field(description="How risky a number, account, social account or link is: a level and advice.")
    def check_risk(self, info: Info, kind: RiskKind, value: str) -> Risk:
        """The risk of something."""
        asking = info.context
        if not value.strip() or len(value) > TEXT_MAX:
            raise Refusal("BAD_USER_INPUT", f"value has 1 to {TEXT_MAX} characters")
        asking.even_out()
        probability = asking.service.listing.risk(asking.service.current(), kind.entity, value)
        level = RiskLevel.NOTHING_KNOWN
        if probability >= CAUTION_FROM:
            level = RiskLevel.DANGER if probability >= DANGER_FROM else RiskLevel.CAUTION
        return Risk(level=level)

    @strawberry.field(description="Whether a warning is genuine, by the reference that the person was told.")
    def verify_warning(self, info: Info, reference: str) -> WarningCheck:
        """Whether we made a warning of that reference and it went out or is with a worker."""
        asking = info.context
        asking.even_out()
        try:
            warning_id = warning_id_of(reference) if reference.strip()[:2].upper() == "W-" else 0
        except NotFound:
            warning_id = 0
        row = asking.service.listing.warnings([warning_id]).get(warning_id)
        if row is None or not row.attempt or not asking.caller.covers(row.region):
            return WarningCheck(genuine=False, reference=None, channel=None, warned_at=None)
        return WarningCheck(
            genuine=True,
            reference=warning_reference(warning_id),
            channel=row.channel,
            warned_at=instant(row.warned_at),
        )
