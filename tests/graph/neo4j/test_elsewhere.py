"""Questions that would read all contacts of a hub go to the graph in memory where there is one; others do not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from graphsvc.graph.memory import MemoryGraph
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.graph import Neo4jGraph
from graphsvc.graph.port import Graph
from graphsvc.graph.values import Limits
from graphsvc.model.tables import MEMBERS
from graphsvc.settings import Neo4jAddress
from tests.contract.loading import Single, load
from tests.servers.neo4j import clear
from tests.sketch import MINUTE, START, Row, snapshot_of

pytestmark = pytest.mark.xdist_group("neo4j")

HUB, PERSON, FRIEND = 0, 1, 2
ROWS: list[Row] = [(person, HUB, START + person * MINUTE, 20, "call") for person in range(1, 31)]
ROWS += [(PERSON, FRIEND, START, 60, "call")]
ROWS += [(HUB, person, START + (60 + person) * MINUTE, 20, "call") for person in range(10, 31)]
READ_MOST = 10

Question = Callable[[Graph], Any]
AT_THE_HUB: list[Question] = [
    lambda graph: graph.number(HUB, limit=3),
    lambda graph: graph.neighbourhood([HUB], hops=1),
    lambda graph: graph.neighbourhood([HUB], hops=1, since=START, until=START + 9 * MINUTE),
    lambda graph: graph.people_near([HUB], max_hops=1),
    lambda graph: graph.people_near([PERSON], max_hops=2),
    lambda graph: graph.people_reached([HUB], max_hops=1),
    lambda graph: graph.time_respecting_paths(HUB, 20, max_hops=1),
    lambda graph: graph.time_respecting_paths(PERSON, 20, max_hops=2),
]
AT_A_PERSON: list[Question] = [
    lambda graph: graph.number(PERSON, limit=3),
    lambda graph: graph.neighbourhood([PERSON], hops=1),
    lambda graph: graph.people_near([PERSON], max_hops=1),
    lambda graph: graph.people_reached([PERSON], max_hops=1),
    lambda graph: graph.shortest_paths(FRIEND, 5, max_hops=3),
    lambda graph: graph.time_respecting_paths(PERSON, HUB, max_hops=3),
]


@pytest.fixture(scope="module")
def database(restart_neo4j: Callable[[], Neo4jAddress]) -> Iterator[Database]:
    address = restart_neo4j()
    clear(address)
    load(address, [Single(a, b, at, True, seconds) for a, b, at, seconds, _ in ROWS], scope="all")
    opened = Database.connect(address)
    yield opened
    opened.close()


class Counted(MemoryGraph):
    """Counts what it is asked."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:
        if name in VERBS:
            type(self).asked += 1
        return super().__getattribute__(name)


VERBS = ("number", "neighbourhood", "people_near", "people_reached", "shortest_paths", "time_respecting_paths")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Counted:
    monkeypatch.setattr(Counted, "asked", 0)
    return Counted(lambda: snapshot_of(ROWS), lambda _: MEMBERS.empty_table())


@pytest.mark.parametrize("ask", AT_THE_HUB)
def test_a_hub_is_asked_of_the_graph_in_memory(database: Database, memory: Counted, ask: Question) -> None:
    found = ask(Neo4jGraph(database, otherwise=memory, read_most=READ_MOST))
    assert memory.asked == 1
    assert found == ask(memory)


@pytest.mark.parametrize("ask", AT_A_PERSON)
def test_anybody_else_is_asked_of_the_server(database: Database, memory: Counted, ask: Question) -> None:
    ask(Neo4jGraph(database, Limits(hub_contacts=READ_MOST), otherwise=memory, read_most=READ_MOST))
    assert memory.asked == 0


def test_without_another_graph_the_server_reads_as_many_as_there_are(database: Database) -> None:
    found = Neo4jGraph(database, read_most=READ_MOST).number(HUB, limit=3)
    assert found.received.contacts == 30
