"""Which graph answers, as the server in use comes, goes and comes back elsewhere."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable
from graphsvc.graph.memory import MemoryGraph
from graphsvc.graph.neo4j.graph import Neo4jGraph
from graphsvc.graph.port import Graph
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.service import Service
from graphsvc.serving_graph import AUTO, CHOICES, MEMORY, NEO4J, ServingGraph
from graphsvc.settings import Neo4jAddress
from graphsvc.wiring import open_service
from tests.projecting.world import first_part
from tests.servers.neo4j import settings_for
from tests.servers.ports import kept_ports

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def service(tmp_path: Path, empty_neo4j: Neo4jAddress) -> Iterator[Service]:
    with open_service(settings_for(empty_neo4j, tmp_path / "home")) as opened:
        first_part(opened, tmp_path)
        opened.analyse(as_of=None)
        yield opened


def test_neo4j_answers_while_it_can_and_again_when_it_comes_back_elsewhere(
    service: Service, neo4j_server: LocalServer, java: Path, neo4j_jars: Jars
) -> None:
    record = service.current()

    def answering(serving: ServingGraph) -> type[Graph]:
        return type(replace(service, graph=serving.of)._graph(record))

    by_choice = {choice: ServingGraph(choice, neo4j_server.address, service.registry.identity) for choice in CHOICES}
    assert answering(by_choice[AUTO]) is MemoryGraph, "it holds nothing yet"
    with pytest.raises(Neo4jFailed, match="graphsvc neo4j load, or graphsvc neo4j sync"):
        answering(by_choice[NEO4J])
    service.projecting.sync()
    assert [answering(by_choice[choice]) for choice in (AUTO, NEO4J, MEMORY)] == [Neo4jGraph, Neo4jGraph, MemoryGraph]

    neo4j_server.stop(kill=True)
    assert answering(by_choice[AUTO]) is MemoryGraph
    with pytest.raises(Neo4jUnavailable):
        answering(by_choice[NEO4J])

    bolt, http = kept_ports()  # a server takes long to start: another must not be given them meanwhile
    moved = replace(neo4j_server, bolt_port=bolt, http_port=http)
    moved.start(java, neo4j_jars, now=time.time_ns() // 1_000_000)
    assert [answering(by_choice[choice]) for choice in (AUTO, NEO4J)] == [Neo4jGraph, Neo4jGraph]
    for serving in by_choice.values():
        serving.close()
