"""Pollers that work, stumble and are killed: `python -m tests.dispatching.pollers CATALOGUE DIARY THREADS LEASE SEED`.

Each thread claims, and then acknowledges, fails, gives back, or does nothing until the lease is over, as chance has
it; it writes a diary of what it was given and what was accepted. The process ends when nothing was left for a while.
"""

import json
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from graphsvc.dispatching import Dispatching
from graphsvc.errors import StorageFailed
from graphsvc.model.warnings import ClaimedWarning, LeaseResult, Moment, WarningChannel
from graphsvc.store.catalogue import Catalogue
from tests.dispatching.queue import START

LIMIT = 25


class Poller:
    """One worker, with a diary of its own."""

    def __init__(self, desk: Dispatching, diary: Path, name: str, lease_seconds: int, chance: Random) -> None:
        """Nothing is claimed yet."""
        self.desk, self.name, self.lease_seconds, self.chance = desk, name, lease_seconds, chance
        self.diary = diary.open("a")
        self.claims = 0

    def run(self) -> None:
        """Work until nothing was left for so long that what the killed had has come back."""
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < 2 * self.lease_seconds:
            try:
                claimed = self._claim()
                if claimed:
                    idle_since = time.monotonic()
                    self._settle(claimed)
                else:
                    time.sleep(0.2)
            except StorageFailed:  # the database is away: a dispatcher waits and tries again
                idle_since = time.monotonic()
                time.sleep(0.2)

    def _claim(self) -> list[ClaimedWarning]:
        self.claims += 1
        at = _now()
        began = time.monotonic()
        claimed = self.desk.claim(
            channel=WarningChannel.SMS,
            limit=LIMIT,
            lease_seconds=self.lease_seconds,
            worker=self.name,
            idempotency_key=f"{self.name} {self.claims}",
            region=None,
            now=at,
            wall=lambda: _now().wall,
        )
        ended = time.monotonic()
        leases = [(one.warning.warning_id, one.warning.fence, one.lease_until) for one in claimed]
        self._note(what="claimed", at=_now().wall, began=began, ended=ended, leases=leases)
        return claimed

    def _settle(self, claimed: list[ClaimedWarning]) -> None:
        tokens = {one.lease_token: (one.warning.warning_id, one.warning.fence) for one in claimed}
        doing = self.chance.random()
        if doing < 0.03:
            time.sleep(self.lease_seconds + 0.5)  # too slow: the lease is over, and must be refused
        before, began = _now(), time.monotonic()
        self._note(what="about to settle", at=before.wall, leases=list(tokens.values()))
        result: LeaseResult
        if doing < 0.90:
            what, result = "acked", self.desk.ack(list(tokens), outcome=None, now=_now())
        elif doing < 0.95:
            what, result = "released", self.desk.release(list(tokens), now=_now())
        elif doing < 0.98:
            what = "failed"
            result = self.desk.fail(list(tokens), reason="busy", retry_after_seconds=1, now=_now())
        else:
            return  # walks away
        ended = time.monotonic()
        accepted = [tokens[token] for token in result.accepted]
        self._note(what=what, at=before.wall, began=began, ended=ended, leases=accepted)
        self._note(what="refused", at=before.wall, leases=[tokens[one.lease_token] for one in result.refused])

    def _note(self, **said: Any) -> None:
        self.diary.write(json.dumps({"worker": self.name, **said}) + "\n")
        self.diary.flush()


def _now() -> Moment:
    return Moment(START, time.time_ns() // 1_000_000)


def _opened(catalogue_at: str) -> Catalogue:
    """The catalogue, as soon as its server is there."""
    while True:
        try:
            return Catalogue.open(catalogue_at)
        except StorageFailed:
            time.sleep(0.2)


def main(catalogue_at: str, diary: str, threads: int, lease_seconds: int, seed: int) -> None:
    """Work with so many threads."""
    catalogue = _opened(catalogue_at)
    desk = Dispatching(catalogue, ZoneInfo("Asia/Shanghai"), b"secret")
    pollers = [
        Poller(
            desk, Path(f"{diary}-{number}"), f"{Path(diary).name}-{number}", lease_seconds, Random(1000 * seed + number)
        )
        for number in range(threads)
    ]
    working = [threading.Thread(target=poller.run) for poller in pollers]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    catalogue.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
