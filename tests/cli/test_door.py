"""Errors leave by one door: a message, an exit status, and never a raw number."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphsvc.model.numbers import redact
from tests.conftest import CommandLine

NUMBER = "+8613812345678"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"no {NUMBER} here", "no … here"),
        ("138-1234-5678", "…"),
        ("138 1234 5678!", "…!"),
        ("line 123456 of 10086", "line 123456 of 10086"),
    ],
)
def test_digits_are_taken_out_of_messages(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "arguments",
    [
        [NUMBER],
        ["victims", NUMBER],
        ["victims", "--limit", NUMBER],
        ["victims", "--grade", NUMBER],
        ["path", NUMBER],
        ["flag", NUMBER],
        ["flag", NUMBER, "--scam-type", NUMBER],
        ["analyse", "--as-of", NUMBER],
        ["connected"],
        ["victims", "--raw-numbers"],
    ],
)
def test_wrong_usage_has_status_2_and_does_not_echo_a_number(graphsvc: CommandLine, arguments: list[str]) -> None:
    said = graphsvc(*arguments)
    assert said.status == 2
    assert said.err.startswith("graphsvc: ")
    assert "12345678" not in said.err + said.out


def test_an_error_under_json_is_one_json_document(graphsvc: CommandLine) -> None:
    said = graphsvc("victims", "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == "NOTHING_YET"


def test_asking_before_there_is_anything_says_what_to_do(graphsvc: CommandLine) -> None:
    for command in (["victims"], ["networks"], ["analyse"]):
        said = graphsvc(*command)
        assert said.status == 1
        assert "graphsvc load" in said.err or "graphsvc analyse" in said.err


def test_help_lists_every_command_and_starts_quickly(graphsvc: CommandLine) -> None:
    # Help must not load the heavy libraries: a person waits for it at every turn.
    code = "import sys; from graphsvc.cli.door import run; run(['--help']); print(sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "victims" in run.stdout
    assert not {"'polars'", "'numba'", "'sqlalchemy'", "'scipy'"} & set(run.stdout.replace("[", ",").split(", "))


def test_a_service_starts_before_what_is_compiled_is_there() -> None:
    # After a restart people wait: what analyses (numba, SciPy) is imported by the first analysis.
    code = "import sys, graphsvc.cli.commands, graphsvc.api.app, graphsvc.wiring; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = run.stdout.split()
    assert "graphsvc.service" in modules
    assert not {"numba", "scipy", "sklearn"} & set(modules)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(graphsvc: CommandLine, shell: str) -> None:
    said = graphsvc("completion", shell)
    assert said.status == 0
    assert "_GRAPHSVC_COMPLETE" in said.out


def test_the_module_and_the_command_are_the_same(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "graphsvc", "--home", str(tmp_path), "victims", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert json.loads(run.stdout)["error"]["code"] == "NOTHING_YET"
