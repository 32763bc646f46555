"""What was known at an instant, with what everybody knows added: the roles of well-known short codes."""

from collections.abc import Mapping
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
    return with_well_known(facts_at(catalogue, as_of), well_known(registry))


def well_known(registry: Registry) -> dict[int, str]:
    """Ids and roles of the well-known short codes that were ever seen."""
    found = {registry.find_number(code): role.value for code, role in WELL_KNOWN.items()}
    return {number: role for number, role in found.items() if number is not None}


def with_well_known(facts: Facts, roles: Mapping[int, str]) -> Facts:
    """The facts with these roles where the directory names none."""
    named = set(facts.directory["number"].to_pylist())
    rows = [
        {"number": number, "role": role, "known_at": ALWAYS_KNOWN}
        for number, role in roles.items()
        if number not in named
    ]
    added = pa.Table.from_pylist(rows, schema=DIRECTORY)
    return replace(facts, directory=pa.concat_tables([facts.directory, added]))
