"""Who is left out by chance, so that what warnings do can be measured on those who got none. Pure."""

from hashlib import blake2b
from typing import Final

from graphsvc.dispatch.people import Person
from graphsvc.model.words import Grade, Stage

NEVER: Final = frozenset({Stage.ENGAGED, Stage.COMMITTED})
"""Stages that are always warned: somebody who is in it is no experiment. [doc, fraud-patterns sections 9 and 10]"""


def is_held_out(person: Person, share: float) -> bool:
    """Whether chance leaves this person out of warnings about this affair: always the same, `share` of all.

    Nobody deep in it, or of high grade, is left out; who gets there is warned from then on.
    """
    if Stage(person.stage) in NEVER or person.grade == Grade.HIGH.value:
        return False
    affair = person.suspect if person.network_id is None else f"network {person.network_id}"
    drawn = int.from_bytes(blake2b(f"{person.number} {affair}".encode(), digest_size=8).digest()) / 2**64
    return drawn < share
