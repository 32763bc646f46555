"""An amended analysis reads as if all of it had been written anew."""

from random import Random
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from graphsvc.errors import Overtaken
from graphsvc.model import tables as arrow
from graphsvc.model.words import Grade, Stage
from graphsvc.store import changes, results, shelf
from graphsvc.store.amending import amend
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import NEVER
from graphsvc.store.results import AnalysisRecord, publish
from tests.store.folder import Folder
from tests.store.test_results import made_of, record_of, some_findings

GRADES, STAGES = [one.value for one in Grade], [one.value for one in Stage]
PEOPLE = 60


def _people(dice: Random, numbers: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "probability": round(dice.random(), 6),
            "grade": dice.choice(GRADES),
            "stage": dice.choice(STAGES),
            "scam_type": "loan",
            "network_id": dice.choice([None, 1, 2]),
            "region": dice.choice(["440300", "440100", "330100", None]),
            "evidence": f"[{number}]",
        }
        for number in numbers
    ]


def _victims(people: list[dict[str, Any]]) -> pa.Table:
    """Ranked by probability."""
    inorder = sorted(people, key=lambda one: (-one["probability"], one["number"]))
    return made_of(arrow.VICTIMS, *[{**one, "rank": rank} for rank, one in enumerate(inorder, 1)])


def _exposures(people: list[dict[str, Any]]) -> pa.Table:
    there = sorted(people, key=lambda one: int(one["number"]))
    return made_of(arrow.EXPOSURES, *[{"number": one["number"], "network_id": one["network_id"]} for one in there])


class _Pair:
    """The same ranking twice: amended, and written whole under another id."""

    def __init__(self, catalogue: Catalogue, seed: int, kept: Any = NEVER) -> None:
        dice = Random(seed)
        self.catalogue = catalogue
        self.before = _people(dice, list(range(1, PEOPLE)))
        self.touched = dice.sample(range(1, PEOPLE + 20), 12)
        new = _people(dice, [number for number in self.touched if dice.random() < 0.8])
        self.now = [one for one in self.before if one["number"] not in self.touched] + new
        first = _victims(self.before)
        self._publish("A1", self.before)
        self._publish("A2", self.now)
        self._publish("A3", self.before)
        ranks = dict(zip(first["number"].to_pylist(), first["rank"].to_pylist(), strict=True))
        whole = _victims(self.now)
        own = pl.Series(whole["number"].to_pylist()).is_in(self.touched).to_arrow()
        tables = {"victims": whole.filter(own), "exposures": _exposures(new)}
        people = {number: ranks.get(number) for number in self.touched}
        made = AnalysisRecord(**{**vars(record_of("A3")), "analysis_id": "A3-1"})
        amend(catalogue, made, tables, people, follows="A3", kept=kept, rows_most=10**6)

    def _publish(self, name: str, people: list[dict[str, Any]]) -> None:
        found = some_findings(1, 2)
        tables = {**vars(found), "exposures": _exposures(people)}
        publish(self.catalogue, record_of(name), type(found)(**tables), _victims(people))


@pytest.mark.parametrize("seed", range(12))
def test_every_page_of_an_amended_ranking_is_that_of_one_written_whole(seed: int, folder: Folder) -> None:
    pair, dice = _Pair(folder.catalogue, seed), Random(seed)
    assert results.whole(folder.catalogue, "A3-1", "victims").equals(results.whole(folder.catalogue, "A2", "victims"))
    exposures = [results.whole(folder.catalogue, one, "exposures") for one in ("A3-1", "A2")]
    assert exposures[0].equals(exposures[1])
    for _ in range(40):
        asked: dict[str, Any] = {"limit": dice.randint(1, 30), "after_rank": dice.randint(0, len(pair.now))}
        asked["grade"] = dice.choice([None, None, *GRADES])
        asked["region"] = dice.choice([None, None, "44", "440300"])
        asked["network_id"] = dice.choice([None, None, 1])
        found = [results.victims(folder.catalogue, one, **asked) for one in ("A3-1", "A2")]
        assert found[0].equals(found[1]), asked
    some = dice.sample(range(1, PEOPLE + 20), 25)
    for of in (results.victims_of, results.exposures_of):
        assert of(folder.catalogue, "A3-1", some).equals(of(folder.catalogue, "A2", some))
    assert results.exposed_to(folder.catalogue, "A3-1", 1) == results.exposed_to(folder.catalogue, "A2", 1)


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_since_or_until_an_amended_ranking_is_told_as_of_one_written_whole(
    seed: int, folder: Folder
) -> None:
    _Pair(folder.catalogue, seed)
    for told in (changes.came_or_rose, changes.left):
        for amended, whole in ((("A3-1", "A1"), ("A2", "A1")), (("A1", "A3-1"), ("A1", "A2"))):
            for behind in (0, 7):
                asked: dict[str, Any] = {"limit": 9, "after_rank": behind, "chosen": {"grade": None}}
                assert told(folder.catalogue, *amended, **asked) == told(folder.catalogue, *whole, **asked)


def test_networks_and_suspicion_are_those_of_the_full_analysis(folder: Folder) -> None:
    _Pair(folder.catalogue, 1)
    for name in ("suspicions", "entity_suspicions", "networks", "members"):
        assert results.whole(folder.catalogue, "A3-1", name).equals(results.whole(folder.catalogue, "A3", name))
        assert results.whole(folder.catalogue, "A3", name).num_rows
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A3-1"


def test_an_amendment_of_what_is_no_longer_current_is_not_written(folder: Folder) -> None:
    _Pair(folder.catalogue, 2)
    made = AnalysisRecord(**{**vars(record_of("A3")), "analysis_id": "A3-2"})
    nothing = {"victims": arrow.VICTIMS.empty_table(), "exposures": arrow.EXPOSURES.empty_table()}
    with pytest.raises(Overtaken):
        amend(folder.catalogue, made, nothing, {}, follows="A3", kept=NEVER, rows_most=10**6)
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A3-1"


def test_an_analysis_is_kept_as_long_as_one_that_amends_it(folder: Folder) -> None:
    _Pair(folder.catalogue, 3)
    for place in range(2, 40):
        made = AnalysisRecord(**{**vars(record_of("A3")), "analysis_id": f"A3-{place}"})
        nothing = {"victims": arrow.VICTIMS.empty_table(), "exposures": arrow.EXPOSURES.empty_table()}
        amend(folder.catalogue, made, nothing, {}, follows=f"A3-{place - 1}", kept=NEVER, rows_most=10**6)
    assert results.victims(folder.catalogue, "A3-39", limit=5).num_rows == 5
    assert not [one for one, _ in shelf.kept_until(folder.catalogue, 10**15, most=99) if "-" in one]


def test_an_analysis_that_is_being_written_meanwhile_stays(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    _Pair(folder.catalogue, 4)
    nothing = {"victims": arrow.VICTIMS.empty_table(), "exposures": arrow.EXPOSURES.empty_table()}
    write, amended = results._write, list[AnalysisRecord]()

    def amended_meanwhile(catalogue: Catalogue, *given: Any) -> None:
        write(catalogue, *given)
        made = AnalysisRecord(**{**vars(record_of("A3")), "analysis_id": f"A3-{len(amended) + 2}"})
        follows = f"A3-{len(amended) + 1}"
        amend(catalogue, made, nothing, {}, follows=follows, kept=NEVER, rows_most=10**6)
        amended.append(made)

    monkeypatch.setattr(results, "_write", amended_meanwhile)
    publish(folder.catalogue, record_of("A4"), some_findings(1, 2), _victims(_people(Random(1), [1, 2, 3])))
    assert len(amended) == len(results.SCHEMAS)
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A4"
    assert results.victims(folder.catalogue, "A4", limit=5).num_rows == 3
