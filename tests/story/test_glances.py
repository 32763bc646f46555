"""What comes in changes ranking and queue at once, by a glance; the next full analysis says the same and more."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc.dispatching import planning
from graphsvc.glancing import desk
from graphsvc.model.warnings import WarningState
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.reports.values import Page
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.stating import Stated
from graphsvc.store import publishing, ranked, results
from graphsvc.store.amending import amend
from graphsvc.store.tables import amended, analyses
from graphsvc.wiring import open_service
from tests.story.feeds import BOB, CYD, DAY, DEE, DEN, EVE, FOURTH, HOUR, MINUTE, T0, call, write_world

LATER = T0 + 2 * DAY + 4 * HOUR


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=tmp_path / "home")) as opened:
        opened.load([tmp_path / "feeds"], kind=None, feed_id="default")
        yield opened


def came(service: Service, *events: dict[str, Any]) -> None:
    """Events over HTTP."""
    body = "".join(json.dumps(one) + "\n" for one in events).encode()
    batch = f"b{service.ledger.position()}"
    taken = service.feeding.take("events", body, arrow=False, feed_id="live", batch_id=batch)
    assert (taken.accepted, taken.rejected) == (len(events), 0)


def glanced(service: Service) -> str | None:
    """The id of what a glance made current."""
    made = service.glance()
    return None if made is None else made.analysis_id


def row_of(service: Service, number: str) -> dict[str, Any] | None:
    """The current ranking's row of somebody."""
    subject = service.registry.find_number(number)
    assert subject is not None
    rows = results.victims_of(service.catalogue, service.current().analysis_id, [subject]).to_pylist()
    return rows[0] if rows else None


def due(service: Service, number: str) -> list[str]:
    """Channels on which somebody is to be warned."""
    subject = service.registry.find_number(number)
    assert subject is not None
    rows = service.dispatching.warnings_of([subject])[subject]
    return sorted(row.channel.value for row in rows if row.state is WarningState.DUE)


class CutShortError(Exception):
    """As if the process ended here."""


def cut_short(*_: Any) -> Any:
    raise CutShortError


EVE_TALKS = (call(DEN[1], EVE, LATER, 900, a_imei="861234567890123"), call(EVE, DEN[2], LATER + HOUR, 1500))


def slowly(service: Service, channels: list[str]) -> Service:
    """The same service, whose analyses are overtaken by Eve's talks and a glance at them: on which channels she is to
    be warned goes to `channels`."""
    engine = service.engine("local")

    class Slow:
        name, analyse = "local", engine.analyse

        def full(self, *given: Any) -> Any:
            found = engine.full(*given)
            came(service, *EVE_TALKS)
            assert glanced(service) == "A1-1"
            channels.extend(due(service, EVE))
            return found

    return replace(service, engine=lambda name: Slow())


def test_whom_a_suspect_rings_is_ranked_and_to_be_warned_before_the_next_full_analysis(service: Service) -> None:
    service.analyse(as_of=None)
    assert glanced(service) is None, "nothing came in"
    before = service.victims(Page(limit=50))
    events = service.current().counts["events"]
    came(service, *EVE_TALKS)
    assert glanced(service) == "A1-1"
    assert service.current().counts["events"] == events + len(EVE_TALKS)
    assert glanced(service) is None
    found = row_of(service, EVE)
    assert found is not None
    assert due(service, EVE)
    page = service.victims(Page(limit=50))
    assert [one.rank for one in page.victims] == list(range(1, len(before.victims) + 2))
    assert page.victims[found["rank"] - 1].number.endswith(EVE[-4:])
    made, channels = dict(found), due(service, EVE)
    assert service.analyse(as_of=None).analysis_id == "A2"
    full = row_of(service, EVE)
    assert full is not None
    assert full["stage"] == made["stage"]
    assert full["probability"] == pytest.approx(made["probability"], abs=0.02)
    assert due(service, EVE) == channels, "nobody is warned twice"


def test_whoever_lost_to_one_gang_is_warned_of_the_next(service: Service, tmp_path: Path) -> None:
    """Bob talked with the den and lost money; three days on a number of another gang talks him round."""
    folder = tmp_path / "more"
    folder.mkdir()
    loss = {"case_id": "C-2", "victim_number": BOB, "lost_at": T0 + 3 * HOUR, "known_at": T0 + DAY}
    flag = {"number": FOURTH, "known_at": T0 + 2 * DAY, "scam_type": "investment", "source": "police"}
    (folder / "cases.ndjson").write_text(json.dumps({**loss, "scam_type": "customer_service", "amount": 900.0}))
    (folder / "flags.ndjson").write_text(json.dumps(flag))
    service.load([folder], kind=None, feed_id="default")
    service.analyse(as_of=None)
    found = row_of(service, BOB)
    assert found is not None
    assert found["stage"] == "lost"
    assert not due(service, BOB)
    came(service, call(FOURTH, BOB, LATER, 900), call(BOB, FOURTH, LATER + HOUR, 1500))
    assert glanced(service) == "A1-1"
    made = row_of(service, BOB)
    assert made is not None
    assert (made["stage"], made["scam_type"], made["network_id"]) == ("committed", "investment", None)
    channels = due(service, BOB)
    assert channels
    assert service.analyse(as_of=None).analysis_id == "A2"
    full = row_of(service, BOB)
    assert full is not None
    assert {name: full[name] for name in ("stage", "scam_type")} == {
        name: made[name] for name in ("stage", "scam_type")
    }
    assert due(service, BOB) == channels, "nobody is warned twice"


def test_an_event_of_a_clock_that_is_ahead_is_looked_at_when_it_is_known(service: Service) -> None:
    service.analyse(as_of=None)
    before = service.time.moment()
    came(service, *EVE_TALKS)
    later, desk = service.time.moment(), service.glancing
    assert later.service > before.service
    for _ in range(2):
        desk.look(desk.news(), before)
        assert row_of(service, EVE) is None
    made = desk.look(desk.news(), later)
    assert made is not None
    assert row_of(service, EVE) is not None
    assert desk.look(desk.news(), later) is None


def test_a_flag_warns_whom_its_number_talked_with_at_once(service: Service) -> None:
    came(service, call(DEE, CYD, LATER, 1200), call(CYD, DEE, LATER + HOUR, 900))
    service.analyse(as_of=None)
    assert row_of(service, BOB) is not None, "a den's number rang him"
    came(service, call(EVE, CYD, LATER + HOUR, 1300), call(CYD, EVE, LATER + 2 * HOUR, 900))
    assert glanced(service) == "A1-1"
    assert row_of(service, CYD) is None
    eve = service.registry.find_number(EVE)
    assert eve is not None
    token = service.registry.numbers([eve])[0].token
    service.stating.flag(token, Stated(ScamType.LOAN, FlagSource.POLICE), kind=None, errand=service.errand)
    assert glanced(service) == "A1-2"
    found = row_of(service, CYD)
    assert found is not None
    assert found["scam_type"] == "loan"
    assert '"met_flagged_number"' in found["evidence"]
    assert due(service, CYD)


def test_a_full_analysis_takes_back_nothing_that_a_glance_knew_and_it_did_not(service: Service) -> None:
    service.analyse(as_of=None)
    channels: list[str] = []
    slow = slowly(service, channels)
    came(service, call(BOB, CYD, LATER - HOUR, 60))
    assert slow.analyse(as_of=None).analysis_id == "A2"
    assert service.current().analysis_id == "A2-1", "it became current with what it did not know"
    assert row_of(service, EVE) is not None
    assert due(service, EVE) == channels != []
    assert glanced(service) is None, "nothing came in since"
    came(service, call(EVE, DEN[0], LATER + 2 * HOUR, 700))
    assert glanced(service) == "A2-2"
    assert due(service, EVE) == channels


def test_nobody_ever_sees_a_full_analysis_without_what_came_in_while_it_was_made(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers, and the queue, are asked at every moment between what is done."""
    service.analyse(as_of=None)
    seen = list[tuple[str, bool, list[str]]]()

    def look_around() -> None:
        seen.append((service.current().analysis_id, row_of(service, EVE) is not None, due(service, EVE)))

    def watched(of: Any, name: str) -> None:
        done = getattr(of, name)

        def within(*given: Any, **named: Any) -> Any:
            look_around()
            found = done(*given, **named)
            look_around()
            return found

        monkeypatch.setattr(of, name, within)

    channels: list[str] = []
    slow = slowly(service, channels)
    came(service, call(BOB, CYD, LATER - HOUR, 60))
    for of, name in ((publishing, "publish"), (desk, "amend"), (planning, "plan_from"), (planning, "put_in_order")):
        watched(of, name)
    slow.analyse(as_of=None)
    assert len(seen) > 8
    assert {name for name, _, _ in seen} >= {"A1", "A1-1", "A2-1"}
    assert "A2" not in {name for name, _, _ in seen}
    after = seen[next(place for place, one in enumerate(seen) if one[0] == "A1-1" and one[2]) :]
    assert {ranked for _, ranked, _ in after} == {True}
    assert [warned for _, _, warned in after] == [channels] * len(after)


def test_glances_go_on_while_a_full_analysis_takes_in_what_it_missed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dee talks with the den while Eve's talks are being written beside the analysis that did not know them."""
    service.analyse(as_of=None)
    of_eve, of_dee = list[str](), list[str]()
    slow = slowly(service, of_eve)
    came(service, call(BOB, CYD, LATER - HOUR, 60))

    def written(*given: Any, current: bool = True, **named: Any) -> None:
        amend(*given, current=current, **named)
        if not current:
            came(service, call(DEN[1], DEE, LATER, 900), call(DEE, DEN[2], LATER + HOUR, 1500))
            assert glanced(service) == "A1-2"
            of_dee.extend(due(service, DEE))

    monkeypatch.setattr(desk, "amend", written)
    assert slow.analyse(as_of=None).analysis_id == "A2"
    assert service.current().analysis_id == "A2-2", "with what came in last as well"
    assert glanced(service) is None
    assert due(service, EVE) == of_eve != []
    assert due(service, DEE) == of_dee != []


@pytest.mark.parametrize("planned", ["everybody", "nobody"], ids=["before they are planned", "after all were"])
def test_a_glance_while_everybody_is_planned_for_is_not_undone_by_it(
    planned: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eve talks with the den while warnings are planned by an analysis that knows nothing of it."""
    service.analyse(as_of=None)
    came(service, call(BOB, CYD, LATER - HOUR, 60))
    people, channels = ranked.people, list[str]()

    def meanwhile() -> None:
        came(service, *EVE_TALKS)
        assert glanced(service) == "A2-1"
        channels.extend(due(service, EVE))

    def read(*given: Any) -> Iterator[Any]:
        if planned == "everybody":
            meanwhile()
        yield from people(*given)
        if planned == "nobody":
            meanwhile()

    monkeypatch.setattr(ranked, "people", read)
    assert service.analyse(as_of=None).analysis_id == "A2"
    assert channels
    assert due(service, EVE) == channels


@pytest.mark.parametrize("who", ["the same process", "the next one"])
def test_a_plan_that_was_cut_short_is_made_up_for(who: str, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The analysis is current, and nobody was warned by it yet: nothing new need come in for that."""
    came(service, *EVE_TALKS)
    with monkeypatch.context() as broken:
        broken.setattr(planning, "_step", cut_short)
        with pytest.raises(CutShortError):
            service.analyse(as_of=None)
    assert row_of(service, EVE) is not None
    assert not due(service, EVE)
    if who == "the same process":
        assert service.tick(service.time.moment()) is None
    else:
        with open_service(service.settings) as other:
            assert other.tick(other.time.moment()) is None
    assert due(service, EVE)


def test_so_is_one_that_was_not_begun(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed came after the analysis had become current: sweeping older ones, say."""

    def swept(of: Any) -> Any:
        def then_cut_short(*given: Any, **named: Any) -> None:
            of(*given, **named)
            raise CutShortError

        return then_cut_short

    came(service, *EVE_TALKS)
    service.tick(service.time.moment(), analyses=False)  # nothing is owed from before
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "turn_to", swept(publishing.turn_to))
        with pytest.raises(CutShortError):
            service.analyse(as_of=None)
    assert not due(service, EVE)
    service.tick(service.time.moment(), analyses=False)
    channels = due(service, EVE)
    assert channels
    came(service, call(DEN[1], DEE, LATER, 900), call(DEE, DEN[2], LATER + HOUR, 1500))
    with monkeypatch.context() as broken:
        broken.setattr(desk, "amend", swept(amend))
        with pytest.raises(CutShortError):
            service.glance()
    assert service.current().analysis_id == "A1-1"
    assert not due(service, DEE)
    service.tick(service.time.moment(), analyses=False)
    assert due(service, DEE)
    assert due(service, EVE) == channels


def test_so_is_that_of_a_glance(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.analyse(as_of=None)
    came(service, *EVE_TALKS)
    with monkeypatch.context() as broken:
        broken.setattr(planning, "_step", cut_short)
        with pytest.raises(CutShortError):
            service.glance()
    assert service.current().analysis_id == "A1-1"
    assert not due(service, EVE)
    assert service.tick(service.time.moment(), analyses=False) is None
    assert due(service, EVE)


def test_without_a_full_analysis_of_this_process_there_is_nothing_to_look_from(service: Service) -> None:
    came(service, call(BOB, CYD, LATER - HOUR, 60))
    assert glanced(service) is None
    service.analyse(as_of=None)
    came(service, *EVE_TALKS)
    with open_service(service.settings) as other:
        assert glanced(other) is None
        assert other.analyse(as_of=None).analysis_id == "A2"
    assert glanced(service) is None, "its own is not current any more"
    assert service.current().analysis_id == "A2"


def test_what_amends_an_analysis_goes_with_it(service: Service) -> None:
    service.analyse(as_of=None)
    came(service, *EVE_TALKS)
    assert glanced(service) == "A1-1"
    came(service, *(call(BOB, CYD, LATER + 250 * DAY + k * MINUTE, 60) for k in range(3)))
    with open_service(replace(service.settings, keep_events_days=30)) as keeping:
        keeping.retain()
        assert keeping.current().analysis_id == "A2"
        with keeping.catalogue.reading() as connection:
            counts = [connection.scalar(sa.select(sa.func.count()).select_from(one)) for one in (amended, analyses)]
        assert counts == [0, 1]


def test_a_sender_that_a_gang_rings_is_nobodys_victim_in_a_full_look_nor_in_a_glance(service: Service) -> None:
    def talked_with(sender: str, at: int) -> tuple[dict[str, Any], ...]:
        """As Eve, whom this makes a victim."""
        return call(DEN[1], sender, at, 900, a_imei="861234567890123"), call(sender, DEN[2], at + HOUR, 1500)

    early, late = "106901234567", "106907654321"
    came(service, *talked_with(early, LATER - 3 * HOUR))
    service.analyse(as_of=None)
    assert row_of(service, early) is None
    came(service, *talked_with(late, LATER), *EVE_TALKS)
    assert glanced(service) == "A1-1"
    assert row_of(service, EVE) is not None
    assert row_of(service, late) is None
    assert row_of(service, early) is None
