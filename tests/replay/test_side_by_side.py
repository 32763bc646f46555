"""Several processes that look side by side decide what one decides; a replay of theirs ends well or says why not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.replay.clock import Tick
from graphsvc.replay.outlook import Left
from graphsvc.replay.side_by_side import CUTS_AHEAD, Line, in_order_of_beginning
from graphsvc.replay.timeline import Timeline
from graphsvc.replay.timeline_files import opened, save
from graphsvc.replay.watch import Hour, hours_of
from tests.replay.conftest import OPTIONS, Replayed, replayed
from tests.replay.test_replay import GLANCING, SINCE

DAY = 86_400_000


@pytest.mark.parametrize(
    "options",
    [("--every", "2h", "--until", str(SINCE + 3 * DAY)), (*GLANCING, "--until", str(SINCE + 2 * DAY + DAY // 2))],
    ids=["looks", "glances"],
)
def test_side_by_side_they_decide_as_one(
    world: Path, home: Path, eager: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    asked = ("--policy", str(eager), *options)
    one, three = (
        replayed(world / "feeds", tmp_path / count, *asked, "--processes", count, home=home) for count in ("1", "3")
    )
    assert len(one.table("warnings")) > 20
    assert one.bytes() == three.bytes()
    assert not (three.folder / "work" / "timeline").exists()


def test_where_one_is_killed_the_replay_says_so_and_goes_on_when_it_is_called_again(
    replay: Replayed, world: Path, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "replay", str(world / "feeds"), "--out", str(out)]
    options = [*OPTIONS, "--raw-numbers", "--processes", "2"]
    running = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 200
    while not list((out / "work" / "days").glob("[0-9]*")) and time.monotonic() < until:
        assert running.poll() is None
        time.sleep(0.01)
    looking = _processes_of(running.pid)
    os.kill(looking[0], signal.SIGKILL)
    _, said = running.communicate(timeout=200)
    assert running.returncode == 1, said
    assert "--processes 1" in said
    assert not any(Path(f"/proc/{one}").exists() for one in looking), "the others ended with it"
    assert replayed(world / "feeds", out, "--raw-numbers", "--processes", "2", home=home).bytes() == replay.bytes()


def _processes_of(process: int) -> list[int]:
    """Those that it began to look for it."""
    found = []
    for one in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes():
            found.append(int(one))
    return found


class _Seeing:
    """Stands in for a watch: keeps what it was given and has seen it at once."""

    def __init__(self) -> None:
        self.keeps: int | None = None

    def prepare(self, look: Tick, left: Left | None) -> Callable[[], Left | None]:
        assert self.keeps is None, "it was given an hour before the one it keeps was told"
        assert look.cut == (left is None)
        self.keeps = look.at
        return lambda: Left(look.at, None) if look.cut else None  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(2, 5))
def test_every_hour_has_its_turn_with_what_its_cut_left(looks_a_day: list[int], processes: int) -> None:
    ticks: list[Tick] = []
    for looks in looks_a_day:
        ticks += [Tick(len(ticks) + place, 0, cut=place == 0) for place in range(looks + 1)]
    hours = hours_of(ticks)
    line = Line(hours, [_Seeing() for _ in range(processes)])
    for hour in hours:
        line.begin()
        watch = line.turn_of(hour)
        assert watch.keeps == hour.look.at
        watch.keeps = None
        line.done(watch)


def test_a_cut_begins_before_its_turn_and_after_the_cut_before_it() -> None:
    days = [0, 1, 2, 30, 5]
    ticks = [
        Tick(day * 100 + place, day, cut=place == 0) for day, looks in enumerate(days) for place in range(looks + 1)
    ]
    begun = [hour.look.at for hour in in_order_of_beginning(hours_of(ticks))]
    assert sorted(begun) == [tick.at for tick in ticks]
    assert [at for at in begun if at % 100 == 0] == [0, 100, 200, 300, 400]
    assert begun[:7] == [0, 100, 200, 101, 300, 201, 202]
    ahead = begun.index(400)
    assert len(begun) - ahead - 1 == CUTS_AHEAD + 5, "six looks of the day before, and its own"


def test_a_timeline_on_the_disk_says_what_it_said(timeline: Timeline, tmp_path: Path) -> None:
    save(timeline, tmp_path / "timeline")
    again, at = opened(tmp_path / "timeline"), int(timeline.known_at[-1]) - DAY
    assert again.events.keys() == timeline.events.keys()
    for name, column in timeline.events.items():
        assert np.array_equal(again.events[name], column)
        assert again.events[name].dtype == column.dtype
    fresh = replace(timeline, _held={})
    assert again.facts_held(at) == fresh.facts_held(at)
    assert (again.roles, again.known(at)) == (timeline.roles, timeline.known(at))


def test_hours_go_by_the_cut_before_them() -> None:
    kinds = {0: "cut", 1: "glance", 2: "look", 3: "glance", 4: "glance", 5: "cut", 6: "look"}
    ticks = [Tick(at, 0, cut=kind == "cut", glance=kind == "glance") for at, kind in kinds.items()]
    hours = hours_of(ticks)
    assert hours == [
        Hour(tuple(ticks[0:2]), 0),
        Hour(tuple(ticks[2:5]), 0),
        Hour(tuple(ticks[5:6]), 5),
        Hour(tuple(ticks[6:7]), 5),
    ]
