"""The ranking, page by page. A cursor names its analysis, so that pages join whatever is analysed meanwhile."""

import re
from typing import Any, Final

from graphsvc.errors import Reason, UsageError
from graphsvc.model.kept import Kept
from graphsvc.model.references import network_reference
from graphsvc.reports.names import Names
from graphsvc.reports.values import Page, Ranking, ShownEvidence, ShownNumber, VictimReport
from graphsvc.store import amended, results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

_CURSOR: Final = re.compile(r"(A[1-9][0-9]{0,17}(?:-[0-9]{1,9})?)\.([0-9]{1,9})")
_REGION: Final = re.compile(r"[0-9]{1,6}")


People = Kept[VictimReport | None]
"""People of a ranking as they are shown, masked; None for one who rests on free numbers alone. What is said of somebody
follows from the analysis that last looked at them and from who is free: whatever page they are on, and whoever asks, it
is put together once. Only their rank may be another by now."""


def page_of(catalogue: Catalogue, record: AnalysisRecord, names: Names, page: Page, people: People) -> Ranking:
    """A page of the current ranking, or of the one that the cursor belongs to. What `people` has is not made anew."""
    after_rank = 0
    if page.after is not None:
        cursor = _CURSOR.fullmatch(page.after)
        if cursor is None:
            raise UsageError("this is no cursor; take the one that the page before gave as `next`")
        record, after_rank = results.analysis(catalogue, cursor[1]), int(cursor[2])
    if page.region is not None and not _REGION.fullmatch(page.region):
        raise UsageError("a region is a prefix of a six-digit code, such as 44 or 440305", reason=Reason.REGION_UNFIT)
    found = results.victims(
        catalogue,
        record.analysis_id,
        limit=page.limit + 1,
        grade=page.grade,
        stage=page.stage,
        scam_type=page.scam_type,
        network_id=page.network_id,
        region=page.region,
        after_rank=after_rank,
    )
    rows = found[: page.limit]
    more = len(found) > page.limit
    cursor_on = f"{record.analysis_id}.{rows[-1]['rank']}" if more else None
    free = names.freed.releases.free
    said_by = amended.said_by(catalogue, record.analysis_id, [row["number"] for row in rows])
    keys = [(one, free, row["number"]) for one, row in zip(said_by, rows, strict=True)]
    made = people.all(keys, lambda places: _those_shown(names, [rows[place] for place in places]))
    there = [place for place, one in enumerate(made) if one is not None]
    return Ranking(
        analysis_id=record.analysis_id,
        as_of=record.as_of,
        victims=[_at(one, row["rank"]) for one, row in zip(made, rows, strict=True) if one is not None],
        next=cursor_on,
        free=free,
        said_by=[said_by[place] for place in there],
        numbers=[rows[place]["number"] for place in there],
    )


def _at(report: VictimReport, rank: int) -> VictimReport:
    return report if report.rank == rank else report._replace(rank=rank)


def _those_shown(names: Names, rows: list[dict[str, Any]]) -> list[VictimReport | None]:
    ranked = names.freed.ranked(rows)
    shown = dict(zip((row["number"] for row in ranked), victims_shown(names, ranked), strict=True))
    return [shown.get(row["number"]) for row in rows]


def victims_shown(names: Names, rows: list[dict[str, Any]]) -> list[VictimReport]:
    """VICTIMS rows as people may see them."""
    numbers, evidence = names.with_evidence([row["number"] for row in rows], [row["evidence"] for row in rows])
    return [_victim(row, numbers[row["number"]], reasons) for row, reasons in zip(rows, evidence, strict=True)]


def _victim(row: dict[str, Any], number: ShownNumber, evidence: list[ShownEvidence]) -> VictimReport:
    network_id = row["network_id"]
    return VictimReport(
        rank=row["rank"],
        token=number.token,
        number=number.number,
        probability=round(row["probability"], 6),
        in_contact_probability=round(row["in_contact_probability"], 6),
        stage=row["stage"],
        grade=row["grade"],
        scam_type=row["scam_type"],
        deadline_at=row["deadline_at"],
        network_id=network_id,
        network=None if network_id is None else network_reference(network_id),
        region=row["region"],
        evidence=evidence,
    )
