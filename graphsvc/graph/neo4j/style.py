"""How Browser draws the graph: the rules of `cypher/browser/style.grass`, and the command that gives them to it.

Browser applies every rule whose labels a node has, in the order of the file: the last one that names a property wins.
To a label that no rule gives a colour it gives one itself, *behind* all others, once its legend has shown the label;
that one colour then wins on every node with the label. So each label of the model has its rule.
"""

import json
import re
from functools import cache
from typing import Final

from graphsvc.graph.neo4j.statements import folder

_RULE: Final = re.compile(r"([\w.]+)\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")


def style_rules() -> dict[str, dict[str, str]]:
    """Selector (`node.Suspect`) -> property -> value, in the order of the file."""
    text = (folder() / "browser" / "style.grass").read_text("utf-8")
    return {selector: _properties(body) for selector, body in _RULE.findall(text)}


@cache
def style_command() -> str:
    """What a server lets Browser run on connecting (`browser.post_connect_cmd`): as JSON, for a semicolon ends one."""
    return f"style {json.dumps(style_rules(), separators=(',', ':'))}"


def _properties(body: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in body.split(";") if line.strip())
    return {name.strip(): value.strip().strip("'") for name, _, value in pairs}
