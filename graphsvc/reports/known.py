"""What was known at an instant, with what everybody knows added: the roles of well-known short codes."""

from dataclasses import replace

import pyarrow as pa

from graphsvc.model.facts import Facts
from graphsvc.model.public_numbers import WELL_KNOWN
from graphsvc.model.tables import ALWAYS_KNOWN, DIRECTORY
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import facts_at
from graphsvc.store.registry import Registry


def facts_known(catalogue: Catalogue, registry: Registry, as_of: int) -> Facts:
    """Facts as of an instant (epoch ms); a short code that the directory does not name has its well-known role."""
    facts = facts_at(catalogue, as_of)
    named = set(facts.directory["number"].to_pylist())
    found = {registry.find_number(code): role for code, role in WELL_KNOWN.items()}
    rows = [
        {"number": number, "role": role.value, "known_at": ALWAYS_KNOWN}
        for number, role in found.items()
        if number is not None and number not in named
    ]
    well_known = pa.Table.from_pylist(rows, schema=DIRECTORY)
    return replace(facts, directory=pa.concat_tables([facts.directory, well_known]))
