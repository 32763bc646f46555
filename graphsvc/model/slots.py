"""What the sentences about evidence leave open, and how it is filled from the facts, in each language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

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
    "people_checked": ("of what people did after they first talked with it", "首次通话者随后求证或办理银行业务"),
}


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


class Slots:
    """Every slot that a template may use, filled when it is; what the facts lack is said so."""

    def __init__(self, facts: Mapping[str, Any], language: Language, names: Names) -> None:
        self.facts, self.names = facts, names
        self.chinese = language is Language.CHINESE
        self.count = int(facts.get("count", 0))

    def _number(self) -> str:
        return self.names.number(self.facts["number"]) if "number" in self.facts else "?"

    def _numbers(self) -> str:
        return _numbers(self.facts.get("numbers", ()), self.names, self.chinese)

    def _entity(self) -> str:
        return self.names.entity(self.facts["entity"]) if "entity" in self.facts else "?"

    def _events(self) -> str:
        return f"{self.count}" if self.chinese else _counted(self.count, "event")

    def _are_flagged(self) -> str:
        return f"{self.count:,} {'is' if self.count == 1 else 'are'} flagged"

    def _value(self) -> str:
        value = self.facts.get("value")
        return "?" if value is None else _figure(value)

    def _percent(self) -> str:
        value = self.facts.get("value")
        return "?" if value is None else f"{value:.0%}"

    def _source(self) -> str:
        return _SOURCES[self.facts.get("source")][self.chinese]

    def _through(self) -> str:
        return filled(_THROUGH[self.facts.get("through", "behaviour")][self.chinese], self)

    def _instant(self, slot: str) -> str:
        return _instant(self.facts.get(slot), self.names, self.chinese)


def filled(template: str, slots: Slots) -> str:
    """A template with its slots filled. KeyError for a slot that there is not."""
    before, rest = _taken_apart(template)
    return before + "".join([fill(slots) + text for fill, text in rest]) if rest else before


@cache
def _taken_apart(template: str) -> tuple[str, list[tuple[Callable[[Slots], str], str]]]:
    """The text before the first slot; of each slot how it is filled, and the text behind it.

    Once a template: to find the slots anew for every sentence takes longer than to fill them.
    """
    before, *rest = _SLOT.split(template)
    return before, [(_FILLED[slot], text) for slot, text in zip(rest[::2], rest[1::2], strict=True)]


_SLOT: Final = re.compile(r"{(\w+)}")
_FILLED: Final[Mapping[str, Callable[[Slots], str]]] = {
    "number": Slots._number,
    "numbers": Slots._numbers,
    "entity": Slots._entity,
    "count": lambda slots: str(slots.count),
    "times": lambda slots: _times(slots.count),
    "events": Slots._events,
    "flags": lambda slots: _counted(slots.count, "flag"),
    "messages": lambda slots: _counted(slots.count, "message"),
    "other_numbers": lambda slots: _counted(slots.count, "number"),
    "are_flagged": Slots._are_flagged,
    "within_1h": lambda slots: _chance(slots.facts.get("within_1h")),
    "within_24h": lambda slots: _chance(slots.facts.get("within_24h")),
    "within_7d": lambda slots: _chance(slots.facts.get("within_7d")),
    "people": lambda slots: str(slots.facts.get("people", "?")),
    "value": Slots._value,
    "percent": Slots._percent,
    "duration": lambda slots: _duration(slots.facts.get("seconds", 0), slots.chinese),
    "source": Slots._source,
    "scam_type": lambda slots: _scam_type(slots.facts.get("scam_type"), slots.chinese),
    "through": Slots._through,
    "first_at": lambda slots: slots._instant("first_at"),
    "last_at": lambda slots: slots._instant("last_at"),
    "flag_at": lambda slots: slots._instant("flag_at"),
}


def _chance(probability: float | None) -> str:
    """Whole percents; a dash where an analysis of an earlier version did not say."""
    if probability is None:
        return "–"
    return "<1%" if probability < 0.01 else f"{probability:.0%}"


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
