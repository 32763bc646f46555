"""Commands for the texts of warnings: see them, check one, and replace one with a second person's approval."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, table

if TYPE_CHECKING:
    from graphsvc.store.wordings import Proposal

_template = click.argument("template", metavar="LANGUAGE/CHANNEL/SCAM")
_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_reason = click.option("--reason", required=True, help="Why; goes to the audit log.")
_proposal = click.argument("proposal_id", type=click.IntRange(min=1), metavar="ID")


@click.group(short_help="The texts of warnings.")
def texts() -> None:
    """What warned persons read or hear. A text is replaced when one person proposes and another approves."""


@texts.command(name="list")
@click.option("--language", metavar="CODE", help="Only this language: zh, en.")
@json_option
@pass_desk
def list_(desk: Desk, language: str | None, as_json: bool) -> None:
    """Every text in use, by language, channel and kind of scam."""
    with desk.service() as service:
        found = [one for one in service.texting.listed() if language in (None, one.template.partition("/")[0])]

    def render(console: Console) -> None:
        rows = table("Texts", "template", "parts", "own", "text~")
        for one in found:
            rows.add_row(one.template, str(one.parts), "yes" if one.replaced else "", one.text.splitlines()[0])
        console.print(rows)

    emit({"texts": found}, as_json=as_json, render=render)


@texts.command()
@_template
@json_option
@pass_desk
def show(desk: Desk, template: str, as_json: bool) -> None:
    """One text in use, whole."""
    with desk.service() as service:
        found = service.texting.template(template)
    emit(found, as_json=as_json, render=lambda console: console.print(found.text, markup=False, highlight=False))


@texts.command()
@_template
@_file
@json_option
@pass_desk
@click.pass_context
def check(ctx: click.Context, desk: Desk, template: str, file: Path, as_json: bool) -> None:
    """Which rules the text in FILE would break in the place of a template. Changes nothing."""
    with desk.service() as service:
        faults = service.texting.check(template, _text(file))

    def render(console: Console) -> None:
        for fault in faults:
            console.print(f"{fault.rule}: {fault.english} · {fault.chinese}", markup=False)
        if not faults:
            console.print("keeps every rule")

    emit({"faults": faults}, as_json=as_json, render=render)
    if faults:
        ctx.exit(1)


@texts.command()
@_template
@_file
@_reason
@json_option
@pass_desk
def propose(desk: Desk, template: str, file: Path, reason: str, as_json: bool) -> None:
    """Propose the text in FILE in the place of a template. It is used once somebody else approves."""
    with desk.service(reason) as service:
        made = service.texting.propose(template, _text(file), errand=service.errand)
    emit(made, as_json=as_json, render=lambda console: console.print(f"proposal {made.proposal_id}: {made.template}"))


@texts.command()
@_proposal
@_reason
@json_option
@pass_desk
def approve(desk: Desk, proposal_id: int, reason: str, as_json: bool) -> None:
    """Put a proposed text to use. Nobody approves their own."""
    with desk.service(reason) as service:
        decided = service.texting.approve(proposal_id, errand=service.errand)
    emit(decided, as_json=as_json, render=lambda console: console.print(f"{decided.template} is in use"))


@texts.command()
@_proposal
@_reason
@json_option
@pass_desk
def refuse(desk: Desk, proposal_id: int, reason: str, as_json: bool) -> None:
    """Turn a proposed text down."""
    with desk.service(reason) as service:
        decided = service.texting.refuse(proposal_id, errand=service.errand)
    emit(decided, as_json=as_json, render=lambda console: console.print(f"proposal {decided.proposal_id} is refused"))


@texts.command()
@json_option
@pass_desk
def proposals(desk: Desk, as_json: bool) -> None:
    """All proposals, the newest first, and what was decided."""
    with desk.service() as service:
        found = service.texting.proposals()

    def render(console: Console) -> None:
        rows = table("Proposals", "id", "template", "by", "on", "decision", "by", "reason~")
        for one in found:
            rows.add_row(str(one.proposal_id), one.template, *_said(one))
        console.print(rows)

    emit({"proposals": found}, as_json=as_json, render=render)


def _said(one: "Proposal") -> tuple[str, ...]:
    day = datetime.fromtimestamp(one.proposed_at / 1000, UTC).strftime("%Y-%m-%d")
    return one.proposed_by, day, one.decision or "open", one.decided_by or "", one.reason


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise click.UsageError("the text is not UTF-8") from None
