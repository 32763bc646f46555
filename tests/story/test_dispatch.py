"""From feeds to a warning that a dispatcher has in hand, and what becomes of it; on each database, across restarts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

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
    return service.dispatching.claim(
        channel=channel, limit=10, lease_seconds=60, worker="desk 1", idempotency_key=key, region=None, now=now
    )


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
        told = [OutcomeTold(visit.warning.warning_id, OutcomeKind.DISSUADED)]
        service.dispatching.record_outcomes(told, now=later)
        states = {
            row.state.value for row in service.dispatching.warnings_of([visit.warning.number])[visit.warning.number]
        }
        assert states <= {"settled", "cancelled"}


def test_a_tick_with_nothing_new_makes_no_analysis_and_the_same_ticks_give_the_same_warnings(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        with loaded(Settings(home=tmp_path / name), write_world(tmp_path / "feeds")) as service:
            now = service.time.moment()
            assert service.tick(now) is not None
            later = Moment(now.service + HOUR, now.wall + HOUR)
            assert service.tick(later) is None
            people = {row.warning_id: row for rows in _all(service).values() for row in rows}
            told.append([(row.number, row.channel, row.turn, row.evidence) for _, row in sorted(people.items())])
    assert told[0] == told[1]
    assert told[0]


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
