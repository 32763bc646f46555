"""What simpler rules would have warned of at the same capacity: they see what was known at each tick, as we do.

Each gives every number a score for a person being in danger; the best are warned, a person once in 24 hours on a
channel. Pure: a seed is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array

from graphsvc.graph.pagerank import personalised_pagerank
from graphsvc.graph.weighted import undirected
from graphsvc.model.facts import Facts
from graphsvc.model.words import CALL
from graphsvc.replay.timeline import Timeline

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TALK_S = 30


@dataclass
class Moment:
    """What is known at a tick: events so far, those of the last week among them, and who is flagged or public."""

    timeline: Timeline
    at: int
    facts: Facts
    numbers: int

    def events(self, since: int = 0) -> dict[str, npt.NDArray[Any]]:
        """Events known now that were known no earlier than `since`."""
        low, high = self.timeline.known(since - 1), self.timeline.known(self.at)
        return {name: column[low:high] for name, column in self.timeline.events.items()}

    def flagged(self) -> Bool:
        """[numbers] flagged."""
        result = np.zeros(self.numbers, dtype=bool)
        result[self.facts.flags.column("number").drop_null().to_numpy()] = True
        return result

    def public(self) -> Bool:
        """[numbers] in the directory."""
        result = np.zeros(self.numbers, dtype=bool)
        result[self.facts.directory.column("number").to_numpy()] = True
        return result

    def talks(self) -> tuple[Int64, Int64, Float64]:
        """(number, person, weight) of the last week's talks, read both ways; a call back weighs as a minute."""
        events = self.events(self.at - 7 * DAY_MS)
        seconds = np.where(events["answered"] == 0, 0, np.maximum(events["duration_s"], 0))
        talk = (events["channel"] == CALL) & (seconds >= TALK_S)
        a, b = events["a"].astype(np.int64), events["b"].astype(np.int64)
        weight = np.log1p(np.maximum(seconds, 60)).astype(np.float64)
        number = np.concatenate([a[talk], b])
        person = np.concatenate([b[talk], a])
        return number, person, np.concatenate([weight[talk], weight])


Scores = Callable[[Moment], Float64]
"""[numbers] how much a person is in danger, 0 for nobody's concern."""


def by_chance(seed: int) -> Scores:
    """Random people among those in contact with anybody in the last hour."""
    rng = np.random.default_rng(seed)

    def scores(now: Moment) -> Float64:
        events, result = now.events(now.at - HOUR_MS), np.zeros(now.numbers)
        met = np.unique(np.concatenate([events["a"], events["b"]]))
        result[met] = rng.random(len(met))
        return result

    return scores


def one_hop(now: Moment) -> Float64:
    """12381: whoever had contact with a flagged number in the last week, the newest first."""
    events, flagged, result = now.events(now.at - 7 * DAY_MS), now.flagged(), np.zeros(now.numbers)
    for one, other in (("a", "b"), ("b", "a")):
        here = flagged[events[one]]
        np.maximum.at(result, events[other][here], events["started_at"][here].astype(np.float64))
    return result


def one_hop_by_talk(now: Moment) -> Float64:
    """The same, by seconds of talk with flagged numbers."""
    events, flagged, result = now.events(now.at - 7 * DAY_MS), now.flagged(), np.zeros(now.numbers)
    seconds = np.where(events["answered"] == 0, 0, np.maximum(events["duration_s"], 0)).astype(np.float64)
    for one, other in (("a", "b"), ("b", "a")):
        here = flagged[events[one]]
        np.add.at(result, events[other][here], seconds[here])
    return result


@dataclass
class Remembered:
    """Scores of numbers that are worked out anew every six hours, carried to the people who talked with them."""

    of_numbers: Scores
    until: int = 0
    kept: Float64 = field(default_factory=lambda: np.zeros(0))

    def __call__(self, now: Moment) -> Float64:
        """By the talks of the last week, longer ones weigh more."""
        if now.at >= self.until:
            self.kept, self.until = self.of_numbers(now), now.at + 6 * HOUR_MS
        self.kept = np.append(self.kept, np.zeros(now.numbers - len(self.kept)))
        number, person, weight = now.talks()
        return np.bincount(person, weights=self.kept[number] * weight, minlength=now.numbers).astype(np.float64)


def evidence_count(now: Moment) -> Float64:
    """Of each caller, how many flagged numbers reached the same people, popular ones discounted; a flag counts ten."""
    events, flagged = now.events(), now.flagged()
    pair = np.unique(events["a"].astype(np.int64) * now.numbers + events["b"])
    caller, recipient = pair // now.numbers, pair % now.numbers
    popular = np.bincount(recipient, minlength=now.numbers)
    idf = np.clip(np.log(max(len(np.unique(caller)), 2) / np.maximum(popular, 1)), 0, None)
    idf[popular > 1000] = 0
    lists = csr_array((np.ones(len(pair)), (caller, recipient)), shape=(now.numbers, now.numbers))
    common = lists @ (lists[np.flatnonzero(flagged)] * (idf / max(idf.max(), 1))).T
    common.data = np.minimum(common.data, 1.0)
    return np.asarray(np.asarray(common.sum(axis=1)).ravel() + 10.0 * flagged, dtype=np.float64)


def pagerank(now: Moment) -> Float64:
    """Personalised PageRank from the flagged numbers over all contacts, both ways, weighted by events; damping .85."""
    events, flagged = now.events(), now.flagged()
    if not flagged.any():
        return np.zeros(now.numbers)
    one = np.ones(len(events["a"]), dtype=np.float32)
    graph = undirected(now.numbers, events["a"].astype(np.int32), events["b"].astype(np.int32), one)
    return np.asarray(personalised_pagerank(graph, flagged)[0], dtype=np.float64)


def five_features(now: Moment) -> Float64:
    """Logistic regression on outgoing share, events a contact, active days, devices, contacts: flagged or not."""
    events, flagged = now.events(), now.flagged()
    a, b = events["a"].astype(np.int64), events["b"].astype(np.int64)
    out, coming = (np.bincount(side, minlength=now.numbers) for side in (a, b))
    pairs = np.unique(np.concatenate([a * now.numbers + b, b * now.numbers + a]))
    contacts = np.bincount(pairs // now.numbers, minlength=now.numbers)
    day = events["started_at"] // DAY_MS
    days = np.unique(np.concatenate([a, b]) * 100_000 + np.concatenate([day, day]) % 100_000)
    active = np.bincount(days // 100_000, minlength=now.numbers)
    used = np.unique(a[events["device"] >= 0] * 2**31 + events["device"][events["device"] >= 0])
    devices = np.bincount(used // 2**31, minlength=now.numbers)
    total = np.maximum(out + coming, 1)
    features = [out / total, np.log1p(total / np.maximum(contacts, 1)), active, np.log1p(devices), np.log1p(contacts)]
    seen = (contacts > 0) & ~now.public()
    if flagged[seen].sum() < 5:
        return flagged.astype(np.float64)
    table = np.column_stack(features)
    table = (table - table[seen].mean(axis=0)) / np.maximum(table[seen].std(axis=0), 1e-9)
    return np.where(seen, _fitted(table[seen], flagged[seen])(table), 0.0)


def _fitted(table: Float64, label: Bool) -> Callable[[Float64], Float64]:
    """Logistic regression with a ridge of 1, both classes weighing the same."""
    weight = np.where(label, 0.5 / label.sum(), 0.5 / (~label).sum()) * len(label)
    sign = np.where(label, 1.0, -1.0)

    def loss(beta: Float64) -> tuple[float, Float64]:
        margin = sign * (table @ beta[1:] + beta[0])
        pull = -weight * sign / (1 + np.exp(margin))
        gradient = np.concatenate([[pull.sum()], table.T @ pull + beta[1:]])
        return float((weight * np.logaddexp(0, -margin)).sum() + 0.5 * beta[1:] @ beta[1:]), gradient

    beta = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return lambda rows: 1 / (1 + np.exp(-(rows @ beta[1:] + beta[0])))


def all_baselines(seed: int) -> dict[str, Scores]:
    """By name, in the order of the table."""
    return {
        "random contact": by_chance(seed),
        "one hop from flagged numbers (12381)": one_hop,
        "one hop by talk time": one_hop_by_talk,
        "evidence count": Remembered(evidence_count),
        "personalised PageRank": Remembered(pagerank),
        "five-feature logistic regression": Remembered(five_features),
    }
