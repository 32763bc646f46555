"""The guide holds every question, is of the few forms that both Browsers take, and is served with what they ask for."""

import re
import threading
import urllib.error
import urllib.request
from html import unescape

import pytest

from graphsvc.graph.neo4j.guide import guide_page, questions
from graphsvc.graph.neo4j.guide_server import GuideServer
from graphsvc.graph.neo4j.statements import folder

KNOWN_LINE = re.compile(
    r"^(= |== |\[source,(cypher|browser)\]$|----$|include::\w+\.cypher\[\]$|:style |:param |[A-Z]|$)"
)


def text(name: str) -> str:
    page = guide_page(name, "http://localhost:1")
    assert page is not None
    return page.content.decode()


def test_every_question_is_in_the_guide_in_both_forms() -> None:
    for question in questions():
        lines = question.text.splitlines()
        shown = "\n".join([lines[0], *lines[3:]])
        assert shown in text("guide.adoc"), question.name
        assert shown in unescape(text("guide.html")), question.name
    assert "include::" not in text("guide.adoc") + text("guide.html")
    assert "{base}" not in text("guide.adoc") + text("guide.html")


def test_the_guide_has_only_forms_that_are_turned_into_html() -> None:
    source = (folder() / "browser" / "guide.adoc").read_text()
    strange = [line for line in source.splitlines() if not KNOWN_LINE.match(line)]
    assert strange == []
    made = text("guide.html")
    assert made.count("<slide>") == len(re.findall(r"^== ", source, re.MULTILINE))
    assert made.count('class="runnable"') == source.count("[source,")
    assert "`" not in re.sub(r"<pre.*?</pre>", "", made, flags=re.DOTALL)


def test_parameters_are_set_before_the_questions_that_need_them() -> None:
    known: set[str] = set()
    for block in re.findall(r"^----\n(.*?)\n----$", text("guide.adoc"), re.DOTALL | re.MULTILINE):
        needed = set(re.findall(r"\$(\w+)", block))
        assert needed <= known, block
        if block.startswith(":param"):
            known |= set(re.findall(r"\w+", block.partition("=>")[0].removeprefix(":param")))


def test_nothing_in_it_leads_outside() -> None:
    for name in ("guide.adoc", "guide.html", "style.grass"):
        assert set(re.findall(r"https?://[^\s/\"<]+", text(name))) <= {"http://localhost:1"}


@pytest.mark.parametrize("name", ["", "guide", "../schema/V0001__numbers.cypher", "V0001__numbers.cypher", "guide.py"])
def test_other_names_are_not_found(name: str) -> None:
    assert guide_page(name, "") is None


def test_it_is_served_with_what_a_browser_of_another_origin_asks_for() -> None:
    with GuideServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            asked = urllib.request.Request(f"{server.base}/guide.html", method="OPTIONS")  # noqa: S310
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                assert answer.headers["Access-Control-Allow-Headers"] == "*"
            with urllib.request.urlopen(f"{server.base}/guide.html", timeout=60) as answer:  # noqa: S310
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                assert f"{server.base}/style.grass" in answer.read().decode()
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{server.base}/passwd", timeout=60)  # noqa: S310
        finally:
            server.shutdown()
