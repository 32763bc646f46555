"""The service as a process: the first look, the audit suite of GraphQL over HTTP, and a clean end."""

import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from graphsvc.model.callers import Role
from graphsvc.model.warnings import WarningChannel
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.lines import PROTOCOL, READY
from tests.api.serving import Served, served
from tests.conftest import CommandLine
from tests.servers.ports import kept_ports

AUDIT = Path(__file__).parent / "audit" / "audit.mjs"
PACKAGES = ("graphql-http@1.23.1", "graphql@16.11.0")


@pytest.fixture(scope="module")
def server(made_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "home"
    with served(Path(shutil.copytree(made_world, home))) as running:
        yield running


@pytest.fixture(scope="session")
def audit_suite(pytestconfig: pytest.Config) -> Path:
    """A folder with the audit suite, installed once; skipped where there is no node (in CI that is a failure)."""
    folder = Path(pytestconfig.cache.mkdir("graphql-http"))
    if shutil.which("node") is None or shutil.which("npm") is None:
        return missing("node and npm are not installed")
    if not (folder / "node_modules" / "graphql-http").is_dir():
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--prefix", str(folder), *PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            return missing("the package graphql-http cannot be installed")
    shutil.copy(AUDIT, folder)
    return folder / AUDIT.name


def missing(why: str) -> Path:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def test_the_audit_suite_of_graphql_over_http_finds_nothing(server: Served, audit_suite: Path) -> None:
    command = ["node", str(audit_suite), f"{server.url}/graphql", server.token]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    audits = json.loads(done.stdout)
    assert len(audits) >= 60
    assert [audit for audit in audits if audit["status"] in ("error", "warn")] == []
    notices = [audit for audit in audits if audit["status"] == "notice"]
    assert {audit["id"] for audit in notices} <= NOTICES, notices


NOTICES = {"5A70", "D6D5", "6A70"}
"""What the suite remarks on and we mean: queries by GET are not answered, so that none ends up in an address."""


def test_the_link_for_the_first_look_opens_and_dies_with_the_server(world: Path) -> None:
    port, _ = kept_ports()  # nobody else is given it when the server is gone
    with served(world, "--port", str(port)) as running:
        assert running.post("{ service { version } }").status_code == 200
        assert httpx.get(f"{running.url}/healthz").json() == {"status": "alive"}
        assert running.token not in "".join(running.lines)
        assert running.link not in "".join(line for line in running.lines if "#token=" not in line)
    assert running.process.returncode in (0, 130)
    with open_service(Settings(home=world)) as service:
        assert service.access.recognise(running.token) is None
        assert service.access.recognise(running.link) is None
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=60)


def test_logs_are_json_and_hold_no_number_and_no_query(world: Path) -> None:
    canary = "13987654321"
    with served(world) as running:
        running.post(f'{{ number(number: "{canary}") {{ id }} }}')
        running.post(f"query Q{canary} {{ victims {{ analysisId }} }}")
        httpx.get(f"{running.url}/{canary}?query={canary}")
    said = [line for line in running.lines if line.startswith("{")]
    assert said
    assert all(json.loads(line)["event"] for line in said)
    assert canary not in "".join(running.lines)


def test_beyond_this_machine_tokens_and_tls_come_first(graphsvc: CommandLine) -> None:
    refused = graphsvc("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 (it must not listen there)
    assert refused.status == 2
    assert "TLS" in refused.err
    refused = graphsvc("serve", "--host", "0.0.0.0", "--port", "0", "--behind-proxy")  # noqa: S104
    assert refused.status == 2
    assert "graphsvc token create" in refused.err
    assert graphsvc("serve", "--tls-key", __file__).status == 2


def test_a_port_that_is_taken_is_said(graphsvc: CommandLine) -> None:
    handlers = logging.getLogger().handlers[:]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = graphsvc("serve", "--port", str(other.getsockname()[1]))
    assert logging.getLogger().handlers == handlers
    assert refused.status == 2
    assert "cannot listen" in refused.err


def test_what_runs_after_a_service_logs_where_it_did_before() -> None:
    from graphsvc.api.logs import logs_as_lines

    def how() -> object:
        return logging.getLogger().handlers[:], logging.getLogger().level, logging.getLogger("uvicorn.access").level

    before = how()
    with logs_as_lines():
        assert how() != before
    assert how() == before


def test_the_page_for_the_first_look_is_strict_and_asks_nobody_else(server: Served) -> None:
    page = httpx.get(f"{server.url}/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    whole = page.text
    for name in ("index.js", "style.css"):
        assert f'"./{name}"' in page.text
        answer = httpx.get(f"{server.url}/{name}")
        assert answer.status_code == 200
        again = httpx.get(f"{server.url}/{name}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        whole += answer.text
    # What is left are names of vocabularies and of nothing that is asked.
    addresses = set(re.findall(r"https?://[^\s\"'`]+", whole))
    assert all(address.startswith("http://www.w3.org/") for address in addresses), addresses
    assert "history.replaceState" in whole
    assert httpx.get(f"{server.url}/authority.toml").status_code == 404


def test_a_real_client_is_nudged_until_the_server_stops(busy_world: Path, tmp_path: Path) -> None:
    """A WebSocket library that shares no code with us, over the network; warnings made by another process."""
    settings = Settings(home=busy_world)
    with open_service(settings) as service:
        made = [service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None) for _ in range(2)]
        service.dispatching.set_capacity(
            WarningChannel.SMS,
            region=None,
            per_hour=None,
            per_day=1000,
            from_at=None,
            until_at=None,
            now=service.time.moment(),
        )

    def begin(socket: ClientConnection, token: str) -> None:
        socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        assert json.loads(socket.recv(30)) == {"type": "connection_ack"}
        socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": READY}}))
        first = json.loads(socket.recv(30))
        assert first["payload"]["data"]["warningsReady"] == {"ids": [], "more": True}

    def code(socket: ClientConnection) -> int | None:
        try:
            while True:
                socket.recv(30)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    with served(busy_world) as running, ExitStack() as stack:
        url = f"ws{running.url.removeprefix('http')}/graphql"
        revoked, kept = (
            stack.enter_context(connect(url, subprotocols=[Subprotocol(PROTOCOL)], open_timeout=30)) for _ in range(2)
        )
        begin(revoked, made[0].token)
        begin(kept, made[1].token)
        with open_service(settings) as service:
            claim = partial(service.dispatching.claim, channel=WarningChannel.SMS, limit=100, lease_seconds=60)
            claimed = claim(
                worker="w", idempotency_key="k", region=None, now=service.time.moment(), wall=service.time.wall
            )
            assert claimed
            service.dispatching.release([one.lease_token for one in claimed], now=service.time.moment())
            nudge = json.loads(kept.recv(30))["payload"]["data"]["warningsReady"]
            assert len(nudge["ids"]) == len(claimed)
            service.access.revoke(made[0].about.token_id)
        assert code(revoked) == 4401
        running.process.send_signal(signal.SIGTERM)
        assert code(kept) == 1001
        assert running.process.wait(30) in (0, 130, -signal.SIGTERM)


@pytest.fixture(scope="module")
def with_editor(made_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("editor") / "home"
    with served(Path(shutil.copytree(made_world, home)), "--ide") as running:
        yield running


def test_the_editor_is_there_when_asked_for_and_for_this_machine_alone(
    server: Served, with_editor: Served, graphsvc: CommandLine
) -> None:
    for name in ("", "/index.html", "/graphiql.min.js", "/start.js"):
        assert httpx.get(f"{server.url}/ide{name}").status_code == 404
    page = httpx.get(f"{with_editor.url}/ide")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?!/ide/|data:,)", page.text) == []
    assert "http" not in page.text + httpx.get(f"{with_editor.url}/ide/start.js").text.replace('"http', "")
    assert "MIT License" in httpx.get(f"{with_editor.url}/ide/LICENSES.txt").text
    assert graphsvc("serve", "--ide", "--behind-proxy").status == 2
    assert graphsvc("serve", "--ide", "--host", "0.0.0.0").status == 2  # noqa: S104 (it must not listen there)


def test_the_editor_answers_and_asks_nobody_else(with_editor: Served, page: Page, screenshots: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{with_editor.url}/ide#token={with_editor.token}")
    page.get_by_role("button", name="Execute query (Ctrl-Enter)").click(timeout=120_000)
    page.locator(".result-window", has_text="newestKnownAt").wait_for(timeout=120_000)
    page.screenshot(path=screenshots / "ide.png")
    assert with_editor.token not in page.url
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    assert {url for url in asked if not url.startswith((with_editor.url, "data:"))} == set()
    assert [text for text in said if "Content Security Policy" in text] == []
