"""A queue filled with many warnings, quickly: rows as a plan would make them, without an analysis."""

from dataclasses import replace
from random import Random

from graphsvc.dispatch.channels import stake_of
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.planning import new_warning
from graphsvc.model.warnings import WarningChannel, WarningRow
from graphsvc.store import warnings
from graphsvc.store.catalogue import Catalogue
from tests.dispatching.queue import HOUR, START

REGIONS = ("110101", "310104", "330106", "440106", "440305", "440306", "510107", None)
_AT_A_TIME = 5_000


def fill(catalogue: Catalogue, count: int, *, service: int = START, seed: int = 1) -> None:
    """So many due warnings of as many people, on SMS."""
    for start in range(0, count, _AT_A_TIME):
        rows = some(range(start, min(start + _AT_A_TIME, count)), service, Random(seed + start))
        with catalogue.writing() as connection:
            warnings.insert(connection, rows)


def some(numbers: range, service: int, chance: Random) -> list[WarningRow]:
    """Due warnings of these people."""
    occasion = Occasion(analysis_id="A1", as_of=service, service=service)
    rows = []
    for number in numbers:
        person = Person(
            number=number,
            network_id=number % 97,
            suspect=1_000_000 + number % 997,
            last_at=service - HOUR,
            grade="medium",
            stage=chance.choice(["listening", "engaged", "committed"]),
            scam_type=chance.choice(["loan", "brushing", "investment"]),
            probability=chance.random() ** 3,
            in_contact_probability=0.8,
            deadline_at=service + chance.randrange(HOUR, 100 * HOUR) if chance.random() < 0.8 else None,
            region=chance.choice(REGIONS),
            evidence='[{"rule": "met_suspect_number", "contribution": 5.1, "facts": {"number": 7, "count": 3}}]',
        )
        rows.append(new_warning(person, WarningChannel.SMS, "ranked", occasion, stake_of(person, [], occasion)))
    return [replace(row, helps_until=service + 1000 * HOUR) for row in rows]
