"""An amended analysis reads as if all of it had been written anew."""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pytest
import sqlalchemy as sa

from graphsvc.errors import NotFound, Overtaken
from graphsvc.model import tables as arrow
from graphsvc.model.words import Grade, Stage
from graphsvc.store import changes, publishing, ranked, results, shelf
from graphsvc.store.amended import standings
from graphsvc.store.amending import amend
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import NEVER
from graphsvc.store.ranks import AMENDED
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.tables import amended, analyses
from graphsvc.store.tables import results as tables
from tests.store.folder import Folder
from tests.store.steps import counted
from tests.store.test_results import made_current, made_of, record_of, some_findings

GRADES, STAGES = [one.value for one in Grade], [one.value for one in Stage]
PEOPLE = 60
NOTHING: Final = {"victims": arrow.VICTIMS.empty_table(), "exposures": arrow.EXPOSURES.empty_table()}


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


AMENDMENTS: Final = 3
"""Of `A3`; each ranking is written whole besides, as `W1`, `W2` …"""


class _Pair:
    """The same rankings twice: amended one after the other, and each written whole under another id."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        dice = Random(seed)
        self.catalogue, self.now = catalogue, _people(dice, list(range(1, PEOPLE)))
        first = _victims(self.now)
        self.before = dict(zip(first["number"].to_pylist(), first["rank"].to_pylist(), strict=True))
        self._publish("A1", self.now)
        steps = [self.now]
        touched = [dice.sample(range(1, PEOPLE + 20), 12) for _ in range(AMENDMENTS)]
        for some in touched:
            new = _people(dice, [number for number in some if dice.random() < 0.8])
            steps.append([one for one in steps[-1] if one["number"] not in some] + new)
        for place, people in enumerate(steps[1:], 1):
            self._publish(f"W{place}", people)
        self._publish("A3", self.now)
        for place in range(AMENDMENTS):
            self.now = steps[place + 1]
            self.amend(place + 1, touched[place], set().union(*touched[: place + 1]))

    def amend(self, place: int, touched: list[int], since: set[int]) -> None:
        """`touched` stand as they are `now`; `since`: all who were touched."""
        whole = _victims(self.now)
        new = [one for one in self.now if one["number"] in touched]
        own = pl.Series(whole["number"].to_pylist()).is_in(touched).to_arrow()
        tables = {"victims": whole.filter(own), "exposures": _exposures(new)}
        ranks = dict(zip(whole["number"].to_pylist(), whole["rank"].to_pylist(), strict=True))
        rows = [{"number": one, "rank": ranks.get(one), "rank_before": self.before.get(one)} for one in sorted(since)]
        self.write(place, tables, touched, pa.Table.from_pylist(rows, AMENDED))

    def write(self, place: int, tables: dict[str, pa.Table], touched: Sequence[int], ranks: pa.Table) -> None:
        made = AnalysisRecord(**{**vars(record_of("A3")), "analysis_id": f"A3-{place}"})
        follows = "A3" if place == 1 else f"A3-{place - 1}"
        amend(self.catalogue, made, tables, touched, ranks, follows=follows, kept=NEVER, space=shelf.SPACE)

    def nothing_new(self, place: int) -> None:
        """An amendment in which everybody stands as in the one before."""
        with self.catalogue.reading() as connection:
            last = connection.scalars(sa.select(analyses.c.ranks).order_by(analyses.c.analysis_no.desc())).first()
        self.write(place, NOTHING, [], pa.ipc.open_stream(last).read_all())

    def _publish(self, name: str, people: list[dict[str, Any]]) -> None:
        found = some_findings(1, 2)
        tables = {**vars(found), "exposures": _exposures(people)}
        made_current(self.catalogue, record_of(name), type(found)(**tables), _victims(people))


TWICE: Final = [(f"A3-{place}", f"W{place}") for place in range(1, AMENDMENTS + 1)]


@pytest.mark.parametrize("seed", range(12))
def test_every_page_of_an_amended_ranking_is_that_of_one_written_whole(seed: int, folder: Folder) -> None:
    pair, dice = _Pair(folder.catalogue, seed), Random(seed)
    for once, whole in TWICE:
        for name in ("victims", "exposures"):
            found = [results.whole(folder.catalogue, one, name) for one in (once, whole)]
            assert found[0].equals(found[1])
    for place in range(60):
        asked: dict[str, Any] = {"limit": dice.randint(1, 30), "after_rank": dice.randint(0, len(pair.now))}
        asked["grade"] = dice.choice([None, None, *GRADES])
        asked["region"] = dice.choice([None, None, "44", "440300"])
        asked["network_id"] = dice.choice([None, None, 1])
        found = [results.victims(folder.catalogue, one, **asked) for one in TWICE[place % AMENDMENTS]]
        assert found[0] == found[1], asked
    some = dice.sample(range(1, PEOPLE + 20), 25)
    for once, whole in TWICE:
        found = [results.victims_of(folder.catalogue, one, some) for one in (once, whole)]
        assert found[0].equals(found[1])
        assert results.exposures_of(folder.catalogue, once, some) == results.exposures_of(folder.catalogue, whole, some)
        assert results.exposed_to(folder.catalogue, once, 1) == results.exposed_to(folder.catalogue, whole, 1)


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_since_or_until_an_amended_ranking_is_told_as_of_one_written_whole(
    seed: int, folder: Folder
) -> None:
    _Pair(folder.catalogue, seed)
    for told in (changes.came_or_rose, changes.left):
        for once, whole in (
            (("A3-3", "A1"), ("W3", "A1")),
            (("A1", "A3-2"), ("A1", "W2")),
            (("A3-3", "A3-1"), ("W3", "W1")),
        ):
            for behind in (0, 7):
                asked: dict[str, Any] = {"limit": 9, "after_rank": behind, "chosen": {"grade": None}}
                assert told(folder.catalogue, *once, **asked) == told(folder.catalogue, *whole, **asked)


def test_networks_and_suspicion_are_those_of_the_full_analysis(folder: Folder) -> None:
    _Pair(folder.catalogue, 1)
    for name in ("suspicions", "entity_suspicions", "networks", "members"):
        assert results.whole(folder.catalogue, "A3-3", name).equals(results.whole(folder.catalogue, "A3", name))
        assert results.whole(folder.catalogue, "A3", name).num_rows
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A3-3"


def test_an_amendment_of_what_is_no_longer_current_is_not_written(folder: Folder) -> None:
    pair = _Pair(folder.catalogue, 2)
    with pytest.raises(Overtaken):
        pair.nothing_new(3)
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A3-3"


@pytest.mark.parametrize("seed", range(6))
def test_warnings_are_planned_of_the_same_people_as_from_one_written_whole(seed: int, folder: Folder) -> None:
    _Pair(folder.catalogue, seed)
    for names in TWICE:
        once, whole = ([one for some in ranked.people(folder.catalogue, name) for one in some] for name in names)
        assert sorted(once, key=itemgetter("number")) == sorted(whole, key=itemgetter("number"))
        assert len(once) > 12


def test_a_glance_at_many_people_is_read_row_by_row_not_each_among_all(tmp_path: Path) -> None:
    """What is read of everybody: SQLite looked for each person of a glance among all others of it."""
    catalogue, steps = Catalogue.open(tmp_path / "catalogue.sqlite"), list[dict[str, int]]()
    for turn, people in enumerate((200, 800)):
        everybody = _people(Random(turn), list(range(1, people + 1)))
        victims, exposures = _victims(everybody), _exposures(everybody)
        name, found = f"A{turn}", some_findings(1)
        made_current(catalogue, record_of(name), found, _victims([]))
        places = [{"number": one["number"], "rank": one["rank"], "rank_before": None} for one in victims.to_pylist()]
        ranks = pa.Table.from_pylist(sorted(places, key=itemgetter("number")), AMENDED)
        made = AnalysisRecord(**{**vars(record_of(name)), "analysis_id": f"{name}-1"})
        tables = {"victims": victims, "exposures": exposures}
        amend(catalogue, made, tables, range(1, people + 1), ranks, follows=name, kept=NEVER, space=shelf.SPACE)
        with counted(catalogue) as planning:
            assert sum(map(len, ranked.people(catalogue, f"{name}-1"))) == people
        with counted(catalogue) as counting, catalogue.reading() as connection:
            assert len(connection.execute(standings(f"{name}-1")).all()) == people
        with counted(catalogue) as whole:
            assert results.whole(catalogue, f"{name}-1", "exposures").num_rows == people
        steps.append({"planning": planning["steps"], "counting": counting["steps"], "whole": whole["steps"]})
    catalogue.close()
    few, many = steps
    for what in few:
        assert many[what] < 6 * few[what], what


def test_what_is_said_of_a_person_is_written_once_and_kept_as_long_as_it_holds(folder: Folder) -> None:
    pair = _Pair(folder.catalogue, 3)
    pages = {name: results.whole(folder.catalogue, "A3-3", name) for name in ("victims", "exposures")}
    for place in range(4, 40):
        pair.nothing_new(place)
    for name, page in pages.items():
        assert results.whole(folder.catalogue, "A3-39", name).equals(page)
    assert not [one for one, _ in shelf.kept_until(folder.catalogue, 10**15, most=99) if "-" in one]
    with folder.catalogue.reading() as connection:
        held = connection.execute(sa.select(amended)).all()
        numbers = [row.number for row in held]
        assert sorted(numbers) == sorted(set(numbers)), "what later amendments replaced is gone"
        assert not [row for row in held if row.until_no is not None]
        own = connection.execute(sa.select(tables["victims"].c.number, tables["victims"].c.analysis_no)).all()
        assert {(row.number, row.from_no) for row in held} >= {
            (row.number, row.analysis_no) for row in own if row.analysis_no > min(one.base_no for one in held)
        }
        everybody = {one["number"] for one in pair.now}
        assert everybody & set(numbers) <= {row.number for row in own if row.analysis_no > held[0].base_no}


def test_a_reader_of_an_older_amendment_reads_on(folder: Folder) -> None:
    pair = _Pair(folder.catalogue, 5)
    shelf.hand_out(folder.catalogue, "A3-2", record_of("A3").made_at)
    for place in range(4, 40):
        pair.nothing_new(place)
    assert results.whole(folder.catalogue, "A3-2", "victims").equals(results.whole(folder.catalogue, "W2", "victims"))
    with pytest.raises(NotFound):
        results.analysis(folder.catalogue, "A3-1")


def test_with_the_full_analysis_goes_what_amends_it(folder: Folder) -> None:
    _Pair(folder.catalogue, 6)
    made_current(folder.catalogue, record_of("A4"), some_findings(1, 2), _victims(_people(Random(1), [1, 2, 3])))
    with folder.catalogue.reading() as connection:
        query = sa.select(analyses.c.analysis_no).where(analyses.c.analysis_id == "A3")
        base_no = connection.scalars(query).one()
    shelf.remove(folder.catalogue, [base_no])
    with folder.catalogue.reading() as connection:
        assert not connection.execute(sa.select(amended)).all()
        kept = set(connection.scalars(sa.select(analyses.c.analysis_no)))
        for table in tables.values():
            assert set(connection.scalars(sa.select(table.c.analysis_no))) <= kept


def test_an_analysis_that_is_being_written_meanwhile_stays(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = _Pair(folder.catalogue, 4)
    write, places = publishing._write, list[int]()

    def amended_meanwhile(catalogue: Catalogue, *given: Any) -> None:
        write(catalogue, *given)
        places.append(AMENDMENTS + 1 + len(places))
        pair.write(places[-1], NOTHING, [], AMENDED.empty_table())

    monkeypatch.setattr(publishing, "_write", amended_meanwhile)
    made_current(folder.catalogue, record_of("A4"), some_findings(1, 2), _victims(_people(Random(1), [1, 2, 3])))
    assert len(places) == len(results.SCHEMAS)
    current = results.current(folder.catalogue)
    assert current is not None
    assert current.analysis_id == "A4"
    assert len(results.victims(folder.catalogue, "A4", limit=5)) == 3
