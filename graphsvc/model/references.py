"""Short references that people can say on the telephone: `N-7K3Q-2` for a network, `W-4H7T2M-9` for a warning.

Thirty-one characters, none easily taken for another, and a check character modulo 31 that finds every single wrong
character and every swap of two. Neighbouring ids get references that look nothing alike.
"""

from functools import lru_cache
from typing import Final

from graphsvc.errors import NotFound

ALPHABET: Final = "023456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE: Final = len(ALPHABET)
_WIDTH: Final = 4
_WIDEST: Final = 12  # 31^12 ids fit in 63 bits
_WARNING_WIDTH: Final = 6
"""Of a million warnings, a stranger who makes references up hits one in nine hundred tries, if he knows the check."""
_STRIDE: Final = 391_939  # prime to 31, so that multiplying permutes the references
_WARNING_STRIDE: Final = 548_477_293  # the same, for the longer ones

_NAMED: Final = {
    "N": ("network", "N-7K3Q-2"),
    "W": ("warning", "W-4H7T2M-9"),
    "I": ("investigation", "I-7K3Q-2"),
}

_A: Final = {"N": "a", "W": "a", "I": "an"}


def network_reference(network_id: int) -> str:
    """The reference of a network id (>= 0): four characters, more where an id needs them."""
    return _reference("N", network_id, _WIDTH, _STRIDE)


def network_id_of(text: str) -> int:
    """The network id that a reference, or a plain id, names. Raises NotFound where the check character is wrong."""
    return _id_of(text, "N", _WIDTH, _STRIDE)


def warning_reference(warning_id: int) -> str:
    """The reference of a warning id (>= 0): six characters, more where an id needs them."""
    return _reference("W", warning_id, _WARNING_WIDTH, _WARNING_STRIDE)


def warning_id_of(text: str) -> int:
    """The warning id that a reference, or a plain id, names. Raises NotFound where the check character is wrong."""
    return _id_of(text, "W", _WARNING_WIDTH, _WARNING_STRIDE)


def investigation_reference(investigation_id: int) -> str:
    """The reference of an investigation id (>= 0): four characters, more where an id needs them."""
    return _reference("I", investigation_id, _WIDTH, _STRIDE)


def investigation_id_of(text: str) -> int:
    """The investigation id that a reference, or a plain id, names. NotFound where the check character is wrong."""
    return _id_of(text, "I", _WIDTH, _STRIDE)


@lru_cache(maxsize=4_096)
def _reference(letter: str, identifier: int, width: int, stride: int) -> str:
    while identifier >= _BASE**width:
        width += 1
    number = identifier * stride % _BASE**width
    digits = []
    for _ in range(width):
        number, digit = divmod(number, _BASE)
        digits.append(digit)
    return f"{letter}-{''.join(ALPHABET[digit] for digit in digits)}-{ALPHABET[_check(digits)]}"


def _id_of(text: str, letter: str, width: int, stride: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    parts = text.strip().upper().replace("O", "0").split("-")
    wide = width <= len(parts[1]) <= _WIDEST if len(parts) == 3 else False
    if not wide or parts[0] != letter or len(parts[2]) != 1:
        what, example = _NAMED[letter]
        raise NotFound(f"{_A[letter]} {what} is named by its id or by a reference such as {example}")
    digits = [ALPHABET.find(character) for character in parts[1]]
    if min(digits) < 0 or ALPHABET.find(parts[2]) != _check(digits):
        raise NotFound(f"no {_NAMED[letter][0]} has this reference: one character is wrong or swapped")
    number: int = 0
    for digit in reversed(digits):
        number = number * _BASE + digit
    space = _BASE ** len(digits)
    found: int = number * _inverse(stride, space) % space
    return found


@lru_cache(maxsize=64)
def _inverse(stride: int, space: int) -> int:
    return pow(stride, -1, space)


def _check(digits: list[int]) -> int:
    return sum((place + 2) * digit for place, digit in enumerate(digits)) % _BASE
