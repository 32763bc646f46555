"""When a warning that did not get through is tried again, and when no more. Pure: the jitter comes from the warning."""

from hashlib import blake2b
from typing import Final

ATTEMPTS_MOST: Final = 5
"""Then a warning is a dead letter, for a supervisor. [assumed; five calls a person saved, S38]"""
FIRST_PAUSE_MS: Final = 5 * 60_000
"""[doc S37: no answer, and again after five minutes]"""
PAUSE_MOST_MS: Final = 2 * 3_600_000
_JITTER: Final = 0.5


def pause_ms(warning_id: int, attempt: int) -> int:
    """How long to wait after that attempt (from 1): doubling, up to a bound, and up to half of it longer or shorter.

    The same warning and attempt always wait as long; different ones do not all come back at once.
    """
    plain: int = min(FIRST_PAUSE_MS * 2 ** min(attempt - 1, 16), PAUSE_MOST_MS)
    drawn = int.from_bytes(blake2b(f"{warning_id} {attempt}".encode(), digest_size=4).digest()) / 2**32
    return round(plain * (1 + _JITTER * (2 * drawn - 1)))
