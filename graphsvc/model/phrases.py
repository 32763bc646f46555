"""Evidence in plain words, English and Chinese: one template a rule, filled from its facts.

States what was seen and who said so. No fear wording, no links, no raw numbers: the reader supplies masked names.
"""

from collections.abc import Mapping
from typing import Final

from graphsvc.model.evidence import Evidence
from graphsvc.model.slots import Language as Language
from graphsvc.model.slots import Names as Names
from graphsvc.model.slots import filled


def sentences(evidence: Evidence, names: Names) -> tuple[str, str]:
    """What the evidence says, as one sentence in English and in Chinese. KeyError for a rule that has no template."""
    facts, pair = evidence.facts, TEMPLATES[evidence.rule]
    if not facts.get("count"):
        pair = _IF_NONE.get(evidence.rule, pair)
    elif not facts.get("seconds"):
        pair = _IF_NO_TALK.get(evidence.rule, pair)
    if facts.get("flag_at"):
        pair = _IF_FLAGGED.get(evidence.rule, pair)
    return filled(pair, facts, names)


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
    "complaint_about_shown_calls": (
        "The public complained ({source}, since {first_at}) of calls that its own SIM did not make: unlike its others, "
        "they carry no device. That does not count.",
        "自{first_at}起有公众投诉（{source}），但所涉通话并非其SIM卡拨出：这些通话无设备记录，而其余通话均有。不予计入。",
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
    "days_unseen": ("First seen {value} days after the record begins.", "记录开始{value}天后才首次出现。"),
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
    "people_checked": (
        "Talked with {people} whom it had approached; {count} of them rang the police, enquiries or a bank soon after, "
        "got messages from a bank, or stayed on the line for 20 minutes.",
        "主动联系并通话{people}人；其中{count}人随后拨打110、114或银行热线，收到银行短信，或通话达20分钟。",
    ),
    "co_recipients": (
        "Reaches the same people as {numbers}; such ties to {other_numbers}.",
        "与{numbers}联系同一批人；共与{count}个号码存在此类关联。",
    ),
    "list_age": (
        "How old the lines are that reach the same people, {other_numbers} such as {numbers}: "
        "new cards work through a den's list, settled lines through a company's.",
        "与其联系同一批人的{count}个号码（例如{numbers}）的新旧程度：新号多属诈骗名单，老线路多属企业名单。",
    ),
    "handover": (
        "{count} people first talked with it soon after a talk with {numbers}.",
        "有{count}人在与{numbers}通话后不久首次与其通话。",
    ),
    "in_flagged_network": (
        "Belongs to a group of numbers of which {are_flagged}, such as {numbers}.",
        "所属号码群中有{count}个号码被标记，例如{numbers}。",
    ),
    "settled_lines": (
        "Works in a group of {count} numbers, few new and most at work daily: a company's lines rather than a den's.",
        "所属号码群共{count}个号码，新号少、多数天天在用，更像企业线路而非诈骗窝点。",
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
    "lost_before": (
        "Lost money on {first_at}, before this began: who has lost once is sought out again, by those who promise to "
        "get it back too.",
        "曾于{first_at}受骗损失钱款，早于此次联系：受害人常被再次盯上，包括以追回损失为名的诈骗。",
    ),
    "time_passed": (
        "First talk at {first_at}, newest sign at {last_at}: part of the usual time to a loss has passed. "
        "Chance of a loss: {within_1h} within an hour, {within_24h} within a day, {within_7d} within a week.",
        "首次通话于{first_at}，最近迹象于{last_at}：此类诈骗的常见作案时段已过去一部分。"
        "估计受损概率：1小时内{within_1h}，24小时内{within_24h}，7天内{within_7d}。",
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
