"""Past feeds once more, on a virtual clock: who would have been warned, when and why, by the code of the service.

At each tick it decides by what was known then and nothing else (`Timeline`), within each day's capacity.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pyarrow as pa

from graphsvc import __version__
from graphsvc.apart import Ended
from graphsvc.dispatch.people import Person
from graphsvc.dispatch.policies import Policy
from graphsvc.engine.local import LocalEngine
from graphsvc.errors import AnalysisLost, InputRefused
from graphsvc.model.findings import KnownNetworks
from graphsvc.model.progress import Progress
from graphsvc.model.warnings import WarningRow
from graphsvc.replay.clock import Tick
from graphsvc.replay.comparing import compared
from graphsvc.replay.dispatcher import Dispatcher, people_of
from graphsvc.replay.folder import Folder
from graphsvc.replay.outlook import Analyst, nobody_known
from graphsvc.replay.pages import WARNINGS_OF, Days, Part, State, write_whole
from graphsvc.replay.plan import Plan, Wish, planned
from graphsvc.replay.result import SUMMARY
from graphsvc.replay.shown import Renamed, Shower, forms_of
from graphsvc.replay.side_by_side import Watcher, one_by_one, side_by_side
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.replay.timeline_files import save
from graphsvc.replay.watch import Cut, Hour, Watch, hours_of
from graphsvc.reports.names import Names
from graphsvc.service import Service

LISTED_FROM: Final = 0.01
"""`fraud_probability` from which a number is written down at a cut. [doc, feeds]"""
EVENTS_ALONE: Final = 1_000_000
"""Events below which one process looks. [assumed]"""
PROCESSES_MOST: Final = 4
"""What is told in order, a fifth of a look, keeps more from being worth it. [assumed]"""
Watched = Callable[[Sequence[Hour]], Iterator[tuple[Hour, Watcher]]]
T = TypeVar("T")


@dataclass
class Run:
    """One replay under way."""

    timeline: Timeline
    plan: Plan
    watched: Watched
    """Who tells each hour, in order."""
    dispatchers: dict[str, Dispatcher]
    """By name of the policy."""
    shower: Shower
    days: Days
    known: KnownNetworks = field(default_factory=nobody_known)
    """Networks of the look before, which keep their ids."""
    people: dict[int, Person] = field(default_factory=dict)
    """Everybody ranked whom a policy considers, by id."""
    part: Part = field(init=False)
    ticks: int = 0
    analyses: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """No rows yet."""
        self.part = Part.empty(list(self.dispatchers))

    def go(self, progress: Progress) -> None:
        """Every tick that is not done, day by day."""
        kept = self.days.last()
        number, begin, day = -1, self.plan.clock.since, None
        if kept is not None:
            number, state = kept
            begin, self.ticks, self.analyses = state.next_at, state.ticks, state.analyses
            self.known = state.known
            for policy, document in state.dispatchers.items():
                self.dispatchers[policy].restore(document)
        total = self.plan.clock.count()
        hours = self.watched(hours_of(tick for tick in self.plan.clock.ticks() if tick.at >= begin))
        while (turn := self._timed("look", partial(next, hours, None))) is not None:
            hour, watcher = turn
            for tick in hour.ticks:
                if tick.cut and self.part.rows["numbers"] and tick.day != day:
                    number = self._keep(number, tick.at)
                day = tick.day
                self._tick(tick, watcher)
                self.ticks += 1
                progress("replay", self.ticks, total)
        if self.part.rows["numbers"]:
            self._keep(number, self.plan.clock.until + 1)

    def _keep(self, number: int, next_at: int) -> int:
        state = State(
            next_at=next_at,
            dispatchers={policy: dispatcher.document() for policy, dispatcher in self.dispatchers.items()},
            known=self.known,
            ticks=self.ticks,
            analyses=self.analyses,
        )
        self.days.keep(number + 1, self.part, state)
        self.part = Part.empty(list(self.dispatchers))
        return number + 1

    def _tick(self, tick: Tick, watcher: Watcher) -> None:
        """Hear what there is, and warn."""
        told = self._timed("glance" if tick.glance else "rank", partial(watcher.tick, tick, self.known))
        self.known = told.known
        if told.cut is not None:
            self.analyses += 1
            self._timed("write", partial(self._write_cut, tick, told.cut))
        if told.touched is None:
            self.people.clear()
        for number in told.touched or ():
            self.people.pop(number, None)
        self.people.update((person.number, person) for person in people_of(told.rows))
        people = list(self.people.values())
        for policy, dispatcher in self.dispatchers.items():
            sent = self._timed("dispatch", partial(dispatcher.tick, tick, people, told.same, told.touched))
            if sent:
                self._timed("write", partial(self._write_warnings, policy, watcher, sent))

    def _write_warnings(self, policy: str, watcher: Watcher, sent: list[WarningRow]) -> None:
        self.part.add(WARNINGS_OF + policy, self._warned(watcher, sent))

    def _write_cut(self, tick: Tick, cut: Cut) -> None:
        self.part.add("networks", self._networks(tick, cut.members))
        self.part.add("numbers", self._numbers(tick, cut.suspicions))

    def _warned(self, watcher: Watcher, sent: list[WarningRow]) -> pl.DataFrame:
        numbers = [row.number for row in sent]
        evidence = self.shower.evidence(watcher.evidence(numbers))
        return pl.DataFrame(
            {
                "warning_id": [f"W{row.warning_id}" for row in sent],
                "warned_at": [row.warned_at for row in sent],
                "number": self.shower.numbers(numbers),
                "channel": [row.channel.value for row in sent],
                **{
                    name: [getattr(row, name) for row in sent]
                    for name in ("grade", "stage", "scam_type", "probability", "in_contact_probability")
                },
                "deadline_at": pl.Series([row.deadline_at for row in sent], dtype=pl.Int64),
                "network_id": pl.Series([row.network_id for row in sent], dtype=pl.Int64),
                "evidence": evidence,
            }
        )

    def _networks(self, tick: Tick, members: pa.Table) -> pl.DataFrame:
        rows = _frame(members).filter(pl.col("number").is_not_null())
        return rows.select(
            pl.lit(tick.at, pl.Int64).alias("as_of"),
            "network_id",
            pl.Series("number", self.shower.numbers(rows["number"].to_list()), pl.String),
            "role",
            "score",
        )

    def _numbers(self, tick: Tick, suspicions: pa.Table) -> pl.DataFrame:
        rows = _frame(suspicions).filter(pl.col("fraud_probability") >= LISTED_FROM)
        return rows.select(
            pl.lit(tick.at, pl.Int64).alias("as_of"),
            pl.Series("number", self.shower.numbers(rows["number"].to_list()), pl.String),
            "fraud_probability",
            "class",
        )

    def _timed(self, step: str, do: Callable[[], T]) -> T:
        began = time.perf_counter()
        result = do()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began
        return result


def replayed(
    service: Service, feeds: Path, folder: Folder, wish: Wish, progress: Progress, *, processes: int | None = None
) -> dict[str, Any]:
    """The whole replay in `service`, a data folder of its own; the summary. Goes on where an earlier one was killed.

    Decisions are the same with however many `processes`; None: as many as are worth it (`worthwhile`). Raises
    InputRefused where a file of the feeds is refused: a replay of the rest would mislead; AnalysisLost where a process
    was ended from outside.
    """
    began = time.perf_counter()
    loaded = folder.loaded()
    if loaded is None:
        loaded = _loaded(service, feeds, progress)
        folder.note_loaded(loaded)
    at_load = time.perf_counter()
    progress("timeline", 0, 1)
    timeline = read_timeline(service)
    plan = planned(timeline, wish, ZoneInfo(service.settings.timezone))
    names = Names(Renamed(service.registry, timeline), plan.clock.zone, raw=wish.raw)
    shower = Shower(names, forms_of(feeds, service.settings.national_region) if wish.raw else None)
    watched = _watched(timeline, plan, folder, processes or worthwhile(len(timeline.known_at)))
    run = _run(service, timeline, plan, shower, folder.days, watched)
    timings = {"load": at_load - began, "timeline": time.perf_counter() - at_load}
    try:
        run.go(progress)
    except Ended:
        raise AnalysisLost(
            "a process that looks was ended from outside, perhaps for want of memory: call it again to go on, with"
            " --processes 1 for least"
        ) from None
    return _finish(run, folder.out, loaded, timings)


def _loaded(service: Service, feeds: Path, progress: Progress) -> dict[str, Any]:
    report = service.load([feeds], kind=None, feed_id="default", progress=progress)
    if report.refused:
        refused = report.refused[0]
        raise InputRefused(f"{refused.file}: {refused.reason}")
    return {name: asdict(counts) for name, counts in report.feeds.items()}


def worthwhile(events: int) -> int:
    """How many processes look at so many events: one where others take longer to begin than to look."""
    if events < EVENTS_ALONE:
        return 1
    return min(len(os.sched_getaffinity(0)) + 1, PROCESSES_MOST)


def _watched(timeline: Timeline, plan: Plan, folder: Folder, processes: int) -> Watched:
    zone = plan.clock.zone.key
    if processes == 1:
        return partial(one_by_one, Watch(Analyst(timeline, LocalEngine(zone)), plan.policies))
    save(timeline, folder.timeline)
    return partial(side_by_side, folder.timeline, zone, plan.policies, processes=processes)


def _run(service: Service, timeline: Timeline, plan: Plan, shower: Shower, days: Days, watched: Watched) -> Run:
    """A replay that is about to begin, or to go on."""
    there = service.registry.of_no_person()
    nobody = {int(timeline.numbers.here[one]) for one in there}
    clock = plan.clock
    return Run(
        timeline=timeline,
        plan=plan,
        watched=watched,
        dispatchers={
            policy.name: Dispatcher(plan.per_day, clock.every, clock.zone, nobody, policy) for policy in plan.policies
        },
        shower=shower,
        days=days,
    )


def _finish(run: Run, out: Path, loaded: Mapping[str, Any], timings: Mapping[str, float]) -> dict[str, Any]:
    """Write the final files; the summary comes last and says that all is there.

    One policy has OUT for itself; of more each has a folder of its name in OUT, and OUT says how they differ.
    """
    policies = run.plan.policies
    seconds = {step: round(took, 3) for step, took in {**timings, **run.seconds}.items()}
    if len(policies) == 1:
        summary = _summary(run, out, policies[0], loaded, seconds)
        write_summary(out, summary)
        return summary
    for policy in policies:
        write_summary(out / policy.name, _summary(run, out / policy.name, policy, loaded, seconds))
    settings = {**run.plan.settings(), "policies": [policy.document() for policy in policies]}
    comparison = compared(out, [policy.name for policy in policies], raw=run.plan.raw)
    summary = {"settings": settings, "comparison": comparison, "timings": seconds, "counts": {"ticks": run.ticks}}
    write_summary(out, summary)
    return summary


def _summary(
    run: Run, out: Path, policy: Policy, loaded: Mapping[str, Any], seconds: Mapping[str, float]
) -> dict[str, Any]:
    rows = run.days.finish(out, policy.name, raw=run.plan.raw)
    warnings = pl.read_parquet(out / "warnings.parquet")
    days = max((run.plan.clock.until - run.plan.clock.since) / 86_400_000, 1e-9)
    by_channel = dict(warnings.group_by("channel").len().sort("channel").iter_rows())
    return {
        "counts": {
            **rows,
            **{f"warnings_{channel}": count for channel, count in by_channel.items()},
            "people_warned": warnings["number"].n_unique(),
            "ticks": run.ticks,
            "events": len(run.timeline.known_at),
            "rows": loaded,
        },
        "rates": {f"{channel}_a_day": round(count / days, 3) for channel, count in by_channel.items()},
        "capacity": run.dispatchers[policy.name].said(),
        "timings": seconds,
        "settings": {**run.plan.settings(), "policy": policy.document()},
        "versions": {"graphsvc": __version__, "polars": pl.__version__},
    }


def write_summary(out: Path, summary: Mapping[str, Any]) -> None:
    """Write a summary whole."""
    text = orjson.dumps(summary, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    write_whole(out / SUMMARY, lambda path: path.write_bytes(text + b"\n"), private=False)


def _frame(table: Any) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
