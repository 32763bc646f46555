"""`neo4j-admin` with the class path of the server: import, dump, load, set-initial-password."""

import os
import subprocess
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
_NO_SPACE = ("no space left", "not enough space", "insufficient disk", "disk full")


@dataclass(frozen=True)
class Admin:
    """Runs administration commands on one server's folder. Most want the server stopped (`LocalServer.exclusive`)."""

    java: Path
    jars: Jars
    home: ServerHome

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
            done = subprocess.run(
                [*java_command(self.java, self.jars, heap_mib=heap_mib), "org.neo4j.cli.AdminTool", *given],
                env=environment(self.home),
                cwd=self.home.path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
        finally:
            hidden.unlink(missing_ok=True)
        if done.returncode:
            raise _failure(" ".join(arguments[:2]), "" if secret else done.stdout, self.home)
        return done.stdout

    def set_initial_password(self, password: str) -> None:
        """Set the password of the user neo4j; has an effect only before the server's first start."""
        self.run("dbms", "set-initial-password", password, secret=True)


def java_command(java: Path, jars: Jars, *, heap_mib: int) -> list[str]:
    """`java` with the server's options and class path, before the main class."""
    unsafe = (_UNSAFE_MEMORY,) if _knows(java, _UNSAFE_MEMORY) else ()
    return [str(java), f"-Xms{heap_mib}m", f"-Xmx{heap_mib}m", *JVM_OPTIONS, *unsafe, "-cp", jars.class_path]


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
    lines = [line.strip() for line in printed.splitlines() if line.strip() and not line.startswith(("\t", "WARNING"))]
    last = lines[-1] if lines else "it did not say why"
    return Neo4jFailed(f"neo4j-admin {command} failed: {last}")
