"""Networks against gangs: adjusted Rand index, purity, coverage, and ids kept from day to day. Pure."""

import numpy as np
import polars as pl

from graphsvc.replay.intervals import Estimate, Float64, Int64, Resamples


def against_gangs(networks: pl.DataFrame, fraud: pl.DataFrame, draws: Resamples) -> dict[str, Estimate]:
    """`networks` as NETWORKS with numbers as indices; means over the daily cuts.

    `adjusted_rand_index`: of networks and gangs over the gangs' numbers that are members of a network (a fraud number
    in no network is told by `coverage`) · `purity`: share of members that belong to the gang most frequent in their
    network; an innocent belongs to none · `coverage`: share of gangs' numbers active by the cut that are in a network.
    """
    cuts = [_Cut.of(networks, fraud, as_of) for as_of in networks["as_of"].unique().sort().to_list()]
    every = np.arange(draws.times.shape[1] - 1)

    def mean(figure: str) -> Estimate:
        def of_cuts(weights: Float64) -> float:
            by_gang = np.append(weights, 1.0)
            known = [value for cut in cuts if not np.isnan(value := getattr(cut, figure)(by_gang))]
            return float(np.mean(known)) if known else float("nan")

        return draws.statistic(of_cuts, every)

    return {name: mean(name) for name in ("adjusted_rand_index", "purity", "coverage")}


class _Cut:
    """Members of networks at one cut and the gangs' numbers active by then."""

    def __init__(self, network: Int64, gang: Int64, active: Int64, joined: Int64) -> None:
        self._network, self._gang = network, gang
        self._active, self._joined = active, joined

    @classmethod
    def of(cls, networks: pl.DataFrame, fraud: pl.DataFrame, as_of: int) -> "_Cut":
        """Read one cut."""
        of_gangs = fraud.filter(pl.col("gang") >= 0).unique("number", keep="first")
        known = of_gangs.filter(pl.col("since") <= as_of)
        # A card in a drawer is its gang's; a borrowed one is from when it is used, a recycled one is no longer.
        theirs = of_gangs.filter(((pl.col("since") <= as_of) | ~pl.col("borrowed")) & (pl.col("recycled_at") > as_of))
        members = (
            networks.filter(pl.col("as_of") == as_of)
            .unique("number", keep="first", maintain_order=True)
            .join(theirs.select("number", "gang"), on="number", how="left", maintain_order="left")
        )
        code = members["network_id"].rank("dense").to_numpy().astype(np.int64)
        inside = known["number"].is_in(members["number"].implode()).to_numpy()
        return cls(code, members["gang"].fill_null(-1).to_numpy(), known["gang"].to_numpy(), np.flatnonzero(inside))

    def adjusted_rand_index(self, by_gang: Float64) -> float:
        """Hubert & Arabie 1985; NaN for fewer than two members, 1 where both put all into one."""
        there = self._gang >= 0
        weight = by_gang[self._gang[there]]
        return adjusted_rand_index(self._network[there], self._gang[there], weight)

    def purity(self, by_gang: Float64) -> float:
        """Share of members of the most frequent gang of their network."""
        if not len(self._network):
            return float("nan")
        weight = by_gang[self._gang]
        table = _table(self._network, self._gang, weight)
        most = np.zeros(table.shape[0]) if table.shape[1] < 2 else table[:, 1:].max(axis=1)
        total = weight.sum()
        return float(most.sum() / total) if total > 0 else float("nan")

    def coverage(self, by_gang: Float64) -> float:
        """Share of active fraud numbers that are in a network."""
        total = by_gang[self._active].sum()
        return float(by_gang[self._active[self._joined]].sum() / total) if total > 0 else float("nan")


def adjusted_rand_index(one: Int64, other: Int64, weight: Float64) -> float:
    """Agreement of two partitions above chance, items counted as often as their weight."""
    total = float(weight.sum())
    if total < 2:
        return float("nan")
    table = _table(one, other, weight)
    together = _pairs(table).sum()
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / float(_pairs(np.array(total)))
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _table(rows: Int64, columns: Int64, weight: Float64) -> Float64:
    """Summed weights by row and column; column 0 is that of -1 where there is one."""
    row = np.unique(rows, return_inverse=True)[1]
    names = np.unique(np.append(columns, -1))
    column = np.searchsorted(names, columns)
    table = np.zeros((int(row.max(initial=-1)) + 1, len(names)))
    np.add.at(table, (row, column), weight)
    return table


def _pairs(count: Float64) -> Float64:
    return np.asarray(count * (count - 1) / 2)


def ids_kept(networks: pl.DataFrame) -> tuple[float | None, int]:
    """Of numbers that are members at two cuts in a row, the share with the same network id; and how many these are."""
    cuts = networks["as_of"].unique().sort()
    step = pl.DataFrame({"as_of": cuts, "next": cuts.shift(-1)}).drop_nulls()
    before = networks.join(step, on="as_of")
    after = networks.select(pl.col("as_of").alias("next"), "number", later="network_id")
    both = before.join(after, on=["next", "number"])
    same = int((both["network_id"] == both["later"]).sum())
    return (same / len(both) if len(both) else None), len(both)
