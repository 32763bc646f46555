"""An investigation as a file to hand on: one HTML page without a script, and the SHA-256 of each of its parts.

It says what was collected, by whom and when, and for each number and network the facts that speak for and against it.
Numbers are masked; beside each stands a short reference (#1, #2 …), and a table at the end says by which id the service
knows what it stands for: ids are long, and a number is named in many places. A part's hash is over the bytes between
`<section id="…">`, the line's end, and the line of its `</section>`: whoever has the file can reckon it again.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from graphsvc.model.phrases import Language
from graphsvc.model.purposes import Errand
from graphsvc.model.words import CHINESE, ScamType
from graphsvc.reports.investigations import HeldNetwork, HeldNumber, InvestigationReport, NoteReport
from graphsvc.reports.pack_words import WORDS
from graphsvc.reports.values import FlagReport, NetworkDetail, NumberReport, ShownEvidence, ShownNumber
from graphsvc.store.results import AnalysisRecord

NETWORK_MEMBERS_MOST: Final = 200
"""Members of a network that are listed; the network's size says how many there are."""
_STYLE: Final = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#111}
table{border-collapse:collapse;margin:.5rem 0;width:100%}th,td{padding:.25rem .6rem;border-bottom:1px solid #ccc;
text-align:left;vertical-align:top}td>span{white-space:nowrap}
code{font-size:12px;word-break:break-all}h3{margin:1.2rem 0 .3rem}
.note{border-left:4px solid #888;padding-left:.8rem}@media print{body{margin:0;max-width:none}h3{break-after:avoid}}
"""

_OF_ALL: Final = frozenset({"prior"})
"""The rule that says how common fraud numbers are: the same of all, so it decides nothing about one."""


@dataclass(frozen=True)
class Part:
    """A part of a pack and its SHA-256 in hexadecimal digits."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Pack:
    """The file."""

    file_name: str
    html: str
    sha256: str
    """Of the whole file, in hexadecimal digits."""
    parts: list[Part]
    made_at: int
    analysis_id: str | None


@dataclass(frozen=True)
class Content:
    """What goes into a pack."""

    report: InvestigationReport
    numbers: Mapping[str, NumberReport]
    """What is known of each number, by token."""
    networks: Mapping[int, NetworkDetail]
    record: AnalysisRecord | None
    """The analysis that says so."""
    errand: Errand
    """Who asked for the pack, and why."""
    made_at: int
    zone: ZoneInfo
    """The operator's: times are local, and say so."""
    cite: Callable[[str], str]
    """The id by which the service knows a number, from its token."""


def pack_of(content: Content, language: Language) -> Pack:
    """The pack of an investigation in a language. The same content gives the same bytes."""
    page = _Page(content, language is Language.CHINESE)
    sections = {name: made() for name, made in page.sections().items()}
    parts = [Part(name, _sha256(text)) for name, text in sections.items()]
    html = page.whole(sections, parts)
    made = datetime.fromtimestamp(content.made_at / 1000, content.zone).strftime("%Y%m%d-%H%M%S")
    analysis_id = content.record.analysis_id if content.record else None
    name = f"{content.report.reference}-{made}.html"
    return Pack(name, html, _sha256(html), parts, content.made_at, analysis_id)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Page:
    """The page being written, in one language."""

    def __init__(self, content: Content, chinese: bool) -> None:
        self.content, self.chinese = content, chinese
        self._cited: dict[str, tuple[int, str]] = {}
        """What has a reference, by token, in the order of first mention: its place and a masked number, or nothing."""

    def sections(self) -> Mapping[str, Callable[[], str]]:
        """The parts in their order, each with what writes it."""
        return {
            "investigation": self._investigation,
            "numbers": self._numbers,
            "networks": self._networks,
            "log": self._log,
            "sources": self._sources,
            "ids": self._ids,  # the last: it tells what the others cite
        }

    def whole(self, sections: Mapping[str, str], parts: Sequence[Part]) -> str:
        """The document around the parts, with their hashes at its end."""
        title = escape(f"{self._word('pack')} {self.content.report.reference}")
        body = "\n".join(f'<section id="{name}">\n{text}\n</section>' for name, text in sections.items())
        hashes = self._table(("part", "sha256"), ((self._word(part.name), _code(part.sha256)) for part in parts))
        language = "zh-CN" if self.chinese else "en"
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        return (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head><body>\n'
            f"<h1>{title}</h1>\n{body}\n<h2>{self._word('hashes')}</h2>\n"
            f"<p>{self._word('how to check')}</p>\n{hashes}\n</body></html>\n"
        )

    def _investigation(self) -> str:
        report, one, errand = self.content.report, self.content.report.investigation, self.content.errand
        rows = [
            ("reference", report.reference),
            ("title", one.title),
            ("region", one.region or self._word("whole country")),
            ("case", one.case_ref),
            ("status", self._word(one.status.value)),
            ("assignee", one.assignee),
            ("opened", f"{self._at(one.opened_at)}, {one.opened_by}"),
            ("changed", self._at(one.changed_at)),
            ("made", f"{self._at(self.content.made_at)}, {errand.actor}"),
            ("purpose", errand.purpose),
            ("case of the request", errand.case_ref),
            ("withheld", str(report.withheld)),
        ]
        said = "".join(f"<tr><th>{self._word(name)}</th><td>{escape(text or '–')}</td></tr>" for name, text in rows)
        warning = f'<p class="note">{self._word("a claim")}</p>'
        return f"<h2>{self._word('investigation')}</h2>\n{warning}\n<table>{said}</table>"

    def _numbers(self) -> str:
        held = self.content.report.numbers
        told = "\n".join(self._number(one) for one in held)
        return f"<h2>{self._word('numbers')} ({len(held)})</h2>\n{told}"

    def _number(self, held: HeldNumber) -> str:
        known = self.content.numbers.get(held.shown.token)
        head = self._named(held.shown)
        network = known.network if known else None
        said = [
            self._word(held.number_class),
            f"{self._word('probability')} {held.fraud_probability:.3f}",
            *([self._word("in network").format(escape(network))] if network else []),
            self._added(held),
        ]
        flags = known.flags if known else []
        evidence = known.evidence if known else []
        return "\n".join(
            [
                f"<h3>{head}</h3>\n<p>{'; '.join(said)}</p>",
                *([self._flags(flags)] if flags else []),
                self._evidence(evidence) if evidence else f"<p>{self._word('no evidence')}</p>",
            ]
        )

    def _flags(self, flags: Sequence[FlagReport]) -> str:
        rows = (
            (
                f"{self._word('flag')} {flag.flag_id}",
                self._word(flag.source or "somebody"),
                escape(self._scam(flag.scam_type)),
                escape(flag.case_id or "–"),
                self._at(flag.known_at),
            )
            for flag in flags
        )
        return self._table(("fact", "source", "scam type", "case", "known at"), rows)

    def _evidence(self, evidence: Sequence[ShownEvidence]) -> str:
        """In the order given, and last what is said of every number."""
        rows = (
            (
                escape(item.text_zh if self.chinese else item.text),
                f"{item.contribution:+.3f}",
                self._facts(item.facts),
            )
            for item in sorted(evidence, key=lambda one: one.rule in _OF_ALL)
        )
        return self._table(("what was seen", "weight", "facts"), rows)

    def _facts(self, facts: Mapping[str, Any]) -> str:
        """The facts that a rule rests on: which numbers and entities, when, how often, which flags."""
        cited = [facts["number"]] if isinstance(facts.get("number"), dict) else []
        said = [
            f"{escape(one['number'])} {self._reference(one['token'], one['number'])}"
            for one in [*cited, *facts.get("numbers", ())]
        ]
        entities = [facts["entity"]] if isinstance(facts.get("entity"), str) else []
        said += [self._reference(entity) for entity in [*entities, *facts.get("entities", ())]]
        instants = [self._at(facts[name]) for name in ("first_at", "last_at") if facts.get(name)]
        said += [" – ".join(dict.fromkeys(instants))] if instants else []
        said += [f"{self._word(name)} {facts[name]}" for name in ("count", "seconds") if facts.get(name)]
        said += [f"{self._word('flag')} {flag}" for flag in facts.get("flag_ids", ())]
        return "<br>".join(f"<span>{one}</span>" for one in said) or "–"

    def _networks(self) -> str:
        held = self.content.report.networks
        told = "\n".join(self._network(one) for one in held)
        return f"<h2>{self._word('networks')} ({len(held)})</h2>\n{told}"

    def _network(self, held: HeldNetwork) -> str:
        head = f"<h3>{escape(held.reference)}</h3>\n<p>{self._added(held)}</p>"
        found = self.content.networks.get(held.network_id)
        if found is None:
            return f"{head}\n<p>{self._word('no network now')}</p>"
        one = found.network
        counts = (("size", one.size), ("flagged", one.flagged), ("exposed", one.exposed), ("losses", one.losses))
        said = [f"{self._word(name)} {count}" for name, count in counts]
        figures = "; ".join([*said, f"{self._at(one.first_seen)} – {self._at(one.last_seen)}"])
        rows = (
            (
                f"{escape(member.number)} {self._reference(member.token, member.number)}",
                self._word(member.role),
                f"{member.score:.3f}",
                self._word("flagged") if member.flagged else "–",
            )
            for member in found.members[:NETWORK_MEMBERS_MOST]
        )
        members = self._table(("number", "role", "probability", "flagged"), rows)
        return f"{head}\n<p>{figures}</p>\n{members}"

    def _log(self) -> str:
        rows = (
            (self._at(line.at), escape(line.by), self._word(line.kind), self._about(line), _lines(line.text))
            for line in reversed(self.content.report.notes)
        )
        return f"<h2>{self._word('log')}</h2>\n{self._table(('when', 'who', 'what', 'about', 'text'), rows)}"

    def _about(self, line: NoteReport) -> str:
        if line.number is not None:
            return self._named(line.number)
        known = {held.network_id: held.reference for held in self.content.report.networks}
        return escape(known.get(line.network_id, "–")) if line.network_id is not None else "–"

    def _sources(self) -> str:
        record = self.content.record
        if record is None:
            return f"<h2>{self._word('sources')}</h2>\n<p>{self._word('no analysis')}</p>"
        seen = ", ".join(f"{feed} ≤ {newest}" for feed, newest in sorted((record.facts_seen or {}).items()))
        rows = [
            ("analysis", record.analysis_id),
            ("as of", self._at(record.as_of)),
            ("analysed", self._at(record.made_at)),
            ("engine", record.engine),
            ("events up to", record.snapshot_id.partition("-")[0]),
            ("facts up to", seen or "–"),
        ]
        said = "".join(f"<tr><th>{self._word(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows)
        return f"<h2>{self._word('sources')}</h2>\n<table>{said}</table>"

    def _ids(self) -> str:
        rows = (
            (
                f"#{place}",
                escape(number) or self._word("device, holder or account"),
                _code(self.content.cite(token) if number else token),
            )
            for token, (place, number) in self._cited.items()
        )
        told = f"<p>{self._word('how to look up')}</p>\n{self._table(('cited as', 'stands for', 'id'), rows)}"
        return f"<h2>{self._word('ids')}</h2>\n{told}"

    def _named(self, number: ShownNumber) -> str:
        return f"{escape(number.number)} {self._reference(number.token, number.number)}"

    def _reference(self, token: str, number: str = "") -> str:
        """What a token is cited as: short, and the same wherever it is named."""
        return f"<b>#{self._cited.setdefault(token, (len(self._cited) + 1, number))[0]}</b>"

    def _added(self, held: HeldNumber | HeldNetwork) -> str:
        added = f"{self._word('added')} {self._at(held.added_at)}, {escape(held.added_by)}"
        return added if held.analysis_id is None else f"{added} ({self._word('analysis')} {escape(held.analysis_id)})"

    def _table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        head = "".join(f"<th>{self._word(name)}</th>" for name in heads)
        body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"

    def _scam(self, kind: str) -> str:
        return CHINESE[ScamType(kind)] if self.chinese else kind.replace("_", " ")

    def _at(self, instant: int) -> str:
        return datetime.fromtimestamp(instant / 1000, self.content.zone).isoformat(" ", "seconds")

    def _word(self, name: str) -> str:
        return WORDS[name][self.chinese]


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
