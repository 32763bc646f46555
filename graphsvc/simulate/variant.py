"""The kinds of world: the same population, with other mechanisms of fraud or of reporting."""

from dataclasses import dataclass
from typing import Final

from graphsvc.errors import UsageError


@dataclass(frozen=True)
class Variant:
    """What differs between worlds. The defaults are the plain world, from fraud-patterns.md §3–§8."""

    name: str
    camouflaged_share: float = 0.14
    """SIM cards of a den that lead an ordinary life beside (13.6 % in Sichuan, §3)."""
    block_days: int = 0
    """After so many days a den swaps all its SIM cards for fresh ones; 0 is never: it draws from one pool."""
    report_share: float = 0.75
    """Losses that are ever reported."""
    complaint_rate: float = 0.0008
    """Complaints through app or hotline for each answered or read fraud contact that came to nothing."""
    processing_median_minutes: float = 30.0
    """From a report to the flag at the operator, median (Putian: 45 min, §8)."""
    operator_share: float = 0.05
    """Fraud numbers that the operator itself flags, a day or more late."""
    storms_per_den: float = 0.6
    """Storms of calls that show an innocent number as caller, for each den."""
    storm_calls: int = 120
    """Calls of one storm, median."""


_VARIANTS: Final = (
    Variant("plain"),
    Variant("camouflage", camouflaged_share=0.6),
    Variant("rotation", block_days=2),
    Variant(
        "sparse",
        report_share=0.3,
        complaint_rate=0.0002,
        processing_median_minutes=720.0,
        operator_share=0.01,
    ),
    Variant("storm", storms_per_den=4.0, storm_calls=400),
)

VARIANTS: Final = {variant.name: variant for variant in _VARIANTS}
"""Every variant by its name."""


def variant_named(name: str) -> Variant:
    """The variant of that name; an unknown name is refused with the list of those there are."""
    if name not in VARIANTS:
        raise UsageError(f"there is no such variant; choose one of {', '.join(VARIANTS)}")
    return VARIANTS[name]
