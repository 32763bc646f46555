"""How numbers look to people."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.model.numbers import mask
from graphsvc.model.words import NumberKind


@pytest.mark.parametrize(
    ("canonical", "kind", "shown"),
    [
        ("+8613800000000", NumberKind.MSISDN, "+86 138 **** 0000"),
        ("+8657112345678", NumberKind.MSISDN, "+86 571 **** 5678"),
        ("+861012345678", NumberKind.MSISDN, "+86 101 **** 678"),
        ("+14155550123", NumberKind.MSISDN, "+1 415 **** 123"),
        ("+85291234567", NumberKind.MSISDN, "+852 91 **** 67"),
        ("+2901234", NumberKind.MSISDN, "+290 ****"),
        ("110", NumberKind.SHORT_CODE, "110"),
        ("95588", NumberKind.SHORT_CODE, "95588"),
        ("中国银行", NumberKind.ALPHANUMERIC, "中国银行"),
        ("+8612345", NumberKind.INVALID, "****45"),
        ("12345", NumberKind.INVALID, "****"),
    ],
)
def test_a_number_shows_whose_it_may_be_and_not_which_it_is(canonical: str, kind: NumberKind, shown: str) -> None:
    assert mask(canonical, kind) == shown


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_at_least_four_digits_of_any_subscriber_are_hidden(canonical: str) -> None:
    shown = mask(canonical, NumberKind.MSISDN)
    assert len(re.sub(r"\D", "", shown)) <= len(canonical) - 1 - 4
    assert "****" in shown


@given(st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_of_an_invalid_number_at_most_two_digits_are_shown(canonical: str) -> None:
    assert len(re.sub(r"\D", "", mask(canonical, NumberKind.INVALID))) <= 2
