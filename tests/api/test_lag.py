"""How far the graph in Neo4j is behind, as the service tells it."""

from pathlib import Path

import pytest

from graphsvc.api.app import make_room
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.servers.neo4j import settings_for
from tests.servers.ports import kept_ports

LAG = "{service {version lags {neo4j {answers events analysisId current}}}}"


def test_the_service_tells_how_far_neo4j_is_behind(investigator: Client) -> None:
    assert investigator.data(LAG)["service"]["lags"]["neo4j"] is None, "none is configured"


def test_a_server_that_is_absent_is_said_to_be(world: Path) -> None:
    settings = Settings(home=world, neo4j_url=f"bolt://127.0.0.1:{kept_ports()[0]}", neo4j_password="never shown")
    with open_service(settings) as service:
        found = caller(make_room(service), "analyst").data(LAG)["service"]
    assert found["version"]
    assert found["lags"]["neo4j"] == {"answers": False, "events": None, "analysisId": None, "current": None}


@pytest.mark.xdist_group("neo4j")
def test_the_graph_in_neo4j_is_behind_until_a_sync(world: Path, empty_neo4j: Neo4jAddress) -> None:
    with open_service(settings_for(empty_neo4j, world)) as service:
        asking = caller(make_room(service), "analyst")
        behind = asking.data(LAG)["service"]["lags"]["neo4j"]
        assert behind == {
            "answers": True,
            "events": service.ledger.position(),
            "analysisId": None,
            "current": False,
        }
        service.projecting.sync()
        current = asking.data(LAG)["service"]["lags"]["neo4j"]
        assert current == {
            "answers": True,
            "events": 0,
            "analysisId": service.current().analysis_id,
            "current": True,
        }
