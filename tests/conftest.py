"""What many tests share: the command line called in this process, and the folder of real data."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from graphsvc.cli.door import run
from tests.servers.chromium import chromium, page, screenshots  # noqa: F401  # fixtures
from tests.servers.kafka import kafka, kafka_server  # noqa: F401  # fixtures
from tests.servers.neo4j import (  # noqa: F401  # fixtures
    bare_neo4j,
    empty_neo4j,
    java,
    neo4j_address,
    neo4j_jars,
    neo4j_server,
    neo4j_settings,
    restart_neo4j,
)
from tests.servers.postgres import (  # noqa: F401  # fixtures
    _catalogue_database,
    _vault_database,
    postgres_catalogue_url,
    postgres_server,
    postgres_url,
    postgres_vault_url,
)

# A busy machine is no fault: no test has a wall-clock threshold. In CI the examples are the same each time, so that a
# change is judged by what it changed; every other run, and `make soak`, looks at new ones.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests of one group share one server: refuse to run where the workers would not keep the group together."""
    if os.environ.get("PYTEST_XDIST_WORKER") and session.config.getoption("loadgroup", default=False):
        torn = [one.nodeid for one in session.items if one.get_closest_marker("xdist_group") and "@" not in one.nodeid]
        if torn:
            raise pytest.UsageError(f"this pytest and this pytest-xdist do not keep groups together: {torn[0]}")


@dataclass(frozen=True)
class Said:
    """What a call of the command line left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as the one JSON document that it must be."""
        return json.loads(self.out)


CommandLine = Callable[..., Said]


@pytest.fixture
def graphsvc(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> CommandLine:
    """Calls the command line on a data folder of the test's own."""

    def call(*arguments: object, home: Path | None = None) -> Said:
        capfdbinary.readouterr()
        folder = home if home is not None else tmp_path / "home"
        status = run(["--home", str(folder), *map(str, arguments)])
        captured = capfdbinary.readouterr()
        return Said(status, captured.out.decode(), captured.err.decode())

    return call


@pytest.fixture
def data() -> Path:
    """The folder of published data sets; the test is skipped, and says so, where it is missing."""
    if not DATA.is_dir():
        pytest.skip("the data sets are not beside the checkout (../shared/data)")
    return DATA
