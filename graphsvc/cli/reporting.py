"""Commands that say how good the warnings were, and what a day brought."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, json_option, pass_desk, since_until
from graphsvc.cli.output import emit, table
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import ScamType

if TYPE_CHECKING:
    from graphsvc.reports.measures import Delay, Measures, Share

_DIMENSIONS = ("region", "channel", "scam_type")
_DELAYS = ("event_to_due", "due_to_claimed", "claimed_to_delivered", "event_to_delivered", "lead_before_loss")
_SHARES = ("delivered", "accuracy", "coverage")
DAY_MS = 24 * 3600 * 1000


@click.command(short_help="How good the warnings were.")
@since_until
@click.option("--region", metavar="CODE", help="Prefix of a six-digit code: 44, 4403, 440305.")
@click.option("--channel", type=click.Choice([channel.value for channel in WarningChannel]))
@click.option("--scam-type", type=click.Choice([scam.value for scam in ScamType]))
@click.option("--by", type=click.Choice(_DIMENSIONS), help="Also for each value of this.")
@json_option
@pass_desk
def measures(
    desk: Desk,
    since: int | None,
    until: int | None,
    region: str | None,
    channel: str | None,
    scam_type: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Accuracy, timeliness and coverage of the warnings, from real outcomes, each with its denominator.

    Default: the last 30 days. What each figure means: docs/measures.md.
    """
    from graphsvc.reports.measures import Dimension, Window

    with desk.service() as service:
        end = until if until is not None else service.time.now() + 1
        window = Window(
            since=since if since is not None else end - 30 * DAY_MS,
            until=end,
            region=region,
            channel=WarningChannel(channel) if channel else None,
            scam_type=ScamType(scam_type) if scam_type else None,
        )
        found = {"all": service.measuring.measures(window)}
        for dimension in get_args(Dimension):
            if dimension == by:
                found |= service.measuring.broken_down(window, dimension)

    def render(console: Console) -> None:
        rows = table("Measures", "", "warnings#", *_SHARES, *_DELAYS)
        for name, one in found.items():
            shares = [_share(getattr(one, key)) for key in _SHARES]
            rows.add_row(name, f"{one.warnings:,}", *shares, *[_delay(getattr(one, key)) for key in _DELAYS])
        console.print(rows)

    answer = {name: _document(one) for name, one in found.items()}
    emit({"measures": answer.pop("all"), "by": answer}, as_json=as_json, render=render)


@click.command(short_help="What a day brought, for everybody.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: the day of service time.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@json_option
@pass_desk
def bulletin(desk: Desk, day: datetime | None, language: str, as_json: bool) -> None:
    """Kinds of scam, methods and networks of a day, without numbers and without small counts."""
    with desk.service() as service:
        zone = service.measuring.zone
        chosen = day.date() if day else datetime.fromtimestamp(service.time.now() / 1000, zone).date()
        found = service.measuring.daily_bulletin(chosen)
    text = found.chinese if language == "zh" else found.english
    emit(found, as_json=as_json, render=lambda console: console.print(text, markup=False, highlight=False))


def _share(share: "Share") -> str:
    return "–" if share.value is None else f"{share.value:.1%} ({share.count:,} of {share.of:,})"


def _delay(delay: "Delay") -> str:
    if delay.median_s is None or delay.p90_s is None:
        return "–"
    return f"{_time(delay.median_s)} ({delay.count:,}; 90 %: {_time(delay.p90_s)})"


def _time(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _document(measured: "Measures") -> dict[str, Any]:
    found = asdict(measured)
    for key in _SHARES:
        found[key]["value"] = getattr(measured, key).value
    return found
