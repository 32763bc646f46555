"""A Neo4j server on this machine: start, stop, status. One at a time in a folder, however the last one ended.

The server inherits a locked file and holds the lock as long as it lives: whether it runs is asked of the kernel, not
of a process id that may belong to somebody else by now. Whoever takes the lock removes the last process id first.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from graphsvc.errors import InvalidSetting, Neo4jFailed, Neo4jUnavailable, StorageFailed
from graphsvc.local_neo4j import ports as loopback
from graphsvc.local_neo4j.admin import Admin, environment, java_command
from graphsvc.local_neo4j.console import last_words, lost_its_port
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server_home import USER, Memory, Ports, ServerHome
from graphsvc.model.progress import Progress, silent
from graphsvc.settings import Neo4jAddress
from graphsvc.store.durable import disk_errors_explained, full, replace_private

_POLL_SECONDS = 0.1
_FULL_SECONDS = 5.0
_START_SECONDS = 300.0
_PORT_TRIES = 5  # a port that was free may be taken before the server has it
_LOCK_TRIES = 10  # a status that looks at the lock holds it for a moment
# A shell notes its process id and becomes the server: there is no moment in which a server runs that no file names. The
# shell around it ends at once, so that the server is nobody's child and outlives the command that started it.
_SERVER = 'umask 077 && echo $$ > "$0" && exec "$@"'
_LAUNCH = '/bin/sh -c "$0" "$@" &'


@dataclass(frozen=True)
class Status:
    """What is known of the server without asking it anything but a handshake."""

    state: str
    """running, starting (holds the folder, does not answer yet), busy (another command works on it) or stopped."""
    pid: int | None
    started_at: int | None
    """Epoch ms."""
    bolt_port: int | None
    http_port: int | None

    @property
    def runs(self) -> bool:
        """It answers."""
        return self.state == "running"


@dataclass(frozen=True)
class LocalServer:
    """The server of one folder. Nothing is fetched or written before `start`."""

    home: ServerHome
    memory: Memory
    bolt_port: int | None = None
    """None: 7687, or a free one where that is taken."""
    http_port: int | None = None
    """None: 7474, or a free one where that is taken."""
    for_analysts: bool = False
    """It can only be asked: nothing is written, and nothing but its own graph is read."""
    browser_command: str = ""
    """What Browser runs once it is connected, without the colon."""
    jvm_options: tuple[str, ...] = ()
    """More options for Java."""

    def start(self, java: Path, jars: Jars, *, now: int, progress: Progress = silent) -> Status:
        """Start the server, wait until it answers and give its status; one that runs already stays as it is.

        `now` is the start for the record, epoch ms. Neo4jFailed says what the server said when it gave up.
        """
        for _ in range(_PORT_TRIES):
            if self.status().state not in ("running", "starting"):
                self._start(java, jars, now)
            if (status := self._until_it_answers(progress)).runs:
                return status
            if not lost_its_port(self.home):
                break
        raise Neo4jFailed(f"the server ended while starting: {last_words(self.home)}")

    def _start(self, java: Path, jars: Jars, now: int) -> None:
        with self.exclusive("start") as lock:
            ports = self._prepare(java, jars)
            record = {"started_at": now, "bolt_port": ports.bolt, "http_port": ports.http, "versions": jars.versions()}
            replace_private(self.home.record, orjson.dumps(record))
            self._launch(java, jars, lock)

    def stop(self, *, wait_seconds: float = 90.0, kill: bool = False, progress: Progress = silent) -> bool:
        """Ask the server to end and wait for it; False where none ran. With `kill` it ends at once, as in a crash.

        StorageFailed where the disk is full and the server waits for room: it does so for ever.
        """
        status = self.status()
        if status.pid is None:
            if status.state == "busy":
                raise Neo4jUnavailable(f"another command works on {self.home.path}; wait for it to end")
            return False
        try:
            os.kill(status.pid, signal.SIGKILL if kill else signal.SIGTERM)
        except ProcessLookupError:
            return False  # it ended in between
        began, full_for = time.monotonic(), 0.0
        while self._held():
            if time.monotonic() - began > wait_seconds:
                raise Neo4jFailed(
                    f"the server (process {status.pid}) is still ending after {wait_seconds:g} s; wait, or end it at "
                    "once with graphsvc neo4j stop --kill: what was committed stays"
                )
            full_for = full_for + _POLL_SECONDS if self.home.is_full() else 0.0
            if full_for > _FULL_SECONDS:
                raise StorageFailed(
                    f"the disk of {self.home.path} is full, and the server (process {status.pid}) waits for room to "
                    "end: free some space, or graphsvc neo4j stop --kill; what was committed stays either way"
                )
            progress("stop Neo4j, seconds", int(time.monotonic() - began), None)
            time.sleep(_POLL_SECONDS)
        self.home.pid_file.unlink(missing_ok=True)
        return True

    def status(self) -> Status:
        """Whether the server runs, and where."""
        if not self._held():
            return Status("stopped", None, None, None, None)
        pid, record = self._pid(), self._record()
        if pid is None or record is None:
            return Status("busy", None, None, None, None)
        bolt, http = int(record["bolt_port"]), int(record["http_port"])
        answers = loopback.listens(pid, bolt, http) and loopback.bolt_answers(bolt)
        state = "running" if answers else "starting"
        return Status(state, pid, int(record["started_at"]), bolt, http)

    def address(self) -> Neo4jAddress | None:
        """Where the running server answers and how to log in; None where none runs."""
        status, password = self.status(), self.home.password()
        if not status.runs or password is None:
            return None
        return Neo4jAddress(
            bolt=f"bolt://{loopback.LOOPBACK}:{status.bolt_port}",
            http=f"http://{loopback.LOOPBACK}:{status.http_port}",
            user=USER,
            password=password,
        )

    @contextmanager
    def exclusive(self, purpose: str) -> Iterator[int]:
        """Hold the stopped server's folder inside the block, as bulk load, dump and load need it.

        Gives the locked file. Neo4jUnavailable where the server runs or another command has it.
        """
        with disk_errors_explained(self.home.path):
            self.home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.home.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _taken(lock):
                raise Neo4jUnavailable(
                    f"{purpose}: {self.home.path} is in use by a running server or another command; "
                    "graphsvc neo4j status says which, graphsvc neo4j stop ends the server"
                )
            self.home.pid_file.unlink(missing_ok=True)
            yield lock
        finally:
            os.close(lock)

    def make_anew(self, java: Path, jars: Jars) -> None:
        """Throw away the stopped server's graph, users and password, and make it ready for an import or a start."""
        with self.exclusive("make anew"):
            with disk_errors_explained(self.home.path):
                shutil.rmtree(self.home.path / "data", ignore_errors=True)
                self.home.password_file.unlink(missing_ok=True)
            self._prepare(java, jars)

    def _prepare(self, java: Path, jars: Jars) -> Ports:
        self.home.prepare(jars)
        ports = self._choose_ports()
        self.home.configure(ports, self.memory, for_analysts=self.for_analysts, browser_command=self.browser_command)
        self._settle_password(java, jars)
        return ports

    def _choose_ports(self) -> Ports:
        bolt = _port(self.bolt_port, loopback.BOLT, "GRAPHSVC_NEO4J_BOLT_PORT")
        return Ports(bolt, _port(self.http_port, loopback.HTTP, "GRAPHSVC_NEO4J_HTTP_PORT", but=bolt))

    def _settle_password(self, java: Path, jars: Jars) -> None:
        if self.home.password() is not None:
            return
        if (self.home.path / "data" / "databases").exists():
            raise Neo4jFailed(
                f"{self.home.password_file} is missing, and the server in {self.home.path} has a password already: put "
                "the file back, or remove that folder (the graph in it is rebuilt from the ledger)"
            )
        Admin(java, jars, self.home, self.jvm_options).set_initial_password(self.home.make_password())

    def _launch(self, java: Path, jars: Jars, lock: int) -> None:
        no_names = (f"-Djdk.net.hosts.file={self.home.names}",) if self.for_analysts else ()
        server = java_command(java, jars, *self.jvm_options, *no_names, heap_mib=self.memory.heap_mib)
        main = ["org.neo4j.server.Neo4jCommunity", f"--home-dir={self.home.path}", f"--config-dir={self.home.conf}"]
        with disk_errors_explained(self.home.path), (self.home.logs / "console.log").open("wb") as console:
            subprocess.run(
                ["/bin/sh", "-c", _LAUNCH, _SERVER, str(self.home.pid_file), *server, *main],
                env=environment(self.home),
                cwd=self.home.path,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,
                check=True,
            )

    def _until_it_answers(self, progress: Progress) -> Status:
        """Its status when it runs, or has ended."""
        began, full_for = time.monotonic(), 0.0
        while (status := self.status()).state not in ("running", "stopped"):
            full_for = full_for + _POLL_SECONDS if self.home.is_full() else 0.0
            if full_for > _FULL_SECONDS:
                raise full(self.home.path)
            if time.monotonic() - began > _START_SECONDS:
                raise Neo4jUnavailable(
                    f"the server does not answer after {_START_SECONDS:g} s; look into {self.home.logs}, "
                    "graphsvc neo4j stop ends it"
                )
            progress("start Neo4j, seconds", int(time.monotonic() - began), None)
            time.sleep(_POLL_SECONDS)
        return status

    def _held(self) -> bool:
        try:
            lock = os.open(self.home.lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def _pid(self) -> int | None:
        try:
            return int(self.home.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _record(self) -> dict[str, int] | None:
        try:
            record: dict[str, int] = orjson.loads(self.home.record.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        return record


def _taken(lock: int) -> bool:
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False


def _port(wanted: int | None, default: int, setting: str, but: int = 0) -> int:
    if wanted is None:
        return default if loopback.is_free(default) and default != but else loopback.any_free(but)
    if not loopback.is_free(wanted):
        raise InvalidSetting(f"{setting}: port {wanted} is taken by another program; set another, or leave it out")
    return wanted
