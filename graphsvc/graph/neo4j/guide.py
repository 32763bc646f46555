"""The guide of Neo4j Browser: from zero to a finding, with the questions of `cypher/browser/` in it.

Written once as AsciiDoc, which the Browser of Neo4j's own packages and images takes. The Browser that can be had as an
artifact, and that `graphsvc neo4j start` serves, takes HTML with one `<slide>` a section: made here from the same text.
Only the AsciiDoc that the guide uses is known; a test fails on a line of any other kind.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Final

from graphsvc.graph.neo4j.statements import folder
from graphsvc.settings import Neo4jAddress

_TYPES: Final = {
    ".adoc": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".grass": "text/plain; charset=utf-8",
    ".cypher": "text/plain; charset=utf-8",
}
_INCLUDE: Final = re.compile(r"^include::(\w+\.cypher)\[\]$", re.MULTILINE)
_INLINE: Final = ((re.compile(r"`([^`]+)`"), r"<code>\1</code>"), (re.compile(r"\*([^*`<]+)\*"), r"<em>\1</em>"))
_SOURCE: Final = re.compile(r"\[source,(?:cypher|browser)\]")
_RULER: Final = "----"
SHARED: Final = {
    "Access-Control-Allow-Origin": "*",  # Browser is of another origin; what it gets here is public text
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "GET",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",  # looked at by itself, it is text and no more
}
"""Headers that every page of the guide is answered with."""
HOST: Final = "localhost"
"""By this name, which Browser allows before it has asked the server for its settings; by address it would not."""
BASE: Final = "{base}"
"""Stands in the guide for the address that it is served under."""


@dataclass(frozen=True)
class Page:
    """What to answer for one path of the guide."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Question:
    """One question that an analyst asks in Browser."""

    name: str
    """File name without its ending, such as `05_who_reached_this_number`."""
    title: str
    parameters: tuple[str, ...]
    text: str


def questions() -> list[Question]:
    """All questions, in the order of their file names."""
    return [_question(path) for path in sorted(_place().glob("*.cypher"))]


def browser_link(address: Neo4jAddress, base: str) -> str:
    """The address that opens Browser with the guide beside it, which is served under `base`."""
    return f"{address.http}/browser/?dbms={address.bolt}&cmd=guide&arg={base}/guide.html"


def guide_page(name: str, base: str) -> Page | None:
    """The page `name` of the guide as it is served under the address `base`, or None where there is none.

    Names are `guide.html`, `guide.adoc`, `style.grass` and those of the questions with `.cypher`.
    """
    if name == "guide.html":
        return Page(_as_html(_guide(base)).encode(), _TYPES[".html"])
    if name == "guide.adoc":
        return Page(_guide(base).encode(), _TYPES[".adoc"])
    file = next(
        (path for path in _place().iterdir() if path.name == name and path.suffix in (".cypher", ".grass")), None
    )
    return Page(file.read_bytes(), _TYPES[file.suffix]) if file else None


def _place() -> Path:
    return folder() / "browser"


def _question(path: Path) -> Question:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    said = next(line for line in lines if line.startswith("// parameters:")).partition(":")[2]
    parameters = tuple(word.strip() for word in said.split(",") if word.strip())
    return Question(path.stem, lines[0].removeprefix("// "), parameters, text)


def _guide(base: str) -> str:
    """The guide with its questions in it. A question's head stays but for the lines about parameters and columns."""
    text = (_place() / "guide.adoc").read_text("utf-8").replace(BASE, base)
    return _INCLUDE.sub(lambda found: _shown((_place() / found[1]).read_text("utf-8")), text)


def _shown(question: str) -> str:
    return re.sub(r"^// (?:parameters|columns):.*\n", "", question, flags=re.MULTILINE).strip()


def _as_html(guide: str) -> str:
    title, *sections = re.split(r"^==? ", guide, flags=re.MULTILINE)[1:]
    slides = "".join(
        f'<slide><div style="padding: 0 18px">{"".join(_blocks(section))}</div></slide>' for section in sections
    )
    return f"<article><title>{html.escape(title.strip())}</title><carousel>{slides}</carousel></article>"


def _blocks(section: str) -> Iterator[str]:
    heading, *lines = section.splitlines()
    yield f"<h3>{html.escape(heading)}</h3>"
    waiting = iter(lines)
    for line in waiting:
        if _SOURCE.fullmatch(line):
            next(waiting)  # the ruler that opens the block
            code = "\n".join(takewhile(lambda line: line != _RULER, waiting))
            yield f'<pre mode="cypher" class="runnable">{html.escape(code)}</pre>'
        elif line:
            yield f"<p>{_inline(html.escape(line))}</p>"


def _inline(text: str) -> str:
    for pattern, made in _INLINE:
        text = pattern.sub(made, text)
    return text
