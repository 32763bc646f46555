"""The desk of measures: how good the warnings were, and the day's bulletin."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from graphsvc.model.evaluations import KeptEvaluation
from graphsvc.reports import bulletin, measures
from graphsvc.reports.bulletin import Bulletin
from graphsvc.reports.measures import Dimension, Measures, Window
from graphsvc.store import evaluations as kept_evaluations
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.reads import Reads
from graphsvc.tracing import traced


@traced("measuring", "measures", "broken_down", "daily_bulletin")
@dataclass(frozen=True)
class Measuring:
    """Figures of one data folder. Questions are noted before they are answered."""

    catalogue: Catalogue
    zone: ZoneInfo
    """The operator's: decides where a day begins."""
    reads: Reads
    home: Home

    def measures(self, window: Window) -> Measures:
        """Accuracy, timeliness and coverage of a window, with denominators: docs/measures.md."""
        self.reads.note("measures")
        return measures.measures(self.catalogue, window)

    def broken_down(self, window: Window, by: Dimension) -> dict[str, Measures]:
        """The same for each region (province), channel or kind of scam."""
        self.reads.note("measures")
        return measures.broken_down(self.catalogue, window, by)

    def daily_bulletin(self, day: date) -> Bulletin:
        """What a day of the operator's brought: no number, no small count."""
        self.reads.note("bulletin")
        return bulletin.daily_bulletin(self.catalogue, day, self.zone)

    def keep_evaluation(self, made: KeptEvaluation) -> None:
        """Keep the figures of a replay to compare them with others."""
        kept_evaluations.keep(self.home, made)

    def evaluations(self) -> list[KeptEvaluation]:
        """The evaluations that were kept, the newest first."""
        self.reads.note("evaluations")
        return kept_evaluations.kept(self.home)
