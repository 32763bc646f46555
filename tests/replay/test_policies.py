"""Policies by name and from files; two of them side by side, each as if it were alone."""

from pathlib import Path

import polars as pl
import pytest

from graphsvc.dispatch.policies import POLICIES, WORTH, Choice
from graphsvc.errors import UsageError
from graphsvc.model.warnings import WarningChannel
from graphsvc.replay.comparing import compared
from graphsvc.replay.policy_file import policy_of
from tests.conftest import CommandLine
from tests.replay.conftest import FILES, Replayed, replayed


def test_a_file_says_what_differs_from_the_default(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('choice = "grade"\nby_money = 1\nheld_out = 0.1\npaced = false\n[least]\ncall = 0.5\n')
    mine = policy_of(str(path))
    assert (mine.name, mine.choice, mine.by_money, mine.held_out, mine.paced) == ("mine", Choice.GRADE, 1.0, 0.1, False)
    assert mine.least[WarningChannel.CALL] == 0.5
    assert mine.least[WarningChannel.SMS] == WORTH.least[WarningChannel.SMS]
    assert [policy_of(name) for name in POLICIES] == list(POLICIES.values())


@pytest.mark.parametrize(
    "text", ["by_money = 2", 'choice = "luck"', "paced = 1", "[least]\nfax = 1", "name = 'x'", "held_out = true", "="]
)
def test_a_file_that_says_anything_else_is_wrong_usage(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"bad\.toml"):
        policy_of(str(path))


@pytest.mark.parametrize("names", [("luck",), ("worth", "worth"), ("nowhere.toml",)])
def test_unknown_and_repeated_policies_are_wrong_usage(
    graphsvc: CommandLine, world: Path, tmp_path: Path, names: tuple[str, ...]
) -> None:
    options = [word for name in names for word in ("--policy", name)]
    assert graphsvc("replay", world / "feeds", "--out", tmp_path / "out", *options).status == 2


def test_policies_side_by_side_warn_as_each_alone_and_whom_each_warned_is_said(
    replay: Replayed, crowded: Replayed, eager: Path, world: Path, home: Path, tmp_path: Path
) -> None:
    options = ("--raw-numbers", "--policy", "worth", "--policy", str(eager), "--policy", "grades")
    both = replayed(world / "feeds", tmp_path / "both", *options, home=home)
    made = {
        policy: pl.read_parquet(both.folder / policy / "warnings.parquet") for policy in ("worth", "eager", "grades")
    }
    for policy, alone in {"worth": replay, "eager": crowded}.items():
        for name in FILES:
            assert pl.read_parquet(both.folder / policy / f"{name}.parquet").equals(alone.table(name)), policy
    people = {policy: set(warnings["number"]) for policy, warnings in made.items()}
    assert people["eager"] - people["grades"], "the policies differ"
    assert len(made["eager"]) > len(made["worth"]), "these two in how often they warn"
    table = pl.read_parquet(both.folder / "comparison.parquet")
    said = both.summary["comparison"]
    assert said["people"] == len(set().union(*people.values()))
    assert said["people_of_all"] == len(set.intersection(*people.values()))
    for policy, warned in people.items():
        assert set(table.filter(pl.col(f"{policy}_at").is_not_null())["number"]) == warned
        assert table[f"{policy}_warnings"].sum() == len(made[policy])
        others = set().union(*(people[other] for other in people if other != policy))
        assert said["policies"][policy]["people_of_nobody_else"] == len(warned - others)
        assert said["policies"][policy]["people"] == len(warned)
        strong = made[policy].filter(pl.col("channel").is_in(["call", "visit"]))
        assert said["policies"][policy]["called_or_visited"] == strong["number"].n_unique()
    assert said["policies"]["eager"]["called_or_visited"] > 0
    two = compared(both.folder, ["worth", "grades"], raw=True)
    assert two["policies"]["worth"]["people_of_nobody_else"] == len(people["worth"] - people["grades"]) > 0
