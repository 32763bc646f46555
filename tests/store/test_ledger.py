"""The ledger: every event once, all or nothing, head and body as one."""

import json
import multiprocessing
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.errors import FolderHeld, InvalidSetting, StorageFailed
from graphsvc.model.tables import EVENTS, NEW_EVENTS
from graphsvc.store import ledger as ledger_module
from graphsvc.store.body import Body, Note
from graphsvc.store.body_files import STORED
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from graphsvc.store.lock import hold
from tests.store.events import DAY, HEAD, START, all_events, events, keyed, opened
from tests.store.folder import Folder

BULK = HEAD + 10


def test_a_small_batch_reads_back_as_it_was_given(folder: Folder) -> None:
    ledger = opened(folder)
    given = events(500, seed=1)
    assert ledger.append(given).accepted == 500
    kept = all_events(ledger)
    assert kept.schema == EVENTS
    assert kept.drop_columns(["seq"]).equals(given.select(EVENTS.names[1:]))
    assert kept.column("seq").to_pylist() == list(range(500))


@pytest.mark.parametrize("sizes", [(3, 4, 5), (BULK, 3, 4), (3, BULK, 4), (3, 4, BULK), (BULK, 3, BULK, 4, 5)])
def test_a_range_of_events_is_read_wherever_they_are(sizes: tuple[int, ...], folder: Folder) -> None:
    ledger = opened(folder)
    for seed, size in enumerate(sizes):
        ledger.append(events(size, seed=seed))
    count = sum(sizes)
    bounds = sorted({0, count, *(sum(sizes[:part]) + step for part in range(len(sizes)) for step in (0, 1, 2))})
    for first in bounds:
        for below in (one for one in bounds if one >= first):
            read = [seq for batch in ledger.events(seqs=(first, below)) for seq in batch.column("seq").to_pylist()]
            assert sorted(read) == list(range(first, below))


def test_a_large_batch_reads_back_as_it_was_given(folder: Folder) -> None:
    ledger = opened(folder)
    given = events(BULK, seed=1)
    assert ledger.append(given).accepted == BULK
    kept = all_events(ledger)
    assert kept.schema == EVENTS
    assert kept.drop_columns(["seq"]).equals(given.select(EVENTS.names[1:]))
    assert DeltaTable(str(folder.home.ledger)).version() == 1


def test_head_and_body_read_as_one_in_one_numbering(folder: Folder) -> None:
    ledger = opened(folder)
    parts = [events(100, seed=1), events(BULK, seed=2), events(50, seed=3)]
    for part in parts:
        ledger.append(part)
    kept = all_events(ledger)
    assert kept.column("seq").to_pylist() == list(range(BULK + 150))
    assert kept.column("a").to_pylist() == pa.concat_tables(parts).column("a").to_pylist()
    assert ledger.count() == ledger.position() == BULK + 150


def test_a_batch_given_twice_counts_once_in_head_and_body(folder: Folder) -> None:
    ledger = opened(folder)
    for batch in (events(100, seed=1), events(BULK, seed=2)):
        ledger.append(batch)
        again = ledger.append(batch)
        assert again.accepted == 0
        assert len(again.duplicates) == batch.num_rows
        assert len(again.conflicts) == 0
    assert ledger.count() == BULK + 100


def test_of_two_events_with_one_key_and_different_content_the_first_stands(folder: Folder) -> None:
    ledger = opened(folder)
    first = ledger.append(keyed([(7, 1), (8, 1), (7, 2), (7, 1)]))
    assert (first.accepted, first.conflicts.tolist(), first.duplicates.tolist()) == (2, [2], [3])
    second = opened(folder).append(keyed([(8, 2), (9, 0), (8, 1)]))
    assert (second.accepted, second.conflicts.tolist(), second.duplicates.tolist()) == (1, [0], [2])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(-6, 6), st.integers(0, 2)), max_size=12), min_size=1, max_size=6),
    st.data(),
)
def test_any_overlapping_batches_give_what_a_dictionary_gives(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int]]],
    data: st.DataObject,
) -> None:
    home = Home.open(tmp_path_factory.mktemp("ledger") / "data")
    catalogue = Catalogue.open(home.catalogue)
    ledger = Ledger.open(home, catalogue, head_events=HEAD)
    reference: dict[int, int] = {}
    for batch in batches:
        expected: dict[str, list[int]] = {"accepted": [], "duplicates": [], "conflicts": []}
        for row, (key, content) in enumerate(batch):
            if key not in reference:
                reference[key] = content
                expected["accepted"].append(row)
            else:
                expected["duplicates" if reference[key] == content else "conflicts"].append(row)
        found = ledger.append(keyed(batch))
        assert found.accepted == len(expected["accepted"])
        assert found.duplicates.tolist() == expected["duplicates"]
        assert found.conflicts.tolist() == expected["conflicts"]
        if data.draw(st.booleans()):
            ledger.fold_head()
        if data.draw(st.booleans()):
            ledger = Ledger.open(home, catalogue, head_events=HEAD)
    assert ledger.count() == len(reference)
    assert sum(batch.num_rows for batch in ledger.events()) == len(reference)
    catalogue.close()


def test_a_full_head_is_folded_into_the_body(folder: Folder) -> None:
    ledger = opened(folder)
    for seed in range(3):
        ledger.append(events(HEAD // 2 + 1, seed=seed))
    assert DeltaTable(str(folder.home.ledger)).count() == 2 * (HEAD // 2 + 1)
    assert all_events(ledger).column("seq").to_pylist() == list(range(3 * (HEAD // 2 + 1)))


def test_folding_changes_nothing_that_a_reader_sees(folder: Folder) -> None:
    ledger = opened(folder)
    ledger.append(events(1000, seed=1))
    before, position = all_events(ledger), ledger.position()
    ledger.fold_head()
    ledger.fold_head()
    assert all_events(ledger).equals(before)
    assert ledger.position() == position
    assert ledger.append(events(1000, seed=1)).accepted == 0


def test_events_of_a_past_instant_leave_out_what_was_not_known_then(folder: Folder) -> None:
    ledger = opened(folder)
    parts = [events(BULK, seed=1), events(500, seed=2)]
    for part in parts:
        ledger.append(part)
    until = START + DAY
    both = pa.concat_tables(parts)
    expected = both.filter(pc.less_equal(both.column("known_at"), until)).num_rows
    batches = list(ledger.events(known_until=until, columns=["known_at", "a"]))
    assert sum(batch.num_rows for batch in batches) == expected
    assert 0 < expected < both.num_rows
    assert {name for batch in batches for name in batch.schema.names} == {"known_at", "a"}


def test_an_empty_ledger_and_an_empty_batch_are_nothing_special(folder: Folder) -> None:
    ledger = opened(folder)
    assert ledger.count() == 0
    assert ledger.newest_known_at() is None
    assert list(ledger.events()) == []
    ledger.fold_head()
    assert ledger.append(NEW_EVENTS.empty_table()).accepted == 0
    assert ledger.count() == 0


def test_the_newest_known_at_is_the_largest_there_is(folder: Folder) -> None:
    ledger = opened(folder)
    late, early = events(10, seed=1), events(10, seed=2, days=1)
    ledger.append(late)
    ledger.append(early)
    assert ledger.newest_known_at() == pc.max(late.column("known_at")).as_py()


def test_days_of_the_body_begin_at_midnight_of_the_operator(folder: Folder) -> None:
    opened(folder).append(events(BULK, seed=1))
    frame = pl.read_delta(str(folder.home.ledger))
    local = pl.from_epoch("started_at", "ms").dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai")
    assert frame.select((local.dt.strftime("%Y-%m-%d") == pl.col("day")).all()).item()
    assert frame["day"].n_unique() == 4


def test_another_time_zone_than_the_ledgers_own_is_refused(folder: Folder) -> None:
    opened(folder, timezone="Europe/Paris").append(events(5, seed=1))
    with pytest.raises(InvalidSetting, match="Europe/Paris"):
        opened(folder, timezone="Asia/Shanghai")


def test_no_statistics_tell_about_numbers(folder: Folder) -> None:
    opened(folder).append(events(BULK, seed=1))
    log = (folder.home.ledger / "_delta_log" / f"{1:020d}.json").read_text()
    for line in log.splitlines():
        if "add" in (action := json.loads(line)):
            assert set(json.loads(action["add"]["stats"])["minValues"]) == {"seq", "started_at", "known_at"}
    for path in folder.home.ledger.glob("day=*/*.parquet"):
        group = pq.ParquetFile(path).metadata.row_group(0)
        private = [group.column(i) for i in range(group.num_columns)]
        told = {column.path_in_schema for column in private if column.is_stats_set}
        assert told == {"seq", "started_at", "known_at"}


def test_a_commit_that_the_catalogue_missed_is_adopted_by_the_next_writer(folder: Folder) -> None:
    opened(folder).append(events(20, seed=9))
    given = events(BULK, seed=1)
    _commit_unnoted(folder, given, Note(2, 20 + BULK, int(pc.max(given.column("known_at")).as_py()), folded=False))
    ledger = opened(folder)
    assert ledger.count() == 20  # nobody was told of the rest yet
    assert sum(batch.num_rows for batch in ledger.events()) == 20
    again = ledger.append(given)
    assert (again.accepted, len(again.duplicates)) == (0, BULK)
    assert all_events(ledger).column("seq").to_pylist() == list(range(20 + BULK))


def test_a_fold_that_the_catalogue_missed_is_adopted_and_empties_the_head(folder: Folder) -> None:
    ledger = opened(folder)
    given = events(20, seed=9)
    ledger.append(given)
    newest = ledger.newest_known_at()
    before = all_events(ledger)
    _commit_unnoted(folder, given, Note(2, 20, newest, folded=True), first_seq=0)
    assert all_events(ledger).equals(before)
    assert ledger.append(given).accepted == 0
    assert all_events(ledger).equals(before)
    assert ledger.append(events(20, seed=10)).accepted == 20


def test_files_staged_for_a_commit_that_never_came_are_swept(folder: Folder) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    body = Body(folder.home.ledger, "Asia/Shanghai")
    staged = body.stage(_stored(events(50, seed=2), BULK), 2)
    (folder.home.index / "batch-0000000002.keys").write_bytes(b"torn")
    assert all((folder.home.ledger / action.path).exists() for action in staged)
    assert opened(folder).append(events(50, seed=2)).accepted == 50
    assert not any((folder.home.ledger / action.path).exists() for action in staged)
    assert not (folder.home.index / "batch-0000000002.keys").exists()


def test_a_log_entry_torn_by_a_power_cut_is_dropped(folder: Folder) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    torn = folder.home.ledger / "_delta_log" / f"{2:020d}.json"
    torn.write_text('{"commitInfo":{"timest')
    ledger = opened(folder)
    assert ledger.append(events(BULK, seed=2)).accepted == BULK
    assert ledger.count() == 2 * BULK


def test_another_programs_compaction_is_taken_over(folder: Folder) -> None:
    ledger = opened(folder)
    for seed in range(2):
        ledger.append(events(BULK, seed=seed))
    before = all_events(ledger)
    DeltaTable(str(folder.home.ledger)).optimize.compact()
    assert all_events(ledger).equals(before)
    ledger = opened(folder)
    assert ledger.append(events(BULK, seed=1)).accepted == 0
    assert ledger.append(events(BULK, seed=2)).accepted == BULK
    assert all_events(ledger).num_rows == 3 * BULK


def test_another_programs_events_are_refused(folder: Folder) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    pl.read_delta(str(folder.home.ledger)).head(1).write_delta(str(folder.home.ledger), mode="append")
    with pytest.raises(StorageFailed, match="another program"):
        ledger.append(events(5, seed=2))
    assert ledger.count() == BULK


@pytest.mark.parametrize("part", ["keys", "contents", "fences"])
def test_a_lost_index_is_rebuilt_from_the_ledger(folder: Folder, part: str) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    ledger.append(events(30, seed=2))
    next(folder.home.index.glob(f"*.{part}")).unlink()
    ledger = opened(folder)
    assert ledger.append(events(BULK, seed=1)).accepted == 0
    assert ledger.append(events(30, seed=2)).accepted == 0


def test_an_index_lost_again_and_again_is_rebuilt_each_time(folder: Folder) -> None:
    opened(folder).append(events(BULK, seed=1))
    for _ in range(3):
        next(folder.home.index.glob("*.keys")).unlink()
        assert opened(folder).append(events(BULK, seed=1)).accepted == 0
        assert len(list(folder.home.index.glob("*.keys"))) == 1


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing of the kind"])
def test_a_damaged_file_of_the_body_is_told(folder: Folder, damage: bytes) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    next(folder.home.ledger.glob("day=*/*.parquet")).write_bytes(damage)
    with pytest.raises(StorageFailed, match="damaged"):
        list(ledger.events())


def test_a_lost_file_of_the_body_is_told(folder: Folder) -> None:
    ledger = opened(folder)
    ledger.append(events(BULK, seed=1))
    next(folder.home.ledger.glob("day=*/*.parquet")).unlink()
    with pytest.raises(StorageFailed, match="the ledger cannot be read"):
        list(ledger.events())


def test_many_batches_are_merged_into_few_runs(folder: Folder) -> None:
    ledger = opened(folder)
    for seed in range(10):
        ledger.append(events(300, seed=seed))
        ledger.fold_head()
    ledger.append(events(1, seed=99))
    assert len(list(folder.home.index.glob("*.keys"))) < 5
    for seed in range(10):
        assert ledger.append(events(300, seed=seed)).accepted == 0


def test_a_second_writer_at_the_same_moment_is_told_who_holds_the_ledger(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_module, "_WAIT_SECONDS", 0.1)
    ledger = opened(folder)
    lock = folder.home.index / "append.lock"
    with (
        hold(lock, place=folder.home.path, purpose="a long load", wait_seconds=0),
        pytest.raises(FolderHeld, match="a long load"),
    ):
        ledger.append(events(5, seed=1))
    assert ledger.append(events(5, seed=1)).accepted == 5


def test_two_writers_that_take_turns_see_each_others_events(folder: Folder) -> None:
    one = opened(folder)
    other = opened(folder)
    assert one.append(events(10, seed=1)).accepted == 10
    assert other.append(events(10, seed=1)).accepted == 0
    assert other.append(events(BULK, seed=2)).accepted == BULK
    assert one.append(events(BULK, seed=2)).accepted == 0
    other.fold_head()
    assert one.append(events(10, seed=3)).accepted == 10
    assert all_events(one).column("seq").to_pylist() == list(range(BULK + 20))


def test_writers_in_several_processes_lose_and_double_nothing(folder: Folder) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_append_many, args=(folder.home.path, folder.catalogue_at, shift)) for shift in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    ledger = opened(folder)
    assert ledger.count() == 13 * 40
    assert all_events(ledger).column("seq").to_pylist() == list(range(13 * 40))


def test_a_null_where_there_must_be_none_is_refused_whole(folder: Folder) -> None:
    ledger = opened(folder)
    given = events(3, seed=1)
    broken = given.set_column(2, "a", pa.array([1, None, 2], pa.int32()))
    with pytest.raises(ValueError, match="null"):
        ledger.append(broken)
    assert ledger.count() == 0


def _append_many(path: Path, catalogue_at: Path | str, shift: int) -> None:
    home = Home.open(path)
    catalogue = Catalogue.open(catalogue_at)
    ledger = Ledger.open(home, catalogue, head_events=HEAD)
    for seed in range(shift, 12 + shift):  # the two overlap in all but one
        ledger.append(events(40, seed=seed))
        if seed % 4 == 0:
            ledger.fold_head()
    catalogue.close()


def _stored(given: pa.Table, first_seq: int) -> pa.Table:
    seq = pa.array(np.arange(first_seq, first_seq + given.num_rows, dtype=np.int64))
    return given.add_column(0, STORED.field("seq"), seq)


def _commit_unnoted(folder: Folder, given: pa.Table, note: Note, first_seq: int = 20) -> None:
    """The first half of what an append does to the body: a crash came before the second."""
    body = Body(folder.home.ledger, "Asia/Shanghai")
    body.commit(body.stage(_stored(given, first_seq), note.batch), note)
