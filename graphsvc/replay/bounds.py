"""What a replay is to be measured beside: simpler rules below, and above an oracle, all at the same capacity.

The oracle is graphsvc itself with a certain police flag on every fraud number, with its gang's kind of scam, from the
moment its first event was known: it knows every number and gang, not the future, and spends through our ranking.
"""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import polars as pl

from graphsvc.dispatch.capacity import day_ends, period_starts
from graphsvc.dispatch.pacing import released
from graphsvc.dispatch.policies import WORTH, Policy
from graphsvc.errors import InputRefused
from graphsvc.ingest.files import feed_files
from graphsvc.model.progress import Progress
from graphsvc.model.warnings import WarningChannel
from graphsvc.replay.baselines import HOUR_MS, Moment, Scores, all_baselines
from graphsvc.replay.evaluate import ORACLE, Evaluation, measured
from graphsvc.replay.feeds_read import read_shown
from graphsvc.replay.folder import Folder
from graphsvc.replay.material import gathered
from graphsvc.replay.naming import Naming
from graphsvc.replay.pages import TABLES
from graphsvc.replay.plan import CHANNELS, Wish
from graphsvc.replay.replay import replayed
from graphsvc.replay.result import SUMMARY
from graphsvc.replay.shown import Renamed
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.replay.truth import FOREVER, read_truth
from graphsvc.service import Service
from graphsvc.settings import Settings

_SEED: Final = 1
_RANKED_MOST: Final = 2000


@dataclass(frozen=True)
class Bounds:
    """Measures the same truth, feeds, time and capacity as a replay's. Needs a folder to work in."""

    truth: Path
    feeds: Path
    work: Path
    settings: Settings
    """Of the caller; the work has a data folder of its own."""
    open: Callable[[Settings], AbstractContextManager[Service]]
    now: int
    """Epoch ms: decides which instants of the feeds are plausible."""

    def of(self, replay: Path, progress: Progress) -> dict[str, Evaluation]:
        """Every simpler rule by its name, and ORACLE. InputRefused where the summary does not say what it was asked."""
        wish, zone = _wish_of(replay)
        found = self._baselines(wish, zone, progress)
        return {**found, ORACLE: self._oracle(wish, progress)}

    def _baselines(self, wish: Wish, zone: ZoneInfo, progress: Progress) -> dict[str, Evaluation]:
        found = {}
        rules = all_baselines(_SEED)
        with self.open(self._settings("baselines")) as service:
            service.load([self.feeds], kind=None, feed_id="default", progress=progress)
            timeline = read_timeline(service)
            nobody = timeline.numbers.here[service.registry.of_no_person()]
            names = Renamed(service.registry, timeline)
            for place, (name, scores) in enumerate(rules.items()):
                progress("simpler rules", place, len(rules))
                rows = warned(timeline, scores, wish, zone, nobody)
                raw = names.reveal([int(row["number"]) for row in rows])
                out = self.work / name.replace(" ", "-")
                _write(out, [{**row, "number": raw[row["number"]]} for row in rows], wish)
                found[name] = self._measured(out)
        return found

    def _oracle(self, wish: Wish, progress: Progress) -> Evaluation:
        feeds, out = oracle_feeds(self.truth, self.feeds, self.work / "oracle-feeds", self), self.work / ORACLE
        settings = self._settings("keys")
        with self.open(settings) as service:
            keys = service.registry.keys
        folder = Folder.open(out, feeds, wish, settings, token=keys.token[1], vault=keys.vault)
        if folder.summary() is None:
            with self.open(folder.settings) as service:
                replayed(service, feeds, folder, wish, progress)
            folder.clear()
        return self._measured(out)

    def _measured(self, out: Path) -> Evaluation:
        """Numbers are raw there: no token is asked for."""
        region = self.settings.national_region
        return measured(gathered(self.truth, out, self.feeds, region=region, tokens=list, now=self.now))

    def _settings(self, name: str) -> Settings:
        return Settings(
            home=self.work / name,
            timezone=self.settings.timezone,
            national_region=self.settings.national_region,
        )


def _wish_of(replay: Path) -> tuple[Wish, ZoneInfo]:
    """What the replay was asked for, of its summary; where that names no policy, it is our default."""
    try:
        said: dict[str, Any] = orjson.loads((replay / SUMMARY).read_bytes())["settings"]
        per_day = {channel: int(said[f"{channel.value}_per_day"]) for channel in CHANNELS}
        since, until, every = int(said["since"]), int(said["until"]), int(said["every_ms"])
        zone = ZoneInfo(said["timezone"])
        policy = replace(Policy.of(said["policy"]), held_out=0.0) if "policy" in said else WORTH
    except (OSError, ValueError, KeyError, TypeError):
        raise InputRefused(f"{replay / SUMMARY} does not say what the replay was asked for: no bounds") from None
    return Wish(since=since, until=until, every=every, per_day=per_day, raw=True, policies=(policy,)), zone


def warned(timeline: Timeline, scores: Scores, wish: Wish, zone: ZoneInfo, nobody: Any) -> list[dict[str, Any]]:
    """Hour by hour, the best by score within what is released of the day's capacity."""
    assert wish.since is not None
    assert wish.until is not None
    rows: list[dict[str, Any]] = []
    last: dict[tuple[int, WarningChannel], int] = {}
    used: dict[tuple[int, WarningChannel], int] = {}
    for at in range(wish.since, wish.until + 1, HOUR_MS):
        numbers = int(np.searchsorted(timeline.numbers.first_known, at, side="right"))
        now = Moment(timeline, at, timeline.facts_held(at), numbers)
        danger = scores(now)
        danger[now.public() | now.flagged()] = 0
        danger[nobody[nobody < numbers]] = 0
        order = np.argsort(-danger, kind="stable")[:_RANKED_MOST]
        day, ends = period_starts(at, zone)["day"], day_ends(at, zone)
        for channel, per_day in wish.per_day.items():
            free = released(per_day or 0, begun=day, at=at + HOUR_MS, ends=ends) - used.get((day, channel), 0)
            for number in order.tolist():
                if free <= 0 or danger[number] <= 0:
                    break
                if at - last.get((number, channel), -(10**15)) >= 24 * HOUR_MS:
                    last[number, channel] = at
                    used[day, channel] = used.get((day, channel), 0) + 1
                    free -= 1
                    rows.append({"warned_at": at, "number": number, "channel": channel.value})
    return rows


def oracle_feeds(truth: Path, feeds: Path, out: Path, bounds: Bounds) -> Path:
    """The feeds with a flag on each fraud number from its first event on, in place of their own flags."""
    if out.exists():
        return out
    naming = Naming(bounds.settings.national_region)
    told = read_truth(truth, naming)
    guilty = told.fraud["number"].to_numpy()

    def wanted() -> np.ndarray[Any, np.dtype[np.bool_]]:
        named = np.zeros(len(naming.texts), dtype=bool)
        named[guilty] = True
        return named

    events = read_shown(feeds, naming, wanted, now=bounds.now).events
    both = pl.concat([events.select("known_at", "at", number=side) for side in ("a", "b")])
    kinds = told.victims.select("gang", "scam_type").drop_nulls().unique("gang", keep="first", maintain_order=True)
    flags = (
        told.fraud.join(both, on="number")
        .filter(pl.col("at").is_between("since", "until"))
        .group_by("number", "gang", "recycled_at")
        .agg(known_at=pl.col("known_at").min(), valid_from=pl.col("at").min())
        .join(kinds, on="gang", how="left")
        .sort("known_at", "number")
        .select(
            number=pl.col("number").map_elements(naming.texts.__getitem__, return_dtype=pl.String),
            known_at="known_at",
            scam_type=pl.col("scam_type").fill_null("other"),
            source=pl.lit("police"),
            case_id=pl.format("gang-{}", "gang"),
            confidence=pl.lit(1.0),
            valid_from="valid_from",
            revoked_at=pl.when(pl.col("recycled_at") < FOREVER).then("recycled_at"),
        )
    )
    own = {file.path for file in feed_files([feeds], None) if file.feed == "flags"}
    out.mkdir(parents=True)
    for path in feeds.iterdir():
        if path not in own and not any(path in one.parents for one in own):
            (out / path.name).symlink_to(path.resolve())
    flags.write_parquet(out / "flags.parquet")
    return out


def _write(out: Path, rows: list[dict[str, Any]], wish: Wish) -> None:
    """A replay's files with warnings alone; the probability of a rule that gives none is 0."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    told = [{"warning_id": str(k), "probability": 0.0, **row} for k, row in enumerate(rows)]
    for name, schema in TABLES.items():
        frame = pl.DataFrame(told) if name == "warnings" and told else schema.to_frame()
        missing = [pl.lit(None, kind).alias(column) for column, kind in schema.items() if column not in frame.columns]
        frame.with_columns(missing).select(schema.names()).write_parquet(out / f"{name}.parquet")
    settings = {"since": wish.since, "until": wish.until, "raw_numbers": True}
    (out / SUMMARY).write_bytes(orjson.dumps({"settings": settings}))
