"""What became of the ranking since a past one, page by page: who came or rose first, then who left."""

import re
from typing import Final

from graphsvc.errors import UsageError
from graphsvc.reports.names import Names
from graphsvc.reports.values import Changes, Page
from graphsvc.reports.victims import victims_shown
from graphsvc.store import changes, results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

_ID: Final = "A[1-9][0-9]{0,17}(?:-[0-9]{1,9})?"
_PLACE: Final = re.compile(rf"({_ID})\.({_ID})\.([01])\.([0-9]{{1,9}})")


def changes_of(
    catalogue: Catalogue, records: tuple[AnalysisRecord, AnalysisRecord], names: Names, page: Page
) -> Changes:
    """A page of the changes from the second of these analyses to the first, or between those that the cursor names."""
    (record, before), phase, after_rank = records, 0, 0
    if page.after is not None:
        place = _PLACE.fullmatch(page.after)
        if place is None:
            raise UsageError("this is no cursor of changes; take the one that the page before gave as `next`")
        record, before = (results.analysis(catalogue, place[number]) for number in (1, 2))
        phase, after_rank = int(place[3]), int(place[4])
    ids = (record.analysis_id, before.analysis_id)
    fields = ("grade", "stage", "scam_type", "network_id", "region")
    chosen = {name: getattr(page, name) for name in fields}
    rows = []
    if phase == 0:
        rows = changes.came_or_rose(catalogue, *ids, limit=page.limit + 1, after_rank=after_rank, chosen=chosen)
    if len(rows) <= page.limit:
        behind = after_rank if phase else 0
        rows += changes.left(catalogue, *ids, limit=page.limit + 1 - len(rows), after_rank=behind, chosen=chosen)
    more, rows = len(rows) > page.limit, rows[: page.limit]
    following = f"{ids[0]}.{ids[1]}.{int(rows[-1]['change'] == changes.LEFT)}.{rows[-1]['rank']}" if more else None
    kept = names.freed.ranked(rows)
    shown = zip((row["change"] for row in kept), victims_shown(names, kept), strict=True)
    return Changes(record.analysis_id, record.as_of, before.analysis_id, list(shown), following)


def place_of(found: Changes, change: str, rank: int) -> str:
    """Where a page continues behind one of its people."""
    return f"{found.analysis_id}.{found.before_id}.{int(change == changes.LEFT)}.{rank}"
