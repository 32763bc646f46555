"""Commands that walk the contact graph: who is near, which clusters, how two numbers are connected."""

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, checked_purpose, json_option, pass_desk, raw_numbers, since_until
from graphsvc.cli.output import emit, local, table
from graphsvc.reports.walks import Reach


@click.command(short_help="Who is near some numbers, or the flagged ones.")
@click.argument("numbers", nargs=-1)
@click.option("--flagged", is_flag=True, help="Start from all flagged numbers.")
@click.option("--max-hops", default=2, show_default=True, type=click.IntRange(1, 6))
@since_until
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@raw_numbers
@json_option
@pass_desk
def connected(
    desk: Desk,
    numbers: tuple[str, ...],
    flagged: bool,
    max_hops: int,
    since: int | None,
    until: int | None,
    limit: int,
    raw_numbers: bool,
    purpose: str | None,
    as_json: bool,
) -> None:
    """People near these NUMBERS, or near all flagged ones: hops, proximity, and the path back."""
    if not numbers and not flagged:
        raise click.UsageError("name one or more numbers, or ask for --flagged")
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        found = service.exploring.connected(
            numbers, Reach(max_hops, since, until, limit), flagged=flagged, reveal=reveal
        )

    def render(console: Console) -> None:
        rows = table("Connected people", "number", "token-", "hops#", "proximity#", "path~")
        for person in found.people:
            path = " → ".join(step.number for step in person.path)
            rows.add_row(person.number, person.token, str(person.hops), f"{person.proximity:.4f}", path)
        console.print(rows)
        _say_what_is_missing(console, found.not_followed)

    emit(found, as_json=as_json, render=render)


@click.command(short_help="Clusters of the whole contact graph.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--containing", metavar="NUMBER", help="Only the cluster that holds this number.")
@json_option
@pass_desk
def communities(desk: Desk, limit: int, containing: str | None, as_json: bool) -> None:
    """Clusters of the whole contact graph, the largest first."""
    with desk.service() as service:
        found = service.exploring.communities(limit=limit, containing=containing)

    def render(console: Console) -> None:
        rows = table("Communities", "numbers#", "events inside#", "to others#", "most central~")
        for item in found:
            central = ", ".join(shown.number for shown in item.central[:3])
            figures = (item.size, item.events_inside, item.events_outside)
            rows.add_row(*(f"{figure:,}" for figure in figures), central)
        console.print(rows)

    emit({"communities": found}, as_json=as_json, render=render)


@click.command(short_help="How two numbers are connected.")
@click.argument("a")
@click.argument("b")
@click.option("--max-hops", default=6, show_default=True, type=click.IntRange(1, 12))
@since_until
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@click.option("--without-public", is_flag=True, help="No path through a hotline, bank or short code.")
@raw_numbers
@json_option
@pass_desk
def path(
    desk: Desk,
    a: str,
    b: str,
    max_hops: int,
    since: int | None,
    until: int | None,
    limit: int,
    without_public: bool,
    raw_numbers: bool,
    purpose: str | None,
    as_json: bool,
) -> None:
    """How numbers A and B are connected: the shortest paths, and those that respect time."""
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        reach = Reach(max_hops, since, until, limit)
        found = service.exploring.paths(a, b, reach, through_public=not without_public, reveal=reveal)

    def render(console: Console) -> None:
        if not found.paths:
            console.print(f"No path of at most {max_hops} hops in this window.")
        for item in found.paths:
            kind = "respects time" if item.time_respecting else "shortest"
            console.print(f"{kind}, {item.hops} hops", style="bold")
            console.print("  " + " → ".join(step.number for step in item.numbers), markup=False)
            if item.events_at:
                times = ", ".join(local(at, desk.settings.timezone) for at in item.events_at)
                console.print(f"  events at {times}", style="dim")
        if found.public_left_aside:
            left = found.public_left_aside
            console.print(f"{left:,} public number{' was' if left == 1 else 's were'} left aside.", style="dim")
        _say_what_is_missing(console, found.not_followed)

    emit(found, as_json=as_json, render=render)


def _say_what_is_missing(console: Console, not_followed: int) -> None:
    if not_followed:
        console.print(
            f"Not complete: {not_followed:,} numbers were reached and not followed; narrow it by time or hops."
        )
