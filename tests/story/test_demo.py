"""The demo is the first thing that anybody sees: it repeats itself, harms nothing, and what it advises works."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine, Said

SMALL = ("demo", "--subscribers", 6000, "--days", 8)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


def without_times(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "timings"}


def test_two_demos_give_the_same_victims_and_networks(graphsvc: CommandLine, place: Path) -> None:
    first = graphsvc(*SMALL, "--json", home=place)
    assert first.status == 0, first.err
    second = graphsvc(*SMALL, "--json", home=place)
    assert without_times(first.json) == without_times(second.json)
    assert first.json["victims"]
    assert first.json["networks"]
    assert set(first.json["timings"]) == {"simulate", "load", "analyse"}
    assert graphsvc(*SMALL, "--seed", 2, "--json", home=place).json["victims"] != first.json["victims"]


def test_what_the_demo_advises_next_works(graphsvc: CommandLine, tmp_path: Path) -> None:
    said = graphsvc(*SMALL)
    assert said.status == 0, said.err
    advised = re.findall(r"^  \S+ --home \S+ (?!serve$)(.+)$", said.out, re.MULTILINE)
    assert len(advised) >= 4
    for command in advised:
        words = [str(tmp_path / word) if word.endswith(".graphml") else word for word in shlex.split(command)]
        tried: Said = graphsvc(*words)
        assert tried.status == 0, tried.err
        assert tried.out.strip()


def test_the_demo_ends_by_itself_with_how_to_open_the_page(graphsvc: CommandLine, place: Path) -> None:
    said = graphsvc(*SMALL, home=place)
    *_, heading, command, address = said.out.rstrip().splitlines()
    assert heading == "The page, for looking around:"
    assert command.endswith(f" --home {place} serve")
    assert "http://127.0.0.1:8000/" in address
    told = graphsvc(*SMALL, "--json", home=place).json["page"]
    assert (told["command"], told["address"]) == (command.strip(), "http://127.0.0.1:8000/")


def test_a_folder_that_the_demo_did_not_make_is_left_alone(graphsvc: CommandLine, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("ten years of work")
    said = graphsvc(*SMALL, home=theirs)
    assert said.status == 2
    assert "--home" in said.err
    assert (theirs / "thesis.txt").read_text() == "ten years of work"
