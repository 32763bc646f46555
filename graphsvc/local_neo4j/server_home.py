"""The server's own folder: what lies where, its configuration and its password. Private to its owner (mode 0700)."""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from graphsvc.local_neo4j.jars import Jars
from graphsvc.store.durable import create_private, disk_errors_explained, replace_private

USER = "neo4j"
_FULL_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Ports:
    """Where the server listens on the loopback address."""

    bolt: int
    http: int


@dataclass(frozen=True)
class Memory:
    """MiB for the Java heap (queries, Graph Data Science) and for the page cache (the graph's files)."""

    heap_mib: int
    page_cache_mib: int


@dataclass(frozen=True)
class ServerHome:
    """The folder of one local server and the names in it."""

    path: Path

    @property
    def conf(self) -> Path:
        """Folder of neo4j.conf; written anew at each start."""
        return self.path / "conf"

    @property
    def names(self) -> Path:
        """All names of machines that a server for analysts knows: to ask a name server is to tell it the question."""
        return self.conf / "hosts"

    @property
    def logs(self) -> Path:
        """The server's logs; `console.log` is what it printed."""
        return self.path / "logs"

    @property
    def imports(self) -> Path:
        """What `neo4j-admin database import` reads."""
        return self.path / "import"

    @property
    def plugins(self) -> Path:
        """Links to the jars of Graph Data Science."""
        return self.path / "plugins"

    @property
    def password_file(self) -> Path:
        """The password, mode 0600."""
        return self.path / "password"

    @property
    def lock(self) -> Path:
        """Locked by the server as long as it lives, and by whoever works on its files while it does not."""
        return self.path / "server.lock"

    @property
    def pid_file(self) -> Path:
        """The server's process id; counts only while the lock is held."""
        return self.path / "server.pid"

    @property
    def record(self) -> Path:
        """JSON: ports and start of the last server."""
        return self.path / "server.json"

    def prepare(self, jars: Jars) -> None:
        """Make the folders, and link Graph Data Science among the plugins."""
        with disk_errors_explained(self.path):
            for folder in (self.path, self.conf, self.logs, self.imports, self.plugins, self.path / "data"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            wanted = {jar.name: jar for jar in jars.of_graph_data_science()}
            for link in self.plugins.iterdir():
                if link.is_symlink() and (link.name not in wanted or link.readlink() != wanted[link.name]):
                    link.unlink()
            for name, jar in wanted.items():
                if not (self.plugins / name).exists():
                    os.symlink(jar, self.plugins / name)

    def free_bytes(self) -> int:
        """What is free on the disk that holds the graph."""
        data = self.path / "data"
        return shutil.disk_usage(data if data.exists() else self.path).free

    def is_full(self) -> bool:
        """Nothing more fits there: whatever the server or the importer is about, it waits for room, for ever."""
        return self.free_bytes() < _FULL_BYTES

    def password(self) -> str | None:
        """The kept password, or None before the first start."""
        with disk_errors_explained(self.password_file):
            return self.password_file.read_text().strip() if self.password_file.exists() else None

    def make_password(self) -> str:
        """A new random password, kept in its file."""
        made = secrets.token_hex(24)  # letters and digits only: neo4j-admin takes a leading dash for an option
        with disk_errors_explained(self.password_file):
            create_private(self.password_file, made.encode())
        return made

    def configure(self, ports: Ports, memory: Memory, *, for_analysts: bool = False, browser_command: str = "") -> None:
        """Write neo4j.conf; `for_analysts` for a server that can only be asked.

        `browser_command`: what Browser runs once it is connected, without the colon.
        """
        settings = _settings(ports, memory) | (FOR_ANALYSTS if for_analysts else {})
        if browser_command:
            settings["browser.post_connect_cmd"] = browser_command
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        with disk_errors_explained(self.conf):
            replace_private(self.conf / "neo4j.conf", (_HEAD + text).encode())
            replace_private(self.names, b"# The only names that the analysts' server can resolve: none.\n")


_HEAD = "# Written by graphsvc neo4j start at each start: change GRAPHSVC_NEO4J_ settings, not this file.\n"


_NO_NETWORK = "0.0.0.0/0,::/0"
_PROCEDURES_OF_ANALYSTS = (
    # what Browser and drivers ask
    *("dbms.components", "dbms.info", "dbms.clientConfig", "dbms.showCurrentUser", "db.ping", "db.info"),
    *("db.labels", "db.relationshipTypes", "db.propertyKeys", "db.schema.visualization"),
    *("db.schema.nodeTypeProperties", "db.schema.relTypeProperties", "dbms.routing.getRoutingTable"),
    # Graph Data Science on graphs in its memory: nothing that writes back, exports, stores or asks a network
    *("gds.version", "gds.list", "gds.graph.project", "gds.graph.list", "gds.graph.exists", "gds.graph.drop"),
    *("gds.*.stream", "gds.*.stats", "gds.*.estimate"),
    *("gds.util.*", "gds.similarity.*"),
)

FOR_ANALYSTS = {
    # Community has no roles: whoever logs in may do all that the server can. So this one can do little.
    "server.databases.default_to_read_only": "true",
    "dbms.security.procedures.allowlist": ",".join(_PROCEDURES_OF_ANALYSTS),
    "dbms.security.procedures.unrestricted": "gds.*",
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": _NO_NETWORK,  # LOAD CSV from any address
    # one question must not take the machine from the others
    "db.transaction.timeout": "120s",
    "db.memory.transaction.max": "256m",
}

_HERE = "http://127.0.0.1:* http://localhost:* ws://127.0.0.1:* ws://localhost:*"
_BROWSER_POLICY = (
    "default-src 'self'; script-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    f"base-uri 'none'; object-src 'none'; frame-ancestors 'none'; connect-src 'self' {_HERE}"
)


def _settings(ports: Ports, memory: Memory) -> dict[str, str]:
    return {
        # nobody but this machine
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{ports.bolt}",
        "server.bolt.advertised_address": f"127.0.0.1:{ports.bolt}",
        "server.http.listen_address": f"127.0.0.1:{ports.http}",
        "server.http.advertised_address": f"127.0.0.1:{ports.http}",
        "server.https.enabled": "false",
        # heap: queries and Graph Data Science; page cache: the graph's files, best as large as they are
        "server.memory.heap.initial_size": f"{memory.heap_mib}m",
        "server.memory.heap.max_size": f"{memory.heap_mib}m",
        "server.memory.pagecache.size": f"{memory.page_cache_mib}m",
        # a derivation: what a crash needs is enough, nothing is replayed from old transaction logs
        "db.tx_log.rotation.retention_policy": "100M size",
        # the databases are closed before the listeners: nobody is left whom an end could wait ten seconds for
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
        # nothing leaves this machine
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        # Browser may show our guide, which comes from this machine. Left alone it asks hosts for fonts, analytics and a
        # feedback widget, whatever the settings of telemetry say: the policy of its page lets it ask this machine only
        "browser.remote_content_hostname_whitelist": "127.0.0.1,localhost",
        "dbms.security.http_static_content_security_policy_header": _BROWSER_POLICY,
        # Graph Data Science reads the store by itself
        "dbms.security.procedures.unrestricted": "gds.*",
    }
