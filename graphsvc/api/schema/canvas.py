"""The graph around some numbers as columns, for a canvas: tens of thousands of values, each in as it is."""

from collections.abc import Mapping
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.columns import column
from graphsvc.api.ids import Kind
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.words import DirectoryRole, EntityKind, Grade, MemberRole, NumberClass
from graphsvc.reports.canvas import NUMBERS_MOST, parted, placed
from graphsvc.reports.canvas_entities import beside
from graphsvc.reports.walks import CanvasEntitiesReport, NeighbourhoodReport

CANVAS_HOPS_MAX = 3
CANVAS_MAX = NUMBERS_MOST
CANVAS_ENTITIES_MAX = 1_000
INVESTIGATED: Final = ("CanvasNumbers.investigations", "CanvasNumbers.notes")

_CLASSES: Final = {one.value: one for one in NumberClass}
_ROLES: Final[dict[str | None, MemberRole | None]] = {None: None, **{one.value: one for one in MemberRole}}
_GRADES: Final[dict[str | None, Grade | None]] = {None: None, **{one.value: one for one in Grade}}


@strawberry.type(description="The numbers of a canvas, column by column: the n-th of each belong together.")
class CanvasNumbers:
    """Columns of equal length."""

    id: list[strawberry.ID]
    number: list[str]
    hops: list[int]
    contacts: list[int] = strawberry.field(description="All its contacts, shown or not.")
    walked: list[bool]
    number_class: list[NumberClass] = strawberry.field(name="class")
    fraud_probability: list[float]
    network: list[str | None] = strawberry.field(description="References.")
    flagged: list[bool]
    public_role: list[DirectoryRole | None]
    role: list[MemberRole | None] = strawberry.field(description="What it does in its network; null outside of one.")
    grade: list[Grade | None] = strawberry.field(
        description="Of people at risk in the caller's region; null for all others."
    )
    investigations: list[int] = strawberry.field(description="How many of the caller's region hold it.")
    notes: list[int] = strawberry.field(description="How many notes those have about it.")
    x: list[float] = strawberry.field(description="Where to draw it, from -1 to 1; the same for everybody.")
    y: list[float]
    community: list[int] | None = strawberry.field(
        description="Labels of the groups that are more in contact with each other than with the rest of this canvas; "
        "null where `communities` is false."
    )


@strawberry.type(description="The contacts of a canvas, column by column; a and b are places among its numbers.")
class CanvasContacts:
    """Columns of equal length."""

    a: list[int]
    b: list[int]
    events: list[int]
    calls: list[int]
    messages: list[int]
    talk_seconds: list[int]
    first_at: list[Instant]
    last_at: list[Instant]


@strawberry.type(description="Who has which entity; places among the entities and among the numbers of a canvas.")
class CanvasUses:
    """Columns of equal length."""

    entity: list[int]
    number: list[int]


@strawberry.type(description="How many entities of a kind the suspects on a canvas have.")
class CanvasKind:
    """A kind that there is."""

    kind: EntityKind
    count: int
    left_out: int = strawberry.field(description="For which `entityLimit` had no room.")


@strawberry.type(
    description="Devices, holders, accounts … of the suspects on a canvas (0.5 or more, or flagged), in columns."
)
class CanvasEntities:
    """Columns of equal length, what most of them have first; `used_by` and `kinds` stand for themselves."""

    id: list[strawberry.ID]
    kind: list[EntityKind]
    token: list[str]
    numbers: list[int] = strawberry.field(description="How many of the suspects have it.")
    fraud_probability: list[float | None]
    x: list[float]
    y: list[float]
    used_by: CanvasUses
    kinds: list[CanvasKind]


@strawberry.type(description="The graph around some numbers, for a canvas, with counts of what was left out.")
class Neighbourhood:
    """A canvas."""

    numbers: CanvasNumbers
    contacts: CanvasContacts
    entities: CanvasEntities | None = strawberry.field(
        description="What its suspects have, at most `entityLimit`; null where that is 0."
    )
    numbers_left_out: int
    contacts_left_out: int
    hubs_not_walked: int


def neighbourhood_of(asking: Asking, found: NeighbourhoodReport, *, communities: bool) -> Neighbourhood:
    """A canvas as the API shows it."""
    where = asking.wants("CanvasNumbers.x", "CanvasNumbers.y", "CanvasEntities.x", "CanvasEntities.y")
    x, y = placed(found) if where else ([], [])
    return Neighbourhood(
        numbers=_canvas_numbers(asking, found, x, y, parted(found) if communities else None),
        entities=None if found.entities is None else _canvas_entities(asking, found.entities, x, y),
        contacts=_canvas_contacts(found.contacts),
        numbers_left_out=found.numbers_left_out,
        contacts_left_out=found.contacts_left_out,
        hubs_not_walked=found.hubs_not_walked,
    )


def _canvas_numbers(
    asking: Asking, found: NeighbourhoodReport, x: list[float], y: list[float], community: list[int] | None
) -> CanvasNumbers:
    columns = found.numbers
    # Most columns are never asked for together; those that cost something are made only when they are.
    ids = asking.ids.of_all(Kind.NUMBER, columns["token"]) if asking.wants("CanvasNumbers.id") else []
    classes = [_CLASSES[word] for word in columns["class"]] if asking.wants("CanvasNumbers.class") else []
    return CanvasNumbers(
        id=cast("list[strawberry.ID]", ids),
        number=columns["number"],
        hops=columns["hops"],
        contacts=columns["contacts"],
        walked=columns["walked"],
        number_class=classes,
        fraud_probability=columns["fraud_probability"],
        network=columns["network"],
        flagged=columns["flagged"],
        public_role=[None if role is None else DirectoryRole(role) for role in columns["public_role"]],
        role=[_ROLES[word] for word in columns["role"]],
        grade=[
            _GRADES[word] if word is not None and asking.caller.covers(region) else None
            for word, region in zip(columns.get("grade", ()), columns.get("grade_region", ()), strict=True)
        ],
        investigations=columns.get("investigations", []),
        notes=columns.get("notes", []),
        x=x,
        y=y,
        community=community,
    )


def _canvas_entities(asking: Asking, found: CanvasEntitiesReport, x: list[float], y: list[float]) -> CanvasEntities:
    along, across = beside(found, np.asarray(x), np.asarray(y)) if x else ([], [])
    return CanvasEntities(
        id=[strawberry.ID(one) for one in asking.ids.of_all(Kind.ENTITY, found.tokens)],
        kind=[EntityKind(kind.value) for kind in found.kinds],
        token=found.tokens,
        numbers=found.numbers,
        fraud_probability=found.fraud_probabilities,
        x=along,
        y=across,
        used_by=CanvasUses(entity=found.use_entities, number=found.use_numbers),
        kinds=[
            CanvasKind(kind=EntityKind(one.kind.value), count=one.count, left_out=one.left_out) for one in found.counts
        ],
    )


def _canvas_contacts(columns: Mapping[str, npt.NDArray[np.int64]]) -> CanvasContacts:
    return CanvasContacts(
        a=column(columns["a"]),
        b=column(columns["b"]),
        events=column(columns["events"]),
        calls=column(columns["calls"]),
        messages=column(columns["messages"]),
        talk_seconds=column(columns["talk_s"]),
        first_at=column(columns["first_at"]),
        last_at=column(columns["last_at"]),
    )
