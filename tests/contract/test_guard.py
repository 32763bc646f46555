"""A case that knows which graph answers is no contract: no case of this folder may name one."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
NAMED = re.compile(r"memory|neo4j|cypher|\bgds\b|bolt|ArrayFeatures|LocalEngine", re.IGNORECASE)


def test_no_case_names_the_graph_that_answers() -> None:
    cases = [path for path in FOLDER.glob("test_*.py") if path.name != Path(__file__).name]
    assert cases
    for path in cases:
        found = NAMED.findall(path.read_text())
        assert not found, f"{path.name} names {set(found)}; what differs between graphs belongs into graphs.py"
