"""The bulk load: what the importer put there is what the data folder says, and what is there is not thrown away."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graphsvc.errors import GraphsvcError, Neo4jFailed, StorageFailed
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.projecting.desk import Projecting
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import open_service
from tests.projecting.judge import assert_same
from tests.story.feeds import write_world

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Settings(home=tmp_path / "home")) as opened:
        opened.load([write_world(tmp_path / "feeds")], kind=None, feed_id="default")
        opened.analyse(as_of=None)
        yield opened


@pytest.fixture
def projecting(
    service: Service, neo4j_server: LocalServer, java: Path, neo4j_jars: Jars, empty_neo4j: Neo4jAddress
) -> Projecting:
    """The service's desk, with the run's server as the local one."""
    servers = replace(
        service.projecting.servers,
        local=neo4j_server,
        address=neo4j_server.address,
        runtime=lambda progress: (java, neo4j_jars),
    )
    return replace(service.projecting, servers=servers)


def test_the_database_then_holds_exactly_what_the_data_folder_says(
    service: Service, projecting: Projecting, restart_neo4j: Callable[[], Neo4jAddress]
) -> None:
    loaded = projecting.load()
    assert loaded.position == service.ledger.position()
    assert loaded.analysis_id == service.current().analysis_id
    assert_same(restart_neo4j(), service)
    assert projecting.sync().events == 0, "a sync goes on from what was loaded"
    assert_same(restart_neo4j(), service)
    with pytest.raises(Neo4jFailed, match=r"is not empty: graphsvc neo4j sync .* --replace"):
        projecting.load()


def test_an_import_that_fails_leaves_an_empty_database_and_can_be_run_again(
    service: Service,
    projecting: Projecting,
    neo4j_server: LocalServer,
    restart_neo4j: Callable[[], Neo4jAddress],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from graphsvc.graph.neo4j.import_files import ImportFiles

    arguments = ImportFiles.arguments
    with monkeypatch.context() as patched:
        # A relationship file given as one of nodes: the importer begins, and stops in the middle.
        patched.setattr(
            ImportFiles,
            "arguments",
            lambda self: [*arguments(self), f"--nodes={self.folder / 'contacts.parquet'}"],
        )
        with pytest.raises(GraphsvcError, match="neo4j-admin database import failed"):
            projecting.load()
    restart_neo4j()
    projecting.load(replace=True)
    assert_same(restart_neo4j(), service)


def test_a_disk_without_room_is_said_before_the_server_is_stopped(
    projecting: Projecting, neo4j_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphsvc.projecting.bulk._BYTES_AN_EVENT", 10**15)
    with pytest.raises(StorageFailed, match="no space is left"):
        projecting.load()
    assert neo4j_server.status().runs


def test_a_server_that_this_machine_does_not_administer_is_refused(
    service: Service, neo4j_address: Neo4jAddress
) -> None:
    desk = replace(service.projecting, servers=replace(service.projecting.servers, elsewhere=True))
    with pytest.raises(Neo4jFailed, match="graphsvc neo4j sync fills that one"):
        desk.load()
