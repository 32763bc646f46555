"""The live pipeline that is killed: run as `python -m tests.live.pipeline HOME BATCHES FIRST`, never imported.

Takes the batches (files, from the one with that number on) by the verb behind `POST /feeds/events`, ticks after each,
and says its number.
"""

import sys
from pathlib import Path

from graphsvc.settings import Settings
from graphsvc.wiring import open_service


def main(home: str, batches: str, first: str) -> None:
    """Take batch by batch."""
    with open_service(Settings(home=Path(home))) as service:
        for path in sorted(Path(batches).iterdir())[int(first) :]:
            service.feeding.take("events", path.read_bytes(), arrow=False, feed_id="carrier", batch_id=path.stem)
            service.tick(service.time.moment())
            print(path.stem, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
