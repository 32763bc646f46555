"""Commands that ask about the current analysis: victims, networks, a number, an entity."""

from dataclasses import asdict, fields

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graphsvc.cli.desk import Desk, checked_purpose, json_option, pass_desk, raw_numbers
from graphsvc.cli.output import emit, local, table
from graphsvc.model.words import EntityKind, Grade
from graphsvc.reports.values import (
    EntityReport,
    FlagReport,
    NetworkDetail,
    NetworkReport,
    NumberReport,
    Page,
    Ranking,
    ShownEvidence,
    VictimReport,
)

GRADE_STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}
ASKABLE = tuple(kind.value for kind in EntityKind if kind is not EntityKind.CELL)


@click.command(short_help="Who will probably lose money next, and why.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--grade", type=click.Choice([grade.value for grade in Grade]))
@click.option("--region", help="Only people of this region: a prefix of the six-digit code.")
@click.option("--after", help="Continue after this cursor, as the page before gave it.")
@raw_numbers
@json_option
@pass_desk
def victims(
    desk: Desk,
    limit: int,
    grade: str | None,
    region: str | None,
    after: str | None,
    raw_numbers: bool,
    purpose: str | None,
    as_json: bool,
) -> None:
    """The people who will probably lose money next, in order, each with reasons and deadline."""
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        page = service.victims(Page(limit=limit, grade=grade, region=region, after=after), reveal=reveal)
    emit(page, as_json=as_json, render=lambda console: show_victims(console, page, desk.settings.timezone))


@click.command(short_help="The scam networks found.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@pass_desk
def networks(desk: Desk, limit: int, as_json: bool) -> None:
    """The scam networks found, those that reach most people first."""
    with desk.service() as service:
        found = service.networks(limit=limit)
    emit(
        {"networks": found},
        as_json=as_json,
        render=lambda console: show_networks(console, found, desk.settings.timezone),
    )


@click.command(short_help="One network: members, roles, devices, lineage.")
@click.argument("network_id", metavar="ID")
@raw_numbers
@json_option
@pass_desk
def network(desk: Desk, network_id: str, raw_numbers: bool, purpose: str | None, as_json: bool) -> None:
    """One network, by id or reference (N-7K3Q-2): members with roles, entities, linked networks, lineage."""
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        detail = service.network(network_id, reveal=reveal)
    whole = {field.name: getattr(detail, field.name) for field in fields(detail) if field.name != "network"}
    emit(
        {"networks": [{**asdict(detail.network), **whole}]},
        as_json=as_json,
        render=lambda console: show_network(console, detail, desk.settings.timezone),
    )


@click.command(short_help="What is known of a number.")
@click.argument("number")
@raw_numbers
@json_option
@pass_desk
def number(desk: Desk, number: str, raw_numbers: bool, purpose: str | None, as_json: bool) -> None:
    """What is known of a NUMBER (in any form, or its token): class, suspicion, flags, network, what it shares."""
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        report = service.number(number, reveal=reveal)
    emit(report, as_json=as_json, render=lambda console: show_number(console, report, desk.settings.timezone))


@click.command(short_help="What is known of a device, holder or account.")
@click.argument("kind", type=click.Choice(ASKABLE))
@click.argument("value")
@raw_numbers
@json_option
@pass_desk
def entity(desk: Desk, kind: str, value: str, raw_numbers: bool, purpose: str | None, as_json: bool) -> None:
    """Whose numbers a device, holder or account (VALUE, or its token) has, and whether it is part of a scam cluster."""
    reveal = checked_purpose(raw_numbers, purpose)
    with desk.service(purpose) as service:
        report = service.entity(EntityKind(kind), value, reveal=reveal)
    emit(report, as_json=as_json, render=lambda console: show_entity(console, report, desk.settings.timezone))


def show_victims(console: Console, page: Ranking, timezone: str) -> None:
    """The ranking: a line for each person, and under it how they came into it and the strongest sign."""
    if not page.victims:
        console.print("Nobody in this ranking is exposed to a suspect number.")
        return
    console.print(f"Likely victims as of {local(page.as_of, timezone)}", style="bold")
    heading = ("rank", "number", "loses", "talks", "stage", "grade", "act before", "network", "scam")
    narrow = console.width < _WIDEST
    console.print(_fitted(heading, narrow), style="dim")
    for victim in page.victims:
        console.print(_fitted(_cells(victim, timezone), narrow), style=GRADE_STYLES[victim.grade])
        if narrow:
            console.print(f"     scam: {victim.scam_type}", style="dim", markup=False)
        for text in _reasons(victim):
            console.print(Padding(text, (0, 0, 0, 5)), style="dim", markup=False)
    console.print(
        "loses: probability within 7 days if nobody warns; talks: of talking with a fraud number", style="dim"
    )
    if page.next:
        console.print(f"more: graphsvc victims --after {page.next}", style="dim", markup=False)


# One victim, at most 100 columns wide with the longest kind of scam; the README shows it.
LINE = "{:>4} {:<17} {:>6} {:>5}  {:<9} {:<6} {:<11} {:<8} {}"


_WIDEST = 93


def _fitted(cells: tuple[object, ...], narrow: bool) -> str:
    """A line; a narrow terminal has the kind of scam, which comes last, on a line of its own."""
    return LINE.format(*(cells[:-1] if narrow else cells), *([""] if narrow else [])).rstrip()


def _cells(victim: VictimReport, timezone: str) -> tuple[object, ...]:
    return (
        victim.rank,
        victim.number,
        f"{victim.probability:.1%}",
        f"{victim.in_contact_probability:.0%}",
        victim.stage,
        victim.grade,
        local(victim.deadline_at, timezone)[5:] or "–",
        victim.network or "–",
        victim.scam_type,
    )


def _reasons(victim: VictimReport) -> list[str]:
    """Whom the person met, and what weighs most of what happened then."""
    met = [item for item in victim.evidence if item.rule.startswith("met_")]
    signs = [item for item in victim.evidence if item not in met and item.contribution > 0]
    strongest = sorted(signs, key=lambda item: -item.contribution)[:1]
    return [item.text for item in (*met, *strongest)]


def show_networks(console: Console, found: list[NetworkReport], timezone: str) -> None:
    """Networks as a table."""
    if not found:
        console.print("No scam network was found. Flags and shared devices or accounts are what networks grow from.")
        return
    rows = table(
        "Scam networks",
        "reference",
        "numbers#",
        "flagged#",
        "exposed#",
        "losses#",
        "scam",
        "first seen-",
        "last seen",
    )
    for row in found:
        figures = (row.size, row.flagged, row.exposed, row.losses)
        seen = (local(row.first_seen, timezone), local(row.last_seen, timezone))
        rows.add_row(row.reference, *(f"{figure:,}" for figure in figures), row.scam_type or "–", *seen)
    console.print(rows)


def show_network(console: Console, detail: NetworkDetail, timezone: str) -> None:
    """One network: a heading, its members and entities, what it is linked with and came from."""
    show_networks(console, [detail.network], timezone)
    rows = table("Members", "number", "token", "role", "suspicion#", "flagged")
    for member in detail.members:
        flagged = "yes" if member.flagged else ""
        rows.add_row(member.number, member.token, member.role, f"{member.score:.2f}", flagged)
    console.print(rows)
    if detail.entities:
        rows = table("Devices, holders and accounts", "kind", "token", "suspicion#")
        for item in detail.entities:
            rows.add_row(item.kind, item.token, f"{item.score:.2f}")
        console.print(rows)
    for name, links in (("linked with", detail.linked), ("came from", detail.lineage)):
        for link in links:
            about = ", ".join(f"{key} {value}" for key, value in link.items() if key != "reference")
            console.print(f"{name} {link['reference']} ({about})", markup=False)


def show_number(console: Console, report: NumberReport, timezone: str) -> None:
    """A number: what it is held to be, and why."""
    console.print(f"{report.number}  {report.token}", style="bold", markup=False)
    console.print(f"  class {report.number_class}, suspicion {report.fraud_probability:.3f}, kind {report.kind}")
    facts = {"directory role": report.directory_role, "region": report.region, "network": report.network}
    for name, value in facts.items():
        if value is not None:
            console.print(f"  {name}: {value}", markup=False)
    console.print(f"  numbers of its holder: {report.holder_numbers}")
    _show_flags(console, report.flags, timezone)
    if report.shared:
        rows = table("Shared", "kind", "token", "numbers#", "of those suspect#")
        for item in report.shared:
            rows.add_row(item.kind, item.token, str(item.numbers), str(item.suspects))
        console.print(rows)
    contacts = report.contacts
    console.print(
        f"  reached {contacts['sent']['contacts']:,} numbers in {contacts['sent']['events']:,} events; "
        f"reached by {contacts['received']['contacts']:,} in {contacts['received']['events']:,}"
    )
    _show_evidence(console, report.evidence)
    if report.victim is not None:
        victim = report.victim
        deadline = f"; act before {local(victim.deadline_at, timezone)}" if victim.deadline_at is not None else ""
        console.print(
            f"Ranked {victim.rank}: {victim.stage}, {victim.grade}, loses money within 7 days with probability "
            f"{victim.probability:.1%}{deadline}",
            style="bold",
        )
        _show_evidence(console, victim.evidence)


def show_entity(console: Console, report: EntityReport, timezone: str) -> None:
    """A device, holder or account: its numbers and networks, and why it is suspect."""
    console.print(f"{report.kind} {report.token}: suspicion {report.fraud_probability:.3f}", style="bold")
    _show_flags(console, report.flags, timezone)
    rows = table("Numbers", "number", "token", "class", "suspicion#")
    for item in report.numbers:
        rows.add_row(item["number"], item["token"], item["class"], f"{item['fraud_probability']:.3f}")
    console.print(rows)
    if report.accounts or report.devices:
        beside = table("Its accounts and devices", "kind", "token", "numbers#", "suspect#", "suspicion#")
        for one in (*report.accounts, *report.devices):
            suspicion = "" if one.fraud_probability is None else f"{one.fraud_probability:.3f}"
            beside.add_row(one.kind, one.token, str(one.numbers), str(one.suspects), suspicion)
        console.print(beside)
    for item in report.networks:
        console.print(f"  part of network {item['reference']}", markup=False)
    _show_evidence(console, report.evidence)


def _show_flags(console: Console, flags: list[FlagReport], timezone: str) -> None:
    for flag in flags:
        said_by = flag.source or "unnamed source"
        case = f", case {flag.case_id}" if flag.case_id else ""
        known = local(flag.known_at, timezone)
        console.print(f"  flag {flag.flag_id}: {flag.scam_type}, said by {said_by}{case}, known {known}", markup=False)


def _show_evidence(console: Console, evidence: list[ShownEvidence]) -> None:
    rows = Table.grid(padding=(0, 1))
    rows.add_column(justify="right", no_wrap=True)
    for item in evidence:
        rows.add_row(f"  {item.contribution:+.2f}", Text(item.text))
    console.print(rows)
