"""Commands that ask how good the warnings were: on past feeds, with a virtual clock."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, Instant, json_option, pass_desk
from graphsvc.cli.output import emit, listening, local, note, table

if TYPE_CHECKING:
    from graphsvc.replay.evaluate import Evaluation

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


class Step(click.ParamType[int]):
    """A length of time, such as 5m, 1h or 30s."""

    name = "step"
    _UNITS: ClassVar = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Milliseconds; wrong usage where the text is no length of time."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([1-9]\d{0,6})([smhd])", str(value).strip())
        if match is None:
            self.fail("a step is a whole number and s, m, h or d, such as 5m or 1h", param, ctx)
        return int(match[1]) * self._UNITS[match[2]]


_capacity = click.IntRange(min=0)


@click.command(short_help="Past feeds on a virtual clock: who would have been warned.")
@click.argument("feeds", type=_FOLDER)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--since", type=Instant(), help="Warn from this time on; what was known before is history.")
@click.option("--until", type=Instant(), help="The last time at which somebody may be warned.")
@click.option("--every", type=Step(), default="1h", show_default=True, help="The step of the clock: 5m, 1h …")
@click.option("--sms-per-day", type=_capacity, help="Messages a day; default 0.5 % of the subscribers.")
@click.option("--calls-per-day", type=_capacity, help="Calls a day; default 0.05 % of the subscribers.")
@click.option("--visits-per-day", type=_capacity, help="Visits a day; default 0.01 % of the subscribers.")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    default=("worth",),
    show_default=True,
    help="How capacity is spent: worth, money, people, unpaced, grades or a .toml file; twice or more to compare.",
)
@click.option("--raw-numbers", is_flag=True, help="Write numbers as they came, not tokens (audited).")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    help="How many look side by side; default: by the size of the feeds and the processors. Changes no decision.",
)
@json_option
@pass_desk
def replay(
    desk: Desk,
    feeds: Path,
    out: Path,
    since: int | None,
    until: int | None,
    every: int,
    sms_per_day: int | None,
    calls_per_day: int | None,
    visits_per_day: int | None,
    policies: tuple[str, ...],
    raw_numbers: bool,
    processes: int | None,
    as_json: bool,
) -> None:
    """Replay FEEDS in the order in which they became known, and write down who would have been warned, when and why.

    Decisions use nothing that was not known yet. OUT gets warnings.parquet, networks.parquet, numbers.parquet and
    summary.json; `graphsvc evaluate` measures them. A replay that was killed goes on where it was when it is called
    again with the same options. Tokens are made with the key of the data folder (--home).

    With --policy more than once, each policy has a folder of its name in OUT, and comparison.parquet says whom each
    would have warned.
    """
    from graphsvc.model.warnings import WarningChannel
    from graphsvc.replay.folder import Folder
    from graphsvc.replay.plan import Wish
    from graphsvc.replay.policy_file import policy_of
    from graphsvc.replay.replay import replayed
    from graphsvc.wiring import open_service

    capacities = {
        WarningChannel.SMS: sms_per_day,
        WarningChannel.CALL: calls_per_day,
        WarningChannel.VISIT: visits_per_day,
    }
    chosen = tuple(policy_of(one) for one in policies)
    wish = Wish(since=since, until=until, every=every, per_day=capacities, raw=raw_numbers, policies=chosen)
    with desk.service(purpose="replay with numbers as they came" if raw_numbers else None) as service:
        keys = service.registry.keys
        if raw_numbers:
            service.reads.note("reveal in replay")
    folder = Folder.open(out, feeds, wish, desk.settings, token=keys.token[1], vault=keys.vault)
    summary = folder.summary()
    if summary is None:
        with listening() as progress, open_service(folder.settings) as work:
            summary = replayed(work, feeds, folder, wish, progress, processes=processes)
        folder.clear()
    else:
        note("this replay was done already; its files stand as they are")
    emit({"out": str(out), "summary": summary}, as_json=as_json, render=lambda console: _show_replay(console, summary))
    note(f"next: graphsvc evaluate TRUTH {out if len(chosen) == 1 else out / chosen[0].name}")


def _show_replay(console: Console, summary: dict[str, Any]) -> None:
    counts, settings = summary["counts"], summary["settings"]
    zone = settings["timezone"]
    console.print(f"Warned from {local(settings['since'], zone)} to {local(settings['until'], zone)}", style="bold")
    rows = table("", "what", "count#")
    for name in ("warnings", "warnings_sms", "warnings_call", "warnings_visit", "people_warned", "ticks", "events"):
        if name in counts:
            rows.add_row(name.replace("_", " "), f"{counts[name]:,}")
    console.print(rows)
    if "comparison" in summary:
        _show_comparison(console, summary["comparison"])
    if "capacity" in summary:
        more = summary["capacity"]["one_more_a_day_prevents"]
        said = ", ".join(f"{channel} {losses:.3f}" for channel, losses in more.items())
        console.print(f"One more warning a day would have prevented (mean losses a day): {said}")


def _show_comparison(console: Console, comparison: dict[str, Any]) -> None:
    console.print(f"{comparison['people']:,} people warned by any, {comparison['people_of_all']:,} by all")
    rows = table("", "policy", "people#", "of nobody else#", "called or visited#", "by nobody else#")
    for policy, of in comparison["policies"].items():
        rows.add_row(policy, *(f"{count:,}" for count in of.values()))
    console.print(rows)


@click.command(short_help="How good a replay was, against the truth.")
@click.argument("truth", type=_FOLDER)
@click.argument("replay", type=_FOLDER)
@click.option("--feeds", type=_FOLDER, help="The feeds that were replayed; default: the folder `feeds` beside TRUTH.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="The HTML page; default REPLAY/evaluation.html."
)
@click.option(
    "--bounds", is_flag=True, help="Also measure simpler rules and an oracle; the oracle is a replay of its own."
)
@click.option("--keep", metavar="NAME", help="Keep the figures under a name: the page shows kept ones side by side.")
@json_option
@pass_desk
def evaluate(
    desk: Desk,
    truth: Path,
    replay: Path,
    feeds: Path | None,
    report: Path | None,
    bounds: bool,
    keep: str | None,
    as_json: bool,
) -> None:
    """Measure the warnings of REPLAY against TRUTH: precision, recall in time, lead, calibration, networks.

    Figures have 95 % intervals over gangs. A page with plots goes to REPLAY/evaluation.html. Tokens in the replay are
    matched with the key of the data folder (--home) that it was made with.

    With --bounds the same is measured of simpler rules (random contact, one hop from flagged numbers as 12381 does, …)
    and of an oracle that knows every fraud number but not the future, at the same capacity. What the oracle needs is
    kept in REPLAY/bounds, so that the next evaluation is quick.

    With --keep NAME the figures (no numbers) are kept in the data folder: evaluate the folders of two policies under a
    name each, and the page of graphsvc serve shows them side by side.
    """
    from graphsvc.model.evaluations import checked_evaluation_name
    from graphsvc.replay.evaluate import as_document, evaluate
    from graphsvc.replay.feeds_read import feeds_beside
    from graphsvc.replay.kept import kept_of
    from graphsvc.replay.page import page
    from graphsvc.replay.result import read_replay
    from graphsvc.store.tokens import number_tokens

    if keep is not None:
        checked_evaluation_name(keep)
    given = feeds if feeds is not None else feeds_beside(truth)
    with desk.service() as service:
        found = evaluate(
            truth,
            replay,
            given,
            region=service.settings.national_region,
            tokens=partial(number_tokens, service.registry.keys),
            now=service.time.wall(),
        )
        now = service.time.wall()
        if keep is not None:
            service.measuring.keep_evaluation(kept_of(found, read_replay(replay).summary, name=keep, at=now))
    if bounds:
        found = replace(found, beside=_bounds(desk, truth, replay, given, now))
    place = report if report is not None else replay / "evaluation.html"
    place.write_text(page(found, title=f"Replay {replay.resolve().name}"), encoding="utf-8")
    for text in found.notes:
        note(f"note: {text}")
    emit({**as_document(found), "report": str(place)}, as_json=as_json, render=lambda console: _show(console, found))
    note(f"with plots: {place}")


def _bounds(desk: Desk, truth: Path, replay: Path, feeds: Path | None, now: int) -> dict[str, "Evaluation"]:
    from graphsvc.errors import UsageError
    from graphsvc.replay.bounds import Bounds
    from graphsvc.wiring import open_service

    if feeds is None:
        raise UsageError("--bounds needs the feeds that were replayed: give --feeds")
    work = replay / "bounds"
    work.mkdir(mode=0o700, exist_ok=True)
    with listening() as progress:
        return Bounds(truth, feeds, work, desk.settings, open_service, now).of(replay, progress)


def _show(console: Console, found: "Evaluation") -> None:
    from graphsvc.replay.evaluate import BOUNDED
    from graphsvc.replay.page import NAMES, interval, shown

    rows = table("How good the warnings were", "figure", "value#", "95 % interval#", "of#")
    for name, words in NAMES.items():
        if name in found.figures:
            one = found.figures[name]
            rows.add_row(words, shown(one.value), interval(one), "–" if one.of is None else f"{one.of:,}")
    console.print(rows)
    if found.beside:
        beside = table("At the same capacity", "rule", *(f"{NAMES[name]}#" for name in BOUNDED))
        for rule, of in {"this replay": found, **found.beside}.items():
            beside.add_row(rule, *(shown(of.figures[name].value) for name in BOUNDED))
        console.print(beside)
    if found.hard_negatives is not None:
        held = found.hard_negatives
        console.print(f"innocents that look guilty: {held.held} of {held.innocent} held suspect at some cut")
