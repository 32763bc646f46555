"""What a number is called inside."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.errors import InvalidNumber
from graphsvc.ingest.numbers import normalise_one
from graphsvc.model.words import NumberKind


@pytest.mark.parametrize(
    "text",
    [
        "+8613800138000",
        "008613800138000",
        "8613800138000",
        "13800138000",
        "013800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "(+86)13800138000",
        "＋８６１３８００１３８０００",
        "tel:+86-138-0013-8000",
        "\u202a+86 138 0013 8000\u202c",
        " 13800138000 ",
    ],
)
def test_every_form_of_a_mobile_number_is_one_number(text: str) -> None:
    assert normalise_one(text, "CN") == ("+8613800138000", NumberKind.MSISDN)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0571-8765 4321", "+8657187654321"),
        ("+86 571 87654321", "+8657187654321"),
        ("010 6552 9988", "+861065529988"),
        ("0955 8801234", "+869558801234"),
        ("4008001234", "+864008001234"),
        ("+1 650 253 0000", "+16502530000"),
        ("00442079460000", "+442079460000"),
    ],
)
def test_valid_numbers_are_kept_in_e164(text: str, canonical: str) -> None:
    assert normalise_one(text, "CN") == (canonical, NumberKind.MSISDN)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("110", "110"),
        ("１１４", "114"),
        ("95588", "95588"),
        ("955-88", "95588"),
        ("10086", "10086"),
        ("96110", "96110"),
        ("1008611", "1008611"),
        ("9558801234", "9558801234"),
        ("106902345678901", "106902345678901"),
    ],
)
def test_short_codes_and_service_numbers_are_kept_whole(text: str, canonical: str) -> None:
    assert normalise_one(text, "CN") == (canonical, NumberKind.SHORT_CODE)


@pytest.mark.parametrize("text", ["TAOBAO", "ICBC95588", "中国银行", "顺丰速运", "a", "China Mob.", "AT&T"])
def test_sender_names_are_kept_as_they_came(text: str) -> None:
    assert normalise_one(text, "CN") == (text, NumberKind.ALPHANUMERIC)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("+8611111111111", "+8611111111111"),
        ("+999123456789", "+999123456789"),
        ("+8695588", "+8695588"),
        ("87654321", "+8687654321"),
        ("00000000", "+860000000"),
    ],
)
def test_digits_that_no_plan_knows_are_kept_as_invalid(text: str, canonical: str) -> None:
    assert normalise_one(text, "CN")[1] is NumberKind.INVALID
    assert normalise_one(text, "CN")[0] == canonical


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "+", "???", "a" * 12, "13800138000@somewhere.example", "2" * 21, "1" * 100_000, "x" * 100_000, "\0"],
)
def test_what_cannot_be_a_number_or_sender_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        normalise_one(text, "CN")
    assert len(text) < 2 or text not in str(caught.value)


def test_national_forms_follow_the_region() -> None:
    assert normalise_one("650 253 0000", "US")[0] == "+16502530000"
    assert normalise_one("020 7946 0000", "GB")[0] == "+442079460000"


@given(st.from_regex(r"(\+|00)?[1-9][0-9]{6,14}", fullmatch=True))
def test_agrees_with_phonenumbers_on_what_it_knows(text: str) -> None:
    canonical, kind = normalise_one(text, "CN")
    if kind is NumberKind.SHORT_CODE:
        assert canonical == text
        return
    try:
        parsed = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        assert kind is NumberKind.INVALID
        return
    if phonenumbers.is_valid_number(parsed):
        assert kind is NumberKind.MSISDN
        assert canonical == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(max_size=80))
def test_any_text_is_either_normalised_or_refused(text: str) -> None:
    try:
        canonical, kind = normalise_one(text, "CN")
    except InvalidNumber:
        return
    assert canonical == canonical.strip() != ""
    assert normalise_one(canonical, "CN") == (canonical, kind), "a canonical form is its own"
