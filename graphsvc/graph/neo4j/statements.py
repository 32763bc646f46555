"""Cypher statements by name: every line of Cypher that runs is a file under `cypher/`, one statement a file.

A file opens with what it is for, its parameters and its columns; a test holds the head against the statement:

    // Numbers that the graph has not seen.
    // parameters: rows
    // columns: created

`cypher/` lies beside the package in a wheel, and beside it in the checkout.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[2]
_HEAD: Final = re.compile(r"^// (parameters|columns): *(.*)$")


@dataclass(frozen=True)
class Statement:
    """One statement and what its head says of it."""

    name: str
    """Folder and file, such as `projection/create_numbers`."""
    purpose: str
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    text: str


def folder() -> Path:
    """Where `cypher/` is: in the installed package, else in the checkout."""
    installed = _PACKAGE / "cypher"
    return installed if installed.is_dir() else _PACKAGE.parent / "cypher"


@cache
def statement(name: str) -> Statement:
    """The statement in `cypher/NAME.cypher`."""
    return parse(name, (folder() / f"{name}.cypher").read_text("utf-8"))


def parse(name: str, text: str) -> Statement:
    """A statement from the text of its file; its first line says what it is for."""
    head = [line for line in text.splitlines() if line.startswith("//")]
    said = {found[1]: _words(found[2]) for line in head if (found := _HEAD.match(line))}
    return Statement(
        name=name,
        purpose=head[0].removeprefix("//").strip() if head else "",
        parameters=said.get("parameters", ()),
        columns=said.get("columns", ()),
        text=text,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
