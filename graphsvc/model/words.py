"""The fixed vocabularies of the contract: every word that a feed, an answer or a page may use.

Values are the contract's own spelling. `CHINESE` gives what an investigator or a warned person reads.
"""

from enum import StrEnum
from typing import Final


class EventChannel(StrEnum):
    """How a contact event travelled. Stored as `CHANNEL_CODES` in tables."""

    CALL = "call"
    SMS = "sms"


CALL: Final = 0
SMS: Final = 1
CHANNEL_CODES: Final = {EventChannel.CALL: CALL, EventChannel.SMS: SMS}


class NumberKind(StrEnum):
    """What a number looks like; decided once, when it is first seen."""

    MSISDN = "msisdn"  # valid by the numbering plan, kept in E.164
    INVALID = "invalid"  # digits that no numbering plan knows, kept all the same
    SHORT_CODE = "short_code"  # 110, 95588, 10086
    ALPHANUMERIC = "alphanumeric"  # a sender name

    @property
    def of_no_person(self) -> bool:
        """Whether organisations have such numbers, and no person."""
        return self in (NumberKind.SHORT_CODE, NumberKind.ALPHANUMERIC)


class EntityKind(StrEnum):
    """What a number can be linked to. `cell` comes only from events."""

    DEVICE = "device"
    HOLDER = "holder"
    ACCOUNT = "account"
    SOCIAL_ACCOUNT = "social_account"
    URL = "url"
    CELL = "cell"


class ScamType(StrEnum):
    """The kinds of scam that flags and cases name."""

    LOAN = "loan"
    BRUSHING = "brushing"
    CUSTOMER_SERVICE = "customer_service"
    POLICE_IMPERSONATION = "police_impersonation"
    INVESTMENT = "investment"
    CREDIT_RECORD = "credit_record"
    ACQUAINTANCE = "acquaintance"
    SHOPPING = "shopping"
    GAMING = "gaming"
    OTHER = "other"


class FlagSource(StrEnum):
    """Who said that a number takes part in a case."""

    POLICE = "police"
    OPERATOR = "operator"
    HOTLINE = "hotline"
    APP = "app"


class DirectoryRole(StrEnum):
    """A number's public role. Such numbers witness; they are never suspects."""

    POLICE = "police"
    BANK = "bank"
    DIRECTORY_ENQUIRIES = "directory_enquiries"
    OPERATOR = "operator"
    COURIER_COMPANY = "courier_company"
    GOVERNMENT = "government"
    BUSINESS = "business"


VERIFYING_ROLES: Final = frozenset({DirectoryRole.POLICE, DirectoryRole.BANK, DirectoryRole.DIRECTORY_ENQUIRIES})
"""Whom a person rings to check a suspicious story: 110, a bank's hotline, 114."""


class OutcomeKind(StrEnum):
    """What came of a warning."""

    DELIVERED = "delivered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NOT_CONVINCED = "not_convinced"
    DISSUADED = "dissuaded"
    FAMILY_INFORMED = "family_informed"
    PAYMENT_STOPPED = "payment_stopped"
    ALREADY_LOST = "already_lost"
    WRONG_PERSON = "wrong_person"
    FALSE_ALARM = "false_alarm"


class Reporter(StrEnum):
    """Who reported an outcome."""

    OFFICER = "officer"
    PUBLIC = "public"
    GATEWAY = "gateway"


class NumberClass(StrEnum):
    """What a number is held to be, besides how suspect it is."""

    FRAUD = "fraud"
    TOOL = "tool"  # somebody's real SIM, lent or taken over
    SPOOFED = "spoofed"  # shown as caller, never called
    BENIGN_HUB = "benign_hub"  # courier, hotline, telemarketer, bank
    ORDINARY = "ordinary"


class MemberRole(StrEnum):
    """What a member does in a network."""

    CALLER = "caller"
    HANDLER = "handler"
    TOOL = "tool"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """How far a fraud has gone with a person, in order."""

    CONTACTED = "contacted"
    LISTENING = "listening"
    ENGAGED = "engaged"
    COMMITTED = "committed"
    LOST = "lost"


class Grade(StrEnum):
    """Urgency and likelihood together."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


CHINESE: Final[dict[StrEnum, str]] = {
    ScamType.LOAN: "虚假贷款",
    ScamType.BRUSHING: "刷单返利",
    ScamType.CUSTOMER_SERVICE: "冒充电商物流客服",
    ScamType.POLICE_IMPERSONATION: "冒充公检法",
    ScamType.INVESTMENT: "虚假投资理财",
    ScamType.CREDIT_RECORD: "虚假征信",
    ScamType.ACQUAINTANCE: "冒充领导熟人",
    ScamType.SHOPPING: "虚假购物服务",
    ScamType.GAMING: "网络游戏虚假交易",
    ScamType.OTHER: "其他诈骗",
}
