"""Exit statuses are the contract's, through the real process: scripts branch on them."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.story.feeds import T0, write_world


def status_of(home: Path, *arguments: object) -> int:
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"started_at,a_number\n1,2\n",
        "started_at,a_number,b_number,channel\n".encode("utf-16"),
        b"\x1f\x8b\x00broken",
    ],
    ids=["empty", "a column is missing", "utf-16", "no CSV at all"],
)
def test_a_refused_file_has_status_3_and_the_others_still_load(
    graphsvc: CommandLine, tmp_path: Path, content: bytes
) -> None:
    folder = write_world(tmp_path / "feeds")
    (folder / "outcomes.csv").write_bytes(content)
    assert status_of(tmp_path / "home", "load", folder) == 3
    said = graphsvc("load", folder, "--json")
    assert said.status == 3
    assert said.json["feeds"]["events"]["duplicate"] > 0
    assert said.json["refused_files"][0]["reason"]


def test_a_header_alone_is_no_error_and_says_so(graphsvc: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("started_at,a_number,b_number,channel\n")
    said = graphsvc("load", tmp_path / "events.csv", "--json")
    assert said.status == 0
    assert "no rows" in said.json["notes"][0]


def test_a_broken_audit_chain_has_status_1(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    for _ in range(2):
        graphsvc("flag", "13912340001", "--scam-type", "loan")
    assert status_of(tmp_path / "home", "audit", "verify") == 0
    with sqlite3.connect(tmp_path / "home" / "catalogue.sqlite") as catalogue:
        catalogue.execute("UPDATE audit SET purpose = 'another' WHERE entry = 1")
    catalogue.close()
    assert status_of(tmp_path / "home", "audit", "verify") == 1
    said = graphsvc("doctor", "--json")
    assert said.status == 1
    assert [check["name"] for check in said.json["checks"] if check["status"] == "fail"] == ["audit log"]


def test_doctor_on_a_folder_that_is_not_there_says_what_to_do(graphsvc: CommandLine, tmp_path: Path) -> None:
    said = graphsvc("doctor", "--json", home=tmp_path / "nowhere")
    assert said.status == 0
    assert not (tmp_path / "nowhere").exists()
    assert "graphsvc load" in said.json["checks"][-1]["advice"]


def test_doctor_notices_that_flags_came_in_since_the_analysis(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    graphsvc("analyse")
    statuses = {check["name"]: check["status"] for check in graphsvc("doctor", "--json").json["checks"]}
    assert statuses["analysis"] == "ok"
    graphsvc("flag", "13712340012", "--scam-type", "loan")
    statuses = {check["name"]: check["status"] for check in graphsvc("doctor", "--json").json["checks"]}
    assert statuses["analysis"] == "warn"
    assert graphsvc("number", "13712340012", "--json").json["flags"], "a flag shows at once, before it is analysed"


def test_what_is_said_last_holds_on_past_data_too(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    for command in ("flag", "unflag", "flag", "unflag", "flag"):
        more = ("--scam-type", "loan", "--case", "Z") if command == "flag" else ()
        assert graphsvc(command, "13712340012", *more).status == 0, command
    graphsvc("analyse")
    assert len(graphsvc("number", "13712340012", "--json").json["flags"]) == 1


def test_a_failed_unflag_registers_nobody(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    assert graphsvc("unflag", "13711119999").status == 1
    assert "never seen" in graphsvc("number", "13711119999").err


@pytest.mark.parametrize("confidence", ["nan", "0", "1.01", "-1", "sure"])
def test_a_confidence_is_above_0_and_up_to_1(graphsvc: CommandLine, confidence: str) -> None:
    assert graphsvc("flag", "13711119999", "--scam-type", "loan", "--confidence", confidence).status == 2


def test_instants_are_iso_with_an_offset_or_epoch_milliseconds(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    answers = [
        graphsvc("analyse", "--as-of", instant, "--json").json["as_of"]
        for instant in ("2026-03-02T10:00:00+08:00", "2026-03-02T02:00:00Z", T0)
    ]
    assert set(answers) == {"2026-03-02T02:00:00.000Z"}
    said = graphsvc("analyse", "--as-of", "2026-03-02T10:00:00")
    assert said.status == 2
    assert "+08:00" in said.err
