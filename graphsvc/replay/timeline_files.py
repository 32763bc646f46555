"""A timeline as files that several processes open: events stay on the disk and are read where they are looked at."""

from pathlib import Path
from typing import Final

import numpy as np
import orjson
import pyarrow as pa

from graphsvc.replay.timeline import Columns, Ids, Timeline
from graphsvc.store.durable import disk_errors_explained

_ROLES: Final = "roles.json"
_NOBODY: Final = "nobody.npy"
_IDS: Final = ("numbers", "entities")
_OF_IDS: Final = ("here", "there", "first_known")


def save(timeline: Timeline, folder: Path) -> None:
    """Write it to a folder, over what is there."""
    with disk_errors_explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, column in timeline.events.items():
            np.save(folder / f"events-{name}.npy", column, allow_pickle=False)
        for feed, table in timeline.facts.items():
            with pa.OSFile(str(folder / f"{feed}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        for ids in _IDS:
            for name in _OF_IDS:
                np.save(folder / f"{ids}-{name}.npy", getattr(getattr(timeline, ids), name), allow_pickle=False)
        np.save(folder / _NOBODY, timeline.nobody, allow_pickle=False)
        (folder / _ROLES).write_bytes(orjson.dumps(sorted(timeline.roles.items())))


def opened(folder: Path) -> Timeline:
    """The timeline that `save` wrote."""
    facts = {}
    for path in sorted(folder.glob("*.arrow")):
        with pa.memory_map(str(path)) as source:
            facts[path.stem] = pa.ipc.open_file(source).read_all()
    events: Columns = {
        path.stem.removeprefix("events-"): np.load(path, mmap_mode="r") for path in folder.glob("events-*.npy")
    }
    numbers, entities = (
        Ids(*(np.load(folder / f"{ids}-{name}.npy", mmap_mode="r") for name in _OF_IDS)) for ids in _IDS
    )
    return Timeline(
        events=events,
        facts=facts,
        facts_known_at={feed: table.column("known_at").to_numpy() for feed, table in facts.items()},
        roles=dict(orjson.loads((folder / _ROLES).read_bytes())),
        nobody=np.load(folder / _NOBODY, mmap_mode="r"),
        numbers=numbers,
        entities=entities,
    )
