"""A live graph is kept up: after each sync every node and relationship is what the data folder says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graphsvc.errors import Neo4jFailed, Neo4jTooSmall, Neo4jUnavailable
from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.connection import Database, Transaction
from graphsvc.model.purposes import errand
from graphsvc.projecting import old_events, steps_of_events, steps_of_facts, steps_of_findings, syncing
from graphsvc.projecting.facts import Stated
from graphsvc.projecting.state import Source
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress
from graphsvc.wiring import open_service
from tests.projecting.judge import assert_same
from tests.projecting.world import PEOPLE, first_part, flag, further_part, one_event
from tests.servers.neo4j import settings_for
from tests.story.feeds import DEN

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many transactions even for a small world."""
    monkeypatch.setattr(syncing, "AT_A_TIME", 50)
    monkeypatch.setattr(steps_of_events, "EVENTS_AT_A_TIME", 90)
    monkeypatch.setattr(steps_of_events, "_WINDOW", 200)
    monkeypatch.setattr(steps_of_events, "_FILLED_AT_A_TIME", 90)
    monkeypatch.setattr(steps_of_events, "_DELETED_AT_A_TIME", 60)
    monkeypatch.setattr(old_events, "_EVENTS_AT_A_TIME", 60)
    monkeypatch.setattr(old_events, "_NUMBERS_AT_A_TIME", 40)
    monkeypatch.setattr(steps_of_facts, "_ROWS_AT_A_TIME", 3)
    monkeypatch.setattr(steps_of_findings, "EVENTS_AT_A_TIME", 90)
    monkeypatch.setattr(steps_of_findings, "_NUMBERS_AT_A_TIME", 7)


@pytest.fixture
def service(tmp_path: Path, empty_neo4j: Neo4jAddress) -> Iterator[Service]:
    with open_service(settings_for(empty_neo4j, tmp_path / "home")) as opened:
        first_part(opened, tmp_path)
        yield opened


def ask(address: Neo4jAddress, question: str) -> list[object]:
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        return [record.values() for record in driver.execute_query(question).records]


def test_the_graph_follows_the_data_folder(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = service.projecting.sync
    first = sync()
    assert first.events == service.ledger.position()
    assert_same(empty_neo4j, service)
    assert sync().steps == 0
    service.analyse(as_of=None)
    assert sync().analysis_id == service.current().analysis_id
    assert_same(empty_neo4j, service)
    for part in (1, 2, 3):
        further_part(service, tmp_path, part)
        assert sync().events == 400
        assert_same(empty_neo4j, service)
    monkeypatch.setattr(steps_of_events, "_READ_FOR_EACH", 0)  # so few are looked for one by one
    further_part(service, tmp_path, 4, events=70)
    sync()
    assert_same(empty_neo4j, service)
    service.analyse(as_of=None)
    sync()
    assert_same(empty_neo4j, service)
    lag = service.projecting.lag()
    assert lag is not None
    assert (lag.events, lag.current) == (0, True)


def test_for_new_numbers_the_sync_reads_facts_about_people_only_where_one_is_well_known(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.projecting.sync()
    read, asked = Source.stated, list[int]()

    def counted(self: Source) -> Stated:
        asked.append(1)
        return read(self)

    monkeypatch.setattr(Source, "stated", counted)
    one_event(service, tmp_path, "+8613911112222")
    service.projecting.sync()
    assert not asked
    one_event(service, tmp_path, "110")
    service.projecting.sync()
    assert asked
    assert ask(empty_neo4j, "MATCH (n:Number {role: 'police'}) RETURN n.masked") == [["110"]]
    assert_same(empty_neo4j, service)


def test_a_revoked_flag_and_a_released_number_leave_no_trace(service: Service, empty_neo4j: Neo4jAddress) -> None:
    flag(service, PEOPLE[0], "C-9")
    service.analyse(as_of=None)
    service.projecting.sync()
    assert ask(empty_neo4j, "MATCH (:Flag)-[:IN_CASE]->(c:Case {caseId: 'C-9'}) RETURN count(c)") == [[1]]
    service.stating.unflag(PEOPLE[0], kind=None, errand=service.errand)
    service.privacy.release_number(DEN[1], errand=errand("test", "a wrong suspicion was checked"))
    service.projecting.sync()
    assert ask(empty_neo4j, "MATCH (c:Case {caseId: 'C-9'}) RETURN count(c)") == [[0]]
    assert_same(empty_neo4j, service)


@pytest.mark.parametrize("scopes", [("suspects", "all", "suspects"), ("all", "none", "all")])
def test_another_scope_or_window_is_taken_up(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, scopes: tuple[str, ...]
) -> None:
    service.analyse(as_of=None)
    for part, scope in enumerate(scopes, 1):
        further_part(service, tmp_path, part, events=150)
        settings = replace(service.settings, neo4j_events=scope, neo4j_events_days=30 if part == 2 else 2)
        with open_service(settings) as opened:
            opened.projecting.sync()
            assert_same(empty_neo4j, opened)


def test_a_commit_whose_answer_is_lost_counts_once(
    service: Service, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third commit: the connection breaks before the answer. Half of these took place, half did not."""
    writing, seen = Database.writing, {"commits": 0, "lost": 0}

    from contextlib import contextmanager

    @contextmanager
    def unsure(self: Database, **options: float) -> Iterator[Transaction]:
        seen["commits"] += 1
        lost = seen["commits"] % 3 == 0
        seen["lost"] += lost
        if lost and seen["lost"] % 2:
            with writing(self, **options) as transaction:
                yield transaction
                raise Neo4jUnavailable("it did not take place")
        with writing(self, **options) as transaction:
            yield transaction
        if lost:
            raise Neo4jUnavailable("it took place")

    monkeypatch.setattr(Database, "writing", unsure)
    service.analyse(as_of=None)
    done = service.projecting.sync()
    assert done.retries == seen["lost"] > 10
    assert_same(empty_neo4j, service)


def test_a_server_with_little_memory_gets_fewer_events_at_a_time(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps_of_events, "LEAST_AT_A_TIME", 20)
    further_part(service, tmp_path, 1)
    tried: list[int] = []
    run = Transaction.run

    def too_little(self: Transaction, name: str, /, **given: Any) -> Any:
        done = run(self, name, **given)  # what a refusal undoes
        if name == "projection/create_contacts":
            tried.append(sum(len(contacts) for _, contacts in given["rows"]))
            if tried[-1] > 30:
                raise Neo4jTooSmall("the server has too little memory")
        return done

    monkeypatch.setattr(Transaction, "run", too_little)
    service.projecting.sync()
    assert max(tried) > 30
    assert_same(empty_neo4j, service)
    monkeypatch.setattr(steps_of_events, "EVENTS_AT_A_TIME", 20)
    monkeypatch.setattr(Transaction, "run", _never_enough)
    further_part(service, tmp_path, 2)
    with pytest.raises(Neo4jTooSmall):
        service.projecting.sync()


def _never_enough(*_: Any, **__: Any) -> Any:
    raise Neo4jTooSmall("the server has too little memory")


def test_facts_that_come_during_a_sync_are_for_the_next(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress
) -> None:
    parts = iter(range(1, 4))

    def grow(stage: str, done: int, total: int | None) -> None:
        if stage == "events to Neo4j" and (part := next(parts, None)) is not None:
            further_part(service, tmp_path, part, events=60)

    before = service.ledger.position()
    assert service.projecting.sync(grow).position == before < service.ledger.position()
    service.projecting.sync()
    assert_same(empty_neo4j, service)


def test_events_that_come_while_an_analysis_is_projected_go_first_where_a_service_follows(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.projecting.sync()
    service.analyse(as_of=None)
    parts = iter(range(1, 4))
    show, shown = steps_of_findings.FindingSteps._show, list[int]()

    def grow(self: Any, at: Any, *given: Any) -> None:
        shown.append(at.loaded_to)
        if (part := next(parts, None)) is not None:
            further_part(service, tmp_path, part, events=60)
        show(self, at, *given)

    monkeypatch.setattr(steps_of_findings.FindingSteps, "_show", grow)
    done = service.projecting.sync(following=True)
    assert len(shown) > 3
    assert shown[:4] == sorted(set(shown[:4])), "each step finds the events that came in during the one before"
    assert (done.position, done.analysis_id) == (service.ledger.position(), service.current().analysis_id)
    service.projecting.sync()
    assert_same(empty_neo4j, service)


def test_what_is_not_ours_is_left_alone(service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress) -> None:
    ask(empty_neo4j, "CREATE (:Film {title: 'somebody else has this database'})")
    with pytest.raises(Neo4jFailed, match="holds something else"):
        service.projecting.sync()
    ask(empty_neo4j, "MATCH (f:Film) DELETE f")
    service.projecting.sync()
    with open_service(settings_for(empty_neo4j, tmp_path / "other")) as other:
        first_part(other, tmp_path / "again")
        with pytest.raises(Neo4jFailed, match="the graph of another data folder"):
            other.projecting.sync()


def test_a_second_writer_is_refused(service: Service, empty_neo4j: Neo4jAddress) -> None:
    service.projecting.sync()
    database = Database.connect(empty_neo4j)
    at = position.read(database)
    assert at is not None
    with database.writing() as transaction:
        position.write(transaction, at, at.moved())
    with pytest.raises(Neo4jFailed, match="only one sync"), database.writing() as transaction:
        position.write(transaction, at, at.moved())
    database.close()


def test_without_a_server_everything_else_works_and_the_sync_catches_up(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress
) -> None:
    nowhere = replace(service.settings, neo4j_url="bolt://127.0.0.1:9")
    with open_service(nowhere) as opened:
        opened.analyse(as_of=None)
        with pytest.raises(Neo4jUnavailable, match="no Neo4j server answers"):
            opened.projecting.sync(patience_seconds=0.0)
        further_part(opened, tmp_path, 1)
    service.projecting.sync()
    assert_same(empty_neo4j, service)
