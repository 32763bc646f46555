"""The reference dispatcher: a client of the API that leases warnings, hands them to a sender, and says what came of it.

All state is the server's. Killed at any moment it loses nothing: what it had leased is claimed again when the lease
ends, with the same `dedupeKey`, by which the sender knows what it has sent before.
"""

import json
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from graphsvc.api.operations import operation
from graphsvc.cli.output import note
from graphsvc.cli.stopping import until_stopped
from graphsvc.errors import GraphsvcError, UsageError

TIMEOUT_S: Final = 60
PAUSE_S: Final = 2.0
PAUSE_MOST_S: Final = 60.0
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")

CLAIM: Final = "dispatcher-claim-texts"
LOOK: Final = "dispatcher-look"
"""The same without anybody's number: nothing is revealed for a look."""
ACK: Final = "dispatcher-ack"
FAIL: Final = "dispatcher-fail"
RELEASE: Final = "dispatcher-release"

Sender = Callable[[dict[str, Any]], None]
"""Hands one warning on; DeliveryFailed where that did not work."""


class ServiceUnavailable(GraphsvcError):
    """The service did not answer, or refused."""

    code = "UNAVAILABLE"


class DeliveryFailed(GraphsvcError):
    """The sender did not take a warning."""

    code = "DELIVERY_FAILED"


@dataclass(frozen=True)
class Api:
    """The service's endpoint, as one caller asks it."""

    url: str
    token: str

    def ask(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of the answer to an operation of that name; ServiceUnavailable where there is none."""
        body = json.dumps({"query": operation(name), "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310 (checked in `dispatch`)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                content = json.load(answer)
        except urllib.error.HTTPError as refused:
            content = _json(refused.read())
        except (OSError, ValueError) as failed:
            said = f"the service does not answer ({type(failed).__name__})"
            raise ServiceUnavailable(f"{said}; see that it runs, and that --url is its address") from None
        if content.get("errors") or not content.get("data"):
            first = (content.get("errors") or [{"message": "no data"}])[0]
            if first.get("extensions", {}).get("code") == "UNAUTHENTICATED":  # strangers are told no more than that
                raise ServiceUnavailable(
                    "the service does not know this token: it is another folder's, has expired or was revoked; "
                    "`graphsvc token create --role dispatcher` makes one"
                )
            raise ServiceUnavailable(str(first["message"]))
        data: dict[str, Any] = content["data"]
        return data


@click.command(short_help="Lease warnings from a running service and hand them to a sender.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The service.")
@click.option("--token-file", type=click.Path(path_type=Path), help="A file with a dispatcher's access token.")
@click.option("--access-token", envvar="GRAPHSVC_ACCESS_TOKEN", hidden=True)
@click.option(
    "--channel", default="sms", show_default=True, type=click.Choice(["sms", "call", "visit", "app", "voice"])
)
@click.option("--region", help="Only people of this region.")
@click.option("--worker", default=lambda: f"{socket.gethostname()}-dispatch", help="Who leases; default: this machine.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="Warnings at a time.")
@click.option("--lease", default=60, show_default=True, type=click.IntRange(1, 3600), help="Seconds to hand them on.")
@click.option(
    "--send", "target", default="stdout", show_default=True, help="stdout, or the https address of a webhook."
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, without numbers, and give the leases back.")
@click.option("--once", is_flag=True, help="Stop when nothing is due.")
def dispatch(
    url: str,
    token_file: Path | None,
    access_token: str | None,
    channel: str,
    region: str | None,
    worker: str,
    limit: int,
    lease: int,
    target: str,
    dry_run: bool,
    once: bool,
) -> None:
    """Poll, lease, hand on, acknowledge; until Ctrl-C or SIGTERM: then what was not handed on is given back.

    The token comes from a file or GRAPHSVC_ACCESS_TOKEN.

    A webhook gets each warning as a CloudEvent; its id is the same for each attempt, so that nothing is sent twice.
    """
    token = token_file.read_text().strip() if token_file else access_token
    if not token:
        raise click.UsageError("an access token of a dispatcher is needed: --token-file, or GRAPHSVC_ACCESS_TOKEN")
    if not url.startswith(("http://", "https://")):
        raise click.UsageError("--url is an address such as http://127.0.0.1:8000")
    api, send = Api(url.rstrip("/"), token), _sender(target)
    wish = {"channel": channel.upper(), "limit": limit, "leaseSeconds": lease, "worker": worker, "region": region}
    with until_stopped():
        _run(api, send, wish, dry_run=dry_run, once=once)


def _run(api: Api, send: Sender, wish: dict[str, Any], *, dry_run: bool, once: bool) -> None:
    pause = PAUSE_S
    while True:
        try:
            handed = turn(api, send, {**wish, "waitSeconds": 0 if once or dry_run else 20}, dry_run=dry_run)
            pause = PAUSE_S
        except ServiceUnavailable as failed:
            if once or dry_run:
                raise
            note(f"{failed}; again in {pause:g} s")
            time.sleep(pause)
            pause = min(2 * pause, PAUSE_MOST_S)
            continue
        if dry_run or (once and not handed):
            return


def turn(api: Api, send: Sender, wish: dict[str, Any], *, dry_run: bool) -> int:
    """One claim and what becomes of it; how many warnings it gave."""
    claimed = api.ask(LOOK if dry_run else CLAIM, {**wish, "idempotencyKey": uuid.uuid4().hex})["claimWarnings"]
    tokens = [one["leaseToken"] for one in claimed]
    if dry_run:
        for one in claimed:
            said = {name: one[name] for name in ("reference", "channel", "grade", "scamType", "deadlineAt", "zh", "en")}
            _print(said)
        if tokens:
            api.ask(RELEASE, {"leaseTokens": tokens})
        note(f"{len(claimed)} warnings would go out; their leases are given back")
        return len(claimed)
    for place, one in enumerate(claimed, 1):
        try:
            _hand_on(api, send, one)
        except KeyboardInterrupt:  # of this one nobody knows whether it went out: its lease runs out
            if place < len(tokens):
                api.ask(RELEASE, {"leaseTokens": tokens[place:]})
            raise
    return len(claimed)


def _hand_on(api: Api, send: Sender, one: dict[str, Any]) -> None:
    try:
        send(one)
    except DeliveryFailed as failed:
        api.ask(FAIL, {"leaseTokens": [one["leaseToken"]], "reason": str(failed)})
        note(f"{one['reference']}: {failed}")
    else:
        api.ask(ACK, {"leaseTokens": [one["leaseToken"]]})
        note(f"{one['reference']}: handed over")


def cloud_event(warning: dict[str, Any]) -> dict[str, Any]:
    """A warning in the envelope of CloudEvents 1.0."""
    return {
        "specversion": "1.0",
        "id": warning["dedupeKey"],
        "type": "graphsvc.warning.ready.v1",
        "source": "graphsvc",
        "subject": warning["reference"],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": {name: value for name, value in warning.items() if name != "leaseToken"},
    }


def _sender(target: str) -> Sender:
    if target == "stdout":
        return lambda warning: _print(cloud_event(warning))
    if not _is_safe(target):
        raise UsageError("--send is stdout, or an https address (http only on this machine): numbers travel there")

    def post(warning: dict[str, Any]) -> None:
        body = json.dumps(cloud_event(warning), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
        request = urllib.request.Request(target, body, headers)  # noqa: S310 (checked above)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
                return
        except urllib.error.HTTPError as refused:
            raise DeliveryFailed(f"the webhook answered {refused.code}") from None
        except OSError as failed:
            raise DeliveryFailed(f"the webhook does not answer ({type(failed).__name__})") from None

    return post


def _is_safe(address: str) -> bool:
    """Whether nobody on the way can read what is sent there. A name may only begin like this machine's."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is none is noticed now
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE))


def _print(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
