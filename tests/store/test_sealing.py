"""What is sealed together is what the library seals one by one, and is opened by it."""

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.api.ids import GlobalIds, Kind
from graphsvc.store.sealing import Sealer
from graphsvc.store.sealing_many import ManySealer


@given(st.binary(min_size=64, max_size=64), st.binary(max_size=40), st.data())
def test_rows_are_sealed_as_the_library_seals_each(key: bytes, use: bytes, data: st.DataObject) -> None:
    size = data.draw(st.integers(16, 70))
    contents = data.draw(st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=5))
    rows = np.frombuffer(b"".join(contents), dtype=np.uint8).reshape(len(contents), size)
    judge = AESSIV(key)
    assert [bytes(row) for row in ManySealer(key).seal(rows, use)] == [judge.encrypt(one, [use]) for one in contents]


@given(st.sampled_from(Kind), st.lists(st.text("abc234", min_size=1, max_size=40), max_size=6))
def test_ids_made_together_are_those_made_one_by_one_and_can_be_read(kind: Kind, names: list[str]) -> None:
    ids = GlobalIds(Sealer(b"k" * 32))
    made = ids.of_all(kind, names)
    assert made == [ids.of(kind, name) for name in names]
    assert [ids.read(one) for one in made] == [(kind, name) for name in names]


def test_ids_of_one_length_too() -> None:
    ids = GlobalIds(Sealer(b"k" * 32))
    names = [f"v1.{k:024}" for k in range(30)]
    assert ids.of_all(Kind.NUMBER, names) == [ids.of(Kind.NUMBER, name) for name in names]
