"""The vectorised numbering plan never differs from phonenumbers."""

import random

import phonenumbers
import pyarrow as pa

from graphsvc.ingest.numbering import INVALID, UNKNOWN, VALID, judge


def disagreements(numbers: list[str]) -> list[str]:
    """The numbers on which `judge` says something that phonenumbers does not."""
    wrong = []
    for number, verdict in zip(numbers, judge(pa.array(numbers)).tolist(), strict=True):
        if verdict == UNKNOWN:
            continue
        parsed = phonenumbers.parse(number, None)
        same = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
        if not same or phonenumbers.is_valid_number(parsed) != (verdict == VALID):
            wrong.append(number)
    return wrong


def test_agrees_on_chinese_numbers_of_every_kind() -> None:
    chance = random.Random(7)
    numbers = [f"+861{chance.randrange(10**10):010d}" for _ in range(3000)]
    numbers += [f"+86{chance.randrange(10**6, 10**11)}" for _ in range(3000)]
    assert disagreements(numbers) == []


def test_agrees_on_numbers_of_every_country() -> None:
    chance = random.Random(8)
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    numbers = [f"+{code}{chance.randrange(10**6, 10**11)}"[:16] for code in codes for _ in range(15)]
    examples = [phonenumbers.example_number(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]
    numbers += [
        phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164) for example in examples if example
    ]
    numbers = [number for number in numbers if 8 <= len(number) <= 16]
    assert disagreements(numbers) == []


def test_decides_plain_chinese_mobile_numbers_by_itself() -> None:
    numbers = pa.array(["+8613800138000", "+8619912345678", "+8615412345678"])
    assert judge(numbers).tolist() == [VALID, VALID, INVALID]


def test_leaves_shared_country_codes_and_strippable_prefixes_to_phonenumbers() -> None:
    numbers = pa.array(["+16502530000", "+8605718765432", "+999123456789"])
    assert judge(numbers).tolist() == [UNKNOWN, UNKNOWN, UNKNOWN]


def test_no_numbers_give_no_verdicts() -> None:
    assert judge(pa.array([], pa.string())).tolist() == []
