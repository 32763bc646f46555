"""What the sentences about evidence leave open, and how it is filled from the facts, in each language."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any, Final

from graphsvc.model.words import CHINESE, ScamType
from graphsvc.model.written import compiled


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


Facts = Mapping[str, Any]
Fill = Callable[[Facts, Names], str]
"""What stands in a slot, by the facts of an evidence."""


def filled(pair: tuple[str, str], facts: Facts, names: Names) -> tuple[str, str]:
    """Two templates, in the order of languages, with their slots filled. KeyError for a slot that there is not."""
    told = _told(pair, facts.get("through", "behaviour"))
    return pair if told is None else told(facts, names)


@cache
def _told(pair: tuple[str, str], through: str) -> Callable[[Facts, Names], tuple[str, str]] | None:
    """The function that fills two templates, None where they have no slots; `through` is one of _THROUGH.

    Once a pair: to find the slots anew for every sentence takes longer than to fill them. Each slot is a line of it
    (`v0 = fill0(facts, names)`), the sentences are two f-strings; what both languages say alike is filled once for
    both.
    """
    whole = [
        text.replace("{through}", _THROUGH[through][k]) if "{through}" in text else text for k, text in enumerate(pair)
    ]
    fills = list(dict.fromkeys(_FILLED[slot][k] for k, text in enumerate(whole) for slot in _SLOT.findall(text)))
    if not fills:
        return None
    place = {fill: f"{{v{number}}}" for number, fill in enumerate(fills)}
    english, chinese = (
        "".join(place[_FILLED[part][k]] if slot else part for part, slot in _parts(text))
        for k, text in enumerate(whole)
    )
    lines = [f"    v{number} = fill{number}(facts, names)" for number in range(len(fills))]
    text = "\n".join(["def told(facts, names):", *lines, f"    return f{english!r}, f{chinese!r}"])
    return compiled(text, "told", {f"fill{number}": fill for number, fill in enumerate(fills)})


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a template and the names of its slots, in turn; and whether it is a slot."""
    return ((part, bool(number % 2)) for number, part in enumerate(_SLOT.split(text)))


def _of_each(fill: Callable[[bool, Facts, Names], str]) -> tuple[Fill, Fill]:
    """A slot that each language fills in its own way; `fill` is told whether it is Chinese."""
    return partial(fill, False), partial(fill, True)


def _alike(fill: Fill) -> tuple[Fill, Fill]:
    """A slot that both languages fill alike."""
    return fill, fill


def _count(facts: Facts) -> int:
    return int(facts.get("count", 0))


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


def _at(name: str) -> tuple[Fill, Fill]:
    """A slot for an instant; 0 stands for a fact whose feed gave no time."""
    return (
        lambda facts, names: names.instant(facts[name]) if facts.get(name) else "an earlier time",
        lambda facts, names: names.instant(facts[name]) if facts.get(name) else "较早时",
    )


def _duration(seconds: int, chinese: bool) -> str:
    if seconds < 60:
        return f"{seconds}秒" if chinese else f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes}分钟" if chinese else f"{minutes} min"


def _scam_type(kind: str | None, chinese: bool) -> str:
    scam = ScamType(kind) if kind is not None else ScamType.OTHER
    return CHINESE[scam] if chinese else scam.value.replace("_", " ")


_SLOT: Final = re.compile(r"{(\w+)}")
_FILLED: Final[Mapping[str, tuple[Fill, Fill]]] = {
    "number": _alike(lambda facts, names: names.number(facts["number"]) if "number" in facts else "?"),
    "numbers": _of_each(lambda chinese, facts, names: _numbers(facts.get("numbers", ()), names, chinese)),
    "entity": _alike(lambda facts, names: names.entity(facts["entity"]) if "entity" in facts else "?"),
    "count": _alike(lambda facts, _: str(_count(facts))),
    "times": _alike(lambda facts, _: _times(_count(facts))),
    "events": _of_each(lambda chinese, facts, _: f"{_count(facts)}" if chinese else _counted(_count(facts), "event")),
    "flags": _alike(lambda facts, _: _counted(_count(facts), "flag")),
    "messages": _alike(lambda facts, _: _counted(_count(facts), "message")),
    "other_numbers": _alike(lambda facts, _: _counted(_count(facts), "number")),
    "are_flagged": _alike(lambda facts, _: f"{_count(facts):,} {'is' if _count(facts) == 1 else 'are'} flagged"),
    "within_1h": _alike(lambda facts, _: _chance(facts.get("within_1h"))),
    "within_24h": _alike(lambda facts, _: _chance(facts.get("within_24h"))),
    "within_7d": _alike(lambda facts, _: _chance(facts.get("within_7d"))),
    "people": _alike(lambda facts, _: str(facts.get("people", "?"))),
    "value": _alike(lambda facts, _: "?" if facts.get("value") is None else _figure(facts["value"])),
    "percent": _alike(lambda facts, _: "?" if facts.get("value") is None else f"{facts['value']:.0%}"),
    "duration": _of_each(lambda chinese, facts, _: _duration(facts.get("seconds", 0), chinese)),
    "source": _of_each(lambda chinese, facts, _: _SOURCES[facts.get("source")][chinese]),
    "scam_type": _of_each(lambda chinese, facts, _: _scam_type(facts.get("scam_type"), chinese)),
    "first_at": _at("first_at"),
    "last_at": _at("last_at"),
    "flag_at": _at("flag_at"),
}
