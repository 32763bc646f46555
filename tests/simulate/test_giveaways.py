"""A classifier that looks at everything but behaviour must be no better than a coin."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from tests.simulate.conftest import Written

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]
TOLERANCE = 0.06
"""About three standard errors of the AUC with some 300 fraud numbers."""


def auc(score: Matrix, label: Labels) -> float:
    """The share of pairs that the score puts in the right order; ties count half."""
    order = np.argsort(score, kind="stable")
    _, inverse, count = np.unique(score[order], return_inverse=True, return_counts=True)
    mean_rank = (np.cumsum(count) - (count - 1) / 2)[inverse]
    positive = int(label.sum())
    ranks = mean_rank[label[order]].sum()
    return float((ranks - positive * (positive + 1) / 2) / positive / (len(label) - positive))


def held_out_auc(features: Matrix, label: Labels, folds: int = 5) -> float:
    """AUC of a balanced logistic regression (Newton steps, ridge) on numbers it was not fitted to."""
    some = np.flatnonzero(label | (np.random.default_rng(1).random(len(label)) < 4000 / len(label)))
    features, label = features[some], label[some]
    x = (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-9)
    x = np.hstack([x, np.ones((len(x), 1))])
    fold = np.random.default_rng(0).permutation(len(x)) % folds
    aucs = []
    for one in range(folds):
        train, test = fold != one, fold == one
        weight = np.where(label[train], (~label[train]).sum() / max(label[train].sum(), 1), 1.0)
        beta = np.zeros(x.shape[1])
        for _ in range(5):
            p = 1 / (1 + np.exp(-(x[train] @ beta).clip(-30, 30)))
            gradient = x[train].T @ (weight * (label[train] - p)) - 5.0 * beta
            hessian = (x[train] * (weight * p * (1 - p))[:, None]).T @ x[train] + 5.0 * np.eye(x.shape[1])
            beta += np.linalg.solve(hessian, gradient)
        aucs.append(auc(x[test] @ beta, label[test]))
    return float(np.mean(aucs))


def one_hot(texts: pl.Series, width: int, alphabet: str) -> Matrix:
    """A column for each character at each of the first `width` places."""
    columns = [texts.str.slice(place, 1).fill_null("") for place in range(width)]
    return np.stack([(column == sign).to_numpy() for column in columns for sign in alphabet], axis=1).astype(float)


@pytest.fixture(scope="module")
def cards(plain: Written) -> pl.DataFrame:
    """The operator's mobile numbers, in the order of the subscribers feed, with whether a gang uses them."""
    numbers = plain.truth("numbers").select("number", (pl.col("class") == "fraud").alias("fraud"))
    subscribers = plain.feed("subscribers").unique("number", keep="last", maintain_order=True)
    return subscribers.join(numbers, on="number", how="left", maintain_order="left").with_row_index("row")


def labels(frame: pl.DataFrame) -> Labels:
    label: Labels = frame["fraud"].to_numpy().astype(bool)
    assert label.sum() > 200
    return label


def test_the_classifier_finds_a_leak_where_there_is_one(cards: pl.DataFrame) -> None:
    leaky = cards.with_columns(
        number=pl.when(pl.col("fraud") & (pl.col("row") % 2 == 0))
        .then(pl.col("number").str.slice(0, 13) + "7")
        .otherwise(pl.col("number"))
    )
    assert held_out_auc(one_hot(leaky["number"].str.slice(3), 11, "0123456789"), labels(leaky)) > 0.5 + 2 * TOLERANCE


def test_the_digits_of_a_number_say_nothing(cards: pl.DataFrame) -> None:
    digits = one_hot(cards["number"].str.slice(3), 11, "0123456789")
    assert abs(held_out_auc(digits, labels(cards)) - 0.5) < TOLERANCE


def test_the_place_in_the_subscribers_feed_says_nothing(cards: pl.DataFrame) -> None:
    row = cards["row"].to_numpy().astype(float)
    waves = [np.sin(row * k / len(row) * 2 * np.pi + shift) for k in range(1, 9) for shift in (0, np.pi / 2)]
    order = np.stack([row, row % 2, row % 10, *waves], axis=1)
    assert abs(held_out_auc(order, labels(cards)) - 0.5) < TOLERANCE


def test_who_or_where_somebody_is_registered_says_nothing(cards: pl.DataFrame) -> None:
    facts = cards.select("region", "language", "assisted").to_dummies().to_numpy().astype(float)
    second = (cards["activated_at"].to_numpy() // 1000 % 86_400).astype(float)
    assert abs(held_out_auc(np.hstack([facts, second[:, None]]), labels(cards)) - 0.5) < TOLERANCE


def test_event_ids_and_arrival_say_nothing(plain: Written, cards: pl.DataFrame) -> None:
    events = plain.feed("events").with_row_index("at")
    digits = [
        pl.col("event_id").str.slice(place, 1).str.to_integer(base=16).mean().alias(f"d{place}") for place in range(16)
    ]
    lag = pl.col("known_at") - pl.col("started_at") - pl.col("duration_s").fill_null(0).cast(pl.Int64) * 1000
    its = events.group_by("a_number").agg(
        *digits,
        (lag % 1000).mean().alias("lag_ms"),
        lag.clip(0, 60_000).mean().alias("lag"),
        (pl.col("at") % 2).mean().alias("parity"),
        pl.col("at").diff().fill_null(0).mod(7).mean().alias("gaps"),
    )
    joined = cards.join(its, left_on="number", right_on="a_number", how="inner")
    features = joined.select(pl.exclude(cards.columns)).to_numpy().astype(float)
    assert abs(held_out_auc(features, labels(joined)) - 0.5) < TOLERANCE


def test_the_order_of_events_that_arrive_together_says_nothing(plain: Written) -> None:
    events = plain.feed("events").select("a_number", "known_at").with_row_index("at")
    # Half seconds, within which the order of the rows is that of milliseconds and then chance.
    together = events.with_columns(
        place=(pl.col("at") - pl.col("at").min()).over(pl.col("known_at") // 500),
        size=pl.len().over(pl.col("known_at") // 500),
    ).filter(pl.col("size") > 1)
    numbers = plain.truth("numbers").select("number", (pl.col("class") == "fraud").alias("fraud"))
    share = together.select("a_number", share=pl.col("place") / (pl.col("size") - 1))
    mean = share.group_by("a_number").agg(pl.col("share").mean()).join(numbers, left_on="a_number", right_on="number")
    assert abs(auc(mean["share"].to_numpy(), labels(mean)) - 0.5) < TOLERANCE


def test_tokens_of_entities_say_nothing(plain: Written, cards: pl.DataFrame) -> None:
    links = plain.feed("links").drop_nulls("number").filter(pl.col("kind").is_in(["holder", "account"]))
    shown = plain.feed("events").drop_nulls("a_imei").select(number="a_number", kind=pl.lit("device"), entity="a_imei")
    pairs = pl.concat([links.select("number", "kind", "entity"), shown])
    # A gang's numbers share entities: each entity counts once, or one token would be in training and in test.
    once = pairs.unique("entity", keep="first", maintain_order=True).join(cards, on="number", how="inner")
    digits = [once["entity"].str.slice(place, 1).replace("", "0") for place in range(16)]
    values = np.stack([digit.str.to_integer(base=16).to_numpy() for digit in digits], axis=1).astype(float)
    for kind in ("holder", "account", "device"):  # the digits of one kind are not those of another
        its = (once["kind"] == kind).to_numpy()
        values[its] -= values[its].mean(axis=0)
    assert abs(held_out_auc(values, labels(once)) - 0.5) < TOLERANCE


def test_the_kind_of_number_says_nothing(plain: Written) -> None:
    numbers = plain.truth("numbers").filter((pl.col("kind") != "public") & (pl.col("kind") != "tool"))
    texts = numbers["number"]
    features = np.stack(
        [
            numbers["subscriber"].to_numpy(),
            texts.str.starts_with("+86").to_numpy(),
            texts.str.contains(r"^\+861(62|65|67|70|71)").to_numpy(),
            texts.str.len_chars().to_numpy(),
        ],
        axis=1,
    ).astype(float)
    label = (numbers["class"] == "fraud").to_numpy()
    assert abs(held_out_auc(features, label) - 0.5) < 0.1


def test_facts_come_in_the_order_in_which_they_became_known(plain: Written) -> None:
    for name in ("flags", "cases", "links"):
        assert plain.feed(name)["known_at"].is_sorted(), name


def test_activation_dates_of_gangs_and_others_overlap(plain: Written, cards: pl.DataFrame) -> None:
    age = (plain.world.days.end - cards["activated_at"]).to_numpy()
    fraud = labels(cards)
    assert np.quantile(age[fraud], 0.75) > np.quantile(age[~fraud], 0.25)
    assert np.quantile(age[fraud], 0.25) > np.quantile(age[~fraud], 0.005)
