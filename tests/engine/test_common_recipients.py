"""Pairs of callers and the company that they keep, against plain sums, to the last bit."""

import numpy as np
import pyarrow as pa

from graphsvc.engine import parameters
from graphsvc.engine.co_recipients import Callers, Reach
from graphsvc.engine.common_recipients import pairs_of
from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CALL

NUMBERS = 60


def world(seed: int) -> tuple[Snapshot, Reach]:
    random = np.random.default_rng(seed)
    count = 1500
    columns = {
        "seq": np.arange(count),
        "started_at": random.integers(0, 5 * parameters.CO_RECIPIENT_NEAR_MS, count),
        "known_at": np.zeros(count, np.int64),
        "a": random.integers(0, NUMBERS, count, dtype=np.int32),
        "b": random.integers(0, NUMBERS, count, dtype=np.int32),
        "channel": np.full(count, CALL, np.int8),
        "duration_s": np.full(count, 60, np.int32),
    }
    absent = {name: pa.nulls(count, EVENTS.field(name).type) for name in ("answered", "device", "cell")}
    batch = pa.RecordBatch.from_pydict({**{k: pa.array(v) for k, v in columns.items()}, **absent}, schema=EVENTS)
    snapshot = fold([batch], as_of=1, snapshot_id="s")
    n, into = snapshot.number_count, snapshot.in_contact
    weight = random.random(n)
    weight[random.random(n) < 0.3] = 0.0
    reach = Reach(
        recipient_weight=weight,
        reached=np.ones(n, np.int32),
        caller=random.random(n) < 0.8,
        recipients=1.0,
        callers=snapshot.contact_from[into],
        first_at=snapshot.first_at[into],
        last_at=snapshot.last_at[into],
        called_by=np.diff(snapshot.in_start),
        listed=float((np.diff(snapshot.in_start) * weight).sum()),
    )
    return snapshot, reach


def pairs_plainly(
    snapshot: Snapshot, reach: Reach, callers: Callers, company: list[float]
) -> dict[tuple[int, int], tuple[int, float]]:
    """Contact by contact, caller by caller; `company` is added to."""
    contacts = list(zip(snapshot.contact_from.tolist(), snapshot.contact_to.tolist(), strict=True))
    pairs = {}
    for who, fresh, step in zip(*(column.tolist() for column in callers), strict=True):
        met: dict[int, tuple[int, float]] = {}
        for c, (source, target) in enumerate(contacts):
            weight = float(reach.recipient_weight[target])
            if source != who or weight == 0:
                continue
            for k, (other, reached) in enumerate(contacts):
                if reached != target or other == who or not reach.caller[other]:
                    continue
                gap = max(snapshot.first_at[c], snapshot.first_at[k]) - min(snapshot.last_at[c], snapshot.last_at[k])
                near = 1.0 if gap <= parameters.CO_RECIPIENT_NEAR_MS else parameters.CO_RECIPIENT_FAR_WEIGHT
                common, worth = met.get(other, (0, 0.0))
                met[other] = common + 1, worth + weight * near
        for other, (common, worth) in met.items():
            company[other] += step
            if fresh and common >= parameters.CO_RECIPIENT_LEAST:
                pairs[who, other] = common, worth
    return pairs


def test_pairs_and_company_are_those_of_plain_sums_in_the_order_of_callers() -> None:
    snapshot, reach = world(seed=3)
    random = np.random.default_rng(4)
    who = np.flatnonzero(random.random(snapshot.number_count) < 0.6).astype(np.int32)
    callers = Callers(who, random.random(len(who)) < 0.7, random.normal(size=len(who)))
    before = random.random(NUMBERS + 5)  # more than the snapshot has seen
    expected_company = before.tolist()
    expected = pairs_plainly(snapshot, reach, callers, expected_company)
    pairs, company = pairs_of(snapshot, reach, callers, before)
    found = {
        (one, other): (common, worth) for one, other, common, worth in zip(*(p.tolist() for p in pairs), strict=True)
    }
    assert len(found) == len(pairs.one) > 500, "each pair once"
    assert found == expected
    assert company.tolist() == expected_company
