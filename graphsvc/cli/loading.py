"""Commands that bring facts in and make an analysis of them."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, Instant, json_option, pass_desk
from graphsvc.cli.output import emit, listening, local, note, table
from graphsvc.model.instants import iso

if TYPE_CHECKING:
    from graphsvc.ingest.load import LoadReport
    from graphsvc.store.results import AnalysisRecord

FIRST_DAY = date(2026, 3, 2)
"""A Monday: the first day of a simulated world, unless another is given."""

VARIANTS = ("plain", "camouflage", "rotation", "sparse", "storm")
FEEDS = ("events", "flags", "cases", "links", "subscribers", "directory", "outcomes")


@click.command(short_help="Make a world: feeds, and their truth kept apart.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--subscribers", default=20_000, show_default=True, type=click.IntRange(100, 5_000_000))
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same world.")
@click.option("--variant", default="plain", show_default=True, type=click.Choice(VARIANTS))
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help=f"First day; default {FIRST_DAY}.")
@json_option
def simulate(
    out: Path, subscribers: int, days: int, seed: int, variant: str, start: datetime | None, as_json: bool
) -> None:
    """Make a world: OUT/feeds with its contact events and flags, OUT/truth with what really happened.

    Everything in it is invented. Nothing in the feeds gives the truth away.
    """
    from graphsvc.simulate.world import simulate as make_world

    with listening() as progress:
        counts = make_world(
            out,
            subscribers=subscribers,
            days=days,
            seed=seed,
            variant=variant,
            start=start.date() if start else FIRST_DAY,
            progress=progress,
        )

    def render(console: Console) -> None:
        rows = table(f"A {variant} world in {out}", "what", "count#")
        for name, count in counts.items():
            rows.add_row(name, f"{count:,}")
        console.print(rows)
        console.print(f"next: graphsvc load {out}/feeds", markup=False)

    emit({"out": str(out), "counts": counts}, as_json=as_json, render=render)


@click.command(short_help="Feed folders or files into the ledger.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--kind", type=click.Choice(FEEDS), help="The feed of a file whose name does not say it.")
@click.option("--feed-id", default="default", show_default=True, help="Within a feed id, an event id is unique.")
@json_option
@pass_desk
@click.pass_context
def load(
    ctx: click.Context, desk: Desk, paths: tuple[Path, ...], kind: str | None, feed_id: str, as_json: bool
) -> None:
    """Take feed folders or files into the ledger: CSV, NDJSON or Parquet, plain, gzip or zstd.

    Loading the same rows again changes nothing. A refused row goes to the rejects file with its line, field and
    reason; the rest of the file loads. Exit status 3 when a whole file was refused.
    """
    with desk.service() as service, listening() as progress:
        report = service.load(paths, kind=kind, feed_id=feed_id, progress=progress)
    for text in report.notes:
        note(f"note: {text}")
    for refused in report.refused:
        note(f"refused: {refused.file}: {refused.reason}")
    answer = {
        "feeds": report.feeds,
        "rejects_file": str(report.rejects_file) if report.rejects_file else None,
        "refused_files": report.refused,
        "notes": report.notes,
    }
    emit(answer, as_json=as_json, render=lambda console: show_load(console, report))
    if report.refused:
        # Status 3 promises that nothing of a file was taken; one that breaks off in the middle failed instead.
        ctx.exit(1 if any(refused.rows_read for refused in report.refused) else 3)


@click.command(short_help="Find networks, suspicion and exposure; rank.")
@click.option("--as-of", type=Instant(), help="Use only what was known at this time; default: service time.")
@click.option(
    "--engine",
    default="local",
    show_default=True,
    type=click.Choice(["local", "gds"]),
    help="Where figures of the graph come from: this process, or Neo4j with Graph Data Science.",
)
@json_option
@pass_desk
def analyse(desk: Desk, as_of: int | None, engine: str, as_json: bool) -> None:
    """Find suspicion, networks and exposure, rank the people exposed, and make the result current.

    One of an earlier time than the current analysis is kept beside it, for who asks for that day: nobody is warned by
    it.
    """
    from graphsvc.store.amended import full_of

    with desk.service() as service, listening() as progress:
        record = service.analyse(as_of=as_of, engine=engine, progress=progress)
        current = service.current()

    def render(console: Console) -> None:
        show_analysis(console, record, desk.settings.timezone)
        if full_of(current.analysis_id) != record.analysis_id:
            console.print(f"kept beside the current analysis {current.analysis_id}, for who asks for that time")

    emit(analysis_document(record), as_json=as_json, render=render)


def analysis_document(record: "AnalysisRecord") -> dict[str, object]:
    """An analysis as the contract's JSON keys."""
    return {
        "analysis_id": record.analysis_id,
        "as_of": iso(record.as_of),
        "counts": dict(record.counts),
        "timings": dict(record.timings),
    }


def show_load(console: Console, report: "LoadReport") -> None:
    """The counts of a load, as a table."""
    rows = table("Loaded", "feed", "read#", "accepted#", "duplicate#", "rejected#")
    for name, counts in report.feeds.items():
        figures = (counts.read, counts.accepted, counts.duplicate, counts.rejected)
        rows.add_row(name, *(f"{figure:,}" for figure in figures))
    console.print(rows)
    if report.rejects_file:
        console.print(f"refused rows, with line, field and reason: {report.rejects_file}", markup=False)


def show_analysis(console: Console, record: "AnalysisRecord", timezone: str) -> None:
    """The counts of an analysis, on a few lines."""
    counts = record.counts
    console.print(f"Analysis {record.analysis_id} as of {local(record.as_of, timezone)}", style="bold")
    console.print(
        f"  {counts['events']:,} events · {counts['contacts']:,} contacts of {counts['numbers']:,} numbers\n"
        f"  {counts['suspects']:,} suspect numbers in {counts['networks']:,} networks · "
        f"{counts['victims']:,} people exposed and ranked"
    )
    console.print("next: graphsvc victims · graphsvc networks", style="dim")
