"""`python -m bench.streamed`: events come in at a steady rate, and until when they are in the ranking.

A simulated world is loaded without its last events, and a real `graphsvc serve` makes its first analysis. Then the last
events come in by `POST /feeds/events`, batches of 1,000 at a steady rate over some connections, each rate for some
seconds, while full analyses go on beside. Somebody asks all the while, over GraphQL, how many events the current
analysis knows and who is first in its ranking. A batch is durable when its answer is there, and visible when an answer
to that question knows all of its events; both are counted from when the batch was to be sent, so that a batch that
waits for the one before it has waited.
"""

import argparse
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from bench.graph import cpu_of
from bench.live import BATCH, parted
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

ASKED = "{ service { analysis { id events } } victims(first: 20) { edges { node { rank probability } } } }"
ASK_EVERY_S, SETTLE_S = 0.02, 5.0


@dataclass
class Seen:
    """How many events the ranking knew, and when."""

    events: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    analyses: set[str] = field(default_factory=set)


def main() -> None:
    """Load, serve, stream, and print a row for each rate."""
    parser = argparse.ArgumentParser(prog="python -m bench.streamed", description=__doc__)
    parser.add_argument("world", type=Path, help="One that `graphsvc simulate` made.")
    parser.add_argument("--rates", type=int, nargs="+", default=[1_000, 2_000, 5_000, 10_000], help="Events a second.")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument(
        "--connections", type=int, default=8, help="That batches come over, one after the other on each."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        last = sum(options.rates) * options.seconds
        later = iter(parted(options.world / "feeds", Path(folder) / "feeds", last))
        home = Path(folder) / "home"
        with open_service(Settings(home=home)) as service:
            service.load([Path(folder) / "feeds"], kind=None, feed_id="default", progress=silent)
            print(f"{service.ledger.count():,} events before, batches of {BATCH:,}, {options.seconds} s a rate\n")
        tokens = [_token(home, role) for role in ("feeder", "supervisor")]
        with _served(home) as (address, process):
            _stream(address, process, tokens, later, options)


def _stream(address: str, process: int, tokens: list[str], later: Iterator[bytes], options: argparse.Namespace) -> None:
    feeder, reader = tokens
    seen, closing = Seen(), Event()
    asking = Thread(target=_ask, args=(address, reader, seen, closing))
    asking.start()
    while not seen.at:
        time.sleep(0.1)
    print("| events/s | came in | durable p50 ms | p99 | visible p50 ms | p99 | full analyses | CPU s a s |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    for rate in options.rates:
        _wait_until_still(seen)
        known, analyses, cpu = seen.events[-1], len(_full(seen)), cpu_of(process)
        sent = _post(address, feeder, later, rate, options)
        due, answered, accepted = (np.array(one) for one in zip(*sent, strict=True))
        used, took = cpu_of(process) - cpu, answered.max() - due[0]
        order = np.argsort(answered)  # the ranking knows them in the order in which they became durable, or nearly
        due, answered, wanted = due[order], answered[order], known + np.cumsum(accepted[order])
        while seen.events[-1] < wanted[-1]:
            time.sleep(0.05)
        fell = int((np.diff(seen.events) < 0).sum())
        if fell:
            raise SystemExit(f"the ranking fell back {fell} times: an analysis became current that knew less")
        visible = np.array(seen.at)[np.searchsorted(seen.events, wanted)]
        figures = [1000 * (np.array(one) - due) for one in (answered, visible)]
        told = " | ".join(f"{value:,.0f}" for one in figures for value in np.percentile(one, (50, 99)))
        speed = sum(accepted) / took
        print(f"| {rate:,} | {speed:,.0f} | {told} | {len(_full(seen)) - analyses} | {used / took:.2f} |", flush=True)
    closing.set()
    asking.join()


def _post(
    address: str, token: str, later: Iterator[bytes], rate: int, options: argparse.Namespace
) -> list[tuple[float, float, int]]:
    """Of each batch: when it was to be sent, when it was durable, and how many of its events were new."""
    began = time.perf_counter() + 0.05
    coming = [(place, began + place * BATCH / rate, next(later)) for place in range(rate * options.seconds // BATCH)]
    lanes = [coming[lane :: options.connections] for lane in range(options.connections)]
    with ThreadPoolExecutor(options.connections) as threads:
        sent = list(threads.map(lambda lane: _lane(address, token, rate, lane), lanes))
    return sorted(one for lane in sent for one in lane)


def _lane(
    address: str, token: str, rate: int, coming: list[tuple[int, float, bytes]]
) -> list[tuple[float, float, int]]:
    connection = http.client.HTTPConnection(address, timeout=120)
    sent = list[tuple[float, float, int]]()
    for place, due, body in coming:
        time.sleep(max(0.0, due - time.perf_counter()))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        headers |= {"Feed-Id": "live", "Batch-Id": f"r{rate}-{place}"}
        connection.request("POST", "/feeds/events", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise SystemExit(f"a batch was not taken: {answer.status} {said.decode()[:300]}")
        sent.append((due, time.perf_counter(), int(json.loads(said)["accepted"])))
    return sent


def _ask(address: str, token: str, seen: Seen, closing: Event) -> None:
    connection = http.client.HTTPConnection(address, timeout=120)
    body = json.dumps({"query": ASKED}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    while not closing.wait(ASK_EVERY_S):
        connection.request("POST", "/graphql", body, headers)
        data = json.loads(connection.getresponse().read()).get("data")
        if data is None or data["service"]["analysis"] is None:  # before the first analysis
            continue
        analysis: dict[str, Any] = data["service"]["analysis"]
        seen.analyses.add(analysis["id"])
        seen.at.append(time.perf_counter())
        seen.events.append(int(analysis["events"]))


def _full(seen: Seen) -> set[str]:
    return {one.partition("-")[0] for one in seen.analyses}


def _wait_until_still(seen: Seen) -> None:
    """Until nothing has changed for some seconds: no analysis of what came before is under way."""
    last, since = "", time.perf_counter()
    while time.perf_counter() - since < SETTLE_S:
        now = str(sorted(seen.analyses))
        if now != last:
            last, since = now, time.perf_counter()
        time.sleep(0.1)


def _token(home: Path, role: str) -> str:
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "token", "create", "--role", role, "--json"]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    return str(json.loads(made.stdout)["token"])


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, int]]:
    """Host and port of a running service, and its process."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = process.stderr
        url = next(found[0] for line in lines if (found := re.findall(r"serving (\S+)/graphql", line)))
        taken = Thread(target=deque, args=(lines, 0))  # what it logs would stop it one day
        taken.start()
        try:
            yield urlsplit(url).netloc, process.pid
        finally:
            process.terminate()
            taken.join()


if __name__ == "__main__":
    main()
