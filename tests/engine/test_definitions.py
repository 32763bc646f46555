"""The page of definitions names every constant and every rule: nothing scores that is not written down."""

from pathlib import Path

from graphsvc.engine import parameters
from graphsvc.model.phrases import TEMPLATES

PAGE = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text()


def test_every_constant_of_suspicion_stands_in_the_definitions() -> None:
    constants = {name for name in vars(parameters) if name.isupper()} - {"HOUR_MS", "DAY_MS"}
    assert {name for name in constants if name not in PAGE} == set()


def test_every_rule_of_evidence_stands_in_the_definitions() -> None:
    assert {rule for rule in TEMPLATES if f"`{rule}`" not in PAGE} == set()
