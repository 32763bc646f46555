"""The numbering plan for many plain E.164 numbers at once.

Runs the patterns of `phonenumbers`' metadata in RE2. Where a country code is shared by several regions, where
a prefix could be stripped, or where RE2 does not know a pattern, it says that it does not know.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

UNKNOWN: Final = 0
VALID: Final = 1
INVALID: Final = 2

_TYPES: Final = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
"""The descriptions that phonenumbers.number_type looks at."""


@dataclass(frozen=True)
class _Plan:
    """What makes a national number of one country valid: a general pattern and one of its types."""

    prefix: str | None  # could be stripped by phonenumbers.parse
    general: tuple[str, tuple[int, ...]]
    types: tuple[tuple[str, tuple[int, ...]], ...]


def judge(numbers: pa.Array) -> NDArray[np.uint8]:
    """VALID, INVALID or UNKNOWN for each number of the form +[0-9]{7,15}; never differs from phonenumbers.

    VALID and INVALID also mean that the number is its own canonical form.
    """
    verdicts = np.zeros(len(numbers), dtype=np.uint8)
    codes = _calling_codes(numbers)
    for code in np.unique(codes[codes > 0]).tolist():
        plan = _plan_of(code)
        if plan is not None:
            rows = np.flatnonzero(codes == code)
            national = pc.utf8_slice_codeunits(numbers.take(pa.array(rows)), start=1 + len(str(code)))
            verdicts[rows] = _judge_national(national, plan)
    return verdicts


def e164_of_digits(digits: pa.Array, region: str) -> tuple[pa.Array, NDArray[np.bool_]]:
    """E.164 of texts of 7 to 13 digits, read as phonenumbers would in `region`, and where that is certain.

    Certain are valid national numbers that begin with neither the country's own code nor its international prefix,
    and valid numbers with that code that are too long to be national ones.
    """
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    plan = _plan_of(metadata.country_code) if metadata is not None else None
    if metadata is None or plan is None:
        return digits, np.zeros(len(digits), dtype=np.bool_)
    code = str(metadata.country_code)
    abroad = _found(digits, f"^(?:{metadata.international_prefix})")
    coded = _found(digits, f"^{code}") & ~abroad
    international = pc.binary_join_element_wise("+", digits, "")
    national = pc.binary_join_element_wise(f"+{code}", digits, "")
    too_long = pc.utf8_length(digits).to_numpy() > max(plan.general[1])
    certain_international = coded & too_long & (judge(international) == VALID)
    certain_national = ~coded & ~abroad & (judge(national) == VALID)
    forms = pc.if_else(pa.array(certain_international), international, national)
    return forms, certain_international | certain_national


def _judge_national(national: pa.Array, plan: _Plan) -> NDArray[np.uint8]:
    lengths = pc.utf8_length(national).to_numpy()
    fits = _matches(national, lengths, plan.general)
    of_a_type = np.zeros(len(national), dtype=np.bool_)
    for description in plan.types:
        of_a_type |= _matches(national, lengths, description)
    verdicts = np.where(fits & of_a_type, VALID, INVALID).astype(np.uint8)
    if plan.prefix is not None:
        verdicts[_found(national, f"^(?:{plan.prefix})")] = UNKNOWN
    return verdicts


def _matches(
    national: pa.Array, lengths: NDArray[np.int32], description: tuple[str, tuple[int, ...]]
) -> NDArray[np.bool_]:
    pattern, possible = description
    matched = _found(national, f"^(?:{pattern})$")
    return matched & np.isin(lengths, possible) if possible else matched


def _found(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _calling_codes(numbers: pa.Array) -> NDArray[np.int64]:
    """The country calling code of each number, or 0. No code is the beginning of another."""
    known = np.zeros(1000, dtype=np.bool_)
    known[list(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)] = True
    codes = np.zeros(len(numbers), dtype=np.int64)
    for digits in (1, 2, 3):
        head = pc.utf8_slice_codeunits(numbers, start=1, stop=1 + digits).cast(pa.int64()).to_numpy()
        codes = np.where((codes == 0) & known[head] & (head >= 10 ** (digits - 1)), head, codes)
    return codes


@cache
def _plan_of(code: int) -> _Plan | None:
    """The plan of a country code that one region has to itself, if RE2 can run it."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    if len(regions) != 1 or regions[0] == "001":
        return None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0])
    if metadata is None:
        return None
    general = _description(metadata.general_desc)
    if general is None:
        return None
    types = [_description(getattr(metadata, name)) for name in _TYPES]
    plan = _Plan(metadata.national_prefix_for_parsing, general, tuple(filter(None, types)))
    return plan if _runs(plan) else None


def _description(description: "phonenumbers.PhoneNumberDesc | None") -> tuple[str, tuple[int, ...]] | None:
    if description is None or not description.national_number_pattern:
        return None
    return description.national_number_pattern, tuple(description.possible_length)


def _runs(plan: _Plan) -> bool:
    try:
        _judge_national(pa.array(["0"]), plan)
    except pa.ArrowInvalid:
        return False
    return True
