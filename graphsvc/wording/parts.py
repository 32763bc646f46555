"""How many short messages a text takes: 3GPP TS 23.038 alphabets, TS 23.040 concatenation."""

from typing import Final

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€\f")  # of the extension table: an escape goes before each
_GSM_ALONE, _GSM_PART = 160, 153
_WIDE_ALONE, _WIDE_PART = 70, 67


def sms_parts(text: str) -> int:
    """Short messages that a text takes: 160 or 153 a part in the GSM alphabet, 70 or 67 in any other; 0 if empty."""
    if not text:
        return 0
    if all(character in _GSM or character in _GSM_TWICE for character in text):
        sizes = [2 if character in _GSM_TWICE else 1 for character in text]
        return _packed(sizes, _GSM_ALONE, _GSM_PART)
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]  # UTF-16 units
    return _packed(sizes, _WIDE_ALONE, _WIDE_PART)


def _packed(sizes: list[int], alone: int, part: int) -> int:
    """Parts of a text whose characters have these sizes; no character is cut in two."""
    if sum(sizes) <= alone:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
