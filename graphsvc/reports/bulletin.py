"""The day's bulletin: kinds of scam, methods and networks, in Chinese and English. No number, and no small count.

A count of 1 to 4 is not told, nor is whatever would let it be worked out: see `suppressed`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from graphsvc.model.evidence import from_json
from graphsvc.model.words import CHINESE, ScamType
from graphsvc.store import day as store
from graphsvc.store.catalogue import Catalogue

SMALLEST: Final = 5
"""The smallest count of people, numbers or cases that is told."""


@dataclass(frozen=True)
class Row:
    """One line of a section: what is counted, in both languages; None where the count is too small to be told."""

    key: str
    chinese: str
    english: str
    count: int | None


@dataclass(frozen=True)
class Section:
    """A table of counts. `total` is None where telling it would give a small count away."""

    key: str
    chinese: str
    english: str
    rows: list[Row]
    total: int | None


@dataclass(frozen=True)
class Bulletin:
    """What a day brought."""

    date: str
    """ISO-8601, in the operator's zone."""
    sections: list[Section]
    chinese: str
    english: str


_TITLES: Final = {
    "flagged": ("新标记的涉诈号码和账户", "Numbers and accounts newly flagged"),
    "reported": ("新报告的案件", "Losses newly reported"),
    "warned": ("新预警的群众", "People newly warned"),
    "methods": ("预警中见到的手法", "Methods seen with the people warned"),
    "networks": ("新出现的团伙", "Networks first seen"),
}
_METHODS: Final = {
    "handed_over": ("多个号码接力联系", "passed on from number to number"),
    "verified": ("让人拨打114、110“核实”", "told to ring 114 or 110 to check"),
    "bank_called": ("诱导联系银行", "led to ring the bank"),
    "codes": ("通话中索要验证码", "codes of the bank during the call"),
    "message_then_call": ("先发短信再打电话", "a message first, then a call"),
}
_FEW: Final = ("不足5", "fewer than 5")


def daily_bulletin(catalogue: Catalogue, day: date, zone: ZoneInfo) -> Bulletin:
    """The bulletin of a day of the operator's zone."""
    since, until = (_instant(each, zone) for each in (day, day + timedelta(days=1)))
    found = {
        "flagged": _by_scam(store.flagged(catalogue, since, until)),
        "reported": _by_scam(store.reported(catalogue, since, until)),
        "warned": _by_scam(store.warned(catalogue, since, until)),
        "networks": _by_scam(_networks(catalogue, since, until)),
    }
    methods = _methods(catalogue, since, until)
    sections = [_section(key, counts) for key, counts in found.items()]
    # A person can meet several methods, or none: their sum says nothing.
    sections.insert(3, _section("methods", methods, summed=False))
    return Bulletin(day.isoformat(), sections, _text(day, sections, 0), _text(day, sections, 1))


def suppressed(counts: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """The counts that may be told, and their total if it may be.

    Counts of 1 to 4 are not told, and where one is not, neither is the total, from which it could be worked out. (To
    leave out a second, larger count instead and tell the total is not enough: 5, 4 and 4 of 13 are found that way.)
    """
    told = {key: None if 0 < count < SMALLEST else count for key, count in counts.items()}
    return told, None if None in told.values() else sum(counts.values())


def _section(key: str, counts: dict[str, int], *, summed: bool = True) -> Section:
    told, total = suppressed(counts)
    rows = [Row(name, *_words(key, name), told[name]) for name in sorted(told, key=lambda name: (-counts[name], name))]
    shown = [row for row in rows if row.count is not None] + sorted(
        (row for row in rows if row.count is None), key=lambda row: row.key
    )  # the order of the untold ones must not tell which is larger
    return Section(key, *_TITLES[key], shown, total if summed else None)


def _words(section: str, name: str) -> tuple[str, str]:
    if section == "methods":
        return _METHODS[name]
    scam = ScamType(name)
    return CHINESE[scam], scam.value.replace("_", " ")


def _by_scam(counts: Mapping[str, int]) -> dict[str, int]:
    known = {scam.value for scam in ScamType}
    merged: Counter[str] = Counter()
    for kind, count in counts.items():
        merged[kind if kind in known else ScamType.OTHER.value] += count
    return dict(merged)


def _networks(catalogue: Catalogue, since: int, until: int) -> dict[str, int]:
    """Networks of at least five numbers that reached at least five people: a smaller one would tell of persons."""
    found = store.new_networks(catalogue, since, until)
    return dict(Counter(kind or "other" for kind, size, exposed in found if size >= SMALLEST and exposed >= SMALLEST))


def _methods(catalogue: Catalogue, since: int, until: int) -> dict[str, int]:
    seen: Counter[str] = Counter()
    for _, evidence in store.evidence_of_warned(catalogue, since, until):
        seen.update({item.rule for item in from_json(evidence)} & _METHODS.keys())
    return dict(seen)


def _text(day: date, sections: list[Section], language: int) -> str:
    chinese = language == 0
    lines = [f"{day:%Y年%m月%d日}反诈日报" if chinese else f"Anti-fraud bulletin of {day:%Y-%m-%d}"]
    for section in sections:
        title = section.chinese if chinese else section.english
        if not section.rows:
            lines.append(f"{title}：无" if chinese else f"{title}: none")
            continue
        told = [
            f"{row.chinese if chinese else row.english} {_FEW[language] if row.count is None else row.count}"
            for row in section.rows
        ]
        total = "" if section.total is None else (f"共{section.total}；" if chinese else f"{section.total} in all; ")
        lines.append(f"{title}：{total}{'、'.join(told)}" if chinese else f"{title}: {total}{', '.join(told)}")
    return "\n".join(lines)


def _instant(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)
