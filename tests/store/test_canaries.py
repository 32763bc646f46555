"""No raw number rests anywhere but in the vault, and there it is sealed."""

import base64
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from graphsvc.model.tables import FACTS
from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.audit import AuditLog
from graphsvc.store.facts import add_facts
from graphsvc.store.registry import Registry
from tests.store.events import HEAD, events, opened
from tests.store.folder import Folder

CANARIES = [f"+86139{7654321 + 37 * number:08d}" for number in range(200)]


@pytest.fixture
def folder(file_folder: Folder) -> Folder:
    """Files are what these tests look at."""
    return file_folder


def _shapes(canonical: str) -> list[bytes]:
    """A number as it might slip through: digits alone, with its country, wide, encoded, reversed, as an integer."""
    digits = canonical.removeprefix("+")
    texts = [digits[2:], digits, canonical, digits[2:][::-1]]
    shapes = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]
    shapes += [base64.b64encode(text.encode())[:-4] for text in texts]
    shapes += [text.encode().hex().encode() for text in texts]
    shapes += [int(text).to_bytes(8, order) for text in (digits[2:], digits) for order in ("little", "big")]
    return shapes


def _use_everything(folder: Folder) -> Registry:
    registry = Registry(folder.catalogue, folder.vault, folder.keys)
    ids = registry.register_numbers(CANARIES, [NumberKind.MSISDN] * len(CANARIES))
    registry.register_entities(EntityKind.DEVICE, CANARIES)
    ledger = opened(folder)
    for seed, size in enumerate((HEAD * 2, 50)):
        given = events(size, seed=seed)
        numbers = pa.array(np.resize(ids, size), pa.int32())
        ledger.append(given.set_column(2, given.schema.field("a"), numbers))
    flags = [{"number": i, "known_at": 1, "scam_type": "loan"} for i in ids.tolist()]
    add_facts(folder.catalogue, "flags", pa.Table.from_pylist(flags, schema=FACTS["flags"]))
    log = AuditLog(folder.catalogue, folder.home, folder.keys.audit)
    log.record(at=1, actor="ann", action="reveal", purpose="p", subject_token=registry.numbers([0])[0].token)
    assert registry.reveal([0]) == {0: CANARIES[0]}
    return registry


def _found_in(folder: Path, shapes: list[bytes]) -> list[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    contents = {str(path): path.read_bytes() for path in files}
    return [(name, shape) for name, content in contents.items() for shape in shapes if shape in content]


def test_no_file_of_the_data_folder_holds_a_raw_number_in_any_shape(folder: Folder) -> None:
    _use_everything(folder)
    shapes = [shape for canary in CANARIES[::10] for shape in _shapes(canary)]
    assert len(list(folder.home.path.rglob("*.parquet"))) > 0
    assert _found_in(folder.home.path, shapes) == []


def test_the_search_would_find_a_raw_number(folder: Folder) -> None:
    (folder.home.path / "leak").write_bytes(b"..." + CANARIES[0].encode("utf-16-le") + b"...")
    assert _found_in(folder.home.path, _shapes(CANARIES[0]))
