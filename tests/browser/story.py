"""A small graph of the model with one network in it: what a question should find is plain to see.

Two callers, who share a device and a holder, and a handler reach three people: Ann is called, handed over and loses
money; Ben is called and calls back; Cem gets a message only. A second network is linked to the first.
"""

from pathlib import Path

import neo4j

from graphsvc.graph.neo4j.statements import folder
from graphsvc.settings import Neo4jAddress

ANN, CALLER, HANDLER, NETWORK = "v1.ann", "v1.caller", "v1.handler", "N-7K3Q-2"

_STORY = Path(__file__).with_suffix(".cypher").read_text()


def tell(address: Neo4jAddress) -> None:
    """Put schema and story into the server, which is empty."""
    with (
        neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver,
        driver.session() as session,
    ):
        for path in sorted((folder() / "schema").glob("V*.cypher")):
            lines = [line for line in path.read_text().splitlines() if not line.startswith("//")]
            for statement in "\n".join(lines).split(";"):
                if statement.strip():
                    session.run(statement).consume()
        session.run("CALL db.awaitIndexes(60)").consume()
        session.run(_STORY).consume()
