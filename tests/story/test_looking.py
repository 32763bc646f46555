"""Everybody looked at in a process of its own: the same analysis as here, and glances go on from it."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphsvc.errors import AnalysisLost
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.store import results
from graphsvc.wiring import looked_at_apart, open_service
from tests.story.feeds import BOB, CYD, EVE, HOUR, call, write_world
from tests.story.test_glances import EVE_TALKS, LATER, came, due, glanced, row_of


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=tmp_path / "home")) as opened, looked_at_apart(opened, 0) as apart:
        apart.load([tmp_path / "feeds"], kind=None, feed_id="default")
        yield apart


def ranked(service: Service) -> list[Any]:
    return results.victims(service.catalogue, service.current().analysis_id, limit=100)


def process_of(service: Service) -> int:
    """The process that looks."""
    assert service.apart is not None
    pool = service.apart.process._pool
    assert pool is not None
    return next(iter(pool._processes))


def test_it_says_what_a_look_in_this_process_says_and_glances_go_on_from_it(service: Service) -> None:
    first = service.analyse(as_of=None)
    assert process_of(service) != os.getpid()
    told = ranked(service)
    here = replace(service, apart=None).analyse(as_of=first.as_of)
    assert (here.counts, here.facts_seen, here.snapshot_id) == (first.counts, first.facts_seen, first.snapshot_id)
    assert ranked(service) == told
    assert service.analyse(as_of=None).analysis_id == "A3"
    came(service, *EVE_TALKS)
    assert glanced(service) == "A3-1"
    assert row_of(service, EVE) is not None
    channels = due(service, EVE)
    assert channels
    assert service.analyse(as_of=None).analysis_id == "A4"
    assert due(service, EVE) == channels, "nobody is warned twice"


def test_what_comes_in_meanwhile_is_there_when_the_look_becomes_current(service: Service) -> None:
    service.analyse(as_of=None)
    came(service, call(BOB, CYD, LATER - HOUR, 60))
    assert service.apart is not None
    look = service.apart.look

    class Slow:
        events_least = 0

        def look(self, asked: object) -> object:
            made = look(asked)  # type: ignore[arg-type]
            came(service, *EVE_TALKS)
            return made

    slow = replace(service, apart=Slow())  # type: ignore[arg-type]
    assert slow.analyse(as_of=None).analysis_id == "A2"
    assert service.current().analysis_id == "A2-1"
    assert row_of(service, EVE) is not None
    assert due(service, EVE)
    assert glanced(service) is None, "nothing came in since"


def test_a_process_that_is_killed_costs_one_look(service: Service) -> None:
    first = service.analyse(as_of=None)
    os.kill(process_of(service), signal.SIGKILL)
    came(service, *EVE_TALKS)
    with pytest.raises(AnalysisLost):
        service.analyse(as_of=None)
    assert service.current() == first
    assert service.analyse(as_of=None).analysis_id == "A2"
    assert row_of(service, EVE) is not None
