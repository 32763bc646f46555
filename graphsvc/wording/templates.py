"""Templates of warning texts: one a language, channel and kind of scam. A language is a folder.

`languages/LANGUAGE/` holds `language.toml` (names and the words its texts are checked by), `scams.toml` (each kind in
words) and one text a channel. The text of a channel says `{scam}`, `{question}`, `{story}` and `{questions}`, which are
put in here; `{suspect}` and `{reference}` stay until there is a warning.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from graphsvc.errors import NotFound
from graphsvc.model.kept import once
from graphsvc.model.warnings import WarningChannel
from graphsvc.wording.warned import WarningFacts, WordedScam

DEFAULT_LANGUAGE: Final = "zh"
SLOTS: Final = frozenset({"suspect", "reference"})
"""What a template may leave open."""


@dataclass(frozen=True, order=True)
class TemplateName:
    """Which text it is."""

    language: str
    """The name of a folder: `zh`, `en`."""
    channel: WarningChannel
    scam: WordedScam

    def __str__(self) -> str:
        """As people write it: `zh/sms/brushing`."""
        return f"{self.language}/{self.channel.value}/{self.scam.value}"

    @classmethod
    def parse(cls, text: str) -> "TemplateName":
        """The name that `str` wrote. NotFound where no such text can be."""
        language, _, rest = text.partition("/")
        channel, _, scam = rest.partition("/")
        try:
            return cls(language, WarningChannel(channel), WordedScam(scam))
        except ValueError:
            raise NotFound("a template is named LANGUAGE/CHANNEL/SCAM, such as zh/sms/brushing") from None


@dataclass(frozen=True)
class Language:
    """A language's own words."""

    code: str
    name: str
    tail: str
    no_tail: str
    reference: str
    limits: Mapping[str, int]
    """Characters at most, by channel; messages are counted in parts."""
    rules: Mapping[str, Any]
    """Word lists that `linter` holds texts to."""
    scams: Mapping[WordedScam, Mapping[str, Any]]


@dataclass(frozen=True)
class Templates:
    """Every template in use: those of the package, and the replacements that were approved."""

    languages: Mapping[str, Language]
    texts: Mapping[TemplateName, str] = field(repr=False)

    def text(self, name: TemplateName) -> str:
        """The template of that name. NotFound where the language is not there."""
        try:
            return self.texts[name]
        except KeyError:
            raise NotFound(
                f"there are no texts in this language; there are: {', '.join(sorted(self.languages))}"
            ) from None

    def replaced(self, texts: Mapping[TemplateName, str]) -> "Templates":
        """The same with these texts in place of the package's."""
        return replace(self, texts={**self.texts, **texts})

    def language_for(self, tag: str | None) -> str:
        """The language for a subscriber's tag (BCP 47: `zh-Hans-CN`, `en`), the default where there is none of it."""
        primary = (tag or "").replace("_", "-").partition("-")[0].lower()
        return primary if primary in self.languages else DEFAULT_LANGUAGE

    def filled(self, name: TemplateName, facts: WarningFacts) -> str:
        """The text of a warning."""
        text, words = self.text(name), self.languages[name.language]
        suspect = words.no_tail if facts.tail is None else words.tail.format(tail=facts.tail)
        reference = "" if facts.reference is None else words.reference.format(code=facts.reference)
        filled = put_in(text, {"suspect": suspect, "reference": reference})
        return "\n".join(line.rstrip() for line in filled.strip().splitlines())


def put_in(text: str, slots: Mapping[str, str]) -> str:
    """The text with its slots filled; ValueError where it has one that is not there, or a brace that is no slot."""
    parts = []
    for literal, slot, form, conversion in Formatter().parse(text):
        parts.append(literal)
        if slot is not None:
            if slot not in slots or form or conversion:
                raise ValueError("a slot that is not there")
            parts.append(slots[slot])
    return "".join(parts)


@once
def built_in() -> Templates:
    """The templates that come with the package."""
    root = files(__package__) / "languages"
    languages, texts = {}, {}
    for folder in sorted(root.iterdir(), key=lambda place: place.name):
        if not folder.is_dir() or folder.name.startswith(("_", ".")):
            continue
        language = _language(folder.name, folder)
        languages[language.code] = language
        for channel in WarningChannel:
            pattern = (folder / f"{channel.value}.txt").read_text("utf-8").strip()
            for scam in WordedScam:
                texts[TemplateName(language.code, channel, scam)] = _composed(pattern, language.scams[scam])
    return Templates(languages, texts)


def _language(code: str, folder: Any) -> Language:
    words = tomllib.loads((folder / "language.toml").read_text("utf-8"))
    scams = tomllib.loads((folder / "scams.toml").read_text("utf-8"))
    return Language(
        code=code,
        name=words["name"],
        tail=words["tail"],
        no_tail=words["no_tail"],
        reference=words["reference"],
        limits=words["limits"],
        rules=words["rules"],
        scams={scam: scams[scam.value] for scam in WordedScam},
    )


def _composed(pattern: str, scam: Mapping[str, Any]) -> str:
    """A channel's text for one kind of scam, open for what a warning tells."""
    return put_in(
        pattern,
        {
            "scam": scam["name"],
            "question": scam["question"],
            "story": scam["story"],
            "questions": "\n".join(f"· {question}" for question in scam["questions"]),
            **{slot: f"{{{slot}}}" for slot in SLOTS},
        },
    )
