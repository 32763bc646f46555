"""The live pipeline that is killed, in a process of its own that begins with all modules loaded."""

from multiprocessing.connection import Connection
from pathlib import Path

from graphsvc import analysing  # noqa: F401
from graphsvc.engine import local  # noqa: F401
from graphsvc.graph import extend, fold  # noqa: F401
from graphsvc.ranking import rank  # noqa: F401
from graphsvc.settings import Settings
from graphsvc.wiring import open_service


def take_in(home: Path, batches: Path, first: int, done: Connection) -> None:
    """Take batch by batch, from the one with that number on, by the verb behind `POST /feeds/events`.

    Ticks after each, brings every third one's events into the ledger's body, and sends its number.
    """
    with open_service(Settings(home=home)) as service:
        for path in sorted(batches.iterdir())[first:]:
            service.feeding.take("events", path.read_bytes(), arrow=False, feed_id="carrier", batch_id=path.stem)
            if int(path.stem) % 3 == 2:
                service.ledger.fold_head()
            service.tick(service.time.moment())
            done.send(int(path.stem))
