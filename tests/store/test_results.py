"""Analyses: published whole, read by id, swept when old."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import sqlalchemy as sa

from graphsvc.errors import NotFound, Overtaken
from graphsvc.model import tables as arrow
from graphsvc.model.findings import Findings
from graphsvc.store import horizon, publishing, result_rows, results, shelf
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import Horizon
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.shelf import DAYS_KEPT, KEPT
from graphsvc.store.tables import analyses, current_analysis
from graphsvc.store.tables import results as stored
from tests.store.folder import Folder
from tests.store.steps import asked_of


def made_of(schema: pa.Schema, *rows: dict[str, Any]) -> pa.Table:
    """Rows of a schema; what is not given is absent, or nothing of its kind where it must be there."""
    nothing: dict[str, Any] = {}
    for field in schema:
        if not field.nullable:
            nothing[field.name] = "" if pa.types.is_string(field.type) else 0
    blank = {**dict.fromkeys(schema.names), **nothing}
    if "message_then_call" in blank:
        blank["message_then_call"] = False
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=schema)


def some_findings(*network_ids: int) -> Findings:
    return Findings(
        suspicions=made_of(arrow.SUSPICIONS, *[{"number": n, "fraud_probability": n / 10} for n in (1, 4, 7)]),
        entity_suspicions=made_of(arrow.ENTITY_SUSPICIONS, {"entity": 3, "kind": "device"}),
        networks=made_of(arrow.NETWORKS, *[{"network_id": n, "exposed": n % 3, "size": 5 + n} for n in network_ids]),
        members=made_of(
            arrow.MEMBERS,
            *[{"network_id": n, "number": n + 100, "kind": "number"} for n in network_ids],
            *[{"network_id": n, "entity": 3, "kind": "device"} for n in network_ids],
        ),
        exposures=made_of(arrow.EXPOSURES, {"number": 9, "suspect": 1, "message_then_call": True, "lost_at": 5}),
    )


def _victims(*regions: str | None) -> pa.Table:
    grades = ("high", "medium", "low")
    rows = [
        {"rank": rank, "number": 100 + rank, "region": region, "grade": grades[rank % 3], "probability": 1 / rank}
        for rank, region in enumerate(regions, 1)
    ]
    return made_of(arrow.VICTIMS, *rows)


def record_of(name: str) -> AnalysisRecord:
    return AnalysisRecord(name, f"s-{name}", 5, 6, "local", {"victims": 3}, {"fold": 0.25})


def made_current(
    catalogue: Catalogue, record: AnalysisRecord, findings: Findings, victims: pa.Table, **named: Any
) -> None:
    """An analysis that answers are taken from."""
    publishing.publish(catalogue, record, findings, victims, **named)
    publishing.turn_to(catalogue, record.analysis_id)


def _publish(catalogue: Catalogue, name: str, *network_ids: int) -> None:
    made_current(catalogue, record_of(name), some_findings(*network_ids), _victims("330106", None, "330200"))


def test_nothing_is_current_before_the_first_analysis(folder: Folder) -> None:
    assert results.current(folder.catalogue) is None
    known = results.known_networks(folder.catalogue)
    assert (known.members.num_rows, known.next_id) == (0, 1)
    with pytest.raises(NotFound, match="there is no analysis of this id") as missing:
        results.analysis(folder.catalogue, "a1-as-sent")
    assert "a1-as-sent" not in str(missing.value), "what somebody sent is not repeated"


def test_a_published_analysis_reads_back_as_it_was(folder: Folder) -> None:
    findings, ranking = some_findings(1, 2), _victims("330106", None, "330200")
    made_current(folder.catalogue, record_of("a1"), findings, ranking)
    catalogue = folder.catalogue
    assert results.current(catalogue) == results.analysis(catalogue, "a1") == record_of("a1")
    assert results.victims(catalogue, "a1", limit=10) == ranking.to_pylist()
    assert results.suspicion_of(catalogue, "a1", [7, 1, 5]).equals(findings.suspicions.take([0, 2]))
    assert results.entity_suspicion_of(catalogue, "a1", [3, 4]).equals(findings.entity_suspicions)
    assert results.exposures_of(catalogue, "a1", [9]) == findings.exposures.to_pylist()
    assert results.exposures_of(catalogue, "a1", [8]) == []
    assert results.members(catalogue, "a1", 2).equals(findings.members.take([1, 3]))
    assert results.network(catalogue, "a1", 2).equals(findings.networks.slice(1))
    assert results.known_networks(catalogue).members.equals(findings.members)


def test_the_people_whom_a_network_reached_are_listed(folder: Folder) -> None:
    findings = some_findings(1, 2)
    met = [{"number": number, "network_id": network} for number, network in ((9, 1), (5, 1), (7, 2), (8, None))]
    exposures = made_of(arrow.EXPOSURES, *met)
    made_current(folder.catalogue, record_of("a1"), replace(findings, exposures=exposures), _victims())
    assert results.exposed_to(folder.catalogue, "a1", 1) == [5, 9]
    assert results.exposed_to(folder.catalogue, "a1", 3) == []


def test_analyses_get_ids_of_their_own_and_name_their_snapshots(folder: Folder) -> None:
    names = [publishing.new_analysis_id(folder.catalogue) for _ in range(3)]
    assert names == ["A1", "A2", "A3"]
    for name in names:
        _publish(folder.catalogue, name, 1)
    assert results.newest_snapshots(folder.catalogue, 2) == ["s-A3", "s-A2"]


def test_an_analysis_that_somebody_reads_on_in_is_kept_for_a_day_within_a_bound(folder: Folder) -> None:
    day, step = 24 * 3600 * 1000, 60_000
    rows = 11  # of each of these analyses

    def made(name: str, at: int, space: shelf.Space = shelf.SPACE) -> None:
        record = replace(record_of(name), made_at=at)
        made_current(folder.catalogue, record, some_findings(), _victims(*(["330106"] * 6)), space=space)

    def there(*names: str) -> list[str]:
        found = []
        for name in names:
            with suppress(NotFound):
                found.append(results.analysis(folder.catalogue, name).analysis_id)
        return found

    made("read", step)
    shelf.hand_out(folder.catalogue, "read", step)
    made("unread", step)
    for k in range(KEPT):
        made(f"a{k}", 2 * step + k)
    assert there("read", "unread") == ["read"]
    made("next", step + day)
    assert there("read") == ["read"]
    shelf.hand_out(folder.catalogue, "next", step + day)
    made("later", step + day + 2 * 3_600_000)
    assert there("read", "next") == ["next"]
    shelf.hand_out(folder.catalogue, "later", step + day)
    for k in range(KEPT):
        made(f"b{k}", step + day + 2 * 3_600_000)
    made("bounded", step + day + 2 * 3_600_000, space=shelf.Space(rows))
    assert there("next", "later") == ["later"], "the newer of the two has room"


def test_the_last_analysis_of_each_day_is_kept_for_a_month_within_a_bound(folder: Folder) -> None:
    shanghai, day = ZoneInfo("Asia/Shanghai"), 24 * 3600 * 1000
    evening = 15 * 3_600_000  # 23:00 in Shanghai; two hours later another day begins there, and none by UTC
    space = shelf.Space(10**6, shanghai)

    def made(name: str, as_of: int, space: shelf.Space = space) -> None:
        record = replace(record_of(name), as_of=as_of)
        made_current(folder.catalogue, record, some_findings(), _victims(*(["330106"] * 6)), space=space)

    def there(names: Iterable[str]) -> list[str]:
        return [name for name in names if _is_kept(folder, name)]

    made("early", evening - 3_600_000)
    made("late", evening)
    made("next day", evening + 2 * 3_600_000)
    for k in range(KEPT):
        made(f"busy{k}", evening + 2 * day + k)
    assert there(["early", "late", "next day"]) == ["late", "next day"]
    assert results.analysis_at(folder.catalogue, evening + 3_600_000).analysis_id == "late"

    month = [f"day{k}" for k in range(DAYS_KEPT + 3)]
    for k, name in enumerate(month):
        made(name, evening + (k + 3) * day)
    assert there(["late", "next day", *month]) == month[3:], "of a month"
    rows = 11  # of each of these analyses
    made("bounded", evening + 50 * day, shelf.Space(2 * rows, shanghai))
    assert there(month) == month[-(KEPT - 1) - 2 :], "two beyond the newest have space"


def _is_kept(folder: Folder, name: str) -> bool:
    with suppress(NotFound):
        return results.analysis(folder.catalogue, name).analysis_id == name
    return False


def test_victims_can_be_paged_and_chosen_by_grade_and_region(folder: Folder) -> None:
    regions = ["330106", "330200", "331000", None, "320100", "330106", "33%"]
    made_current(folder.catalogue, record_of("a1"), some_findings(), _victims(*regions))

    def ranks(**chosen: Any) -> list[int]:
        return [one["rank"] for one in results.victims(folder.catalogue, "a1", **{"limit": 99, **chosen})]

    assert ranks(limit=3) == [1, 2, 3]
    assert ranks(limit=3, after_rank=3) == [4, 5, 6]
    assert ranks(grade="high") == [3, 6]
    assert ranks(region="330106") == [1, 6]
    assert ranks(region="330100") == [1, 6]
    assert ranks(region="330000") == [1, 2, 3, 6, 7]
    assert ranks(region="33%") == [7]
    assert ranks(region="33", grade="low", after_rank=1) == [2]


def test_victims_can_be_chosen_by_their_network(folder: Folder) -> None:
    """None of another network, nor of none."""
    people = _victims("330106", "330106", "330200", "330106")
    place = people.schema.get_field_index("network_id")
    people = people.set_column(place, people.schema.field(place), pa.array([7, 8, 7, None], people.schema.types[place]))
    made_current(folder.catalogue, record_of("a1"), some_findings(), people)
    chosen: dict[str, Any] = {"limit": 9, "network_id": 7}
    for more, ranks in (({}, [1, 3]), ({"region": "330106"}, [1]), ({"after_rank": 1}, [3])):
        assert [one["rank"] for one in results.victims(folder.catalogue, "a1", **chosen, **more)] == ranks


def test_networks_come_with_those_that_reach_most_people_first(folder: Folder) -> None:
    _publish(folder.catalogue, "a1", 1, 2, 3, 4, 5)
    found = results.networks(folder.catalogue, "a1", limit=4)
    assert found.column("network_id").to_pylist() == [5, 2, 4, 1]
    with pytest.raises(NotFound, match="network 77"):
        results.network(folder.catalogue, "a1", 77)


def test_network_ids_are_never_given_twice(folder: Folder) -> None:
    _publish(folder.catalogue, "a1", 1, 8)
    assert results.known_networks(folder.catalogue).next_id == 9
    _publish(folder.catalogue, "a2", 2)
    known = results.known_networks(folder.catalogue)
    assert known.next_id == 9
    assert set(known.members.column("network_id").to_pylist()) == {2}


def test_the_same_analysis_made_again_replaces_itself(folder: Folder) -> None:
    _publish(folder.catalogue, "a1", 1)
    made_current(folder.catalogue, record_of("a1"), some_findings(3), _victims("110000"))
    assert len(results.victims(folder.catalogue, "a1", limit=9)) == 1
    assert results.networks(folder.catalogue, "a1", limit=9).column("network_id").to_pylist() == [3]


def test_an_analysis_that_broke_off_is_seen_by_nobody_and_swept_by_the_next(folder: Folder) -> None:
    _publish(folder.catalogue, "a1", 1)
    broken = _victims("330106").set_column(1, "number", pa.array([None], pa.int32()))
    with pytest.raises(ValueError, match="null"):
        made_current(folder.catalogue, record_of("a2"), some_findings(2), broken)
    assert results.current(folder.catalogue) == record_of("a1")
    with pytest.raises(NotFound):
        results.analysis(folder.catalogue, "a2")
    assert results.networks(folder.catalogue, "a2", limit=9).num_rows == 0
    _publish(folder.catalogue, "a3", 1)
    assert _numbers_of_analyses(folder.catalogue) == {0, 2}


def test_answers_are_taken_from_the_one_before_until_somebody_turns_to_the_new_one(folder: Folder) -> None:
    catalogue = folder.catalogue
    _publish(catalogue, "a1", 1)
    for number in range(KEPT + 3):
        publishing.publish(catalogue, record_of(f"b{number}"), some_findings(2), _victims("330106"))
        assert results.current(catalogue) == record_of("a1")
    newest = record_of(f"b{KEPT + 2}")
    assert results.analysis(catalogue, newest.analysis_id) == newest, "whoever asks for it gets it"
    assert len(results.victims(catalogue, "a1", limit=9)) == 3, "however many more there are"
    publishing.turn_to(catalogue, newest.analysis_id)
    assert results.current(catalogue) == newest
    with pytest.raises(NotFound):
        publishing.turn_to(catalogue, "b0")


def test_nothing_made_by_another_horizon_is_turned_to(folder: Folder) -> None:
    catalogue = folder.catalogue
    _publish(catalogue, "a1", 1)
    publishing.publish(catalogue, record_of("a2"), some_findings(2), _victims("330106"))
    horizon.advance(catalogue, Horizon(events_from=5))
    with pytest.raises(Overtaken):
        publishing.turn_to(catalogue, "a2")
    with pytest.raises(Overtaken):
        publishing.publish(catalogue, record_of("a3"), some_findings(2), _victims("330106"))
    assert results.current(catalogue) == record_of("a1")
    assert _numbers_of_analyses(catalogue) == {0, 1}, "retention takes away what is not current"
    publishing.turn_to(catalogue, "a2", kept=horizon.of(catalogue))
    assert results.current(catalogue) == record_of("a2")


def test_only_the_newest_analyses_are_kept(folder: Folder) -> None:
    for number in range(KEPT + 3):
        _publish(folder.catalogue, f"a{number}", 1)
    assert _numbers_of_analyses(folder.catalogue) == set(range(3, KEPT + 3))
    with pytest.raises(NotFound):
        results.analysis(folder.catalogue, "a2")
    assert len(results.victims(folder.catalogue, "a3", limit=9)) == 3


def _numbers_of_analyses(catalogue: Catalogue) -> set[int]:
    """Of which analyses there are rows; all tables must agree."""
    with catalogue.reading() as connection:
        listed = set(connection.scalars(sa.select(analyses.c.analysis_no)))
        for table in stored.values():
            assert set(connection.scalars(sa.select(table.c.analysis_no))) == listed
        assert connection.scalar(sa.select(current_analysis.c.analysis_no)) in listed
    return listed


@pytest.mark.parametrize(
    ("name", "column"),
    [("suspicions", "number"), ("networks", "network_id"), ("exposures", "number"), ("victims", "number")],
)
def test_rows_of_given_ids_are_found_by_an_index(name: str, column: str, tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with asked_of(catalogue._engine, values=True) as asked:
        result_rows.select_of(catalogue, "A1", name, column, [5, 7])
    (statement,) = [one for one in asked if f"FROM {name}" in one]
    with catalogue.reading() as connection:
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
    catalogue.close()
    assert f"SEARCH {name} USING INDEX {name}_{column} (analysis_no=? AND {column}=?)" in plan


def test_no_transaction_writes_or_takes_away_more_than_some_rows(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim of warnings waits for a transaction at most: one with all rows of an analysis would take seconds."""
    monkeypatch.setattr(shelf, "ROWS_AT_A_TIME", 7)
    counts: list[int] = []

    def noted(_: Any, cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if "victims" in statement and statement.startswith(("INSERT", "DELETE")):
            counts.append(len(given) if many else cursor.rowcount)

    sa.event.listen(folder.catalogue._engine, "after_cursor_execute", noted)
    made_current(folder.catalogue, record_of("a1"), some_findings(), _victims(*["330106"] * 30))
    written, counts = counts, []
    shelf.remove(folder.catalogue, [0])
    assert (sum(written), max(written)) == (30, 7)
    assert (sum(counts), max(counts)) == (30, 7)
    assert results.victims(folder.catalogue, "a1", limit=9) == []
