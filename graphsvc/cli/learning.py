"""The command that learns from what came of earlier days."""

from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, Instant, json_option, pass_desk
from graphsvc.cli.output import emit, listening, local, note, table

if TYPE_CHECKING:
    from graphsvc.teaching import Taught


@click.command(short_help="Learn from what came of earlier days.")
@click.option("--as-of", type=Instant(), help="Use only what was known at this time; default: service time.")
@click.option("--shipped", is_flag=True, help="Return to the shipped calibration; learn nothing.")
@json_option
@pass_desk
def learn(desk: Desk, as_of: int | None, shipped: bool, as_json: bool) -> None:
    """Learn how sure the probabilities should be, from reported losses, outcomes and flags.

    Each day of the past is analysed as of itself, and held against what is known by now. What does better than the
    calibration in use on the newest days is used from the next analysis on; what does not is kept beside, and not
    used. Needs a month of data or so: docs/learning.md.
    """
    with desk.service() as service, listening() as progress:
        if shipped:
            service.teaching.return_to_shipped()
            emit(
                {"used": "shipped"}, as_json=as_json, render=lambda console: console.print("the shipped one is in use")
            )
            return
        taught = service.teaching.learn(as_of=as_of, progress=progress)
    answer = {"used": taught.used, "why_not": taught.why_not, "card": taught.card}
    emit(answer, as_json=as_json, render=lambda console: _show(console, taught, desk.settings.timezone))
    if taught.used:
        note("next: graphsvc analyse")


def _show(console: Console, taught: "Taught", zone: str) -> None:
    if taught.card is None:
        console.print(taught.why_not)
        return
    card: dict[str, Any] = taught.card
    days = card["window"]
    first, last = (local(days[end], zone) for end in ("first", "last"))
    console.print(
        f"{card['name']}: {card['examples']:,} examples of {days['days']} days, {first} to {last}", style="bold"
    )
    rows = table("On the newest days", "what", "map", "came true#", "log loss#", "in use#", "error#", "in use#")
    for which, one in card["metrics"].items():
        figures = (one["log_loss"], one["log_loss_in_use"], one["ece"], one["ece_in_use"])
        rows.add_row(which, one["kind"], str(one["positives_tested"]), *(f"{figure:.4f}" for figure in figures))
    console.print(rows)
    console.print("in use from the next analysis on" if taught.used else f"not used: {taught.why_not}")
