"""An evaluation as one HTML page that needs nothing else: figures with intervals, tables, plots. Pure."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from graphsvc.replay import plots
from graphsvc.replay.evaluate import BOUNDED, Evaluation, of_oracle
from graphsvc.replay.intervals import Estimate

NAMES: Final[Mapping[str, str]] = {
    "warned_in_time_recall": "losses warned of in time",
    "warned_in_time_recall_calls_visits": "… by calls and visits alone",
    "warned_in_time_recall_subscribers": "… of own subscribers",
    "precision_contact": "warned people in contact with fraud",
    "precision_loss": "warned people right about the loss",
    "precision_deep": "warned people deep in it, or losing",
    "precision_deep_calls_visits": "… by calls and visits",
    "lead_time_hours_median": "hours from warning to loss, median",
    "lead_time_hours_p10": "hours from warning to loss, one in ten has less than",
    "burden": "warnings for each loss warned of in time",
    "ece": "calibration error of `probability`",
    "brier": "Brier score of `probability`",
    "ece_in_contact": "calibration error of `in_contact_probability`",
    "brier_in_contact": "Brier score of `in_contact_probability`",
    "scam_type_right": "kind of scam right",
    "faithful_evidence": "warnings with a faithful evidence path",
    "average_precision_unflagged": "average precision on fraud numbers nobody had flagged",
    "adjusted_rand_index": "networks against gangs, adjusted Rand index",
    "purity": "purity of networks",
    "coverage": "fraud numbers that are in a network",
    "network_ids_kept": "members whose network keeps its id from day to day",
}
"""Every figure and how people call it, in the order of the page."""

_BARS: Final = (
    "warned_in_time_recall",
    "warned_in_time_recall_calls_visits",
    "precision_contact",
    "precision_deep",
    "precision_deep_calls_visits",
)
_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .75rem;border-bottom:1px solid #ddd;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}figure{display:inline-block;width:26rem;margin:.5rem}
svg{width:100%}svg text{font:11px system-ui,sans-serif;fill:#333}svg circle{fill:#0b5394}figcaption{font-size:13px}
.axis{fill:none;stroke:#333}.grid{fill:none;stroke:#e4e4e4}.even{fill:none;stroke:#888;stroke-dasharray:4 4}
.line{fill:none;stroke:#0b5394;stroke-width:2}.bar{fill:none;stroke:#0b5394;stroke-width:5;opacity:.35}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}svg text{fill:#ccc}th,td{border-color:#333}
.grid{stroke:#333}.axis{stroke:#ccc}svg circle{fill:#7ab8f5}.line,.bar{stroke:#7ab8f5}}
"""


def page(found: Evaluation, *, title: str) -> str:
    """The whole document."""
    counts = found.counts
    lead = f"{counts['losses_warned_in_time']} of {counts['losses']} losses warned of in time"
    drawings = [
        plots.intervals([(NAMES[name], found.figures[name]) for name in _BARS], title="95 % intervals over gangs"),
        plots.lead_times(found.lead_hours, counts["losses"], title=lead),
        *(plots.reliability(groups, title=f"Reliability of {said}") for said, groups in found.reliability.items()),
    ]
    sections = [_figures(found), f"<section>{''.join(drawings)}</section>"]
    sections += [_groups(column, groups) for column, groups in found.by.items() if groups]
    if found.beside:
        sections.insert(1, _beside(found))
    if found.hard_negatives is not None:
        held = found.hard_negatives.by_kind
        rows = [[kind, str(of["innocent"]), str(of["held"])] for kind, of in held.items()]
        sections.append(_table("Innocents that look guilty", ["kind", "numbers", "held suspect at some cut"], rows))
    sections.append(_table("Counts", ["what", "count"], [[name, f"{n:,}"] for name, n in counts.items()]))
    if found.notes:
        sections.append("<h2>Notes</h2><ul>" + "".join(f"<li>{escape(note)}</li>" for note in found.notes) + "</ul>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"{''.join(sections)}</body></html>\n"
    )


def shown(value: float | None) -> str:
    """A figure as people read it; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def interval(one: Estimate) -> str:
    """The interval as people read it."""
    return "–" if one.low is None or one.high is None else f"{shown(one.low)} – {shown(one.high)}"


def _figures(found: Evaluation) -> str:
    rows = [
        [NAMES[name].replace("`", ""), shown(one.value), interval(one), "" if one.of is None else f"{one.of:,}"]
        for name, one in ((name, found.figures[name]) for name in NAMES if name in found.figures)
    ]
    return _table("Figures", ["figure", "value", "95 % interval", "of"], rows)


def _beside(found: Evaluation) -> str:
    """Simpler rules, this replay and the oracle, at the same capacity."""
    rules = {"this replay": found, **found.beside}
    rows = [
        [name, f"{of.counts['warnings']:,}", *(_with_interval(of.figures[figure]) for figure in BOUNDED)]
        for name, of in rules.items()
    ]
    share = of_oracle(found)
    if share:
        of = (f"{share[figure]:.0%}" if figure in share else "–" for figure in BOUNDED)
        rows.append(["this replay, of the oracle", "", *of])
    return _table("Beside simpler rules and an oracle", ["rule", "warnings", *(NAMES[one] for one in BOUNDED)], rows)


def _with_interval(one: Estimate) -> str:
    return shown(one.value) if one.low is None else f"{shown(one.value)} ({interval(one)})"


def _groups(column: str, groups: Mapping[str, Mapping[str, Estimate]]) -> str:
    names = [name for name in NAMES if any(name in group for group in groups.values())]
    rows = [
        [value, *(f"{shown(group[name].value)} ({group[name].of})" if name in group else "–" for name in names)]
        for value, group in groups.items()
    ]
    title = f"By {column.replace('_', ' ')} (in brackets: of how many)"
    return _table(title, [column.replace("_", " "), *(NAMES[name] for name in names)], rows)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(f"<{tag}{' class=n' if place else ''}>{escape(cell)}</{tag}>" for place, cell in enumerate(row))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{cells('th', heads)}</tr></thead><tbody>{body}</tbody></table>"
