"""The local server as its operator meets it: starts, says where, survives kill -9, keeps its secret."""

import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest

from graphsvc.errors import InvalidSetting, Neo4jFailed, Neo4jUnavailable, StorageFailed
from graphsvc.local_neo4j import ports
from graphsvc.local_neo4j import server as local_server
from graphsvc.local_neo4j.admin import Admin
from graphsvc.local_neo4j.console import last_words
from graphsvc.local_neo4j.jars import Jars, pinned_versions
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.local_neo4j.server_home import Memory, ServerHome
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import local_neo4j
from graphsvc.wiring import neo4j_address as address_in_use
from tests.servers.neo4j import QUICK_START

pytestmark = pytest.mark.xdist_group("neo4j")

SMALL = Memory(heap_mib=256, page_cache_mib=32)


def ask(address: Neo4jAddress, question: str) -> list[object]:
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        return [record.values() for record in driver.execute_query(question).records]


def test_it_is_the_pinned_server_with_graph_data_science(neo4j_address: Neo4jAddress) -> None:
    pinned = pinned_versions()
    kernel = (
        "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions[0], edition"
    )
    assert ask(neo4j_address, kernel) == [[pinned["neo4j"], "community"]]
    assert ask(neo4j_address, "RETURN gds.version()") == [[pinned["gds"]]]


def test_graph_data_science_answers(empty_neo4j: Neo4jAddress) -> None:
    ask(empty_neo4j, "UNWIND range(0, 3) AS i CREATE (:N)-[:R]->(:N)")
    made = "RETURN gds.graph.project('g', a, b, {}, {undirectedRelationshipTypes: ['*']}).nodeCount"
    assert ask(empty_neo4j, f"MATCH (a:N)-[:R]->(b:N) {made}") == [[8]]
    found = ask(empty_neo4j, "CALL gds.leiden.stream('g') YIELD communityId RETURN count(DISTINCT communityId)")
    assert found == [[4]]


def test_nothing_listens_beyond_this_machine_and_nothing_is_reported(
    neo4j_server: LocalServer, neo4j_address: Neo4jAddress
) -> None:
    pid = neo4j_server.status().pid
    assert pid is not None
    listening = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout.splitlines()
    places = [line.split()[3] for line in listening if f"pid={pid}," in line]
    assert len(places) == 2
    assert all("127.0.0.1" in place for place in places)
    off = ask(
        neo4j_address,
        "SHOW SETTINGS YIELD name, value WHERE name IN ['dbms.usage_report.enabled', 'client.allow_telemetry', "
        "'dbms.fleet_manager.enabled', 'server.fleet_discovery.enabled', 'server.bolt.telemetry.enabled'] RETURN value",
    )
    assert off == [["false"]] * 5


def test_the_password_is_in_one_private_file_and_nowhere_else(
    neo4j_server: LocalServer, neo4j_address: Neo4jAddress
) -> None:
    home = neo4j_server.home
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    secret = neo4j_address.password.encode()
    holders = [path for path in home.path.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert holders == [home.password_file]
    processes = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, check=True).stdout
    assert secret not in processes
    assert neo4j_address.password not in repr(neo4j_address)


def test_the_password_is_never_in_the_list_of_processes(
    java: Path, neo4j_jars: Jars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ServerHome(tmp_path / "neo4j")
    home.prepare(neo4j_jars)
    seen: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **options: object) -> object:
        seen.append(command)
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    Admin(java, neo4j_jars, home).set_initial_password('open-Sesame 12"3\\')
    assert (home.path / "data" / "dbms" / "auth.ini").exists()
    assert not any("Sesame" in str(word) for command in seen for word in command)
    assert not list(home.path.glob(".arguments*"))


@pytest.mark.usefixtures("neo4j_address")
def test_a_second_start_says_that_it_runs(neo4j_server: LocalServer, java: Path, neo4j_jars: Jars) -> None:
    first = neo4j_server.status()
    assert first.runs
    assert neo4j_server.start(java, neo4j_jars, now=0) == first


@pytest.mark.usefixtures("neo4j_address")
def test_its_folder_cannot_be_worked_on_while_it_runs(neo4j_server: LocalServer) -> None:
    with pytest.raises(Neo4jUnavailable, match="neo4j stop"), neo4j_server.exclusive("bulk load"):
        pass
    assert neo4j_server.status().runs


def test_killed_it_counts_as_stopped_and_starts_again_with_what_was_committed(
    neo4j_server: LocalServer, empty_neo4j: Neo4jAddress, restart_neo4j: Callable[[], Neo4jAddress]
) -> None:
    ask(empty_neo4j, "CREATE (:Kept {n: 1})")
    pid = neo4j_server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists() and neo4j_server.status().state != "stopped":
        time.sleep(0.05)
    assert neo4j_server.status().state == "stopped"
    assert neo4j_server.address() is None
    assert neo4j_server.stop() is False  # the stale process id is nobody's business
    # A taken port is not fought for: the next start looks for others.
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", int(empty_neo4j.bolt.rsplit(":", 1)[1])))
        stranger.listen()
        address = restart_neo4j()
        assert ask(address, "MATCH (k:Kept) RETURN k.n") == [[1]]


def test_stop_ends_it_and_says_so(neo4j_server: LocalServer, neo4j_address: Neo4jAddress) -> None:
    assert neo4j_server.stop() is True
    assert neo4j_server.status().state == "stopped"
    assert neo4j_server.stop() is False
    with neo4j_server.exclusive("bulk load"):
        assert neo4j_server.status().state == "busy"


def test_a_process_id_from_another_life_is_never_killed(tmp_path: Path) -> None:
    server = LocalServer(ServerHome(tmp_path), SMALL)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        server.home.lock.touch()
        server.home.pid_file.write_text(str(bystander.pid))
        server.home.record.write_text('{"started_at": 1, "bolt_port": 1, "http_port": 2}')
        assert server.status().state == "stopped"
        assert server.stop(kill=True) is False
        with server.exclusive("bulk load"), pytest.raises(Neo4jUnavailable, match="another command"):
            server.stop(kill=True)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[LocalServer]:
    """A server that holds its folder, does not answer and does not end: so is Neo4j's while the disk is full."""
    server = LocalServer(ServerHome(tmp_path), SMALL)
    server.home.record.write_text('{"started_at": 1, "bolt_port": 1, "http_port": 2}')
    with server.exclusive("test") as lock:
        holder = subprocess.Popen(
            ["sh", "-c", "trap '' TERM; echo ready; exec sleep 600"], pass_fds=[lock], stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        holder.stdout.readline()
    server.home.pid_file.write_text(str(holder.pid))
    yield server
    holder.kill()
    holder.wait()
    holder.stdout.close()


def test_a_server_that_waits_for_room_on_a_full_disk_is_told_as_such(
    stuck: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ServerHome, "free_bytes", lambda home: 4096)
    monkeypatch.setattr(local_server, "_FULL_SECONDS", 0.3)
    assert stuck.status().state == "starting"
    with pytest.raises(StorageFailed, match="no space is left"):
        stuck.start(Path("java"), Jars(Path("jars")), now=0)
    with pytest.raises(
        StorageFailed, match=r"is full, and the server .* waits for room to end: free some space, or .*"
    ):
        stuck.stop()
    assert stuck.status().state == "starting"
    assert stuck.stop(kill=True) is True
    assert stuck.status().state == "stopped"


def test_a_server_that_gave_up_where_little_is_free_is_told_how_much_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ServerHome(tmp_path)
    assert "MiB are free" not in last_words(home)
    monkeypatch.setattr(ServerHome, "free_bytes", lambda home: 100 << 20)
    assert "only 100 MiB are free where it keeps its data" in last_words(home)


def test_a_port_of_ones_own_choice_that_is_taken_is_refused_with_advice(
    java: Path, neo4j_jars: Jars, tmp_path: Path
) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        server = LocalServer(ServerHome(tmp_path), SMALL, bolt_port=stranger.getsockname()[1])
        with pytest.raises(InvalidSetting, match=r"GRAPHSVC_NEO4J_BOLT_PORT: port \d+ is taken"):
            server.start(java, neo4j_jars, now=0)
        assert server.status().state == "stopped"


def test_a_port_that_is_lost_between_the_choice_and_the_start_is_another_one(
    java: Path, neo4j_jars: Jars, neo4j_address: Neo4jAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(neo4j_address.bolt.rsplit(":", 1)[1])
    seemed_free = iter([True])
    really = ports.is_free
    monkeypatch.setattr(ports, "BOLT", taken)
    monkeypatch.setattr(ports, "is_free", lambda port: (port == taken and next(seemed_free, False)) or really(port))
    server = replace(LocalServer(ServerHome(tmp_path), SMALL), jvm_options=QUICK_START)
    try:
        server.start(java, neo4j_jars, now=0)
        address = server.address()
        assert address is not None
        assert address.bolt != neo4j_address.bolt
        assert ask(address, "RETURN 1") == [[1]], "it is this server that answers, with this server's password"
    finally:
        server.stop(kill=True)


def test_a_server_that_gives_up_is_quoted(java: Path, neo4j_jars: Jars, tmp_path: Path) -> None:
    server = LocalServer(ServerHome(tmp_path), SMALL)
    none = tmp_path / "no-jars"
    none.mkdir()
    server.home.path.joinpath("password").write_text("kept")
    with pytest.raises(Neo4jFailed, match="jars are missing"):
        server.start(java, Jars(none), now=0)
    assert server.status().state == "stopped"


def test_a_lost_password_file_is_told_before_anything_is_written(java: Path, neo4j_jars: Jars, tmp_path: Path) -> None:
    server = LocalServer(ServerHome(tmp_path), SMALL)
    (tmp_path / "data" / "databases").mkdir(parents=True)
    with pytest.raises(Neo4jFailed, match="password is missing"):
        server.start(java, neo4j_jars, now=0)
    assert not server.home.password_file.exists()


def test_the_address_in_use_is_the_one_set_or_the_local_one_while_it_runs(
    neo4j_settings: Settings, neo4j_address: Neo4jAddress, tmp_path: Path
) -> None:
    chosen = address_in_use(neo4j_settings)
    assert chosen is not None
    assert (chosen.bolt, chosen.password) == (neo4j_address.bolt, neo4j_address.password)
    assert address_in_use(Settings(home=tmp_path / "none")) is None
    assert local_neo4j(Settings(home=tmp_path / "none")).status().state == "stopped"
    assert not (tmp_path / "none").exists()
