"""Commands that let people in: access tokens for the API are made, listed and revoked."""

import re

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, Instant, json_option, pass_desk
from graphsvc.cli.output import emit, local, note, table
from graphsvc.model.callers import Role

_SPAN = re.compile(r"([1-9][0-9]{0,3})([hd])")
_MS = {"h": 3600 * 1000, "d": 24 * 3600 * 1000}


class End(Instant):
    """An instant, or a time from now such as 12h or 90d (given back as a negative number of milliseconds)."""

    name = "time or span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Epoch milliseconds, or a span below zero."""
        span = _SPAN.fullmatch(value) if isinstance(value, str) else None
        return -int(span[1]) * _MS[span[2]] if span else super().convert(value, param, ctx)


@click.group(short_help="Access tokens for the API.")
def token() -> None:
    """Access tokens for the API. A token is shown once, when it is made; only its digest is kept."""


@token.command()
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What it may see and do.")
@click.option("--region", default="", metavar="CODE", help="44 province, 4403 city, 440305 district; default: all.")
@click.option("--expires", "ends", type=End(), help="A time, or a span such as 12h or 90d; default: never.")
@click.option("--purpose", help="Why it is used, where a request does not say; default: its role.")
@json_option
@pass_desk
def create(desk: Desk, role: str, region: str, ends: int | None, purpose: str | None, as_json: bool) -> None:
    """Make an access token and print it. It cannot be shown again."""
    with desk.service() as service:
        expires_at = service.time.wall() - ends if ends is not None and ends < 0 else ends
        made = service.access.create(role=Role(role), region=region, expires_at=expires_at, purpose=purpose)
    about = made.about
    if not as_json:
        where = f"region {about.region}" if about.region else "all regions"
        until = f"until {local(about.expires_at, desk.settings.timezone)}" if about.expires_at else "until revoked"
        note(f"{about.token_id}: {about.role}, {where}, {until}. Keep it; it is not shown again.")
    emit(
        {"token": made.token, **_told(about)},
        as_json=as_json,
        render=lambda console: console.print(made.token, markup=False),
    )


@token.command("list")
@json_option
@pass_desk
def list_tokens(desk: Desk, as_json: bool) -> None:
    """All access tokens, by id; never their text."""
    with desk.service() as service:
        found, now = service.access.list(), service.time.wall()

    def render(console: Console) -> None:
        rows = table("Access tokens", "id", "role", "region", "purpose~", "made-", "expires", "state")
        for one in found:
            state = "holds" if one.holds(now) else "revoked" if one.revoked_at is not None else "expired"
            times = [local(at, desk.settings.timezone) for at in (one.made_at, one.expires_at)]
            rows.add_row(one.token_id, one.role.value, one.region or "all", one.purpose, *times, state)
        console.print(rows)

    emit({"tokens": [_told(one) for one in found]}, as_json=as_json, render=render)


@token.command()
@click.argument("token_id", metavar="ID")
@json_option
@pass_desk
def revoke(desk: Desk, token_id: str, as_json: bool) -> None:
    """Make a token open nothing from now on, also where it is in use this moment."""
    with desk.service() as service:
        revoked = service.access.revoke(token_id)
    emit(
        _told(revoked),
        as_json=as_json,
        render=lambda console: console.print(f"{revoked.token_id} is revoked", markup=False),
    )


def _told(about: object) -> dict[str, object]:
    names = ("token_id", "role", "region", "purpose", "made_at", "expires_at", "revoked_at")
    return {name: getattr(about, name) for name in names}
