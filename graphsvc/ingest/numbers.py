"""What a dialling number or sender name is called inside: one canonical text, and a kind.

A number that the numbering plan knows is kept in E.164, whichever form it came in. `phonenumbers` decides;
`numbering` answers the same for plain E.164 of many numbers at once. No message here repeats its text.
"""

import re
import unicodedata
from typing import Final

import phonenumbers

from graphsvc.errors import InvalidNumber
from graphsvc.model.words import NumberKind

TEXT_LENGTH_MAX: Final = 64
"""Longer texts are no number; the limit keeps `phonenumbers` from chewing on them."""
DIGITS_MAX: Final = 20
"""Digits of an address that a network can carry (3GPP TS 23.040, 9.1.2.5)."""
SENDER_LENGTH_MAX: Final = 11
"""Characters of an alphanumeric sender (3GPP TS 23.040, 9.1.2.5)."""

_SHORT_CODE: Final = re.compile(r"[0-9]{3,6}")
SERVICE_CODES: Final = {"CN": r"(?:9[56]|100|106)[0-9]{1,17}"}
"""By region: longer service numbers outside the subscriber plan. CN: 95xxx and 96xxx with extensions, 100xx
of the operators, 106… of bulk message senders (MIIT, numbering plan of telecommunication networks). They come
before a national number without its trunk 0: a feed that says 9558801234 means a bank's extension."""
_SCHEME: Final = re.compile(r"^\s*(?:tel:\s*)+", re.IGNORECASE)
_DIALLED: Final = re.compile(rf"\+?[0-9]{{2,{DIGITS_MAX}}}")
_PUNCTUATION: Final = re.compile(r"[\s().\-/]+")
_SENDER: Final = re.compile(
    r"[A-Za-z0-9 @£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà_!\"#¤%&'()*+,\-./:;<=>?¡"
    r"\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af【】·]+"
)
"""The GSM 7-bit alphabet (3GPP TS 23.038, 6.2.1) and the scripts of East Asia."""


def normalise_one(text: str, region: str) -> tuple[str, NumberKind]:
    """The canonical text and kind of one number as it came; national forms are read as those of `region`.

    `region` is an ISO 3166 code. Raises InvalidNumber for what can be neither a number nor a sender name.
    """
    cleaned = _cleaned(text)
    if not cleaned or len(cleaned) > TEXT_LENGTH_MAX:
        raise _invalid()
    compact = _PUNCTUATION.sub("", cleaned)
    if _SHORT_CODE.fullmatch(compact):
        return compact, NumberKind.SHORT_CODE
    if any(character.isalpha() for character in cleaned):
        if len(cleaned) <= SENDER_LENGTH_MAX and _SENDER.fullmatch(cleaned):
            return cleaned, NumberKind.ALPHANUMERIC
        if not cleaned.startswith(("+", "(", *"0123456789")):
            raise _invalid()
    return _dialled(cleaned, compact, region)


def _cleaned(text: str) -> str:
    """Full-width forms folded, invisible marks (as copied from address books) and a tel: scheme removed."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", text[: 4 * TEXT_LENGTH_MAX])
        if unicodedata.category(character) != "Cf"
    )
    return _SCHEME.sub("", visible).strip()


def _dialled(cleaned: str, compact: str, region: str) -> tuple[str, NumberKind]:
    service = SERVICE_CODES.get(region)
    if service is not None and re.fullmatch(service, compact):
        return compact, NumberKind.SHORT_CODE
    parsed = _parsed(cleaned, region)
    if parsed is None:
        if not _DIALLED.fullmatch(compact):
            raise _invalid()
        parsed = _parsed(compact, region)  # some punctuation hides from phonenumbers what is a number without it
    if parsed is None:
        return compact, NumberKind.INVALID  # a caller id such as +999… is false, yet somebody's phone showed it
    settled = _settled(parsed)
    kind = NumberKind.MSISDN if phonenumbers.is_valid_number(settled) else NumberKind.INVALID
    return _e164(settled), kind


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _settled(parsed: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """The number that its own E.164 form is read as: of +860000, `phonenumbers` drops a zero at each reading."""
    while not phonenumbers.is_valid_number(parsed):
        try:
            again = phonenumbers.parse(_e164(parsed), None)
        except phonenumbers.NumberParseException:
            break
        if _e164(again) == _e164(parsed):
            break
        parsed = again
    return parsed


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _invalid() -> InvalidNumber:
    return InvalidNumber(
        "this can be neither a number nor a sender name: write +8613800000000, a national number, "
        "a short code such as 95588, or a sender of at most 11 characters"
    )
