"""Past feeds once more, on a virtual clock: who would have been warned, when and why, by the code of the service.

At each tick it decides by what was known then and nothing else (`Timeline`), within each day's capacity.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from graphsvc import __version__
from graphsvc.dispatch.policies import Policy
from graphsvc.engine.local import LocalEngine
from graphsvc.engine.view import View
from graphsvc.errors import InputRefused
from graphsvc.model.progress import Progress
from graphsvc.model.warnings import WarningRow
from graphsvc.replay.clock import Tick
from graphsvc.replay.comparing import compared
from graphsvc.replay.dispatcher import Dispatcher
from graphsvc.replay.folder import Folder
from graphsvc.replay.outlook import Analyst, nobody_known
from graphsvc.replay.pages import WARNINGS_OF, Days, Part, State, write_whole
from graphsvc.replay.plan import Plan, Wish, planned
from graphsvc.replay.ranking import Ranking
from graphsvc.replay.result import SUMMARY
from graphsvc.replay.shown import Renamed, Shower, forms_of
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.reports.names import Names
from graphsvc.service import Service

LISTED_FROM: Final = 0.01
"""`fraud_probability` from which a number is written down at a cut. [doc, feeds]"""
T = TypeVar("T")


@dataclass
class Run:
    """One replay under way."""

    timeline: Timeline
    plan: Plan
    analyst: Analyst
    dispatchers: dict[str, Dispatcher]
    """By name of the policy."""
    shower: Shower
    days: Days
    part: Part = field(init=False)
    ranking: Ranking | None = None
    """Of the last look."""
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
            self.analyst.known = state.known
            for policy, document in state.dispatchers.items():
                self.dispatchers[policy].restore(document)
        total = self.plan.clock.count()
        for tick in self.plan.clock.ticks():
            if tick.at < begin:
                continue
            if tick.cut and self.part.rows["numbers"] and tick.day != day:
                number = self._keep(number, tick.at)
            day = tick.day
            self._tick(tick)
            self.ticks += 1
            progress("replay", self.ticks, total)
        if self.part.rows["numbers"]:
            self._keep(number, self.plan.clock.until + 1)

    def _keep(self, number: int, next_at: int) -> int:
        state = State(
            next_at=next_at,
            dispatchers={policy: dispatcher.document() for policy, dispatcher in self.dispatchers.items()},
            known=self.analyst.known,
            ticks=self.ticks,
            analyses=self.analyses,
        )
        self.days.keep(number + 1, self.part, state)
        self.part = Part.empty(list(self.dispatchers))
        return number + 1

    def _tick(self, tick: Tick) -> None:
        """Look, or only glance, and warn."""
        touched = self._timed("glance", partial(self._glance, tick.at)) if tick.glance else None
        if touched is None:
            self._look(tick)
        assert self.ranking is not None
        for policy, dispatcher in self.dispatchers.items():
            people = list(self.ranking.people.values())
            planning = partial(dispatcher.tick, tick, people, self.ranking.same, touched)
            sent = self._timed("dispatch", planning)
            if sent:
                self._timed("write", partial(self._write_warnings, policy, self.ranking, sent))

    def _glance(self, at: int) -> frozenset[int] | None:
        """Whom news touched; None where they concern numbers that the last look was not at."""
        facts = self.timeline.facts_held(at)
        if self.ranking is None or not self.analyst.covers(facts):
            return None
        return self.ranking.glance(facts)

    def _look(self, tick: Tick) -> None:
        """At the whole world at a cut, between cuts at what can have changed."""
        if not tick.cut:
            look = self._timed("focus", partial(self.analyst.focus, tick.at))
        else:
            self.analyses += 1
            look = self._timed("analyse", partial(self.analyst.whole, tick.at))
            self._timed("write", partial(self._write_cut, tick, look.view))
        self.ranking = Ranking(self.timeline, look, self.plan.policies)

    def _write_warnings(self, policy: str, ranking: Ranking, sent: list[WarningRow]) -> None:
        self.part.add(WARNINGS_OF + policy, self._warned(ranking, sent))

    def _write_cut(self, tick: Tick, view: View) -> None:
        self.part.add("networks", self._networks(tick, view))
        self.part.add("numbers", self._numbers(tick, view))

    def _warned(self, ranking: Ranking, sent: list[WarningRow]) -> pl.DataFrame:
        numbers = [row.number for row in sent]
        evidence = self.shower.evidence(ranking.evidence(numbers))
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

    def _networks(self, tick: Tick, view: View) -> pl.DataFrame:
        rows = _frame(view.memberships()).filter(pl.col("number").is_not_null())
        return rows.select(
            pl.lit(tick.at, pl.Int64).alias("as_of"),
            "network_id",
            pl.Series("number", self.shower.numbers(rows["number"].to_list()), pl.String),
            "role",
            "score",
        )

    def _numbers(self, tick: Tick, view: View) -> pl.DataFrame:
        rows = _frame(view.unexplained()).filter(pl.col("fraud_probability") >= LISTED_FROM)
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


def replayed(service: Service, feeds: Path, folder: Folder, wish: Wish, progress: Progress) -> dict[str, Any]:
    """The whole replay in `service`, a data folder of its own; the summary. Goes on where an earlier one was killed.

    Raises InputRefused where a file of the feeds is refused: a replay of the rest would mislead.
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
    run = _run(service, timeline, plan, shower, folder.days)
    timings = {"load": at_load - began, "timeline": time.perf_counter() - at_load}
    run.go(progress)
    return _finish(run, folder.out, loaded, timings)


def _loaded(service: Service, feeds: Path, progress: Progress) -> dict[str, Any]:
    report = service.load([feeds], kind=None, feed_id="default", progress=progress)
    if report.refused:
        refused = report.refused[0]
        raise InputRefused(f"{refused.file}: {refused.reason}")
    return {name: asdict(counts) for name, counts in report.feeds.items()}


def _run(service: Service, timeline: Timeline, plan: Plan, shower: Shower, days: Days) -> Run:
    """A replay that is about to begin, or to go on."""
    there = service.registry.of_no_person()
    nobody = {int(timeline.numbers.here[one]) for one in there}
    clock = plan.clock
    return Run(
        timeline=timeline,
        plan=plan,
        analyst=Analyst(timeline, LocalEngine(service.settings.timezone), nobody_known()),
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
