"""What numbers, devices, cells and entities are called."""

import numpy as np
import phonenumbers
import pytest

from graphsvc.simulate.numbering import cell_texts, imei_texts, number_texts, opaque


def test_numbers_are_valid_and_differ() -> None:
    abroad = np.arange(2000) % 20 == 0
    texts = number_texts(1, abroad)
    assert len(set(texts)) == 2000
    parsed = [phonenumbers.parse(text, None) for text in texts]
    assert all(phonenumbers.is_valid_number(number) for number in parsed)
    assert [number.country_code != 86 for number in parsed] == abroad.tolist()


def luhn(text: str) -> bool:
    digits = [int(sign) for sign in text][::-1]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def test_device_identities_have_fifteen_digits_and_a_check_digit() -> None:
    texts = imei_texts(1, 3000)
    assert len(set(texts)) == 3000
    assert all(len(text) == 15 and luhn(text) for text in texts)


def test_many_devices_still_differ() -> None:
    texts = imei_texts(1, 1_000_500)
    assert len(set(texts)) == 1_000_500
    assert {len(text) for text in texts[:100]} == {15}


def test_cells_differ() -> None:
    assert len(set(cell_texts(1, 5000))) == 5000


@pytest.mark.parametrize("size", [0, 1, 70_000])
def test_opaque_texts_are_distinct_hexadecimal_and_repeatable(size: int) -> None:
    places = np.arange(size)
    texts = opaque(1, "event", places).to_pylist()
    assert len(set(texts)) == size
    assert all(len(text) == 16 and set(text) <= set("0123456789abcdef") for text in texts)
    assert opaque(1, "event", places[::-1]).to_pylist() == texts[::-1]


def test_opaque_texts_differ_by_kind_and_seed() -> None:
    one = np.arange(5)
    assert (
        len(
            {
                *opaque(1, "event", one).to_pylist(),
                *opaque(1, "case", one).to_pylist(),
                *opaque(2, "event", one).to_pylist(),
            }
        )
        == 15
    )
