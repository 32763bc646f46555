"""Measures against hand-made warnings whose fate is written beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from graphsvc.errors import UsageError
from graphsvc.model.evidence import Evidence, to_json
from graphsvc.model.references import warning_reference
from graphsvc.model.tables import CASES, OUTCOMES, SUBSCRIBERS
from graphsvc.model.warnings import WarningChannel, WarningEvent, WarningEventKind, WarningRow, WarningState
from graphsvc.model.words import ScamType
from graphsvc.reports.measures import Delay, Share, Window, broken_down, measures
from graphsvc.store import facts, warnings
from graphsvc.store.catalogue import Catalogue
from tests.conftest import CommandLine
from tests.story.feeds import write_world

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
T0 = 1_772_400_000_000
NEXT = T0 + 10 * DAY


@dataclass
class Day:
    """Writes warnings, outcomes and losses."""

    catalogue: Catalogue

    def warn(
        self,
        number: int,
        made_at: int,
        *,
        last: int,
        claimed: int | None = None,
        sent: int | None = None,
        outcome: tuple[int, str] | None = None,
        channel: WarningChannel = WarningChannel.SMS,
        scam: str = "loan",
        region: str | None = "440305",
    ) -> None:
        met = Evidence("met_flagged_number", 3.0, {"number": 1, "last_at": last})
        row = WarningRow(
            warning_id=0,
            number=number,
            network_id=None,
            suspect=1,
            channel=channel,
            grade="high",
            stage="engaged",
            scam_type=scam,
            probability=0.5,
            in_contact_probability=0.5,
            deadline_at=None,
            helps_until=made_at + DAY,
            region=region,
            evidence=to_json([Evidence("nobody", -11.0), met]),
            analysis_id="A1",
            cause="ranked",
            made_at=made_at,
            state=WarningState.SETTLED,
            desk="",
            desk_until=None,
            beyond_capacity=False,
            worth=0.1,
            turn=0,
            not_before=0,
            attempt=1,
            fence=1,
            lease_until=None,
            worker=None,
            outcome=None,
            warned_at=sent,
            closed_at=sent,
        )
        with self.catalogue.writing() as connection:
            (kept,) = warnings.insert(connection, [row])
            if claimed is not None:
                event = WarningEvent(
                    event_id=0,
                    warning_id=kept.warning_id,
                    number=number,
                    network_id=None,
                    kind=WarningEventKind.CLAIMED,
                    at=claimed,
                    wall=claimed,
                    channel=channel,
                    region=region,
                    worker="w",
                    attempt=1,
                    outcome=None,
                    reason=None,
                    urgent=False,
                )
                warnings.log(connection, [event])
        if outcome is not None:
            said = {"number": number, "at": outcome[0], "outcome": outcome[1], "known_at": outcome[0]}
            said["warning_id"] = warning_reference(kept.warning_id)
            facts.add_facts(self.catalogue, "outcomes", pa.Table.from_pylist([said], schema=OUTCOMES))

    def lose(self, case: str, number: int, at: int, *, scam: str = "loan", known: int | None = None) -> None:
        row = {"case_id": case, "number": number, "lost_at": at, "known_at": known or at + HOUR, "scam_type": scam}
        facts.add_facts(self.catalogue, "cases", pa.Table.from_pylist([row], schema=CASES))

    def lives(self, number: int, region: str) -> None:
        row = {"number": number, "region": region, "known_at": 0}
        facts.add_facts(self.catalogue, "subscribers", pa.Table.from_pylist([row], schema=SUBSCRIBERS))


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield Day(catalogue)
    catalogue.close()


def test_nothing_gives_no_value_and_no_division(day: Day) -> None:
    found = measures(day.catalogue, Window(T0, NEXT))
    assert found.accuracy == found.coverage == found.delivered == Share(0, 0)
    assert found.accuracy.value is None
    assert found.lead_before_loss == Delay(0, None, None)


def test_each_measure_has_its_denominator(day: Day) -> None:
    for number in range(1, 8):
        day.lives(number, "440305")
    at = T0 + HOUR
    for number, last, claimed, sent, told, outcome in (
        (1, -5, 1, 2, 3, "dissuaded"),
        (2, -1, 3, 6, 9, "false_alarm"),
        (3, -3, 2, 4, 5, "delivered"),
    ):
        day.warn(
            number,
            at,
            last=at + last * MINUTE,
            claimed=at + claimed * MINUTE,
            sent=at + sent * MINUTE,
            outcome=(at + told * MINUTE, outcome),
        )
    day.warn(4, at, last=at, claimed=at + 2 * MINUTE, outcome=(at + 5 * MINUTE, "no_answer"))
    day.warn(5, at, last=at)
    day.lose("C3", 3, at + 2 * HOUR)  # delivered at +4 min: in time, and the loss confirms the warning
    day.lose("C1", 1, at + 3 * MINUTE)  # one minute after delivery: too late
    day.lose("C6", 6, at + DAY)  # nobody warned
    found = measures(day.catalogue, Window(T0, NEXT))
    assert found.warnings == 5
    assert found.delivered == Share(3, 5)
    assert found.accuracy == Share(2, 3)
    assert found.coverage == Share(1, 3)
    assert found.lead_before_loss == Delay(1, (2 * HOUR - 4 * MINUTE) / 1000, (2 * HOUR - 4 * MINUTE) / 1000)
    assert found.due_to_claimed == Delay(4, 120.0, 162.0)
    assert found.claimed_to_delivered == Delay(3, 120.0, 168.0)
    assert found.event_to_due == Delay(5, 60.0, 252.0)
    assert found.event_to_delivered == Delay(3, 420.0, 420.0)


def test_the_newest_telling_outcome_counts_and_a_late_loss_confirms_nothing(day: Day) -> None:
    day.warn(1, T0, last=T0, sent=T0, outcome=(T0 + MINUTE, "wrong_person"))
    day.lose("C1", 1, T0 + 8 * DAY)
    assert measures(day.catalogue, Window(T0, NEXT)).accuracy == Share(0, 1)
    said = {
        "number": 1,
        "at": T0 + HOUR,
        "outcome": "dissuaded",
        "known_at": T0 + HOUR,
        "warning_id": warning_reference(1),
    }
    facts.add_facts(day.catalogue, "outcomes", pa.Table.from_pylist([said], schema=OUTCOMES))
    assert measures(day.catalogue, Window(T0, NEXT)).accuracy == Share(1, 1)


def test_a_loss_corrected_later_counts_once_with_its_newest_word(day: Day) -> None:
    day.lose("C1", 1, T0 + HOUR, known=T0 + 2 * HOUR)
    day.lose("C1", 1, T0 + 20 * DAY, known=T0 + 3 * HOUR)
    assert measures(day.catalogue, Window(T0, NEXT)).coverage == Share(0, 0)


def test_a_warning_from_before_the_window_can_cover_a_loss_in_it(day: Day) -> None:
    day.warn(1, T0 - DAY, last=T0 - DAY, sent=T0 - DAY, outcome=(T0 - DAY, "delivered"))
    day.warn(2, T0 - 57 * DAY, last=T0, sent=T0 - 57 * DAY, outcome=(T0 - 57 * DAY, "delivered"))
    day.lose("C1", 1, T0 + HOUR)
    day.lose("C2", 2, T0 + HOUR)
    found = measures(day.catalogue, Window(T0, NEXT))
    assert (found.warnings, found.coverage) == (0, Share(1, 2))


def test_filters_and_breakdowns_count_their_own(day: Day) -> None:
    day.lives(2, "330100")
    day.lives(1, "440305")
    day.warn(1, T0, last=T0, sent=T0, outcome=(T0, "dissuaded"))
    day.warn(2, T0, last=T0, sent=T0, outcome=(T0, "false_alarm"), channel=WarningChannel.CALL, region="330100")
    day.warn(3, T0, last=T0, scam="gaming", region=None)
    day.lose("C1", 1, T0 + HOUR)
    day.lose("C2", 2, T0 + HOUR, scam="gaming")
    assert measures(day.catalogue, Window(T0, NEXT, region="44")).coverage == Share(1, 1)
    assert measures(day.catalogue, Window(T0, NEXT, region="4403")).warnings == 1
    assert measures(day.catalogue, Window(T0, NEXT, channel=WarningChannel.CALL)).coverage == Share(1, 2)
    assert measures(day.catalogue, Window(T0, NEXT, scam_type=ScamType.GAMING)).coverage == Share(0, 1)
    by = broken_down(day.catalogue, Window(T0, NEXT), "region")
    assert {key: found.warnings for key, found in by.items()} == {"33": 1, "44": 1, "unknown": 1}
    by = broken_down(day.catalogue, Window(T0, NEXT), "scam_type")
    assert {key: found.coverage for key, found in by.items()} == {"gaming": Share(0, 1), "loan": Share(1, 1)}
    by = broken_down(day.catalogue, Window(T0, NEXT), "channel")
    assert {key: found.coverage for key, found in by.items()} == {"call": Share(1, 2), "sms": Share(1, 2)}


@pytest.mark.parametrize(
    "window", [Window(T0, T0), Window(NEXT, T0), Window(T0, NEXT, region="x"), Window(T0, NEXT, region="")]
)
def test_a_window_that_is_none_is_refused(day: Day, window: Window) -> None:
    with pytest.raises(UsageError):
        measures(day.catalogue, window)


def test_the_command_line_says_measures_and_bulletin(graphsvc: CommandLine, tmp_path: Path) -> None:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    said = graphsvc("measures", "--by", "scam_type", "--json").json
    assert said["measures"]["warnings"] > 0
    assert said["measures"]["accuracy"] == {"count": 0, "of": 0, "value": None}
    assert said["measures"]["coverage"] == {"count": 0, "of": 1, "value": 0.0}
    assert set(said["by"]) == {"customer_service"}
    assert "0.0% (0 of 1)" in graphsvc("measures").out
    assert graphsvc("measures", "--since", "2", "--until", "1").status == 2
    assert graphsvc("bulletin").out.splitlines()[0].endswith("反诈日报")
    assert graphsvc("bulletin", "--date", "2026-03-04", "--language", "en").out.startswith(
        "Anti-fraud bulletin of 2026-03-04"
    )
    assert graphsvc("bulletin", "--json").json["sections"][0]["key"] == "flagged"
