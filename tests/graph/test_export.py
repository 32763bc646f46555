"""What is exported reads back, with the same numbers and contacts, in the tools it is meant for."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphsvc.errors import StorageFailed, UsageError
from graphsvc.graph import export as module
from graphsvc.graph.export import ExportFormat, Written, export
from graphsvc.graph.snapshot import Snapshot
from tests.sketch import draw, snapshot_of

SKETCH = draw("gang! -3> ann -> bob\nann ~2> gang\nbob -> bob\ncyd -> gang", call_seconds=60)
ABOUT = pa.table(
    {
        "number": pa.array([0, 1, 2], pa.int32()),
        "token": ["v1.a", "v1.b", "v1.c"],
        "masked": ["+86 138 **** 0000", "95588", "<&>银行"],
        "class": ["fraud", None, "ordinary"],
        "fraud_probability": [0.97, None, 0.01],
    }
)
XML = {ExportFormat.GRAPHML: nx.read_graphml, ExportFormat.GEXF: nx.read_gexf}


def contact_counts(snapshot: Snapshot) -> dict[tuple[int, int], tuple[int, int, int]]:
    return {
        (int(snapshot.numbers[a]), int(snapshot.numbers[b])): (int(events), int(talk_s), int(last_at))
        for a, b, events, talk_s, last_at in zip(
            snapshot.contact_from,
            snapshot.contact_to,
            snapshot.events,
            snapshot.talk_s,
            snapshot.last_at,
            strict=True,
        )
    }


@pytest.mark.parametrize("format", XML)
def test_networkx_reads_back_what_was_written(tmp_path: Path, format: ExportFormat) -> None:
    path = tmp_path / f"graph.{format}"
    assert export(SKETCH.snapshot, path, format=format, about=ABOUT) == Written(path, 4, 4)
    graph = XML[format](path)
    assert graph.is_directed()
    assert sorted(graph) == ["0", "1", "2", "3"]
    assert {
        (int(a), int(b)): (data["events"], data["talk_s"], data["last_at"]) for a, b, data in graph.edges(data=True)
    } == contact_counts(SKETCH.snapshot)
    assert graph.nodes["0"]["fraud_probability"] == pytest.approx(0.97)
    assert [graph.nodes[node].get("token") for node in "0123"] == ["v1.a", "v1.b", "v1.c", None]
    assert graph.nodes["2"]["masked"] == "<&>银行"
    assert "class" not in graph.nodes["1"]
    assert [graph.nodes[node]["self_events"] for node in "0123"] == [0, 0, 1, 0]


def test_parquet_holds_nodes_and_contacts(tmp_path: Path) -> None:
    written = export(SKETCH.snapshot, tmp_path / "graph", format=ExportFormat.PARQUET, about=ABOUT)
    nodes, contacts = (pq.read_table(tmp_path / "graph" / f"{name}.parquet") for name in ("nodes", "contacts"))
    assert (nodes.num_rows, contacts.num_rows) == (written.numbers, written.contacts) == (4, 4)
    assert nodes.column("number").to_pylist() == [0, 1, 2, 3]
    assert nodes.column("masked").to_pylist() == [*ABOUT.column("masked").to_pylist(), None]
    read = {(row["a"], row["b"]): (row["events"], row["talk_s"], row["last_at"]) for row in contacts.to_pylist()}
    assert read == contact_counts(SKETCH.snapshot)


def test_json_lines_name_their_kind(tmp_path: Path) -> None:
    export(SKETCH.snapshot, tmp_path / "graph.jsonl", format=ExportFormat.JSONL, about=ABOUT)
    lines = [json.loads(line) for line in (tmp_path / "graph.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["number"] * 4 + ["contact"] * 4
    read = {
        (line["a"], line["b"]): (line["events"], line["talk_s"], line["last_at"])
        for line in lines
        if line["kind"] == "contact"
    }
    assert read == contact_counts(SKETCH.snapshot)
    assert lines[1] == {"kind": "number", "number": 1, "self_events": 0, "token": "v1.b", "masked": "95588"}


@pytest.mark.parametrize("format", list(ExportFormat))
def test_a_set_of_numbers_leaves_with_the_contacts_among_them(tmp_path: Path, format: ExportFormat) -> None:
    only = [SKETCH.ids["gang"], SKETCH.ids["ann"], 99]
    written = export(SKETCH.snapshot, tmp_path / "graph", format=format, about=ABOUT, only=only)
    assert (written.numbers, written.contacts) == (2, 2)
    assert export(SKETCH.snapshot, tmp_path / "none", format=format, only=[]).numbers == 0


@pytest.mark.parametrize("format", list(ExportFormat))
def test_the_same_graph_gives_the_same_bytes(tmp_path: Path, format: ExportFormat) -> None:
    written = []
    for name in ("one", "two"):
        export(SKETCH.snapshot, tmp_path / name, format=format, about=ABOUT)
        path = tmp_path / name
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        written.append([file.read_bytes() for file in files])
    assert written[0] == written[1]


def test_a_gexf_file_does_not_bear_the_day_of_the_clock(tmp_path: Path) -> None:
    export(SKETCH.snapshot, tmp_path / "graph.gexf", format=ExportFormat.GEXF)
    assert "date" not in (tmp_path / "graph.gexf").read_text()


@pytest.mark.parametrize("format", XML)
def test_too_many_contacts_for_xml_are_refused_with_advice(tmp_path: Path, format: ExportFormat) -> None:
    pairs = np.arange(module.XML_CONTACTS_MAX + 1)
    snapshot = snapshot_of([(int(i), int(i) + 1, 0, None, "sms") for i in pairs])
    with pytest.raises(UsageError, match="choose parquet or jsonl"):
        export(snapshot, tmp_path / "graph", format=format)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", list(ExportFormat))
def test_nothing_is_written_over(tmp_path: Path, format: ExportFormat) -> None:
    (tmp_path / "graph").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        export(SKETCH.snapshot, tmp_path / "graph", format=format)
    assert (tmp_path / "graph").read_text() == "mine"


@pytest.mark.parametrize("format", list(ExportFormat))
def test_a_folder_that_does_not_exist_is_a_clear_error(tmp_path: Path, format: ExportFormat) -> None:
    with pytest.raises(StorageFailed, match="No such file or directory"):
        export(SKETCH.snapshot, tmp_path / "no" / "graph", format=format)


@pytest.mark.parametrize("format", list(ExportFormat))
def test_an_empty_graph_is_written_too(tmp_path: Path, format: ExportFormat) -> None:
    assert export(snapshot_of([]), tmp_path / "graph", format=format).contacts == 0
    assert (tmp_path / "graph").exists()
