"""Keyed hashes against the published vectors, and keys that tell texts apart."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.ingest.keys import HashKey, lookup_keys, row_keys, text_keys
from graphsvc.ingest.text import Text

KEY = HashKey.of(bytes(range(16)))

# From the reference implementation (github.com/veorq/SipHash, vectors.h): the message is bytes 0, 1, … of each length.
VECTORS = {
    0: "310e0edd47db6f72",
    1: "fd67dc93c539f874",
    2: "5a4fa9d909806c0d",
    3: "2d7efbd796666785",
    7: "37d1018bf50002ab",
    8: "6224939a79f5f593",
    15: "e545be4961ca29a1",
}


def texts(*values: str) -> Text:
    return Text.of(pa.array(values, pa.string()))


@pytest.mark.parametrize("length", VECTORS)
def test_hashes_are_siphash_2_4(length: int) -> None:
    message = bytes(range(length)).decode()
    expected = int.from_bytes(bytes.fromhex(VECTORS[length]), "little", signed=True)
    assert text_keys(KEY, b"", texts(message)).tolist() == [expected]


@given(st.binary(max_size=20), st.text(max_size=20).filter(lambda text: text.isascii()))
def test_a_prefix_is_hashed_as_if_it_stood_before_the_text(prefix: bytes, text: str) -> None:
    whole = prefix.hex() + text
    apart = text_keys(KEY, prefix.hex().encode(), texts(text))
    assert apart.tolist() == text_keys(KEY, b"", texts(whole)).tolist()


def test_a_row_is_hashed_as_the_bytes_of_its_integers() -> None:
    values = [ord("a"), 2**40 + 5]
    as_bytes = b"".join(value.to_bytes(8, "little") for value in [7, *values])
    columns = [np.array([value], dtype=np.int64) for value in values]
    assert row_keys(KEY, 7, columns).tolist() == text_keys(KEY, b"", texts(as_bytes.decode())).tolist()


@given(st.lists(st.from_regex(r"\+?[0-9]{1,17}|[a-z]{1,3}", fullmatch=True), unique=True))
def test_lookup_keys_tell_texts_apart(values: list[str]) -> None:
    keys = lookup_keys(KEY, texts(*values)).tolist()
    assert len(set(keys)) == len(values)
    assert 0 not in keys


def test_an_empty_text_has_the_lookup_key_zero() -> None:
    assert lookup_keys(KEY, texts("", "0", "+0", "00")).tolist()[0] == 0
    assert len(set(lookup_keys(KEY, texts("", "0", "+0", "00")).tolist())) == 4


def test_another_key_gives_other_hashes() -> None:
    other = HashKey.of(bytes(range(1, 17)))
    assert text_keys(KEY, b"", texts("a")).tolist() != text_keys(other, b"", texts("a")).tolist()


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        HashKey.of(b"short")
