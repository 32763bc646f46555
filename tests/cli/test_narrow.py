"""On a terminal of 80 columns every table can be read: nothing is cut, and what has no room is named."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from rich.console import Console

from graphsvc.cli.tables import FittingTable
from tests.conftest import CommandLine
from tests.story.feeds import ANN, DEN, DEVICE, write_world

COMMANDS = [
    ["victims"],
    ["networks"],
    ["network", "1"],
    ["number", DEN[0]],
    ["entity", "device", DEVICE],
    ["connected", ANN, DEN[0]],
    ["communities"],
    ["path", ANN, DEN[0]],
    ["measures", "--by", "channel"],
    ["bulletin"],
    ["doctor"],
    ["token", "list"],
    ["texts", "list"],
    ["appeals", "list"],
    ["retention", "--dry-run"],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("narrow") / "home"


@pytest.fixture
def known(graphsvc: CommandLine, folder: Path, tmp_path: Path) -> Path:
    """The story's world, analysed, with a token and an appeal; made once."""
    if not folder.exists():
        for command in (
            ["load", write_world(tmp_path / "feeds")],
            ["analyse"],
            ["token", "create", "--role", "analyst", "--purpose", "a standing purpose that is rather long to be read"],
            ["appeal", DEN[0], "--reason", "the subscriber of this number says that it was stolen and used by others"],
        ):
            assert graphsvc(*command, home=folder).status == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(
    graphsvc: CommandLine, known: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=50 << 30))  # others use the disk too
    monkeypatch.setenv("COLUMNS", "200")
    wide = graphsvc(*command, home=known)
    assert wide.status in (0, 1), wide.err  # doctor may find something
    monkeypatch.setenv("COLUMNS", "80")
    narrow = graphsvc(*command, home=known)
    assert narrow.status == wide.status
    lines = narrow.out.splitlines()
    assert max(map(cell_len, lines), default=0) <= 80
    assert narrow.out.count("…") == wide.out.count("…")
    dropped = [line for line in lines if line.startswith("no room for:")]
    if not dropped:
        assert set(words(wide.out)) <= set(words(narrow.out))


def words(text: str) -> list[str]:
    """What is said, but for where a line was broken."""
    return [word.rstrip(":") for word in text.replace("–", " ").split() if len(word) < 20]


def shown(table: FittingTable, width: int) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_table_leaves_out_what_may_be_left_out_and_says_so_and_then_becomes_lines() -> None:
    table = FittingTable("Things", "name", "size#", "made-", "why~")
    table.add_row("a long name of a thing", "1,234", "2026-03-01 10:00", "because somebody asked for it to be made")
    table.add_row("another", "5", "", "")
    assert shown(table, 120)[1].split() == ["name", "size", "made", "why"]
    middle = shown(table, 60)
    assert middle[1].split() == ["name", "size", "why"]
    assert middle[-1] == "no room for: made (a wider terminal or --json has it)"
    lines = [
        "Things",
        "a long name of a thing",
        "size 1,234",
        "made 2026-03-01 10:00",
        "why because somebody asked for",
    ]
    lines += ["it to be made", "another", "size 5"]
    assert [" ".join(line.split()) for line in shown(table, 35)] == lines


def test_brackets_in_a_cell_are_text() -> None:
    table = FittingTable("Things", "name")
    table.add_row("[made] by whom")
    assert "[made] by whom" in shown(table, 60)[2]
