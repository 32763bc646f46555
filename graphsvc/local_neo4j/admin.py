"""`neo4j-admin` with the class path of the server: import, dump, load, set-initial-password."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphsvc.errors import GraphsvcError, Neo4jFailed
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server_home import ServerHome
from graphsvc.store.durable import create_private, disk_errors_explained, full

JVM_OPTIONS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    "-XX:+ExitOnOutOfMemoryError",
)
_UNSAFE_MEMORY = "--sun-misc-unsafe-memory-access=allow"
_BOILERPLATE = ("Full exception details", "Please provide this file", "---")
_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 5.0
_NO_SPACE = ("no space left", "not enough space", "insufficient disk", "disk full")


@dataclass(frozen=True)
class Admin:
    """Runs administration commands on one server's folder. Most want the server stopped (`LocalServer.exclusive`)."""

    java: Path
    jars: Jars
    home: ServerHome
    jvm_options: tuple[str, ...] = ()
    """More options for Java."""

    def run(self, *arguments: str, heap_mib: int = 1024, secret: bool = False) -> str:
        """Run `neo4j-admin` with these arguments and give what it printed; Neo4jFailed where it fails.

        StorageFailed where the disk is full. With `secret` the arguments go through a file of mode 0600 that is removed
        afterwards: the list of processes does not show them. A failure then does not repeat what was printed.
        """
        given: Sequence[str] = arguments
        hidden = self.home.path / f".arguments.{os.getpid()}"
        try:
            if secret:
                with disk_errors_explained(self.home.path):
                    hidden.unlink(missing_ok=True)
                    create_private(hidden, "".join(map(_quoted, arguments)).encode())
                given = [f"@{hidden}"]
            command = [
                *java_command(self.java, self.jars, *self.jvm_options, heap_mib=heap_mib),
                "org.neo4j.cli.AdminTool",
                *given,
            ]
            status, printed = self._run(command)
        finally:
            hidden.unlink(missing_ok=True)
        if status:
            raise _failure(" ".join(arguments[:2]), "" if secret else printed, self.home)
        return printed

    def _run(self, command: Sequence[str]) -> tuple[int, str]:
        """Exit status and output; StorageFailed as soon as the disk is full for good.

        Such a watch is needed: the importer of Neo4j 2026.08 meets a full disk with waiting, and never ends.
        """
        with tempfile.TemporaryFile() as output:
            running = subprocess.Popen(
                command,
                env=environment(self.home),
                cwd=self.home.path,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            full_for = 0.0
            try:
                while running.poll() is None:
                    full_for = full_for + _LOOK_SECONDS if self.home.is_full() else 0.0
                    if full_for > _PATIENCE_SECONDS:
                        raise full(self.home.path)
                    _wait(running, _LOOK_SECONDS)
            finally:
                running.kill()
                running.wait()
            output.seek(0)
            return running.returncode, output.read().decode(errors="replace")

    def set_initial_password(self, password: str) -> None:
        """Set the password of the user neo4j; has an effect only before the server's first start."""
        self.run("dbms", "set-initial-password", password, secret=True)


def java_command(java: Path, jars: Jars, *options: str, heap_mib: int) -> list[str]:
    """`java` with the server's options and class path, before the main class."""
    unsafe = (_UNSAFE_MEMORY,) if _knows(java, _UNSAFE_MEMORY) else ()
    return [str(java), f"-Xms{heap_mib}m", f"-Xmx{heap_mib}m", *JVM_OPTIONS, *unsafe, *options, "-cp", jars.class_path]


def environment(home: ServerHome) -> dict[str, str]:
    """All that a server's process gets of the environment: none of our keys."""
    return {"NEO4J_HOME": str(home.path), "NEO4J_CONF": str(home.conf), "LANG": "C.UTF-8"}


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"\n'


def _knows(java: Path, option: str) -> bool:
    """Whether this Java takes the option; older ones refuse to start with it."""
    tried = subprocess.run([java, option, "-version"], capture_output=True, check=False, timeout=30)
    return tried.returncode == 0


def _failure(command: str, printed: str, home: ServerHome) -> GraphsvcError:
    if any(sign in printed.lower() for sign in _NO_SPACE):
        return full(home.path)
    return Neo4jFailed(f"neo4j-admin {command} failed: {_reason(printed)}")


def _reason(printed: str) -> str:
    """What neo4j-admin says between its rulers, without the request for a support case; else its first words."""
    lines = [line.strip() for line in printed.splitlines() if line.strip() and not line.startswith("WARNING")]
    ruler = next((place for place, line in enumerate(lines) if line == "Command Failed"), None)
    if ruler is None:
        return lines[0] if lines else "it did not say why"
    said = [line for line in lines[ruler + 1 :] if not line.startswith(_BOILERPLATE)]
    return " ".join(said) or "it did not say why"


def _wait(running: "subprocess.Popen[bytes]", seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(seconds)
