"""Commands that state a fact: a flag, and its revocation."""

import math

import click

from graphsvc.cli.asking import ASKABLE
from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, note
from graphsvc.model.words import EntityKind, FlagSource, ScamType

_kind = click.option("--kind", type=click.Choice(ASKABLE), help="The value is a device, holder or account, no number.")


@click.command(short_help="Say that a number is involved in a case.")
@click.argument("value", metavar="NUMBER")
@_kind
@click.option("--scam-type", required=True, type=click.Choice([scam.value for scam in ScamType]))
@click.option("--case", "case_id", metavar="ID", help="The case that the number is involved in.")
@click.option("--confidence", type=click.FloatRange(0, 1, min_open=True), help="How sure, above 0 up to 1.")
@click.option(
    "--source",
    type=click.Choice([source.value for source in FlagSource]),
    default=FlagSource.POLICE.value,
    show_default=True,
    help="Who says so.",
)
@json_option
@pass_desk
def flag(
    desk: Desk,
    value: str,
    kind: str | None,
    scam_type: str,
    case_id: str | None,
    confidence: float | None,
    source: str,
    as_json: bool,
) -> None:
    """Say that a NUMBER (or with --kind a device, holder or account) is involved in a case, from now on.

    The next `graphsvc analyse` takes it into account.
    """
    if confidence is not None and math.isnan(confidence):
        raise click.UsageError("a confidence is a number above 0 up to 1")
    from graphsvc.stating import Stated  # what it rests on takes long to import

    with desk.service() as service:
        stated = Stated(ScamType(scam_type), FlagSource(source), case_id, confidence)
        made = service.stating.flag(value, stated, kind=EntityKind(kind) if kind else None, errand=service.errand)
    if made.public_role is not None:
        note(f"note: this is a public number ({made.public_role}); such numbers witness and are never suspects")
    known = "" if made.seen_before else " (never seen in any feed so far)"
    emit(
        made,
        as_json=as_json,
        render=lambda console: console.print(f"flag {made.flag_id} on {made.subject}{known}", markup=False),
    )


@click.command(short_help="Revoke the flags on a number.")
@click.argument("value", metavar="NUMBER")
@_kind
@json_option
@pass_desk
def unflag(desk: Desk, value: str, kind: str | None, as_json: bool) -> None:
    """Revoke every flag in force on a NUMBER (or with --kind on a device, holder or account), from now on."""
    with desk.service() as service:
        revoked = service.stating.unflag(value, kind=EntityKind(kind) if kind else None, errand=service.errand)
    names = ", ".join(str(flag_id) for flag_id in revoked.flag_ids)
    emit(
        revoked,
        as_json=as_json,
        render=lambda console: console.print(f"revoked {names} on {revoked.subject}", markup=False),
    )
