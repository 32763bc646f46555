"""Browser's colours: what it makes of style.grass for each kind of node, and that the server brings them by itself."""

import re

import pytest

from graphsvc.graph.neo4j.statements import folder
from graphsvc.graph.neo4j.style import style_command, style_rules

LABELS = {
    label
    for place in ("projection", "schema")
    for file in (folder() / place).glob("*.cypher")
    for labels in re.findall(r"(?:\(\w*|SET \w+|REMOVE \w+)((?::[A-Z][a-z]\w*)+)", file.read_text())
    for label in labels.split(":")[1:]
}
TYPES = {
    name
    for file in (folder() / "projection").glob("*.cypher")
    for names in re.findall(r"\[\w*:([A-Z_|]+)", file.read_text())
    for name in names.split("|")
}
ENTITIES = ["Device", "Holder", "Account", "SocialAccount", "Url"]
KINDS = {
    "plain": ["Number"],
    "candidate": ["Number", "Candidate"],
    "exposed": ["Number", "Exposed"],
    "hub": ["Number", "Hub"],
    "suspect": ["Number", "Candidate", "Suspect"],
    "flagged": ["Number", "Candidate", "Suspect", "Flagged"],
    "network": ["Network"],
    **{name: ["Entity", name] for name in ENTITIES},
}
"""Kinds of nodes that are to be told apart, each with the labels that it has."""


def drawn(*labels: str, tag: str = "node") -> dict[str, str]:
    """The style of a node by Browser's rule: of all rules whose labels it has, in their order, the last one counts."""
    style: dict[str, str] = {}
    for selector, properties in style_rules().items():
        kind, *asked = selector.split(".")
        if kind == tag and set(asked) <= set(labels):
            style |= properties
    return style


def test_the_labels_and_types_of_the_model_were_found() -> None:
    assert {"Number", "Hub", "Suspect", "Exposed", "Detailed", "Flagged", "Network", "Entity", "Case"} <= LABELS
    assert {"CONTACTED", "CALLED", "TEXTED", "MEMBER_OF", "EXPOSED_TO", "USED_DEVICE", "OWNS"} <= TYPES


@pytest.mark.parametrize("label", sorted(LABELS | set(ENTITIES)))
def test_each_label_has_a_colour_of_ours(label: str) -> None:
    """Else Browser makes one, behind all others, that wins on every node with the label."""
    assert style_rules().get(f"node.{label}", {}).keys() >= {"color", "border-color"}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_each_type_has_colour_caption_and_width(name: str) -> None:
    assert style_rules().get(f"relationship.{name}", {}).keys() == {"color", "caption", "shaft-width"}


def test_kinds_are_told_apart_whatever_other_labels_say() -> None:
    colours = {kind: drawn(*labels)["color"] for kind, labels in KINDS.items()}
    assert len(set(colours.values())) == len(colours)
    for kind, labels in KINDS.items():
        assert drawn("Detailed", *labels)["color"] == colours[kind]
    assert drawn("Number", "Exposed", "Hub")["color"] == colours["hub"]
    assert drawn("Number", "Exposed", "Hub", "Flagged")["color"] == colours["flagged"]
    assert drawn("Entity", "Device", "Flagged")["color"] == colours["flagged"]
    assert drawn("Number", "Suspect", "Exposed")["border-color"] == drawn("Number", "Exposed")["border-color"]
    sizes = [int(drawn(*KINDS[kind])["diameter"][:-2]) for kind in ("plain", "exposed", "suspect", "network")]
    assert sizes == sorted(set(sizes))


def test_a_flag_does_not_take_the_name_from_what_it_is_on() -> None:
    assert drawn("Entity", "Device", "Flagged")["caption"] == "device"
    assert drawn("Number", "Detailed", "Candidate", "Suspect", "Flagged")["caption"] == "{masked}"


def test_writing_is_readable_on_each_colour() -> None:
    for kind, labels in KINDS.items():
        style = drawn(*labels)
        assert contrast(style["color"], style["text-color-internal"]) >= 4.5, kind


def test_the_server_hands_it_to_browser_in_one_command() -> None:
    """Browser splits commands at semicolons, except within quotes, and takes a style that is JSON."""
    command = style_command()
    assert command.startswith('style {"node":{')
    assert not set(command) & set(";\n\\'$")
    assert command.isascii()


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2 defines it."""

    def light(c: int) -> float:
        return c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4

    parts = [[light(int(colour[i : i + 2], 16)) for i in (1, 3, 5)] for colour in (one, other)]
    low, high = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in parts)
    return (high + 0.05) / (low + 0.05)
