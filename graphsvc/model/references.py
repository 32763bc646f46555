"""Short references that people can say on the telephone: `N-7K3Q-2` for a network.

Thirty-one characters, none easily taken for another, and a check character modulo 31 that finds every single wrong
character and every swap of two. Neighbouring ids get references that look nothing alike.
"""

from typing import Final

from graphsvc.errors import NotFound

ALPHABET: Final = "023456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE: Final = len(ALPHABET)
_WIDTH: Final = 4
_STRIDE: Final = 391_939  # prime to 31, so that multiplying permutes the references


def network_reference(network_id: int) -> str:
    """The reference of a network id (>= 0): four characters, more where an id needs them."""
    width = _WIDTH
    while network_id >= _BASE**width:
        width += 1
    number = network_id * _STRIDE % _BASE**width
    digits = []
    for _ in range(width):
        number, digit = divmod(number, _BASE)
        digits.append(digit)
    return f"N-{''.join(ALPHABET[digit] for digit in digits)}-{ALPHABET[_check(digits)]}"


def network_id_of(text: str) -> int:
    """The network id that a reference, or a plain id, names. Raises NotFound where the check character is wrong."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    parts = text.strip().upper().replace("O", "0").split("-")
    if len(parts) != 3 or parts[0] != "N" or len(parts[2]) != 1 or len(parts[1]) < _WIDTH:
        raise NotFound("a network is named by its id or by a reference such as N-7K3Q-2")
    digits = [ALPHABET.find(character) for character in parts[1]]
    if min(digits) < 0 or ALPHABET.find(parts[2]) != _check(digits):
        raise NotFound("no network has this reference: one character is wrong or swapped")
    width = len(digits)
    number: int = sum(digit * _BASE**place for place, digit in enumerate(digits))
    space: int = _BASE**width
    inverse: int = pow(_STRIDE, -1, space)
    return number * inverse % space


def _check(digits: list[int]) -> int:
    return sum((place + 2) * digit for place, digit in enumerate(digits)) % _BASE
