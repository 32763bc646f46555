"""Makes the calibration of the first day (graphsvc/ranking/shipped.py) anew, from invented worlds of many mechanisms.

    python -m bench.shipped [--subscribers N] [--every HOURS] VARIANT:SEED … [--drawn-to VARIANT:SEED …]

Each world is looked at every so many hours, as a replay does. Of each day the people most likely to lose are kept, each
at the moment when that was most so: those whom capacity can reach. Platt's map is fitted on all worlds together, for
its two parameters carry over best, and judged on each world by a map fitted on the others. Prints the knots and a card.

`--drawn-to` makes the second step of the map of contact: worlds that the first was not fitted on are looked at twice a
day after a week, and it is drawn part of the way to what came of the first people of each day (docs/learning.md).
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from scipy.optimize import minimize

from graphsvc.engine.local import LocalEngine
from graphsvc.learning import fitting, judging
from graphsvc.learning.examples import Bool, Float64
from graphsvc.learning.odds import log_odds
from graphsvc.model.calibration import UNCHANGED, Monotone
from graphsvc.model.progress import silent
from graphsvc.model.words import Stage
from graphsvc.replay import judged
from graphsvc.replay.feeds_read import read_shown
from graphsvc.replay.naming import Naming
from graphsvc.replay.outlook import Analyst, nobody_known
from graphsvc.replay.shown import Renamed, Shower, forms_of
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.replay.truth import read_truth
from graphsvc.reports.names import Names
from graphsvc.settings import Settings
from graphsvc.simulate.world import simulate
from graphsvc.wiring import open_service

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
KEPT_A_DAY = 0.012
"""People kept a day, as a share of subscribers: twice what all channels together reach."""
REGION = "CN"
KNOTS = 25
OWN_TO, PLATT_FROM = 0.05, 0.4
DRAWN, DRAWN_FROM = 0.3, 0.2
"""How far towards what came, and what must be told of somebody for that to hold in full; none of it up to OWN_TO."""
DRAWN_PRIOR = 1.0
"""Pseudo-examples for the line that changes nothing."""


@dataclass(frozen=True)
class Looks:
    """How a world is made, and when it is looked at."""

    subscribers: int
    every_h: int
    days: int = 14
    kept_a_day: float = KEPT_A_DAY
    history_days: int = 0
    """Days before the first look."""


SECOND = Looks(10_000, 12, days=15, kept_a_day=0.0057, history_days=7)
"""Of `--drawn-to`: the first people of each day, as many as all channels reach."""


@dataclass(frozen=True)
class Judged:
    """People of one world: what the mechanism said, and what came."""

    name: str
    said: dict[str, Float64]
    came: dict[str, Bool]


def looked_at(variant: str, seed: int, looks: Looks) -> Judged:
    """Make a world, look at it again and again, and hold what was said against the truth."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder)
        people, days = looks.subscribers, looks.days
        simulate(world, subscribers=people, days=days, seed=seed, variant=variant, start=_START, progress=silent)
        with open_service(Settings(home=world / "home")) as service:
            service.load([world / "feeds"], kind=None, feed_id="default")
            timeline = read_timeline(service)
            names = Names(Renamed(service.registry, timeline), ZoneInfo("Asia/Shanghai"), raw=True)
            shower = Shower(names, forms_of(world / "feeds", REGION))
            rows = pl.concat(list(_looks(timeline, looks)))
            kept = _most_likely(rows, int(looks.kept_a_day * looks.subscribers))
            kept = kept.with_columns(name=pl.Series(shower.numbers(kept["number"].to_list()), dtype=pl.String))
        told = _told(world, kept)
    return Judged(
        f"{variant}:{seed}",
        {"loss": told["loss_said"].to_numpy(), "contact": told["contact_said"].to_numpy()},
        {"loss": told["loses"].to_numpy(), "contact": told["contact"].to_numpy()},
    )


_START = date(2026, 3, 2)


def _looks(timeline: Timeline, looks: Looks) -> Iterator[pl.DataFrame]:
    analyst, day, every = Analyst(timeline, LocalEngine()), -1, looks.every_h * HOUR_MS
    first = int(timeline.known_at[0]) + looks.history_days * DAY_MS + every
    for at in range(first, int(timeline.known_at[-1]), every):
        if at // DAY_MS != day:
            day, look = at // DAY_MS, analyst.whole(at)
        else:
            look = analyst.focus(at)
        outlook = look.named(nobody_known())
        loss, contact = outlook.ranked.found.mechanism
        yield outlook.ranked.rows.select(
            "number",
            "stage",
            "scam_type",
            warned_at=pl.lit(at, pl.Int64),
            loss_said=pl.Series(loss),
            contact_said=pl.Series(contact),
        )


def _most_likely(rows: pl.DataFrame, a_day: int) -> pl.DataFrame:
    ahead = rows.filter(pl.col("stage") != Stage.LOST.value).with_columns(day=pl.col("warned_at") // DAY_MS)
    best = ahead.sort("loss_said", "number", descending=[True, False]).unique(
        ["number", "day"], keep="first", maintain_order=True
    )
    return best.filter(pl.int_range(pl.len()).over("day") < a_day)


def _told(world: Path, rows: pl.DataFrame) -> pl.DataFrame:
    naming = Naming(REGION)
    truth = read_truth(world / "truth", naming)
    guilty = truth.fraud["number"].to_numpy()

    def wanted() -> Bool:
        named = np.zeros(len(naming.texts), dtype=bool)
        named[guilty] = True
        return named

    newest = int(rows["warned_at"].to_numpy().max())
    shown = read_shown(world / "feeds", naming, wanted, now=newest + 400 * DAY_MS)
    people = rows.with_columns(number=pl.Series(naming.of(rows["name"])))
    return judged.judge_warnings(people, truth.victims, judged.contacts_by_events(shown.events, truth.fraud))


def fitted(worlds: list[Judged], which: str) -> Monotone:
    """Platt's map of all worlds, thinned to a few knots; that of contact keeps the mechanism's own word below OWN_TO.

    Hardly anybody is warned there, so that Platt's map would follow those above it.
    """
    said = np.concatenate([one.said[which] for one in worlds])
    whole = fitting.platt(said, np.concatenate([one.came[which] for one in worlds]))
    at = np.linspace(whole.said[0], whole.said[-1], KNOTS)
    if which == "loss":
        return fitting.rising(at, whole(at))
    own = log_odds(np.array([1e-4, OWN_TO]))
    at = at[at > log_odds(np.array([PLATT_FROM]))[0]]
    return fitting.rising(np.concatenate([own, at]), np.concatenate([own, whole(at)]))


def drawn(first: Monotone, worlds: list[Judged]) -> Monotone:
    """A map of contact, drawn DRAWN of the way to the line through what came of those of whom it told something."""
    told = first(np.concatenate([one.said["contact"] for one in worlds]))
    slope, level = line(told, np.concatenate([one.came["contact"] for one in worlds]))
    own, whole = log_odds(np.array([OWN_TO, DRAWN_FROM]))
    said = np.asarray(first.said)
    before = first(said)
    kept = before <= own
    at = np.concatenate([said[kept], np.interp([whole], before, said), said[before > whole]])
    moved = (1 + DRAWN * (slope - 1)) * first(at) + DRAWN * level
    return fitting.rising(at, np.where(first(at) <= own, first(at), moved))


def line(told: Float64, came: Bool) -> tuple[float, float]:
    """Slope and level of the log-odds of what came, by those of what was told, drawn to (1, 0) by DRAWN_PRIOR."""
    sign = np.where(came, 1.0, -1.0)

    def loss(at: Float64) -> float:
        prior = DRAWN_PRIOR / 2 * ((at[0] - 1) ** 2 + at[1] ** 2)
        return float(np.logaddexp(0, -sign * (at[0] * told + at[1])).sum() + prior)

    slope, level = minimize(loss, np.array([1.0, 0.0])).x.tolist()
    return slope, level


def main() -> None:
    """Print knots and card as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.shipped")
    parser.add_argument("worlds", nargs="+", metavar="VARIANT:SEED")
    parser.add_argument("--subscribers", type=int, default=8000)
    parser.add_argument("--every", type=int, default=2, help="hours")
    parser.add_argument("--drawn-to", nargs="+", default=[], metavar="VARIANT:SEED")
    asked = parser.parse_args()
    first, second = (
        [looked_at(name, int(seed), looks) for name, _, seed in (one.partition(":") for one in worlds)]
        for worlds, looks in ((asked.worlds, Looks(asked.subscribers, asked.every)), (asked.drawn_to, SECOND))
    )
    print(json.dumps(card(first, second), indent=2))


def card(worlds: list[Judged], drawn_to: list[Judged]) -> dict[str, object]:
    """Per world people, losses and errors; and the knots of both maps, that of contact after its second step."""
    rows = []
    for one in worlds:
        others = [other for other in worlds if other is not one] or worlds
        row: dict[str, object] = {
            "world": one.name,
            "people": len(one.came["loss"]),
            "lost": int(one.came["loss"].sum()),
        }
        for which in ("loss", "contact"):
            for name, used in (("mechanism", UNCHANGED.loss), ("map of the others", fitted(others, which))):
                error = judging.calibration_error(used, one.said[which], one.came[which])
                row[f"{which}: error of the {name}"] = round(error, 4)
        rows.append(row)
    knots = {which: fitted(worlds, which) for which in ("loss", "contact")}
    if drawn_to:
        knots["contact"] = drawn(knots["contact"], drawn_to)
    return {
        "worlds": rows,
        **{which: {"said": list(one.said), "came": list(one.came)} for which, one in knots.items()},
    }


if __name__ == "__main__":
    main()
