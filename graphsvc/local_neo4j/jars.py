"""The server's jars: fetched once by Maven from the pinned `deploy/neo4j/pom.xml` and kept in a cache folder.

Each version of the pom has a folder of its own, filled beside and then renamed: a fetch that was interrupted leaves
nothing that could be taken for a server.
"""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from graphsvc.errors import NotInstalled
from graphsvc.model.progress import Progress, silent
from graphsvc.store.durable import disk_errors_explained

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Jars:
    """A folder of jars, each named group.artifact-version: two of Neo4j's have the same artifact name."""

    folder: Path

    @property
    def class_path(self) -> str:
        """For `java -cp`: every jar of the folder."""
        return f"{self.folder}/*"

    def of_graph_data_science(self) -> list[Path]:
        """The jars of Graph Data Science; the server finds its procedures when they are among its plugins too."""
        return sorted(self.folder.glob("org.neo4j.gds.*.jar"))

    def versions(self) -> dict[str, str]:
        """Versions of the parts that are there, of neo4j, gds and browser."""
        return {
            part: version
            for part, artifact in _PARTS.items()
            for jar in self.folder.glob(f"{artifact}-*.jar")
            if (version := jar.stem.removeprefix(f"{artifact}-"))[:1].isdigit()
        }


_PARTS = {
    "neo4j": "org.neo4j.app.neo4j-server",
    "gds": "org.neo4j.gds.proc",
    "browser": "org.neo4j.client.neo4j-browser",
}


def pom() -> Path:
    """The pinned list of artifacts: inside the installed package, else in the checkout."""
    installed = _PACKAGE / "deploy" / "neo4j" / "pom.xml"
    return installed if installed.exists() else _PACKAGE.parent / "deploy" / "neo4j" / "pom.xml"


def pinned_versions() -> dict[str, str]:
    """Versions that the pom asks for, of neo4j, gds and browser."""
    return dict(re.findall(r"<(\w+)\.version>([^<]+)<", pom().read_text()))


def kept_jars(cache: Path) -> Jars | None:
    """The jars that an earlier fetch left in `cache`, or None."""
    folder = _place(cache)
    return Jars(folder) if folder.is_dir() else None


def fetch_jars(cache: Path, progress: Progress = silent) -> Jars:
    """The jars of the pinned server, fetched by Maven on first use (about 190 MB); NotInstalled where that fails."""
    kept = kept_jars(cache)
    if kept is not None:
        return kept
    maven = shutil.which("mvn")
    if maven is None:
        raise NotInstalled(
            "the Neo4j server is fetched by Maven, and there is no mvn here: install it (apt-get install maven), "
            f"or copy {_place(cache)} from a machine that has it"
        )
    place = _place(cache)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    with disk_errors_explained(cache):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            progress("fetch the Neo4j server", 0, None)
            _run_maven(maven, draft, progress)
            if not place.exists():  # else another process was first, with the same jars
                draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Jars(place)


def _run_maven(maven: str, into: Path, progress: Progress) -> None:
    options = ("-B", "-ntp", "-Dmaven.artifact.threads=10", "-Dmdep.prependGroupId=true", "-DincludeScope=runtime")
    command = [maven, *options, "-f", str(pom()), _COPY, f"-DoutputDirectory={into}"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    said: list[str] = []
    with running:
        for line in running.stdout or ():
            said.append(line.strip())
            progress("fetch the Neo4j server", sum(1 for _ in into.iterdir()), None)
    if running.returncode:
        faults = [line for line in said if "ERROR" in line] or said[-1:] or ["it said nothing"]
        raise NotInstalled(f"Maven could not fetch the Neo4j server: {faults[0]}; run the same command again")


def _place(cache: Path) -> Path:
    mark = hashlib.sha256(pom().read_bytes()).hexdigest()[:12]
    return cache / f"neo4j-{pinned_versions()['neo4j']}-{mark}"
