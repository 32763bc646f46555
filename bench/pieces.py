"""One measured piece, run alone in a process: prints its cost as JSON on the last line."""

import json
import os
import resource
import sys
import time
from pathlib import Path

from graphsvc.garbage import collect_seldom


def floor(world: Path, home: Path) -> int:
    """DuckDB reads the events and groups them into contacts; nothing is checked, kept or analysed."""
    import duckdb

    query = """
        SELECT count(*), sum(events) FROM (
            SELECT a_number, b_number, count(*) AS events, sum(duration_s), min(started_at), max(started_at)
            FROM read_parquet(?) GROUP BY ALL
        )
    """
    row = duckdb.execute(query, [str(world / "feeds" / "events.parquet")]).fetchone()
    assert row is not None
    return int(row[1])


def load(world: Path, home: Path) -> int:
    """graphsvc takes all feeds into an empty data folder."""
    from graphsvc.model.progress import silent
    from graphsvc.settings import Settings
    from graphsvc.wiring import open_service

    with open_service(Settings(home=home)) as service:
        report = service.load([world / "feeds"], kind=None, feed_id="default", progress=silent)
    return report.feeds["events"].read


def analyse(world: Path, home: Path) -> int:
    """graphsvc makes a snapshot and an analysis of what was loaded."""
    from graphsvc.model.progress import silent
    from graphsvc.settings import Settings
    from graphsvc.wiring import open_service

    with open_service(Settings(home=home)) as service:
        return int(service.analyse(as_of=None, progress=silent).counts["events"])


def main() -> None:
    """Run the named piece, in a process set up as that of a command, and print what it cost."""
    collect_seldom()
    name, world, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    pieces = {"floor": floor, "load": load, "analyse": analyse, "reload": load}
    began = time.perf_counter()
    events = pieces[name](world, home)
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "wall_s": wall,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
        "events": events,
    }
    sys.stdout.write(json.dumps(cost) + os.linesep)


if __name__ == "__main__":
    main()
