"""References survive being said, and a slip of the tongue does not name another network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.errors import NotFound
from graphsvc.model.references import (
    ALPHABET,
    network_id_of,
    network_reference,
    warning_id_of,
    warning_reference,
)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_reference_names_its_network_again(network_id: int) -> None:
    reference = network_reference(network_id)
    assert network_id_of(reference) == network_id
    assert network_id_of(reference.lower()) == network_id


@given(st.integers(min_value=0, max_value=900_000), st.integers(0, 3), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(network_id: int, place: int, wrong: str) -> None:
    reference = network_reference(network_id)
    body = list(reference[2:6])
    if body[place] == wrong:
        return
    body[place] = wrong
    with pytest.raises(NotFound):
        network_id_of(f"N-{''.join(body)}-{reference[-1]}")


@given(st.integers(min_value=0, max_value=900_000), st.integers(0, 2))
def test_two_swapped_characters_are_found(network_id: int, place: int) -> None:
    reference = network_reference(network_id)
    body = list(reference[2:6])
    if body[place] == body[place + 1]:
        return
    body[place], body[place + 1] = body[place + 1], body[place]
    with pytest.raises(NotFound):
        network_id_of(f"N-{''.join(body)}-{reference[-1]}")


def test_a_plain_id_is_taken_as_it_is() -> None:
    assert network_id_of("17") == 17


@pytest.mark.parametrize("text", ["", "N-", "N-7K3Q", "7K3Q-2", "N-7I3Q-2", "hello"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(NotFound):
        network_id_of(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_warning_is_named_by_a_longer_one(warning_id: int) -> None:
    reference = warning_reference(warning_id)
    assert warning_id_of(reference) == warning_id
    assert len(reference) >= len("W-000000-0")


def test_a_network_is_no_warning() -> None:
    with pytest.raises(NotFound, match="a warning is named"):
        warning_id_of(network_reference(7))
    with pytest.raises(NotFound, match="a network is named"):
        network_id_of(warning_reference(7))


def test_references_of_neighbours_look_nothing_alike() -> None:
    one, two = warning_reference(1), warning_reference(2)
    assert sum(a != b for a, b in zip(one[2:8], two[2:8], strict=True)) >= 4
