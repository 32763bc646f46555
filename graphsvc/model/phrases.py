"""Evidence in plain words, English and Chinese: one template a rule, filled from its facts.

States what was seen and who said so. No fear wording, no links, no raw numbers: the reader supplies masked names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from graphsvc.model.evidence import Evidence
from graphsvc.model.words import CHINESE, ScamType


class Language(StrEnum):
    """The languages that evidence is told in."""

    ENGLISH = "en"
    CHINESE = "zh"


@dataclass(frozen=True)
class Names:
    """How ids and instants are shown: `number` gives a masked number, `entity` a short name, `instant` a local time."""

    number: Callable[[int], str]
    entity: Callable[[int], str]
    instant: Callable[[int], str]


def sentence(evidence: Evidence, language: Language, names: Names) -> str:
    """What the evidence says, as one sentence. KeyError for a rule that has no template."""
    english, chinese = TEMPLATES[evidence.rule]
    if not evidence.facts.get("count"):
        english, chinese = _IF_NONE.get(evidence.rule, (english, chinese))
    elif not evidence.facts.get("seconds"):
        english, chinese = _IF_NO_TALK.get(evidence.rule, (english, chinese))
    if evidence.facts.get("flag_at"):
        english, chinese = _IF_FLAGGED.get(evidence.rule, (english, chinese))
    slots = _slots(evidence.facts, language, names)
    return (chinese if language is Language.CHINESE else english).format_map(slots)


TEMPLATES: Final[Mapping[str, tuple[str, str]]] = {
    # of numbers
    "prior": ("How common fraud numbers are to begin with.", "诈骗号码的一般占比。"),
    "flagged": (
        "Flagged by {source} since {first_at} for {scam_type} ({flags}).",
        "自{first_at}起被{source}标记为{scam_type}（共{count}条）。",
    ),
    "flag_of_earlier_owner": (
        "Was flagged by {source} since {first_at}, before its present SIM was activated: that does not count.",
        "自{first_at}起曾被{source}标记，早于现SIM卡的开通时间，不予计入。",
    ),
    "outgoing_share": (
        "{percent} of its {count} events are its own.",
        "{count}次联系中有{percent}由其主动发起。",
    ),
    "events_per_contact": (
        "On average {value} events with each number it is in contact with.",
        "与每个对端平均联系{value}次。",
    ),
    "contacts_per_day": (
        "In contact with {value} different numbers on a day of activity.",
        "活跃日平均联系{value}个不同号码。",
    ),
    "active_share": ("Active on {percent} of the days.", "在{percent}的日子里有活动。"),
    "devices_used": ("Devices used: {value}.", "使用过{value}台设备。"),
    "reciprocal_share": (
        "{percent} of the numbers it contacted have contacted it too.",
        "其联系过的号码中有{percent}曾主动联系它。",
    ),
    "number_age": ("Activated {value} days ago.", "开通至今{value}天。"),
    "shared_device": (
        "Shares device {entity} with {numbers}.",
        "与{numbers}共用设备{entity}。",
    ),
    "shared_holder": (
        "Registered to the same holder ({entity}) as {numbers}.",
        "与{numbers}登记在同一机主（{entity}）名下。",
    ),
    "shared_account": (
        "Tied to the same account ({entity}) as {numbers}.",
        "与{numbers}关联同一账户（{entity}）。",
    ),
    "shared_social_account": (
        "Tied to the same social account ({entity}) as {numbers}.",
        "与{numbers}关联同一社交账号（{entity}）。",
    ),
    "shared_url": ("Spreads the same page ({entity}) as {numbers}.", "与{numbers}传播同一网址（{entity}）。"),
    "many_numbers_on_device": (
        "Device {entity} serves {count} numbers, several of which dial widely.",
        "设备{entity}先后使用{count}个号码，其中多个号码大量外呼。",
    ),
    "co_recipients": (
        "Reaches the same people as {numbers}; such ties to {other_numbers}.",
        "与{numbers}联系同一批人；共与{count}个号码存在此类关联。",
    ),
    "handover": (
        "{count} people first talked with it soon after a talk with {numbers}.",
        "有{count}人在与{numbers}通话后不久首次与其通话。",
    ),
    "in_flagged_network": (
        "Belongs to a group of numbers of which {are_flagged}, such as {numbers}.",
        "所属号码群中有{count}个号码被标记，例如{numbers}。",
    ),
    "call_back_storm": (
        "{count} numbers called it that it never called: its number was probably shown by somebody else.",
        "有{count}个它从未拨打过的号码回拨：该号码可能被他人冒用显示。",
    ),
    "public_role": (
        "Has a public role in the directory: a witness, never a suspect.",
        "该号码为登记的公共服务号码，只作佐证，不列为嫌疑。",
    ),
    "recycled": (
        "Was in use before its present SIM was activated: what it did then was an earlier owner's doing.",
        "该号码在现SIM卡开通前已有使用记录，此前行为属原机主。",
    ),
    "released": (
        "Released on {first_at} after it was checked: it is not held against it unless it is flagged anew.",
        "经核查，已于{first_at}解除嫌疑；此后未再被标记，不作为嫌疑。",
    ),
    "suspect_users": (
        "Used by {other_numbers}, the most suspect being {numbers}.",
        "有{count}个号码使用，其中最可疑的是{numbers}。",
    ),
    # of persons
    "nobody": ("How seldom people lose money to fraud to begin with.", "一般人受骗的基础概率。"),
    "met_flagged_number": (
        "In contact with {number}, flagged by {source} since {flag_at}: {events}, {duration} of talk, "
        "from {first_at} to {last_at}.",
        "与{number}有联系，该号码自{flag_at}起被{source}标记：{first_at}至{last_at}共{events}次，通话{duration}。",
    ),
    "met_suspect_number": (
        "In contact with {number}, suspect because {through}: {events}, {duration} of talk, "
        "from {first_at} to {last_at}.",
        "与{number}有联系，该号码可疑（{through}）：{first_at}至{last_at}共{events}次，通话{duration}。",
    ),
    "met_other_suspects": (
        "In contact with {other_numbers} that are suspect.",
        "与{count}个可疑号码有联系。",
    ),
    "stage_reached": (
        "Talked for up to {duration} at a time, and called or wrote back {times}.",
        "最长一次通话{duration}；主动回拨或回复{count}次。",
    ),
    "handed_over": (
        "Passed on to {other_numbers} more of the same network.",
        "被转接给同一团伙的另外{count}个号码。",
    ),
    "verified": (
        "Rang the police or directory enquiries within two hours of such a call ({times}).",
        "在此类通话后两小时内拨打110或114核实（{count}次）。",
    ),
    "bank_called": (
        "Rang a bank within two hours of such a call ({times}).",
        "在此类通话后两小时内拨打银行热线（{count}次）。",
    ),
    "codes": (
        "Got {messages} from a bank during such a call or within ten minutes.",
        "在此类通话期间或十分钟内收到银行短信{count}条。",
    ),
    "message_then_call": (
        "Got a message from a suspect number, and a call within two days.",
        "先收到可疑号码短信，两日内又接到来电。",
    ),
    "time_passed": (
        "First talk at {first_at}, newest sign at {last_at}: part of the usual time to a loss has passed.",
        "首次通话于{first_at}，最近迹象于{last_at}：此类诈骗的常见作案时段已过去一部分。",
    ),
    "calibrated": (
        "Set right by what came of similar cases.",
        "已按以往类似情形的实际结果校准。",
    ),
}
"""English and Chinese, by rule."""

_IF_NONE: Final = {
    "stage_reached": ("Talked for up to {duration} at a time.", "最长一次通话{duration}。"),
}
"""The same for rules that say less when their count is 0."""

_IF_NO_TALK: Final = {
    "stage_reached": ("Called or wrote back {times}.", "主动回拨或回复{count}次。"),
}
"""The same without any talk."""

_IF_FLAGGED: Final = {
    "shared_device": (
        "Uses device {entity}, flagged by {source} since {flag_at} for {scam_type}.",
        "使用的设备{entity}自{flag_at}起被{source}标记为{scam_type}。",
    ),
    "shared_holder": (
        "Its holder ({entity}) is flagged by {source} since {flag_at} for {scam_type}.",
        "其机主（{entity}）自{flag_at}起被{source}标记为{scam_type}。",
    ),
    "shared_account": (
        "Tied to account {entity}, flagged by {source} since {flag_at} for {scam_type}.",
        "关联的账户{entity}自{flag_at}起被{source}标记为{scam_type}。",
    ),
    "shared_social_account": (
        "Tied to social account {entity}, flagged by {source} since {flag_at} for {scam_type}.",
        "关联的社交账号{entity}自{flag_at}起被{source}标记为{scam_type}。",
    ),
    "shared_url": (
        "Spreads page {entity}, flagged by {source} since {flag_at} for {scam_type}.",
        "传播的网址{entity}自{flag_at}起被{source}标记为{scam_type}。",
    ),
}
"""The same for what is shared and flagged itself."""

_SOURCES: Final = {
    "police": ("the police", "公安机关"),
    "operator": ("the operator", "运营商"),
    "hotline": ("the hotline", "反诈热线"),
    "app": ("the anti-fraud app", "反诈App"),
    None: ("somebody", "有关方面"),
}

_THROUGH: Final = {
    "behaviour": ("of how it dials", "拨打行为异常"),
    "shared_device": ("it shares a device with {numbers}", "与{numbers}共用设备"),
    "shared_holder": ("it has the same holder as {numbers}", "与{numbers}同一机主"),
    "shared_account": ("it is tied to the same account as {numbers}", "与{numbers}关联同一账户"),
    "shared_social_account": ("it is tied to the same social account as {numbers}", "与{numbers}关联同一社交账号"),
    "shared_url": ("it spreads the same page as {numbers}", "与{numbers}传播同一网址"),
    "flagged_device": ("it uses a device flagged by {source} since {flag_at}", "其设备自{flag_at}起被{source}标记"),
    "flagged_holder": ("its holder is flagged by {source} since {flag_at}", "其机主自{flag_at}起被{source}标记"),
    "flagged_account": (
        "it is tied to an account flagged by {source} since {flag_at}",
        "其关联账户自{flag_at}起被{source}标记",
    ),
    "flagged_social_account": (
        "it is tied to a social account flagged by {source} since {flag_at}",
        "其关联社交账号自{flag_at}起被{source}标记",
    ),
    "flagged_url": (
        "it spreads a page flagged by {source} since {flag_at}",
        "其传播的网址自{flag_at}起被{source}标记",
    ),
    "co_recipients": ("it reaches the same people as {numbers}", "与{numbers}联系同一批人"),
    "handover": ("people come to it from {numbers}", "受害人由{numbers}转接而来"),
    "many_numbers_on_device": ("its device serves many dialling numbers", "其设备供多个外呼号码使用"),
    "in_flagged_network": ("it works in a group with {numbers}", "与{numbers}属同一号码群"),
}


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _slots(facts: Mapping[str, Any], language: Language, names: Names) -> dict[str, str]:
    """Every slot that a template may use; what the facts lack is said so."""
    chinese = language is Language.CHINESE
    numbers = _numbers(facts.get("numbers", ()), names, chinese)
    tying = _THROUGH[facts.get("through", "behaviour")][chinese]
    value, count = facts.get("value"), int(facts.get("count", 0))
    source = _SOURCES[facts.get("source")][chinese]
    instants = {key: _instant(facts.get(key), names, chinese) for key in ("first_at", "last_at", "flag_at")}
    return {
        "number": names.number(facts["number"]) if "number" in facts else "?",
        "numbers": numbers,
        "entity": names.entity(facts["entity"]) if "entity" in facts else "?",
        "count": str(count),
        "times": _times(count),
        "events": f"{count}" if chinese else _counted(count, "event"),
        "flags": _counted(count, "flag"),
        "messages": _counted(count, "message"),
        "other_numbers": _counted(count, "number"),
        "are_flagged": f"{count:,} {'is' if count == 1 else 'are'} flagged",
        "value": "?" if value is None else _figure(value),
        "percent": "?" if value is None else f"{value:.0%}",
        "duration": _duration(facts.get("seconds", 0), chinese),
        "source": source,
        "scam_type": _scam_type(facts.get("scam_type"), chinese),
        "through": tying.format(numbers=numbers, source=source, flag_at=instants["flag_at"]),
        **instants,
    }


def _figure(value: float) -> str:
    """With one digit after the point below ten, whole from there on."""
    return f"{round(value, 1):g}" if value < 10 else f"{value:,.0f}"


def _numbers(ids: Any, names: Names, chinese: bool) -> str:
    if not ids:
        return "其他可疑号码" if chinese else "other suspect numbers"
    return ("、" if chinese else ", ").join(names.number(number) for number in ids)


def _instant(at: int | None, names: Names, chinese: bool) -> str:
    """An instant; 0 stands for a fact whose feed gave no time."""
    if not at:
        return "较早时" if chinese else "an earlier time"
    return names.instant(at)


def _duration(seconds: int, chinese: bool) -> str:
    if seconds < 60:
        return f"{seconds}秒" if chinese else f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes}分钟" if chinese else f"{minutes} min"


def _scam_type(kind: str | None, chinese: bool) -> str:
    scam = ScamType(kind) if kind is not None else ScamType.OTHER
    return CHINESE[scam] if chinese else scam.value.replace("_", " ")
