"""A reader of a topic that is killed: run as `python -m tests.live.reader HOME SERVERS TOPIC`, never imported.

Takes in small batches and says, a line a step, how many rows it accepted and how many were there already; ends when
a step finds nothing.
"""

import sys
from pathlib import Path

from graphsvc.live.kafka import Kafka
from graphsvc.live.topics import topics_of
from graphsvc.settings import Settings
from graphsvc.wiring import open_service


def main(home: str, servers: str, topic: str) -> None:
    """Read until there is nothing more."""
    settings = Settings(home=Path(home), kafka_servers=servers, kafka_topics=f"events={topic}")
    topics = topics_of(settings)
    assert topics is not None
    with open_service(settings) as service:
        source = Kafka(topics, service.loading, batch_messages=200)
        while taken := source.step(lambda: False):
            print(sum(one.accepted for one in taken), sum(one.duplicate for one in taken), flush=True)  # noqa: T201
        source.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
