"""Makes a world and writes it: `feeds/` as an operator would have them, and the truth apart in `truth/`.

The same arguments give the same bytes. Nothing in the feeds tells who is who but what they do.
"""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from graphsvc.errors import StorageFailed
from graphsvc.model.progress import Progress, silent
from graphsvc.simulate import feeds, truth
from graphsvc.simulate.chance import stream
from graphsvc.simulate.links import links
from graphsvc.simulate.making import World, make_world
from graphsvc.simulate.numbering import cell_texts, imei_texts, number_texts
from graphsvc.simulate.reports import flags, losses_reported
from graphsvc.simulate.traces import traces
from graphsvc.simulate.writing import Texts, write_events

ABROAD_SHARE: Final = 0.06
"""Of the numbers of other operators, those of other countries."""


def simulate(
    out: Path,
    *,
    subscribers: int,
    days: int,
    seed: int,
    variant: str = "plain",
    start: date,
    progress: Progress = silent,
) -> dict[str, int]:
    """Write a world into `out/feeds` and `out/truth`; gives back how many rows each file has.

    UsageError for a world that is too small or has no day, a negative seed or an unknown variant; StorageFailed
    where `out` cannot be written. Files of an earlier world in `out` are replaced.
    """
    world = make_world(subscribers=subscribers, days=days, seed=seed, variant=variant, start=start, progress=progress)
    try:
        return write_world(out, world, progress)
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise StorageFailed(f"the world could not be written to {out}: {reason}; free space or choose --out") from error


def write_world(out: Path, world: World, progress: Progress = silent) -> dict[str, int]:
    """Write a world that was made; gives back how many rows each file has."""
    folder, apart = out / "feeds", out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    apart.mkdir(parents=True, exist_ok=True)
    texts = texts_of(world)
    cases = losses_reported(world)
    made = flags(world, cases)
    linked = links(world, made)
    shown = traces(world.cast.people, world.cast.gangs, len(world.cast.public.texts), world.days)
    return {
        "events": write_events(folder / "events.parquet", world, shown, texts, progress),
        "flags": feeds.write_flags(folder / "flags.parquet", world, made, texts),
        "cases": feeds.write_cases(folder / "cases.parquet", world, cases, texts),
        "links": feeds.write_links(folder / "links.parquet", world, linked, texts),
        "subscribers": feeds.write_subscribers(folder / "subscribers.parquet", world, texts),
        "directory": feeds.write_directory(folder / "directory.parquet", world, texts),
        "truth_numbers": truth.write_numbers(apart / "numbers.parquet", world, texts),
        "truth_gangs": truth.write_gangs(apart / "gangs.parquet", world),
        "truth_victims": truth.write_victims(apart / "victims.parquet", world, cases, texts),
        "truth_hard_negatives": truth.write_hard_negatives(apart / "hard_negatives.parquet", world, texts),
    }


def texts_of(world: World) -> Texts:
    """What numbers, devices and cells of this world are called."""
    people, gangs = world.cast.people, world.cast.gangs
    others = ~world.cast.own[: len(people) + len(gangs.own)]
    abroad = others & (stream(world.seed, "abroad").random(len(others)) < ABROAD_SHARE)
    numbers = number_texts(world.seed, abroad)
    for person in np.flatnonzero(world.former >= 0).tolist():
        numbers[person] = numbers[world.former[person]]
    return Texts(
        pa.array(numbers + list(world.cast.public.texts)),
        pa.array(imei_texts(world.seed, gangs.device_end)),
        pa.array(cell_texts(world.seed, people.cell_count + 2)),
    )
