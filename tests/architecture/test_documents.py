"""The documents tell what the program does: settings, commands and errors are compared with it."""

import re
from dataclasses import fields
from pathlib import Path

from graphsvc.cli.asking import LINE
from graphsvc.cli.commands import graphsvc
from graphsvc.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_has_a_row_with_its_default() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = dict(re.findall(r"^\| `(GRAPHSVC_\w+)` \| (.+?) \|", page, re.MULTILINE))
    assert set(rows) == {f"GRAPHSVC_{field.name.upper()}" for field in fields(Settings)}
    for field in fields(Settings):
        if field.default is not None:
            default = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            assert default in rows[f"GRAPHSVC_{field.name.upper()}"]


def test_every_command_that_the_documents_show_exists() -> None:
    commands = set(graphsvc.commands)
    for page in [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")]:
        shown = re.findall(r"`graphsvc (?:--home \S+ )?([a-z][a-z0-9]+)", page.read_text())
        shown += re.findall(r"^\s*graphsvc (?:--home \S+ )?([a-z][a-z0-9]+)", page.read_text(), re.MULTILINE)
        assert set(shown) <= commands, f"{page.name} shows a command that is not there"


def test_the_readme_shows_every_command() -> None:
    page = (ROOT / "README.md").read_text()
    missing = [name for name in graphsvc.commands if f"graphsvc {name}" not in page and f"`{name}`" not in page]
    assert not missing


def test_what_the_readme_shows_of_the_demo_has_the_form_that_the_program_prints() -> None:
    block = re.search(r"<!-- demo:begin -->\n```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    heading = LINE.format("rank", "number", "loses", "talks", "stage", "grade", "act before", "network", "scam")
    assert heading in block[1].splitlines()
    shown = [line for line in block[1].splitlines() if re.match(r" +\d+ \+86 ", line)]
    assert shown
    for line in shown:
        rank, cc, prefix, mask, tail, loses, talks, stage, grade, *_ = line.split()
        assert (
            LINE.format(rank, f"{cc} {prefix} {mask} {tail}", loses, talks, stage, grade, "", "", "").rstrip() in line
        )
    assert re.search(r"^simulate .* · load .* · analyse ", block[1], re.MULTILINE)
