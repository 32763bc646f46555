"""What every command has at hand: the settings, the common options, and how to come by the service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphsvc.configuration import Configuration
from graphsvc.settings import Settings

if TYPE_CHECKING:
    from graphsvc.service import Service

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Desk:
    """The settings of this call of the command line."""

    settings: Settings
    configuration: Configuration
    """Where they came from."""

    @contextmanager
    def service(self, purpose: str | None = None) -> Iterator["Service"]:
        """The service on the data folder, closed when the command is done. `purpose` goes to the audit log."""
        from graphsvc.wiring import open_service

        settings = self.settings if purpose is None else replace(self.settings, purpose=purpose)
        with open_service(settings) as service:
            yield service


pass_desk = click.make_pass_decorator(Desk)

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON document.")


def since_until(command: Command) -> Command:
    """Adds `--since` and `--until`, the half-open window of events that count."""
    command = click.option("--until", type=Instant(), help="Only events before this time.")(command)
    return click.option("--since", type=Instant(), help="Only events from this time on.")(command)


def raw_numbers(command: Command) -> Command:
    """Adds `--raw-numbers` with its `--purpose`: the reveal is written to the audit log first."""
    command = click.option("--purpose", help="Why you ask; goes to the audit log.")(command)
    return click.option("--raw-numbers", is_flag=True, help="Show whole numbers (needs --purpose; audited).")(command)


def checked_purpose(raw: bool, purpose: str | None) -> str | None:
    """The purpose of a reveal, or None where numbers stay masked; without one a reveal is wrong usage."""
    if not raw:
        return None
    if not purpose or not purpose.strip():
        raise click.UsageError("--raw-numbers needs --purpose TEXT: the reveal is written to the audit log")
    return purpose.strip()


class Instant(click.ParamType[int]):
    """ISO-8601 with an offset, or epoch milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Epoch milliseconds; wrong usage where the text is no instant."""
        from graphsvc.errors import InvalidTime
        from graphsvc.ingest.times import parse_instant

        if isinstance(value, int):
            return value
        try:
            return parse_instant(value)
        except InvalidTime as wrong:
            self.fail(str(wrong), param, ctx)
