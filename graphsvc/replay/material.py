"""Truth, feeds and replay under one naming, each warning and each loss judged: what the measures are taken from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from graphsvc.errors import InputRefused
from graphsvc.replay import judged, measures_evidence, measures_numbers
from graphsvc.replay.feeds_read import Shown, read_shown
from graphsvc.replay.naming import Naming
from graphsvc.replay.result import Replay, read_replay
from graphsvc.replay.truth import Truth, read_truth

Tokens = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True)
class Material:
    """Truth, feeds and replay under one naming; `warnings` hold the verdicts."""

    truth: Truth
    shown: Shown | None
    warnings: pl.DataFrame
    losses: pl.DataFrame
    networks: pl.DataFrame
    numbers: pl.DataFrame
    faithful: list[bool] | None
    notes: list[str]


def gathered(
    truth_folder: Path, replay_folder: Path, feeds: Path | None, *, region: str, tokens: Tokens, now: int
) -> Material:
    """Read everything and judge each warning and each loss."""
    naming = Naming(region)
    truth, replay = read_truth(truth_folder, naming), read_replay(replay_folder)
    notes = list(truth.notes)
    shown = None
    if feeds is not None:
        shown = _shown(feeds, naming, truth, replay, tokens, now)
    else:
        notes.append("without feeds, contact is what the truth dates; evidence and unflagged numbers are not judged")
    index = partial(naming.of) if replay.raw else partial(naming.of_tokens, tokens=tokens)
    warnings, networks, numbers = (
        frame.with_columns(number=pl.Series(index(frame["number"])))
        for frame in (replay.warnings, replay.networks, replay.numbers)
    )
    _check_known(numbers, truth)
    contacts = (
        judged.contacts_by_truth(truth.victims)
        if shown is None
        else judged.contacts_by_events(shown.events, truth.fraud)
    )
    since, until = _window(replay, truth)
    told = judged.judge_warnings(warnings, truth.victims, contacts)
    return Material(
        truth=truth,
        shown=shown,
        warnings=told,
        losses=judged.judge_losses(told, truth.victims, since=since, until=until),
        networks=networks,
        numbers=numbers,
        faithful=None if shown is None else _faithful(warnings, shown, index, raw=replay.raw),
        notes=notes,
    )


def _shown(feeds: Path, naming: Naming, truth: Truth, replay: Replay, tokens: Tokens, now: int) -> Shown:
    """What the feeds show of fraud numbers and of everybody who was warned."""
    warned = set(replay.warnings["number"].drop_nulls().to_list())
    if replay.raw:
        warned = {naming.texts[i] for i in naming.of(replay.warnings["number"]).tolist() if i >= 0}
    matcher = naming.matcher(warned, None if replay.raw else tokens)
    guilty = truth.fraud["number"].to_numpy()

    def wanted() -> npt.NDArray[np.bool_]:
        named = matcher.wanted().copy()
        named[guilty] = True
        return named

    return read_shown(feeds, naming, wanted, now=now)


def _faithful(
    warnings: pl.DataFrame, shown: Shown, index: Callable[[pl.Series], npt.NDArray[np.int32]], *, raw: bool
) -> list[bool] | None:
    """Whether each warning's evidence is faithful; None where no warning has any, as those of a baseline."""
    if warnings["evidence"].null_count() == len(warnings):
        return None

    def indices(names: list[str]) -> list[int]:
        found: list[int] = index(pl.Series(names, dtype=pl.String)).tolist()
        return found

    return measures_evidence.faithful(warnings, shown.events, shown.flags, indices, raw=raw)


def _check_known(numbers: pl.DataFrame, truth: Truth) -> None:
    """Refuse a replay whose numbers have nothing to do with this truth: mostly tokens made with another key."""
    suspects = numbers.filter(pl.col("fraud_probability") >= measures_numbers.HELD_FROM)["number"].unique()
    known = set(truth.fraud["number"].to_list()) | set(truth.victims["number"].to_list())
    if len(suspects) >= 20 and not known & set(suspects.to_list()):
        raise InputRefused(
            "no suspect number of the replay is in this truth: give the --home that the replay was made with, "
            "whose key makes the tokens, or replay with --raw-numbers"
        )


def _window(replay: Replay, truth: Truth) -> tuple[int, int]:
    """From when until when somebody could be warned, epoch ms: what the summary says, else the warnings' own span."""
    settings = replay.summary.get("settings", {})
    span = [at for at in (settings.get("since"), settings.get("until")) if isinstance(at, int)]
    if len(span) == 2:
        return span[0], span[1]
    times = pl.concat([replay.warnings["warned_at"], replay.numbers["as_of"]])
    if not len(times):
        raise InputRefused("the replay has neither warnings nor cuts, and its summary does not say from when to when")
    low, high = times.min(), times.max()
    assert isinstance(low, int)
    assert isinstance(high, int)
    return low, high
