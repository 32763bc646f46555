"""One plain world for all tests of the room: 20,000 subscribers, 14 days, as the demo makes it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from graphsvc.simulate.making import World, make_world
from graphsvc.simulate.world import write_world

START = date(2024, 3, 4)


@dataclass(frozen=True)
class Written:
    """A world, what was written of it, and its end."""

    world: World
    folder: Path
    counts: dict[str, int]

    def feed(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "feeds" / f"{name}.parquet")

    def truth(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth" / f"{name}.parquet")

    def events_with_kinds(self) -> pl.DataFrame:
        """Events once each, with what their numbers are: kind and gang of a, kind and gang of b."""
        numbers = self.truth("numbers").select("number", "kind", "gang_id", "subscriber", "camouflaged")
        events = self.feed("events").unique("event_id", keep="first", maintain_order=True)
        for end in ("a", "b"):
            its = numbers.rename({name: f"{end}_{name}" for name in numbers.columns})
            events = events.join(its, on=f"{end}_number", how="left")
        return events


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Written:
    world = make_world(subscribers=20_000, days=14, seed=1, variant="plain", start=START)
    folder = tmp_path_factory.mktemp("plain")
    return Written(world, folder, write_world(folder, world))


@pytest.fixture(scope="session")
def events(plain: Written) -> pl.DataFrame:
    return plain.events_with_kinds()
