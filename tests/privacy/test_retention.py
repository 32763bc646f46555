"""Retention: what is too old leaves no byte, what is kept stays whole, and a kill at any step harms nothing."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from graphsvc.api import keeping_up
from graphsvc.checks import examine
from graphsvc.errors import BeyondRetention, Overtaken
from graphsvc.ingest.ids import Met
from graphsvc.loading import TEXTS_MOST, Remembered
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind
from graphsvc.privacy.retention import Keep
from graphsvc.reports.values import Page
from graphsvc.service import Service
from graphsvc.service_time import ServiceTime
from graphsvc.settings import Settings
from graphsvc.store import catalogue, forgetting, horizon
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.databases import engine_of
from graphsvc.store.home import Home
from graphsvc.store.horizon import Horizon
from graphsvc.store.keys import Keys
from graphsvc.store.lock import hold_for_writing
from graphsvc.store.tables import audit, numbers
from graphsvc.store.tokens import entity_tokens, number_tokens
from graphsvc.store.warning_tables import warnings
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.servers.postgres import PostgresServer
from tests.story.feeds import BANK, DAY, DEN, HOUR, T0, call, den_events, ordinary_events
from tests.story.test_dispatch import claim

OLD = [f"+86158{k:08d}" for k in range(70_000_001, 70_000_031)]
"""Numbers that only old events, old facts and undated subscribers name."""
FLAGGED = "+8615870000099"
"""A number that nothing but an old flag names, which nobody has revoked: while it counts, an analysis cites it."""
OLD_DEVICE, OLD_ACCOUNT = "358888777766665", "acct-old-1"
_PAGE = Page(limit=1000)
OLD_TIMES = [T0 - 40 * DAY + k * 61_000 for k in range(len(OLD))]


def write(folder: Path) -> Path:
    """Forty days ago a den that is gone by now; in the last days the den of the other journeys."""
    folder.mkdir()
    old = [call(OLD[0], OLD[k], OLD_TIMES[k], 65, a_imei=OLD_DEVICE) for k in range(1, len(OLD))]
    feeds: dict[str, list[dict[str, Any]]] = {
        "events": old + ordinary_events() + den_events(),
        "flags": [
            # Revoked: else people who met it would be warned today, and a warning of today is kept.
            {"number": OLD[0], "known_at": T0 - 39 * DAY, "scam_type": "loan", "source": "police", "case_id": "C-OLD",
             "revoked_at": T0 - 37 * DAY},
            {"number": FLAGGED, "known_at": T0 - 38 * DAY - HOUR, "scam_type": "loan", "source": "police"},
            {"number": DEN[0], "known_at": T0 + 2 * DAY, "scam_type": "customer_service", "source": "police"},
        ],
        "cases": [
            {"case_id": "C-OLD", "victim_number": OLD[5], "lost_at": OLD_TIMES[5], "known_at": OLD_TIMES[5] + HOUR,
             "scam_type": "loan", "amount": 1.0},
        ],
        "links": [{"number": OLD[0], "kind": "account", "entity": OLD_ACCOUNT, "known_at": T0 - 39 * DAY}],
        "subscribers": [{"number": number, "region": "440305"} for number in (*OLD, *DEN)],
        "outcomes": [{"number": OLD[7], "at": OLD_TIMES[7], "outcome": "delivered", "note": "long ago"}],
    }  # fmt: skip
    for name, rows in feeds.items():
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keep_events_days=14, keep_facts_days=14, keep_warnings_days=14)


@pytest.fixture
def loaded(graphsvc: CommandLine, tmp_path: Path) -> Path:
    assert graphsvc("load", write(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    return tmp_path / "home"


def needles(home: Path) -> dict[str, bytes]:
    """Whatever of the old days could lie about: tokens, masks, times as text and packed."""
    keys = Keys.open(Home.open(home), None, None)
    found = {f"token of {k}": token.encode() for k, token in enumerate(number_tokens(keys, [*OLD, FLAGGED]))}
    found["token of the device"] = entity_tokens(keys, "device", [OLD_DEVICE])[0].encode()
    found["token of the account"] = entity_tokens(keys, "account", [OLD_ACCOUNT])[0].encode()
    found |= {f"mask of {k}": f"+86 158 **** {number[-4:]}".encode() for k, number in enumerate([*OLD, FLAGGED])}
    found["time of the flag in force"] = str(T0 - 38 * DAY - HOUR).encode()
    found |= {f"time of {k}": str(at).encode() for k, at in enumerate(OLD_TIMES) if k}
    found |= {f"packed time of {k}": at.to_bytes(8, "little") for k, at in enumerate(OLD_TIMES) if k}
    found["case"] = b"C-OLD"
    found["note"] = b"long ago"
    found["day"] = b"2026-01-2"
    return found


def contents(home: Path) -> dict[str, bytes]:
    told = {}
    for path in home.rglob("*"):
        if path.is_file():
            told[str(path.relative_to(home))] = path.read_bytes()
            if path.suffix == ".parquet":
                told[f"{path.relative_to(home)}, read"] = str(pq.read_table(path).to_pydict()).encode()
    return told


def left_over(home: Path) -> list[str]:
    everything = contents(home)
    return [
        f"{name}: {what}"
        for name, data in everything.items()
        for what, needle in needles(home).items()
        if needle in data
    ]


def state_of(service: Service) -> tuple[Any, ...]:
    """What anybody can be told: the same before and after for what is kept."""
    events = sorted(str(row) for batch in service.ledger.events() for row in batch.to_pylist())
    page = service.victims(_PAGE).victims
    return len(events), [(victim.token, round(victim.probability, 9)) for victim in page]


def test_no_byte_of_the_old_days_is_left_and_the_rest_answers_as_before(loaded: Path, tmp_path: Path) -> None:
    found = left_over(loaded)
    assert any("token" in one for one in found), "the needles must be there before, else this shows nothing"
    assert any("packed time" in one for one in found)
    with open_service(settings(tmp_path)) as service:
        number_ids = [service.registry.find_number(number) for number in OLD]
        report = service.retain()
        assert report.numbers == len(OLD) + 1
        assert report.entities >= 2
        assert (report.facts["flags"], report.facts["cases"], report.facts["outcomes"]) == (2, 1, 1)
        assert service.registry.find_number(FLAGGED) is None
        assert [service.registry.find_number(number) for number in OLD] == [None] * len(OLD)
        assert None not in number_ids
        assert service.number(DEN[0], reveal=None).fraud_probability > 0.5
        assert service.registry.reveal([service.registry.find_number(DEN[0]) or 0])
        kept = state_of(service)
        assert kept[0] == len(ordinary_events()) + len(den_events())
        assert service.audit.verify().ok
        again = service.retain()
        assert again.nothing_to_do
        assert state_of(service) == kept
        came_in = service.ledger.position()
    assert left_over(loaded) == []
    (said,) = [check.found for check in examine(settings(tmp_path)) if check.name == "ledger"]
    assert said.startswith(f"{kept[0]:,} events (of {came_in:,} that came in), ")


def test_what_was_deleted_does_not_come_back_and_is_not_answered(
    loaded: Path, tmp_path: Path, graphsvc: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EVENTS", "FACTS", "WARNINGS"):
        monkeypatch.setenv(f"GRAPHSVC_KEEP_{name}_DAYS", "14")
    assert graphsvc("retention", "--dry-run").status == 0
    done = graphsvc("retention", "--json")
    assert done.json["numbers"] == len(OLD) + 1
    again = graphsvc("load", tmp_path / "feeds", "--json").json
    assert again["feeds"]["events"]["rejected"] == len(OLD) - 1
    assert again["feeds"]["events"]["accepted"] == 0
    assert [again["feeds"][name]["rejected"] for name in ("flags", "cases", "outcomes")] == [2, 1, 1]
    rejects = Path(again["rejects_file"]).read_text()
    assert "from before what is kept" in rejects
    assert graphsvc("analyse").status == 0
    past = graphsvc("analyse", "--as-of", T0 - 38 * DAY, "--json")
    assert past.json["error"]["code"] == "BEYOND_RETENTION"
    with open_service(settings(tmp_path)) as service, pytest.raises(BeyondRetention):
        service.victims(_PAGE, as_of=T0 - 38 * DAY)
    assert "nothing to delete" in graphsvc("retention").out


def test_a_policy_that_keeps_all_and_a_clock_before_all_data_delete_nothing(loaded: Path, tmp_path: Path) -> None:
    with open_service(Settings(home=loaded)) as service:
        assert service.retain().nothing_to_do
        desk = replace(service.retaining, time=replace(service.time, wall=lambda: 0), keep=Keep(14, 14, 14))
        assert desk.wanted() == Horizon(), "with a clock before all data nothing is too old"
        far = replace(desk, time=replace(service.time, wall=lambda: T0 + 4000 * DAY))
        assert 0 < far.wanted().events_from < T0, "with one far ahead, time is that of the data"
    long = replace(settings(tmp_path), keep_events_days=4000, keep_facts_days=4000, keep_warnings_days=4000)
    with open_service(long) as service:
        before = state_of(service)
        report = service.retain()
        assert (report.warnings, sum(report.facts.values())) == (0, 0)
        assert state_of(service) == before


def test_everything_too_old_leaves_an_empty_folder_that_works(loaded: Path, tmp_path: Path) -> None:
    with open_service(settings(tmp_path)) as service:
        warned = in_warnings(service)
        assert warned, "there was somebody to warn, and about somebody"
        load_the_last_call(service, loaded.parent / "late", T0 + 90 * DAY)
        last = {service.registry.find_number(number) for number in (*LAST, BANK)}
        before = registered(service)
        assert {service.registry.find_number(number) for number in OLD} < before - warned - last
        report = service.retain()
        assert registered(service) == warned | last, "whom warnings name stay until these are closed for long enough"
        assert report.numbers == len(before) - len(warned | last)
        assert service.victims(_PAGE).victims == []
        load_the_last_call(service, loaded.parent / "later", T0 + 180 * DAY)
        assert service.retain().numbers == len(warned)
        assert registered(service) == last, "of people nobody but the two of the last call"
        service.registry.register_numbers(["+8615900000009"], [NumberKind.MSISDN])


LAST = ["+8615900000001", "+8615900000002"]
"""Who talks last. The bank stays beside them: each analysis names the well-known short codes that were ever seen."""


def load_the_last_call(service: Service, folder: Path, at: int) -> None:
    """Two who were never seen before talk long after everything else: time goes on to there."""
    folder.mkdir()
    (folder / "events.ndjson").write_text(json.dumps(call(LAST[0], LAST[1], at, 60)) + "\n")
    service.load([folder], kind=None, feed_id="default")


def registered(service: Service) -> set[int]:
    """Ids of all numbers that the registry knows."""
    with service.catalogue.reading() as connection:
        return set(connection.scalars(sa.select(numbers.c.number_id)))


def in_warnings(service: Service) -> set[int]:
    """Ids of those who are warned, and of those whom they are warned of."""
    with service.catalogue.reading() as connection:
        rows = connection.execute(sa.select(warnings.c.number, warnings.c.suspect)).all()
    return {number for row in rows for number in row if number is not None}


KILLED = """
import os, signal, sys
from pathlib import Path
from graphsvc.settings import Settings
from graphsvc.store import catalogue, forgetting, history, horizon, index, ledger, vault, row_keys
from graphsvc.privacy import retention
from graphsvc.wiring import open_service
where, when = sys.argv[2], sys.argv[3]
owner, name = where.rsplit(".", 1)
scope = {
    "forgetting": forgetting, "history": history, "horizon": horizon, "Ledger": ledger.Ledger, "Body": ledger.Body,
    "Index": index.Index, "Catalogue": catalogue.Catalogue, "RowKeys": row_keys.RowKeys,
    "Retaining": retention.Retaining,
}
inner = getattr(scope[owner], name)
def fatal(*args, **more):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    inner(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(scope[owner], name, fatal)
settings = Settings(home=Path(sys.argv[1]), keep_events_days=14, keep_facts_days=14, keep_warnings_days=14)
with open_service(settings) as service:
    service.retain()
"""
STEPS = [
    "horizon.advance", "Body.drop_days", "Ledger._adopt", "Index.rebuild", "history.forget", "forgetting.forget_facts",
    "forgetting.forget_analyses", "Retaining._sweep_files", "RowKeys.shred", "forgetting.forget_registry",
    "Catalogue.compact", "horizon.finish",
]  # fmt: skip


def test_a_kill_is_made_good_by_the_next_run(loaded: Path, tmp_path: Path) -> None:
    kill_at(["Ledger._adopt", "history.forget", "RowKeys.shred"], loaded, tmp_path, ("after",))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_kill_at_any_step_is_made_good_by_the_next_run(loaded: Path, tmp_path: Path) -> None:
    kill_at(STEPS, loaded, tmp_path, ("before", "after"))


def kill_at(steps: list[str], loaded: Path, tmp_path: Path, moments: tuple[str, ...]) -> None:
    """The same folder is killed at one step after the other: each run gets a little further, the last finishes."""
    killed = 0
    for step in steps:
        for when in moments:
            command = [sys.executable, "-c", KILLED, str(loaded), step, when]
            status = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, capture_output=True)
            assert status.returncode in (-signal.SIGKILL, 0), status.stderr.decode()
            killed += status.returncode != 0
    assert killed == len(steps) * len(moments)
    with open_service(settings(tmp_path)) as service:
        service.retain()
        assert service.number(DEN[0], reveal=None).fraud_probability > 0.5
        assert state_of(service)[0] == len(ordinary_events()) + len(den_events())
        assert service.audit.verify().ok
    assert left_over(loaded) == []


def test_a_running_service_deletes_at_its_time_and_does_not_rewrite_what_others_wait_for(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_service(replace(settings(tmp_path), retention_at="03:30")) as service:
        midnight = datetime.combine(date(2026, 3, 2), time(), service.retaining.zone).timestamp() * 1000
        clock = {"wall": int(midnight)}
        at = replace(service.time, wall=lambda: clock["wall"])
        room: Any = SimpleNamespace(
            service=replace(service, time=at, retaining=replace(service.retaining, time=at)), closing=asyncio.Event()
        )
        kept = state_of(service)[0]
        keeping_up.retain(room)
        assert state_of(service)[0] == kept, "midnight is not its time"
        clock["wall"] += 4 * HOUR
        monkeypatch.setattr(catalogue, "_SOON_REWRITTEN", 0)
        keeping_up.retain(room)
        assert state_of(service)[0] == len(ordinary_events()) + len(den_events())
        kept_now = horizon.of(service.catalogue)
        assert (kept_now.finished, kept_now.rewritten) == (True, False)
        clock["wall"] += HOUR
        keeping_up.retain(room)
        assert horizon.of(service.catalogue) == kept_now, "once a day"
        with service.catalogue.reading() as connection:
            chosen = sa.select(audit.c.actor).where(audit.c.action == "retention")
            assert list(connection.scalars(chosen)) == ["service"]
        report = room.service.retain()
        assert report.nothing_to_do
        assert horizon.of(service.catalogue).rewritten, "the command does what the service left"
    assert left_over(loaded) == []


def test_what_was_cut_short_is_finished_at_once_and_never_means_never(loaded: Path, tmp_path: Path) -> None:
    with open_service(settings(tmp_path)) as service:
        assert not service.retaining.due(None)
        service.retaining.begin(service.errand)
        early = replace(service.retaining, time=replace(service.time, wall=lambda: T0 + 60 * DAY))
        assert early.due(time(23, 59))
        assert not early.due(None)


class Elsewhen(ServiceTime):
    """Service time is what the wall clock says, however old the data is."""

    def now(self) -> int:
        return self.wall()


def test_the_audit_log_is_cut_at_its_period(loaded: Path, tmp_path: Path) -> None:
    with open_service(replace(settings(tmp_path), keep_audit_days=1100)) as service:
        old = T0 - 1200 * DAY
        service.audit.record(at=T0, actor="cli:ann", action="reveal number", purpose="now")
        service.audit.record(at=old, actor="cli:ann", action="reveal number", purpose="long ago")
        entries = service.audit.verify().entries
        desk = replace(service.retaining, keep=replace(service.retaining.keep, events=0, facts=0, warnings=0))
        report = replace(service, retaining=desk).retain()
        assert (report.nothing_to_do, report.audit) == (True, 0), "an older one behind newer ones stays with them"
        clock = Elsewhen(service.catalogue, service.ledger, lambda: T0 + 2000 * DAY)
        far = replace(desk, time=clock)
        assert far.due(time(0, 0))
        report = replace(service, retaining=far).retain()
        assert report.audit == entries
        assert service.audit.verify().ok
        assert not far.due(time(0, 0))


def test_claims_and_loads_go_on_while_a_running_service_deletes(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is analysed while nobody holds the folder, and a claim is answered between any two deletions.

    A claim within a transaction of the deletion would wait for ever: both take turns at the one writer.
    """
    with open_service(settings(tmp_path)) as service:
        seen: list[str] = []
        claims = []
        everybody: dict[str, Any] = {
            "region": None,
            "per_hour": None,
            "per_day": 100,
            "from_at": None,
            "until_at": None,
        }
        service.dispatching.set_capacity(WarningChannel.SMS, **everybody, now=service.time.moment())

        def between(step: str) -> None:
            inner = getattr(forgetting, step)

            def claimed(*given: Any) -> Any:
                key = f"{step}, before"
                claims.append(claim(service, WarningChannel.SMS, service.time.moment(), key))
                return inner(*given)

            monkeypatch.setattr(forgetting, step, claimed)

        for step in ("forget_facts", "forget_analyses", "forget_warnings", "forget_registry", "forget_strays"):
            between(step)

        def analyse() -> None:
            hour = T0 + 3 * DAY + HOUR
            late = tmp_path / "late"
            late.mkdir()
            (late / "events.ndjson").write_text(json.dumps(call(DEN[0], "+8615900000009", hour, 60)) + "\n")
            loaded_now = service.load([late], kind=None, feed_id="default")
            seen.append(f"{loaded_now.feeds['events'].accepted} loaded")
            service.analyse(as_of=None)

        holding = partial(hold_for_writing, service.home, purpose="retention", wait_seconds=0.0)
        service.retaining.retain(service.errand, analyse, holding=holding, others_wait=False)
        assert seen == ["1 loaded"]
        assert len(claims) == 5
        assert any(claims), "there was somebody to warn"
        assert service.registry.find_number("+8615900000009") is not None
        assert state_of(service)[0] == len(ordinary_events()) + len(den_events()) + 1


def test_an_analysis_of_what_is_not_kept_any_more_is_not_published(loaded: Path, tmp_path: Path) -> None:
    with open_service(settings(tmp_path)) as service:
        before = service.current().analysis_id
        engine = service.engine("local")

        class Slow:
            name = "local"

            analyse = engine.analyse

            def full(self, *given: Any) -> Any:
                found = engine.full(*given)
                service.retain()
                return found

        slow = replace(service, engine=lambda name: Slow())
        with pytest.raises(Overtaken):
            slow.analyse(as_of=None)
        assert service.current().analysis_id != before, "that of the retention is current"
    assert left_over(loaded) == []


@pytest.mark.xdist_group("postgres")
def test_on_postgresql_nothing_of_the_old_days_is_left_either(
    postgres_server: PostgresServer, postgres_catalogue_url: str, postgres_vault_url: str, tmp_path: Path
) -> None:
    urls = {"catalogue_url": postgres_catalogue_url, "vault_url": postgres_vault_url}
    made = replace(settings(tmp_path), **urls)  # type: ignore[arg-type]
    with open_service(made) as service:
        service.load([write(tmp_path / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
        number = service.registry.find_number(OLD[1])
        assert number is not None
        assert left_in_tables(urls.values(), tmp_path / "home")
        first = service.retain(others_wait=False)
        assert (first.numbers, first.facts["flags"]) == (len(OLD) + 1, 2)
        assert not horizon.of(service.catalogue).rewritten
        assert left_in_tables(urls.values(), tmp_path / "home") == []
        assert service.number(DEN[0], reveal=None).fraud_probability > 0.5
        assert state_of(service)[0] == len(ordinary_events()) + len(den_events())
        assert service.retain().nothing_to_do
        assert horizon.of(service.catalogue).rewritten
        assert service.audit.verify().ok
        service.analyse(as_of=None)
    assert left_over(tmp_path / "home") == []
    postgres_server.stop("fast")
    pages = [path.read_bytes() for path in (postgres_server.data / "base").rglob("*") if path.is_file()]
    postgres_server.start()
    found = needles(tmp_path / "home")
    assert [what for what, needle in found.items() for page in pages if needle in page] == []


def left_in_tables(urls: Iterable[str], home: Path) -> list[str]:
    """What of the old days any row of any table tells."""
    told = []
    for url in urls:
        database = Catalogue(*engine_of(url))
        with database.reading() as connection:
            tables = sa.inspect(connection).get_table_names()
            for name in tables:
                rows = connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()
                text = b"\n".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for row in rows
                    for value in row
                )
                told += [f"{name}: {what}" for what, needle in needles(home).items() if needle in text]
        database.close()
    return told


def test_a_forgotten_number_that_comes_again_in_the_same_process_is_registered_anew(tmp_path: Path) -> None:
    with open_service(settings(tmp_path)) as service:
        service.load([write(tmp_path / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
        before = service.registry.find_number(OLD[3])
        again = json.dumps(call(OLD[3], DEN[0], T0 + 3 * DAY, 60)).encode()
        service.retain()
        assert service.registry.find_number(OLD[3]) is None
        service.feeding.take("events", again, arrow=False, feed_id="live", batch_id="again")
        after = service.registry.find_number(OLD[3])
        assert after not in (None, before)
        last = service.ledger.position() - 1
        assert [row["a"] for batch in service.ledger.events(seqs=(last, last + 1)) for row in batch.to_pylist()] == [
            after
        ]


@pytest.mark.parametrize("finished", [True, False])
def test_ids_are_remembered_for_as_long_as_nothing_may_be_deleted(finished: bool) -> None:
    met, remembered = cast(Met, SimpleNamespace(texts=1)), Remembered()
    remembered.keep(met, Horizon(finished=finished))
    assert (remembered.take(Horizon()) is met) == finished
    assert remembered.take(Horizon()) is None, "who took it and failed gives nothing back"
    remembered.keep(met, Horizon())
    assert remembered.take(Horizon(events_from=1, finished=finished)) is None
    remembered.keep(met, Horizon())
    assert (remembered.take(Horizon(finished=finished)) is met) == finished
    remembered.keep(cast(Met, SimpleNamespace(texts=TEXTS_MOST + 1)), Horizon())
    assert remembered.take(Horizon()) is None
