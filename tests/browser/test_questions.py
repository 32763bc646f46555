"""Each question for Browser runs, starts from an index, is ordered and limited, and finds what the story holds."""

import re
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from graphsvc.graph.neo4j.guide import Question, questions
from graphsvc.settings import Neo4jAddress
from tests.browser.story import ANN, CALLER, HANDLER, NETWORK, tell

ASKED = questions()
VALUES = {"token": ANN, "reference": NETWORK, "limit": 100, "days": 30}
SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipTypeScan", "AllRelationshipsScan")
FEW = {"01_newest_networks": "networks are counted in hundreds, and the newest of them all are asked for"}


@pytest.fixture(scope="module")
def session(restart: Neo4jAddress) -> Iterator[neo4j.Session]:
    with (
        neo4j.GraphDatabase.driver(restart.bolt, auth=(restart.user, restart.password)) as driver,
        driver.session(default_access_mode=neo4j.READ_ACCESS) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def restart(restart_neo4j: Any) -> Neo4jAddress:
    from tests.servers.neo4j import clear

    address: Neo4jAddress = restart_neo4j()
    clear(address)
    tell(address)
    return address


def body(question: Question) -> str:
    return "\n".join(line for line in question.text.splitlines() if not line.startswith("//"))


def ids(question: Question) -> str:
    return question.name


def test_there_are_at_least_fifteen_and_their_titles_differ() -> None:
    assert len(ASKED) >= 15
    assert len({question.title for question in ASKED}) == len(ASKED)


@pytest.mark.parametrize("question", ASKED, ids=ids)
def test_a_question_has_a_title_its_parameters_its_columns_an_order_and_a_limit(question: Question) -> None:
    head, text = question.text.splitlines()[:3], body(question)
    assert head[0].startswith("// ")
    assert head[1].startswith("// parameters:")
    assert head[2].startswith("// columns: ")
    assert set(question.parameters) == set(re.findall(r"\$(\w+)", text))
    assert set(question.parameters) <= set(VALUES)
    assert ";" not in text
    assert re.search(r"^ORDER BY .+\nLIMIT (\$limit|\d+)$", text.strip(), re.MULTILINE)
    assert text.strip().splitlines()[-1].startswith("LIMIT ")
    assert all(len(line) <= 130 for line in question.text.splitlines())


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("question", ASKED, ids=ids)
def test_the_server_reads_only_and_starts_from_an_index(session: neo4j.Session, question: Question) -> None:
    summary = session.run(f"EXPLAIN {body(question)}", VALUES).consume()
    assert summary.query_type == "r"
    assert summary.plan
    scans = {kind for kind in operators(summary.plan) if kind.endswith(SCANS)}
    assert not scans or question.name in FEW, scans


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("question", ASKED, ids=ids)
def test_it_finds_what_the_story_holds(session: neo4j.Session, question: Question) -> None:
    values = VALUES | ({"token": CALLER} if question.name in OF_A_SUSPECT else {})
    found = session.run(body(question), values)
    columns = next(line for line in question.text.splitlines() if line.startswith("// columns:"))
    assert list(found.keys()) == [name.strip() for name in columns.partition(":")[2].split(",")]
    rows = [record.values() for record in found]
    assert rows
    FOUND[question.name](rows)


def operators(plan: dict[str, Any]) -> set[str]:
    own = {str(plan["operatorType"]).partition("@")[0]}
    return own.union(*(operators(child) for child in plan.get("children", [])))


OF_A_SUSPECT = {"09_shared_devices", "14_same_people"}


def names(rows: list[list[Any]], column: int, key: str = "token") -> list[str]:
    return [row[column][key] for row in rows]


def the_path(rows: list[list[Any]]) -> None:
    path, hops, began, arrived = rows[0]
    assert (hops, path.start_node["token"], path.end_node["token"]) == (1, CALLER, ANN)
    # The longer way round is in time too: the caller rang the second caller, who wrote to Ann the day after.
    assert [row[1] for row in rows] == [1, 2]
    assert began <= arrived


def check(*conditions: bool) -> None:
    assert all(conditions), conditions


FOUND: dict[str, Any] = {
    "01_newest_networks": lambda rows: check(
        names(rows, 0, "reference") == [NETWORK] * 3, names(rows, 2)[0] == CALLER, len(rows) == 3
    ),
    "02_how_fresh": lambda rows: check(rows[0][0] == "A1", rows[0][2] == 12),
    "03_exposed_by_grade": lambda rows: check(
        [row[:3] for row in rows] == [["high", 1, 0.6], ["medium", 1, 0.3], ["low", 1, 0.0]]
    ),
    "04_next_losses": lambda rows: check([row[0] for row in rows] == [1, 2, 3], rows[0][6:] == [NETWORK, ANN]),
    "05_who_reached_this_number": lambda rows: check(names(rows, 0) == [HANDLER, CALLER, "v1.second"]),
    "06_who_else_did_they_reach": lambda rows: check(names(rows, 4) == ["v1.ben", "v1.second", "v1.cem"]),
    "07_network_members": lambda rows: check(
        names(rows, 2) == [CALLER, "v1.second", HANDLER],
        [row[4] and row[4]["entityId"] for row in rows] == [1, 1, None],
    ),
    "08_network_over_time": lambda rows: check(
        [str(row[0]) for row in rows] == ["2026-03-12", "2026-03-11", "2026-03-10", "2026-03-01"],
        rows[0][1:] == [2, 2, 0, 2, 31],
    ),
    "09_shared_devices": lambda rows: check(names(rows, 4) == ["v1.second"]),
    "10_what_a_network_shares": lambda rows: check([row[:2] for row in rows] == [["Device", 2], ["Holder", 2]]),
    "11_path_in_time": the_path,
    "12_linked_networks": lambda rows: check(names(rows, 2, "reference") == ["N-AAAA-3"]),
    "13_new_flags": lambda rows: check(names(rows, 2) == [CALLER], rows[0][4]["reference"] == NETWORK),
    "14_same_people": lambda rows: check([row[3:] for row in rows] == [[1, "v1.second"], [1, HANDLER]]),
    "15_handed_over": lambda rows: check([row[3:] for row in rows] == [[30, ANN]]),
    "16_called_back": lambda rows: check(names(rows, 0) == ["v1.ben"], names(rows, 2) == [CALLER]),
    "17_reported_losses": lambda rows: check(names(rows, 0) == [ANN], rows[0][2]["caseId"] == "C-1"),
    "18_holders_with_many_numbers": lambda rows: check([row[1:] for row in rows] == [[2, 2]]),
    "19_story_of_a_person": lambda rows: check(
        [row[1] for row in rows] == ["suspect texted", "suspect called", "suspect called"],
        [row[6] for row in rows] == ["v1.second", CALLER, HANDLER],
    ),
    "20_suspects_nobody_flagged": lambda rows: check([row[5] for row in rows] == ["v1.second", HANDLER]),
    "21_people_at_risk_by_region": lambda rows: check([row[:3] for row in rows] == [["500103", 1, 1]]),
}
"""What each question finds in the story, worked out by hand."""
