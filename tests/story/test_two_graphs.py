"""A den loaded into Neo4j: every command answers from there as from memory, and an analysis there finds the same."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import ANN, BANK, BOB, DAY, DEN, T0, write_world

pytestmark = pytest.mark.xdist_group("neo4j")

QUESTIONS: list[list[object]] = [
    ["connected", "--flagged", "--max-hops", 3, "--limit", 500],
    ["connected", ANN, "--since", T0 + DAY, "--until", T0 + 2 * DAY + 7_200_000],
    ["path", DEN[0], BANK],
    ["path", BOB, DEN[1], "--since", T0],
    ["number", DEN[0]],
    ["number", ANN],
]


@pytest.fixture
def loaded(
    graphsvc: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    neo4j_server: LocalServer,
    java: Path,
    neo4j_jars: Jars,
    empty_neo4j: Neo4jAddress,
    restart_neo4j: Callable[[], Neo4jAddress],
) -> CommandLine:
    """The command line on a folder whose analysis is in the run's server, every event one by one."""
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    settings = Settings(home=tmp_path / "home", neo4j_events="all", neo4j_events_days=400)
    with open_service(settings) as service:
        servers = replace(
            service.projecting.servers,
            local=neo4j_server,
            address=neo4j_server.address,
            runtime=lambda progress: (java, neo4j_jars),
        )
        replace(service.projecting, servers=servers).load()
    address = restart_neo4j()
    monkeypatch.setenv("GRAPHSVC_NEO4J_URL", address.bolt)
    monkeypatch.setenv("GRAPHSVC_NEO4J_USER", address.user)
    monkeypatch.setenv("GRAPHSVC_NEO4J_PASSWORD", address.password)
    return graphsvc


def asked(graphsvc: CommandLine, *command: object) -> Any:
    said = graphsvc(*command, "--json")
    assert said.status == 0, said.err
    return said.json


def test_answers_and_analysis_are_the_same_wherever_the_graph_is(
    loaded: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = asked(loaded, "networks")["networks"][0]["reference"]
    questions = [*QUESTIONS, ["network", network]]
    monkeypatch.setenv("GRAPHSVC_GRAPH", "neo4j")
    there = [asked(loaded, *question) for question in questions]
    clusters = asked(loaded, "communities", "--limit", 1000)["communities"]
    monkeypatch.setenv("GRAPHSVC_GRAPH", "memory")
    here = [asked(loaded, *question) for question in questions]
    for question, one, other in zip(questions, there, here, strict=True):
        assert one == other, question
    everybody = asked(loaded, "communities", "--limit", 1000)["communities"]
    assert sum(each["size"] for each in clusters) == sum(each["size"] for each in everybody)

    victims = asked(loaded, "victims", "--limit", 1000)["victims"]
    counts = asked(loaded, "analyse", "--engine", "local")["counts"]
    assert asked(loaded, "analyse", "--engine", "gds")["counts"] == counts
    again = asked(loaded, "victims", "--limit", 1000)["victims"]
    assert len(victims) > 10
    for one, other in zip(again, victims, strict=True):
        assert one["token"] == other["token"]
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-6)
        assert (one["stage"], one["grade"], one["network_id"]) == (other["stage"], other["grade"], other["network_id"])

    # Neo4j still shows the analysis before: told to ask there, the program says so; told nothing, it asks memory.
    monkeypatch.setenv("GRAPHSVC_GRAPH", "neo4j")
    refused = loaded("connected", "--flagged")
    assert refused.status == 1
    assert "graphsvc neo4j sync" in refused.err
    monkeypatch.setenv("GRAPHSVC_GRAPH", "auto")
    assert asked(loaded, *QUESTIONS[0]) == here[0]


def test_an_engine_on_another_graph_than_the_ledger_is_refused(loaded: CommandLine, tmp_path: Path) -> None:
    assert loaded("load", write_world(tmp_path / "feeds"), "--feed-id", "a second time").status == 0
    refused = loaded("analyse", "--engine", "gds")
    assert refused.status == 1
    assert "graphsvc neo4j sync" in refused.err
    assert loaded("analyse").status == 0


def test_without_a_server_everything_answers_and_what_asks_for_it_says_what_to_do(
    graphsvc: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    for choice in ("auto", "memory"):
        monkeypatch.setenv("GRAPHSVC_GRAPH", choice)
        assert graphsvc("connected", "--flagged").status == 0
    monkeypatch.setenv("GRAPHSVC_GRAPH", "neo4j")
    for command in (["connected", "--flagged"], ["analyse", "--engine", "gds"]):
        said = graphsvc(*command)
        assert said.status == 1
        assert "graphsvc neo4j start" in said.err
    monkeypatch.setenv("GRAPHSVC_NEO4J_URL", "bolt://127.0.0.1:9")
    monkeypatch.setenv("GRAPHSVC_NEO4J_PASSWORD", "nobody listens there")
    assert "no Neo4j server answers" in graphsvc("connected", "--flagged").err
    monkeypatch.setenv("GRAPHSVC_GRAPH", "auto")
    assert graphsvc("connected", "--flagged").status == 0
    monkeypatch.setenv("GRAPHSVC_GRAPH", "anywhere")
    assert graphsvc("connected", "--flagged").status == 2
