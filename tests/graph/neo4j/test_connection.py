"""Who cannot get through to Neo4j is told why and what to do."""

import os
from collections.abc import Iterator
from dataclasses import replace

import neo4j
import pytest

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable
from graphsvc.graph.neo4j import connection
from graphsvc.graph.neo4j.connection import Database, refusals_explained
from graphsvc.settings import Neo4jAddress
from tests.servers.ports import kept_ports

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def database(empty_neo4j: Neo4jAddress) -> Iterator[Database]:
    opened = Database.connect(empty_neo4j)
    yield opened
    opened.close()


def test_no_server() -> None:
    nobody = Neo4jAddress(bolt=f"bolt://127.0.0.1:{kept_ports()[0]}", http=None, user="neo4j", password="x")
    with pytest.raises(Neo4jUnavailable, match=r"no Neo4j server answers at .*graphsvc neo4j start"):
        Database.connect(nobody)


def test_a_wrong_password_is_said_and_not_shown(neo4j_address: Neo4jAddress) -> None:
    wrong = replace(neo4j_address, password="not the secret")
    with pytest.raises(Neo4jFailed, match="GRAPHSVC_NEO4J_PASSWORD") as refused:
        Database.connect(wrong)
    assert "not the secret" not in str(refused.value)


@pytest.fixture
def another_user(neo4j_address: Neo4jAddress) -> Iterator[Neo4jAddress]:
    """A user of whom another password is wanted first; whom a test made wait, the next would find waiting."""
    name, word = f"another{os.urandom(4).hex()}", "a-first-password"
    with neo4j.GraphDatabase.driver(neo4j_address.bolt, auth=(neo4j_address.user, neo4j_address.password)) as driver:
        driver.execute_query(f"CREATE USER {name} SET PASSWORD $word CHANGE REQUIRED", word=word, database_="system")
        yield replace(neo4j_address, user=name, password=word)
        driver.execute_query(f"DROP USER {name}", database_="system")


def test_a_password_that_must_be_changed_first(another_user: Neo4jAddress) -> None:
    """As on a fresh server, with the password of the manual."""
    with pytest.raises(
        Neo4jFailed, match=rf"wants another password for {another_user.user} first: .*ALTER CURRENT USER"
    ) as refused:
        Database.connect(another_user)
    assert another_user.password not in str(refused.value)


def test_too_many_wrong_passwords_make_a_user_wait_which_passes(another_user: Neo4jAddress) -> None:
    wrong = replace(another_user, password="not the secret")
    with pytest.raises(Neo4jFailed, match=f"refuses the user {another_user.user} or the password"):
        Database.connect(wrong)
    said = ""
    for _ in range(20):  # three are the server's limit; the wait is over after 5 s, which a busy machine may take
        for address in (wrong, wrong, wrong, another_user):
            with pytest.raises((Neo4jFailed, Neo4jUnavailable)) as refused:
                Database.connect(address)
            said = str(refused.value)
        if isinstance(refused.value, Neo4jUnavailable):
            break
    assert "too often and lets that user wait: look at GRAPHSVC_NEO4J_USER" in said


def test_the_port_of_browser_is_not_the_one_of_drivers(neo4j_address: Neo4jAddress) -> None:
    assert neo4j_address.http is not None
    browser = replace(neo4j_address, bolt=neo4j_address.http.replace("http://", "bolt://"))
    with pytest.raises(Neo4jFailed, match=r"port for Browser, not for drivers: GRAPHSVC_NEO4J_URL"):
        Database.connect(browser)


def test_encryption_that_the_server_does_not_offer(neo4j_address: Neo4jAddress) -> None:
    encrypted = replace(neo4j_address, bolt=neo4j_address.bolt.replace("bolt://", "bolt+s://"))
    with pytest.raises(Neo4jFailed, match="takes no encrypted connection"):
        Database.connect(encrypted)


def test_a_name_that_nobody_knows() -> None:
    nowhere = Neo4jAddress(bolt="bolt://no-such-host.invalid:7687", http=None, user="neo4j", password="x")
    with pytest.raises(Neo4jUnavailable, match="GRAPHSVC_NEO4J_URL"):
        Database.connect(nowhere)


def test_a_database_that_does_not_start_is_told_apart_from_a_busy_server(neo4j_address: Neo4jAddress) -> None:
    gone = neo4j.exceptions.TransientError._hydrate_neo4j(  # what a server with a full disk answers
        code="Neo.TransientError.General.DatabaseUnavailable", message="Database 'neo4j' is unavailable."
    )
    with (
        pytest.raises(Neo4jUnavailable, match=r"or could not start: .*logs/debug.log"),
        refusals_explained(neo4j_address),
    ):
        raise gone


@pytest.mark.parametrize("code", ["TransactionTimedOut", "TransactionTimedOutClientConfiguration"])
def test_a_server_too_slow_for_a_question_is_busy(code: str) -> None:
    address = Neo4jAddress(bolt="bolt://localhost:7687", http=None, user="neo4j", password="x")
    ended = neo4j.exceptions.ClientError._hydrate_neo4j(  # what a starved server answers after a minute
        code=f"Neo.ClientError.Transaction.{code}", message="The transaction has not completed within the timeout."
    )
    with pytest.raises(Neo4jUnavailable, match="busy, or too small"), refusals_explained(address):
        raise ended


def test_an_old_server(neo4j_address: Neo4jAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST", (3000, 1))
    with pytest.raises(Neo4jFailed, match=r"is Neo4j 20\d\d\.\d+.*; graphsvc needs 3000\.01 or newer"):
        Database.connect(neo4j_address)


def test_missing_graph_data_science(database: Database) -> None:
    with (
        pytest.raises(Neo4jFailed, match="has no Graph Data Science"),
        refusals_explained(database.address),
        database._session(neo4j.READ_ACCESS) as session,
    ):
        session.run("CALL gds.nothing.of.that.name()").consume()


def test_a_statement_of_ours_that_is_wrong_stays_visible(database: Database) -> None:
    with pytest.raises(neo4j.exceptions.CypherSyntaxError):
        database.run_alone("MATCH")


def test_what_a_transaction_did_is_undone_when_its_block_fails(database: Database) -> None:
    before = database.read("projection/position")
    given = {"revision": 1, "eventsSince": 0}

    def fail_halfway() -> None:
        with database.writing() as transaction:
            transaction.run("projection/begin", properties=given)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert database.read("projection/position") == before


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Neo4jFailed, match="read-only"):
        database.read("projection/begin", properties={"revision": 1, "eventsSince": 0})
