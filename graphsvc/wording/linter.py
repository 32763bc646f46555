"""The rules that every warning text keeps, whoever wrote it. Why, with sources: docs/warning-texts.md.

Question prompts and plain advice helped people; fear made them more likely to fall for it; and whatever a genuine
warning never does (a link, another number to call, a request for data) tells it apart from a false one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Final

from graphsvc.model.warnings import WarningChannel
from graphsvc.wording.parts import sms_parts
from graphsvc.wording.templates import SLOTS, Language, TemplateName, Templates
from graphsvc.wording.warned import WarningFacts

SMS_PARTS_MOST: Final = 2
SCRIPTS: Final = frozenset({WarningChannel.CALL, WarningChannel.VISIT})
NUMBERS_TO_ASK: Final = frozenset({"96110", "110"})

_SAMPLE: Final = {"tail": "0000", "reference": "W-4H7T2M-9"}
_SEPARATED: Final = re.compile(r"\d(?:[\s\-–—.·*_()/]*\d)*")
_LINK: Final = re.compile(
    r"://|\bwww\b|@|[a-z0-9]\s*[.。．]\s*(?:com|cn|net|org|top|xyz|vip|app|info|cc|me|io|site|shop|link)\b"
    r"|[a-z0-9-]+\.[a-z]{2,}/",
    re.IGNORECASE,
)
_SHOUTED: Final = re.compile(r"\b[A-Z]{5,}\b")
_LIVELY: Final = re.compile(r"[!！]")


@dataclass(frozen=True)
class Fault:
    """A rule that a text breaks."""

    rule: str
    english: str
    chinese: str


def faults(templates: Templates, name: TemplateName, text: str) -> list[Fault]:
    """What is wrong with a text in the place of that template; nothing where it keeps all rules."""
    language = templates.languages[name.language]
    open_slots = _slots(text)
    if open_slots is None or not open_slots <= SLOTS:
        return [_fault("slots")]
    seen = _Seen(name, language, unicodedata.normalize("NFKC", _bare(text)), text)
    found = [_fault(rule) for rule, broken in _RULES.items() if broken(seen)]
    return [*found, *_too_long(templates.replaced({name: text}), name)]


def parts_of(templates: Templates, name: TemplateName) -> int:
    """Short messages that a text takes with a usual tail and reference; 1 for what is no message."""
    return sms_parts(_sample(templates, name)) if name.channel is WarningChannel.SMS else 1


@dataclass(frozen=True)
class _Seen:
    name: TemplateName
    language: Language
    plain: str
    """The text without its slots, in compatibility form."""
    text: str

    def says(self, words: str) -> bool:
        """Whether the text has any phrase of one of the language's lists."""
        lower = self.plain.lower()
        return any(phrase.lower() in lower for phrase in self.language.rules[words])


def _slots(text: str) -> frozenset[str] | None:
    """The slots that a text leaves open; None where a brace is none, or asks for more than the plain value."""
    try:
        parsed = [(slot, form, conversion) for _, slot, form, conversion in Formatter().parse(text) if slot is not None]
    except ValueError:
        return None
    if any(form or conversion for _, form, conversion in parsed):
        return None
    return frozenset(slot for slot, _, _ in parsed)


def _bare(text: str) -> str:
    return "".join(f"{literal} " if slot else literal for literal, slot, _, _ in Formatter().parse(text))


def _digit_runs(text: str) -> Iterator[str]:
    for run in _SEPARATED.finditer(text):
        yield re.sub(r"\D", "", run[0])


def _other_number(seen: _Seen) -> bool:
    runs = [run for run in _digit_runs(seen.plain) if len(run) > 2 and run not in NUMBERS_TO_ASK]
    spelled = seen.language.rules["numerals"]
    return bool(runs) or bool(spelled and re.search(f"[{spelled}]{{5,}}", seen.plain))


def _hidden(seen: _Seen) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") for character in seen.text.replace("\n", ""))


def _lacks_script(seen: _Seen) -> bool:
    return seen.name.channel in SCRIPTS and not seen.says("keep_evidence")


def _lacks_noes(seen: _Seen) -> bool:
    lower = seen.plain.lower()
    wanted = seen.language.rules["three_nos_one_more"]
    return seen.name.channel in SCRIPTS and not all(phrase.lower() in lower for phrase in wanted)


def _nameless(seen: _Seen) -> bool:
    return str(seen.language.scams[seen.name.scam]["name"]).lower() not in seen.text.lower()


def _unasked(seen: _Seen) -> bool:
    return not re.search(r"[?？]", seen.plain)


def _unadvised(seen: _Seen) -> bool:
    return not NUMBERS_TO_ASK.intersection(_digit_runs(seen.plain))


_RULES: Final[dict[str, Callable[[_Seen], bool]]] = {
    "names_suspect": lambda seen: "{suspect}" not in seen.text,
    "names_scam": _nameless,
    "asks": _unasked,
    "stop_contact": lambda seen: not seen.says("stop_contact"),
    "stop_payment": lambda seen: not seen.says("stop_payment"),
    "whom_to_ask": _unadvised,
    "keep_evidence": _lacks_script,
    "three_nos_one_more": _lacks_noes,
    "fear": lambda seen: seen.says("fear") or bool(_SHOUTED.search(seen.plain) or _LIVELY.search(seen.plain)),
    "link": lambda seen: bool(_LINK.search(seen.plain)) or seen.says("lures"),
    "other_number": _other_number,
    "personal_data": lambda seen: seen.says("asks_for_data"),
    "hidden_characters": _hidden,
}

_WORDS: Final = {
    "slots": (
        "only {suspect} and {reference} can be left open, and other braces have no place",
        "只能留空{suspect}和{reference}，不得有其他花括号",
    ),
    "names_suspect": ("does not name the suspect number: {suspect}", "没有写明可疑号码：{suspect}"),
    "names_scam": ("does not name the kind of scam", "没有写明诈骗种类"),
    "asks": ("asks no question", "没有提问"),
    "stop_contact": ("does not say to stop contact", "没有劝停止联系"),
    "stop_payment": ("does not say to stop payment", "没有劝停止付款"),
    "whom_to_ask": ("does not say whom to ask: 96110 or 110", "没有写明向96110或110求助"),
    "keep_evidence": ("a script says how to keep evidence", "话术须说明如何保留证据"),
    "three_nos_one_more": ("a script says the three noes and one more", "话术须写全“三不一多”"),
    "fear": ("frightens: no threats, no shouting, no exclamation marks", "含恐吓用语、叹号或大写喊话"),
    "link": ("has a link or asks to click, scan, add or call back", "含链接，或要求点击、扫码、添加、回拨"),
    "other_number": ("names a number other than 96110 and 110", "出现96110、110以外的号码"),
    "personal_data": ("asks for personal data", "索要个人信息"),
    "hidden_characters": ("has characters that cannot be seen", "含不可见字符"),
    "too_long": ("is too long for its channel", "超出该渠道的长度"),
}


def _fault(rule: str) -> Fault:
    return Fault(rule, *_WORDS[rule])


def _sample(templates: Templates, name: TemplateName) -> str:
    return templates.filled(name, WarningFacts(name.scam, _SAMPLE["tail"], _SAMPLE["reference"]))


def _too_long(templates: Templates, name: TemplateName) -> list[Fault]:
    text = _sample(templates, name)
    if name.channel is WarningChannel.SMS:
        long = sms_parts(text) > SMS_PARTS_MOST
    else:
        long = len(text) > templates.languages[name.language].limits[name.channel.value]
    return [_fault("too_long")] if long else []
