"""Commands that keep house: export, audit, doctor, shell completion."""

from pathlib import Path

import click
from click.shell_completion import get_completion_class
from rich.console import Console
from rich.text import Text

from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, listening, local, table

FORMATS = ("graphml", "gexf", "parquet", "jsonl")


@click.command(short_help="Write the graph or a network for other tools.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "form", required=True, type=click.Choice(FORMATS))
@click.option("--network", metavar="ID", help="Only this network and the people exposed to it.")
@json_option
@pass_desk
def export(desk: Desk, path: Path, form: str, network: str | None, as_json: bool) -> None:
    """Write the contact graph, or one network, to PATH for other tools. Tokens and masked numbers only."""
    with desk.service() as service:
        written = service.export(path, form=form, network=network)
    emit(
        {"written": {"numbers": written.numbers, "contacts": written.contacts}, "path": str(path)},
        as_json=as_json,
        render=lambda console: console.print(
            f"{path}: {written.numbers:,} numbers, {written.contacts:,} contacts", markup=False
        ),
    )


@click.group(short_help="The audit log.")
def audit() -> None:
    """The audit log: who saw or said what, when, and for which purpose."""


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_desk
def checkpoint(desk: Desk, file: Path, as_json: bool) -> None:
    """Write a signed checkpoint to FILE, to be kept elsewhere; it tells nothing but how long the chain is."""
    with desk.service() as service:
        signed = service.audit.signed(at=service.time.wall())
    file.write_bytes(signed.text())
    emit(
        signed, as_json=as_json, render=lambda console: console.print(f"{file}: {signed.count:,} entries", markup=False)
    )


@audit.command()
@click.option(
    "--checkpoint", "files", multiple=True, type=click.Path(path_type=Path), help="A signed checkpoint kept elsewhere."
)
@json_option
@pass_desk
@click.pass_context
def verify(ctx: click.Context, desk: Desk, files: tuple[Path, ...], as_json: bool) -> None:
    """Check that the audit chain is whole: no entry changed, taken out, put in, moved or cut off.

    With --checkpoint, also that no old copy of the folder was put back since.
    """
    from graphsvc.store.checkpoints import read

    elsewhere = [read(file) for file in files]
    with desk.service() as service:
        report = service.audit.verify(elsewhere)

    def render(console: Console) -> None:
        if report.ok:
            cut = f"; {report.cut:,} before them were cut off by retention" if report.cut else ""
            console.print(f"{report.entries:,} entries, the chain is whole{cut}")
        else:
            console.print(f"the chain is broken at entry {report.first_bad}: {report.reason}", style="bold red")

    emit(report, as_json=as_json, render=render)
    if not report.ok:
        ctx.exit(1)


@click.command(short_help="Delete what is older than the settings allow.")
@click.option("--dry-run", is_flag=True, help="Say from when on things would be kept; delete nothing.")
@json_option
@pass_desk
def retention(desk: Desk, dry_run: bool, as_json: bool) -> None:
    """Delete events, facts and warnings that are older than GRAPHSVC_KEEP_*_DAYS allow, with all traces.

    What is kept is analysed anew first. A run that was cut short is finished by the next.
    """
    with desk.service() as service, listening() as progress:
        if dry_run:
            wanted = service.retaining.wanted()
        else:
            report = service.retain(progress=progress)
    if dry_run:
        kept = {name: getattr(wanted, name) for name in ("events_from", "facts_from", "warnings_from")}
        emit({"would_keep": kept}, as_json=as_json, render=lambda console: _say_kept(console, desk, kept))
        return

    def render(console: Console) -> None:
        kept = {name: getattr(report, name) for name in ("events_from", "facts_from", "warnings_from")}
        _say_kept(console, desk, kept)
        if report.audit:
            console.print(f"cut {report.audit:,} entries off the beginning of the audit log")
        if report.nothing_to_do:
            console.print("nothing to delete")
            return
        facts = sum(report.facts.values())
        console.print(f"deleted {facts:,} facts, {report.warnings:,} warnings, {report.analyses:,} analyses")
        console.print(f"nobody names {report.numbers:,} numbers and {report.entities:,} entities any more: deleted")

    emit(report, as_json=as_json, render=render)


def _say_kept(console: Console, desk: Desk, kept: dict[str, int]) -> None:
    for name, instant in kept.items():
        what = name.removesuffix("_from")
        since = f"from {local(instant, desk.settings.timezone)} on" if instant else "all"
        console.print(f"{what} kept: {since}", markup=False)


@click.command(short_help="What is installed and fresh, and what to do.")
@json_option
@pass_desk
@click.pass_context
def doctor(ctx: click.Context, desk: Desk, as_json: bool) -> None:
    """What is installed, reachable and fresh, and what to do about the rest."""
    from graphsvc.checks import examine

    checks = examine(desk.settings, desk.configuration)
    styles = {"ok": "green", "warn": "yellow", "fail": "bold red"}

    def render(console: Console) -> None:
        rows = table("Checks", "", "what", "found~", "what to do~")
        for check in checks:
            rows.add_row(Text(check.status, styles[check.status]), check.name, check.found, check.advice)
        console.print(rows)

    emit({"checks": checks}, as_json=as_json, render=render)
    if any(check.status == "fail" for check in checks):
        ctx.exit(1)


@click.command(short_help="Print a completion script for your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a SHELL; put it where your shell looks, or `eval` it.

    \b
    bash:  eval "$(graphsvc completion bash)"
    zsh:   eval "$(graphsvc completion zsh)"
    fish:  graphsvc completion fish | source
    """
    from graphsvc.cli.commands import graphsvc

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(made(graphsvc, {}, "graphsvc", "_GRAPHSVC_COMPLETE").source())
