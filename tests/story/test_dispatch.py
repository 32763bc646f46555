"""From feeds to a warning that a dispatcher has in hand, and what becomes of it; on each database, across restarts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from graphsvc.api.keeping_up import Pace
from graphsvc.dispatching.values import OutcomeTold
from graphsvc.model.warnings import ClaimedWarning, Moment, WarningChannel
from graphsvc.model.words import FlagSource, OutcomeKind, ScamType
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.stating import Stated
from graphsvc.wiring import open_service
from tests.story.feeds import ANN, BOB, HOUR, MINUTE, write_world

_POSTGRES = pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))


@pytest.fixture(params=["sqlite", _POSTGRES])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    plain = Settings(home=tmp_path / "home")
    if request.param == "sqlite":
        return plain
    catalogue, vault = (request.getfixturevalue(name) for name in ("postgres_catalogue_url", "postgres_vault_url"))
    return replace(plain, catalogue_url=catalogue, vault_url=vault)


@contextmanager
def loaded(settings: Settings, feeds: Path) -> Iterator[Service]:
    with open_service(settings) as service:
        service.load([feeds], kind=None, feed_id="default")
        yield service


def claim(service: Service, channel: WarningChannel, now: Moment, key: str) -> list[ClaimedWarning]:
    said: dict[str, Any] = {
        "limit": 10,
        "lease_seconds": 60,
        "worker": "desk 1",
        "idempotency_key": key,
        "region": None,
    }
    return service.dispatching.claim(channel=channel, now=now, wall=lambda: now.wall, **said)


def numbers(service: Service, claimed: list[ClaimedWarning]) -> list[str]:
    raw = service.registry.reveal([one.warning.number for one in claimed])
    return [raw[one.warning.number] for one in claimed]


def test_a_dispatcher_gets_the_person_in_danger_and_what_follows_survives_a_restart(
    settings: Settings, tmp_path: Path
) -> None:
    with loaded(settings, write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        assert service.tick(now) is not None
        calls = claim(service, WarningChannel.CALL, now, "k1")
        assert numbers(service, calls) == [ANN]
        assert calls[0].warning.evidence.startswith("[{")
        refused = service.dispatching.ack([calls[0].lease_token], outcome=OutcomeKind.REFUSED, now=now)
        assert refused.accepted == (calls[0].lease_token,)
    with open_service(settings) as service:
        later = Moment(now.service + MINUTE, now.wall + MINUTE)
        (visit,) = claim(service, WarningChannel.VISIT, later, "k2")
        assert numbers(service, [visit]) == [ANN]
        assert [one.lease_token for one in claim(service, WarningChannel.VISIT, later, "k2")] == [visit.lease_token]
        outcomes = [OutcomeTold(visit.warning.warning_id, OutcomeKind.DISSUADED)]
        service.dispatching.record_outcomes(outcomes, now=later)
        states = {
            row.state.value for row in service.dispatching.warnings_of([visit.warning.number])[visit.warning.number]
        }
        assert states <= {"settled", "cancelled"}


def test_a_tick_with_nothing_new_makes_no_analysis_and_the_same_ticks_give_the_same_warnings(tmp_path: Path) -> None:
    given: list[Any] = []
    for name in ("one", "two"):
        with loaded(Settings(home=tmp_path / name), write_world(tmp_path / "feeds")) as service:
            now = service.time.moment()
            assert service.tick(now) is not None
            later = Moment(now.service + HOUR, now.wall + HOUR)
            assert service.tick(later) is None
            people = {row.warning_id: row for rows in _all(service).values() for row in rows}
            given.append([(row.number, row.channel, row.turn, row.evidence) for _, row in sorted(people.items())])
    assert given[0] == given[1]
    assert given[0]


def test_a_new_flag_is_a_new_analysis_at_the_next_tick(tmp_path: Path) -> None:
    with loaded(Settings(home=tmp_path / "home"), write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        first = service.tick(now)
        assert first is not None
        stated = Stated(ScamType.LOAN, FlagSource.POLICE, None, None)
        service.stating.flag(BOB, stated, kind=None, errand=service.errand)
        second = service.tick(Moment(now.service + MINUTE, now.wall + MINUTE))
        assert second is not None
        assert second.analysis_id != first.analysis_id


def told(service: Service, folder: Path, **feeds: dict[str, Any]) -> None:
    """One row of each of these feeds comes in."""
    folder.mkdir()
    for name, row in feeds.items():
        (folder / f"{name}.ndjson").write_bytes(orjson.dumps(row) + b"\n")
    report = service.load([folder], kind=None, feed_id="default")
    assert all(report.feeds[name].accepted == 1 for name in feeds)


def test_outcomes_settle_warnings_and_make_no_analysis_and_a_reported_loss_does(tmp_path: Path) -> None:
    with loaded(Settings(home=tmp_path / "home"), write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        assert service.tick(now) is not None
        (one,) = claim(service, WarningChannel.CALL, now, "k")
        service.dispatching.ack([one.lease_token], outcome=OutcomeKind.DISSUADED, now=now)
        later = Moment(now.service + MINUTE, now.wall + MINUTE)
        assert service.tick(later) is None
        loss = {"case_id": "C-1", "victim_number": BOB, "lost_at": now.service, "known_at": now.service}
        told(service, tmp_path / "loss", cases={**loss, "scam_type": "loan", "amount": 1.0})
        assert service.tick(later) is not None
        assert service.tick(later) is None


def test_what_comes_in_late_counts_at_the_next_tick_though_time_has_not_moved(tmp_path: Path) -> None:
    with loaded(Settings(home=tmp_path / "home"), write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        assert service.tick(now) is not None
        long_ago = now.service - 20 * HOUR
        flag = {"number": BOB, "known_at": long_ago, "scam_type": "loan", "source": "police"}
        told(service, tmp_path / "flag", flags=flag)
        assert service.tick(now) is not None
        event = {"event_id": "late", "started_at": long_ago, "known_at": long_ago, "channel": "sms"}
        told(service, tmp_path / "event", events={**event, "a_number": BOB, "b_number": ANN})
        assert service.tick(now) is not None
        assert service.tick(now) is None
        assert service.number(BOB, reveal=None).flags


def test_what_is_dated_later_counts_when_its_time_has_come(tmp_path: Path) -> None:
    with loaded(Settings(home=tmp_path / "home"), write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        flag = {"number": BOB, "known_at": now.service + HOUR, "scam_type": "loan", "source": "police"}
        told(service, tmp_path / "flag", flags=flag)
        assert service.tick(now) is not None
        assert service.tick(now) is None
        assert service.tick(Moment(now.service + HOUR - 1, now.wall)) is None
        assert service.tick(Moment(now.service + HOUR, now.wall)) is not None
        assert service.tick(Moment(now.service + HOUR, now.wall)) is None


def test_analyses_take_at_most_half_of_the_time() -> None:
    clock = {"now": 100.0}
    pace = Pace(lambda: clock["now"])
    assert pace.ready()
    pace.rest(8.0)
    clock["now"] += 7.9
    assert not pace.ready()
    clock["now"] += 0.2
    assert pace.ready()


def test_the_queue_holds_no_raw_number(tmp_path: Path) -> None:
    with loaded(Settings(home=tmp_path / "home"), write_world(tmp_path / "feeds")) as service:
        now = service.time.moment()
        service.tick(now)
        (one,) = claim(service, WarningChannel.CALL, now, "k")
        service.dispatching.fail([one.lease_token], reason=f"{ANN} is busy", retry_after_seconds=0, now=now)
        said = orjson.dumps([str(event) for event in service.dispatching.events(first=100, after=None).events])
        assert ANN[-11:].encode() not in said
    assert not any(ANN[-11:].encode() in path.read_bytes() for path in (tmp_path / "home").rglob("catalogue*"))


def _all(service: Service) -> dict[int, list]:  # type: ignore[type-arg]
    return service.dispatching.warnings_of(range(service.registry.counts()[0]))
