"""What a number's behaviour says of it, in log-odds: rules on its own figures, whoever it knows.

Duration of calls is no rule: it does not separate (measured). All rules together stay between BEHAVIOUR_LEAST and
BEHAVIOUR_MOST, since a seventh of fraud numbers look ordinary and couriers and telemarketers look like diallers; but
those lines stay, so that of a card which is new, or begins only now, more may be said.
"""

import numpy as np
import pyarrow as pa

from graphsvc.engine import parameters
from graphsvc.engine.counts import Sociable
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import Traits, share
from graphsvc.graph.snapshot import Int64, Snapshot
from graphsvc.model.facts import Facts

RULES = (
    "outgoing_share",
    "events_per_contact",
    "contacts_per_day",
    "active_share",
    "devices_used",
    "reciprocal_share",
    "number_age",
    "days_unseen",
)
DIALLING = ("outgoing_share", "events_per_contact", "contacts_per_day")
"""Rules that speak of calling many strangers."""


def figures(traits: Traits, activated_at: Int64, unseen: Int64, as_of: int) -> dict[str, Float64]:
    """The figure that each rule reads, NaN where a number has none."""
    events = traits.events_out + traits.events_in
    days_possible = min(max(traits.window_days, 1), 31)
    never = np.where(traits.counterparts > 0, 0.0, np.nan)
    age = np.where(activated_at >= 0, (as_of - activated_at) / parameters.DAY_MS, np.nan)
    return {
        "outgoing_share": share(traits.events_out, events) + never,
        "events_per_contact": share(events, traits.counterparts) + never,
        "contacts_per_day": share(traits.counterparts, traits.active_days) + never,
        "active_share": np.minimum(traits.active_days / days_possible, 1.0) + never,
        "devices_used": np.where(traits.devices > 0, traits.devices, np.nan).astype(np.float64),
        "reciprocal_share": share(traits.reciprocal, traits.contacts_out)
        + np.where(traits.contacts_out > 0, 0.0, np.nan),
        "number_age": age,
        "days_unseen": unseen.astype(np.float64),
    }


def says(traits: Traits, figure: dict[str, Float64]) -> dict[str, Float64]:
    """Log-odds of each rule, already held within the bounds: a new card's by NEW_CARD_MOST more."""
    enough = np.minimum(traits.counterparts / parameters.BEHAVIOUR_FULL_AT, 1.0)
    window = min(traits.window_days / parameters.BEHAVIOUR_WINDOW_DAYS, 1.0)
    curves = {
        "outgoing_share": parameters.OUTGOING_SHARE,
        "events_per_contact": parameters.EVENTS_PER_CONTACT,
        "contacts_per_day": parameters.CONTACTS_PER_DAY,
        "active_share": parameters.ACTIVE_SHARE,
        "devices_used": parameters.DEVICES_USED,
        "reciprocal_share": parameters.RECIPROCAL_SHARE,
        "number_age": parameters.NUMBER_AGE_DAYS,
    }
    said = {}
    for rule, curve in curves.items():
        weight = enough * window if rule == "active_share" else enough
        said[rule] = np.nan_to_num(curve(np.nan_to_num(figure[rule])) * weight * ~np.isnan(figure[rule]))
    # The age of a card that lay in a drawer says nothing against its being bought for fraud.
    late = _begun_late(traits, figure)
    said["number_age"] = np.maximum(said["number_age"], said["number_age"] * (1 - late))
    total = sum(said.values(), start=np.zeros(len(enough)))
    new = np.where(np.isnan(figure["number_age"]), late, freshness(traits, figure))
    most = parameters.BEHAVIOUR_MOST + parameters.NEW_CARD_MOST * new
    # Whoever rings many strangers for long is seen within a week; of a number that is only rung that says nothing. It
    # says no more than the others leave of the bound.
    dialled = np.minimum(traits.contacts_out / parameters.BEHAVIOUR_FULL_AT, 1.0)
    begun = np.where(figure["days_unseen"] >= parameters.UNSEEN_DAYS, late, 0.0)
    unseen = np.maximum(parameters.UNSEEN_SAYS * begun * dialled - np.maximum(said["number_age"], 0), 0)
    said["days_unseen"] = np.minimum(unseen, np.maximum(most - total, 0))
    total = total + said["days_unseen"]
    held = np.clip(total, parameters.BEHAVIOUR_LEAST, most)
    factor = np.divide(held, total, out=np.ones_like(total), where=total != 0)
    return {rule: values * factor for rule, values in said.items()}


def freshness(traits: Traits, figure: dict[str, Float64]) -> Float64:
    """[N] from 1, a new card, to 0, a settled line: what tells a den's cards from the lines of a call centre."""
    age = np.log(np.maximum(np.nan_to_num(figure["number_age"]), 1))
    low, high = np.log(parameters.FRESH_TO_DAYS), np.log(parameters.SETTLED_FROM_DAYS)
    by_age = np.maximum((high - age) / (high - low), _begun_late(traits, figure))
    return np.clip(np.where(np.isnan(figure["number_age"]), _by_activity(traits), by_age), 0.0, 1.0)


def _by_activity(traits: Traits) -> Float64:
    """[N] the same by the days on which a number was active, whatever its age."""
    few, many = parameters.FRESH_TO_ACTIVE_DAYS, parameters.SETTLED_FROM_ACTIVE_DAYS
    return np.clip((many - traits.active_days) / (many - few), 0.0, 1.0)


def _begun_late(traits: Traits, figure: dict[str, Float64]) -> Float64:
    """[N] the same of a number that was silent while others were seen: a card kept in a drawer, or one of elsewhere."""
    return np.minimum(figure["days_unseen"] / parameters.UNSEEN_DAYS, 1.0) * _by_activity(traits)


def days_unseen(snapshot: Snapshot, population: Population, *, first_day: int, day_offset_ms: int) -> Int64:
    """[N] days of the record, which began on `first_day`, before each number's first event; 0 without an event."""
    first = np.full(population.seen, np.iinfo(np.int64).max)
    for side in (snapshot.contact_from, snapshot.contact_to):
        np.minimum.at(first, side, snapshot.first_at)
    there = first < np.iinfo(np.int64).max
    days = np.where(there, (np.where(there, first, 0) + day_offset_ms) // parameters.DAY_MS - first_day, 0)
    return np.asarray(population.padded(days), dtype=np.int64)


def call_back_storm(traits: Sociable) -> Bool:
    """Called by many whom it never called: somebody else showed its number."""
    one_way = share(traits.contacts_in - traits.reciprocal, traits.contacts_in)
    return (
        (traits.contacts_in >= parameters.STORM_CALLERS_FROM)
        & (one_way >= parameters.STORM_ONE_WAY)
        & (traits.contacts_out <= parameters.STORM_OUT_SHARE * traits.contacts_in)
    )


def activated_at(facts: Facts, population: Population) -> Int64:
    """When each number's SIM was activated, epoch ms; -1 where nobody says."""
    result = np.full(len(population), -1, dtype=np.int64)
    rows: pa.Table = facts.subscribers.select(["number", "activated_at"]).drop_null()
    index = population.index_of(rows.column("number").to_numpy())
    result[index[index >= 0]] = rows.column("activated_at").to_numpy()[index >= 0]
    return result
