"""How often Python looks for garbage that refers to itself."""

import gc
from typing import Final

_EVERY: Final = 100_000
"""Objects made and not yet freed between two looks; Python's own 700 suit programs with few objects."""


def collect_seldom() -> None:
    """Look seldom: for whoever owns the process, as soon as it starts.

    Importing, registering numbers and writing results make hundreds of thousands of objects that hold no circles, and
    each look walks over those again: a tenth of the time of these. What nobody refers to is freed at once anyway.
    """
    gc.set_threshold(_EVERY, *gc.get_threshold()[1:])
