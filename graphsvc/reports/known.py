"""What was known at an instant, with what everybody knows added: the roles of well-known short codes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from graphsvc.model.facts import Facts
from graphsvc.model.public_numbers import WELL_KNOWN
from graphsvc.model.tables import ALWAYS_KNOWN, DIRECTORY
from graphsvc.store import facts_about
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import facts_at
from graphsvc.store.registry import Registry


def facts_known(catalogue: Catalogue, registry: Registry, as_of: int) -> Facts:
    """Facts as of an instant (epoch ms); a short code that the directory does not name has its well-known role.

    They say as well which numbers no person has.
    """
    known = with_well_known(facts_at(catalogue, as_of), well_known(registry))
    return replace(known, nobody=frozenset(registry.of_no_person()))


def well_known(registry: Registry) -> dict[int, str]:
    """Ids and roles of the well-known short codes that were ever seen."""
    tokens = registry.tokens_of(list(WELL_KNOWN))
    ids = registry.numbers_by_token(list(tokens.values()))
    return {ids[tokens[code]]: role.value for code, role in WELL_KNOWN.items() if tokens[code] in ids}


def roles_of(catalogue: Catalogue, registry: Registry, numbers: Sequence[int], as_of: int) -> dict[int, str]:
    """The public roles of some numbers at an instant (epoch ms), the well-known ones among them."""
    return {**well_known(registry), **facts_about.roles_of(catalogue, numbers, as_of)}


def public_numbers(catalogue: Catalogue, registry: Registry, as_of: int) -> set[int]:
    """Numbers that are nobody's own at an instant (epoch ms): short codes, sender names, and what the directory has."""
    return {*registry.of_no_person(), *facts_about.listed_numbers(catalogue, as_of)}


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
