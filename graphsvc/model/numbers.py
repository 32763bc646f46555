"""How a number looks when it is shown to people who may not see it whole."""

import re
from typing import Final

from graphsvc.model.words import NumberKind

_HIDDEN: Final = "****"

# ITU-T E.164: country codes of one digit, of two digits by their first; all others have three.
_ONE_DIGIT: Final = frozenset("17")
_TWO_DIGITS: Final = {
    "2": frozenset("07"),
    "3": frozenset("0123469"),
    "4": frozenset("013456789"),
    "5": frozenset("12345678"),
    "6": frozenset("0123456"),
    "8": frozenset("1246"),
    "9": frozenset("0123458"),
}


def mask(canonical: str, kind: NumberKind) -> str:
    """A number for the eye: `+86 138 **** 0000`. At least four digits of a subscriber's number are hidden.

    Short codes and sender names belong to organisations and are shown whole. Of digits that no numbering plan
    knows, at most the last two are shown.
    """
    if kind.of_no_person:
        return canonical
    if kind is NumberKind.INVALID:
        return f"{_HIDDEN}{canonical[-2:]}" if len(canonical) >= 6 else _HIDDEN
    digits = canonical.removeprefix("+")
    country = _country(digits)
    national = digits[len(country) :]
    head, tail = _shown(len(national))
    shown = f"+{country} {national[:head]} {_HIDDEN}" if head else f"+{country} {_HIDDEN}"
    return f"{shown} {national[-tail:]}" if tail else shown


EXAMPLE: Final = "+8613800000000"
"""The number that our own messages show as an example; it is nobody's."""

_DIGITS: Final = re.compile(r"\+?\d(?:[\s-]?\d){6,}")


def redact(text: str) -> str:
    """The text with every run of seven or more digits taken out, but for the example of our own messages."""
    return _DIGITS.sub(lambda run: run[0] if run[0] == EXAMPLE else "…", text)


def _country(digits: str) -> str:
    if digits[:1] in _ONE_DIGIT:
        return digits[:1]
    return digits[:2] if digits[1:2] in _TWO_DIGITS.get(digits[:1], frozenset()) else digits[:3]


def _shown(national_digits: int) -> tuple[int, int]:
    """How many digits of the national number are shown at its head and at its tail."""
    if national_digits >= 11:
        return 3, 4
    if national_digits == 10:
        return 3, 3
    if national_digits >= 8:
        return 2, 2
    return 0, min(2, max(0, national_digits - 4))
