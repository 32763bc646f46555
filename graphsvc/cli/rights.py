"""Commands for the rights of people whose numbers are suspected: appeal, and release at once."""

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, local, note, table

_number = click.argument("number", metavar="NUMBER")
_reason = click.option("--reason", required=True, help="Why; goes to the audit log.")


@click.command(short_help="Somebody says that a number is suspected wrongly.")
@_number
@_reason
@json_option
@pass_desk
def appeal(desk: Desk, number: str, reason: str, as_json: bool) -> None:
    """Note that somebody says that NUMBER is suspected wrongly. `graphsvc release` or `appeals refuse` answers it."""
    with desk.service(reason) as service:
        made = service.privacy.appeal(number, errand=service.errand)
    emit(
        made,
        as_json=as_json,
        render=lambda console: console.print(f"appeal {made.appeal_id} on {made.number} is open", markup=False),
    )


@click.group(short_help="Appeals, and answering them with no.")
def appeals() -> None:
    """Appeals of people whose numbers are suspected."""


@appeals.command(name="list")
@click.option("--open", "still_open", is_flag=True, help="Only those that nobody has answered.")
@json_option
@pass_desk
def list_(desk: Desk, still_open: bool, as_json: bool) -> None:
    """Appeals, the newest first."""
    with desk.service() as service:
        found = service.privacy.appeals(still_open=still_open)

    def render(console: Console) -> None:
        rows = table("Appeals", "id#", "number", "opened", "answer", "answered-", "reason~")
        for one in found:
            opened, answered = (local(at, desk.settings.timezone) for at in (one.opened_at, one.answered_at))
            rows.add_row(str(one.appeal_id), one.number, opened, one.answer or "open", answered, one.reason)
        console.print(rows)

    emit({"appeals": found}, as_json=as_json, render=render)


@appeals.command()
@click.argument("appeal_id", type=click.IntRange(min=1), metavar="ID")
@_reason
@json_option
@pass_desk
def refuse(desk: Desk, appeal_id: int, reason: str, as_json: bool) -> None:
    """Answer an appeal with no."""
    with desk.service(reason) as service:
        answered = service.privacy.refuse_appeal(appeal_id, errand=service.errand)
    emit(answered, as_json=as_json, render=lambda console: console.print(f"appeal {answered.appeal_id} is refused"))


@click.command(short_help="Set a wrongly suspected number free at once.")
@_number
@_reason
@json_option
@pass_desk
def release(desk: Desk, number: str, reason: str, as_json: bool) -> None:
    """Set NUMBER free at once: nothing shows it as suspect and no warning cites it, until it is flagged anew."""
    with desk.service(reason) as service:
        made = service.privacy.release_number(number, errand=service.errand)
    note("note: what it made of other numbers changes with the next graphsvc analyse")
    emit(
        made,
        as_json=as_json,
        render=lambda console: console.print(
            f"{made.number} is free; {made.warnings_cancelled} warnings cancelled, appeals answered: {made.appeals}",
            markup=False,
        ),
    )
