"""Outcomes told by people: each becomes a fact and a label, and something follows from it."""

from collections.abc import Mapping, Sequence
from math import isfinite

import pyarrow as pa

from graphsvc.dispatching.coming_back import Held, hand_over
from graphsvc.dispatching.following import follow
from graphsvc.dispatching.noting import plain
from graphsvc.dispatching.values import OutcomeTold
from graphsvc.errors import NotFound, UsageError
from graphsvc.model.references import warning_reference
from graphsvc.model.tables import OUTCOMES
from graphsvc.model.warnings import Moment, WarningEvent, WarningRow
from graphsvc.model.words import OutcomeKind
from graphsvc.store import facts as fact_store
from graphsvc.store import warnings
from graphsvc.store.catalogue import Catalogue, Connection


def tell(catalogue: Catalogue, outcomes: Sequence[OutcomeTold], now: Moment) -> list[int]:
    """Keep outcomes and do what follows; their fact ids, in the order given. All are kept or none.

    The same outcome again is the same fact: nothing follows twice.
    """
    with catalogue.writing() as connection:
        ids = keep(connection, outcomes, now)
    more = True
    while more:
        with catalogue.writing() as connection:
            events, more = follow(connection, now)
            warnings.log(connection, events)
    return ids


def keep(connection: Connection, outcomes: Sequence[OutcomeTold], now: Moment) -> list[int]:
    """The part of `tell` that only keeps the facts. NotFound where there is no such warning."""
    rows = warnings.by_id(connection, [told.warning_id for told in outcomes])
    facts = [_fact(told, rows, place, now) for place, told in enumerate(outcomes)]
    return fact_store.add_and_find(connection, "outcomes", pa.Table.from_pylist(facts, schema=OUTCOMES))


def _fact(told: OutcomeTold, rows: Mapping[int, WarningRow], place: int, now: Moment) -> dict[str, object]:
    row = rows.get(told.warning_id)
    if row is None:
        raise NotFound(f"outcome {place + 1} is of a warning that was never made")
    if row.fence == 0:
        raise UsageError(f"outcome {place + 1} is of a warning that nobody was given yet")
    saved = told.amount_saved
    if saved is not None and not (isfinite(saved) and saved >= 0):
        raise UsageError(f"amountSaved of outcome {place + 1} must be a sum of money, 0 or more")
    at = now.service if told.at is None else told.at
    if not row.made_at <= at <= max(now.service, row.made_at):
        raise UsageError(f"at of outcome {place + 1} must lie between the making of the warning and now")
    return {
        "number": row.number,
        "at": at,
        "outcome": told.outcome.value,
        "warning_id": warning_reference(row.warning_id),
        "reported_by": None if told.reported_by is None else told.reported_by.value,
        "amount_saved": saved,
        "note": plain(told.note) if told.note else None,
        "known_at": max(at, now.service),
    }


def acknowledge(
    connection: Connection, holding: Sequence[Held], outcome: OutcomeKind, now: Moment
) -> list[WarningEvent]:
    """Note that warnings went out, and what came of it."""
    events = hand_over(connection, holding, now)
    if holding:
        keep(connection, [OutcomeTold(held.row.warning_id, outcome) for held in holding], now)
        more = True
        while more:
            followed, more = follow(connection, now)
            events += followed
    return events
