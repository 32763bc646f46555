"""How good the warnings were, from real outcomes: accuracy, timeliness, coverage, each with its denominator.

Defined in docs/measures.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from graphsvc.errors import Reason, UsageError
from graphsvc.model.evidence import from_json
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import OutcomeKind, ScamType
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.given_out import GivenOut, Loss, given_out, losses

_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
IN_TIME_MS: Final = 10 * _MINUTE_MS
"""A warning delivered so long before a loss came in time. [contract, feeds]"""
BELONGS_MS: Final = 56 * _DAY_MS
"""A warning that came earlier than this before a loss is about something else: the longest script is eight weeks."""
CONFIRMED_BY_LOSS_MS: Final = 7 * _DAY_MS
"""A loss reported within this time after a warning confirms it. [contract, feeds]"""

CONFIRMING: Final = frozenset(
    {
        OutcomeKind.NOT_CONVINCED,
        OutcomeKind.DISSUADED,
        OutcomeKind.FAMILY_INFORMED,
        OutcomeKind.PAYMENT_STOPPED,
        OutcomeKind.ALREADY_LOST,
    }
)
REFUTING: Final = frozenset({OutcomeKind.WRONG_PERSON, OutcomeKind.FALSE_ALARM})
DELIVERING: Final = CONFIRMING | {OutcomeKind.DELIVERED, OutcomeKind.FALSE_ALARM}

Dimension = Literal["region", "channel", "scam_type"]


@dataclass(frozen=True)
class Window:
    """Which warnings and losses count. Instants are epoch ms of service time; None: no bound."""

    since: int
    until: int
    region: str | None = None
    """Prefix of a six-digit code."""
    channel: WarningChannel | None = None
    scam_type: ScamType | None = None


@dataclass(frozen=True)
class Share:
    """So many of so many; `value` is None of none."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Delay:
    """A time over `count` cases, in seconds; None over none."""

    count: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True)
class Measures:
    """What came of the warnings made in a window, and of the losses in it."""

    warnings: int
    delivered: Share
    """Of the warnings, those that reached the person."""
    accuracy: Share
    """Of the closed (confirmed or refuted), the confirmed."""
    event_to_due: Delay
    due_to_claimed: Delay
    claimed_to_delivered: Delay
    event_to_delivered: Delay
    lead_before_loss: Delay
    coverage: Share
    """Of the reported losses, those that a delivered warning preceded in time."""


def measures(catalogue: Catalogue, window: Window) -> Measures:
    """The measures of a window. UsageError where it ends before it begins or the region is none."""
    return _measured(*_gathered(catalogue, window), window)


def broken_down(catalogue: Catalogue, window: Window, by: Dimension) -> dict[str, Measures]:
    """The same for each value of one dimension that occurs (regions by province), in order; `unknown` for none."""
    warned, lost = _gathered(catalogue, window)
    values = {_value(one, by) for one in warned} | ({_value(one, by) for one in lost} if by != "channel" else set())
    return {
        value: _measured(
            [one for one in warned if _value(one, by) == value],
            [one for one in lost if by == "channel" or _value(one, by) == value],
            window,
        )
        for value in sorted(values)
    }


def _gathered(catalogue: Catalogue, window: Window) -> tuple[list[GivenOut], list[Loss]]:
    """Warnings that can matter for a loss in the window as well, and the losses until a week after it."""
    if window.until <= window.since:
        raise UsageError("until must be later than since", reason=Reason.SPAN_BACKWARDS)
    if window.region is not None and not (window.region.isascii() and window.region.isdigit()):
        raise UsageError("a region is a prefix of a six-digit code, such as 44 or 440305", reason=Reason.REGION_UNFIT)
    warned = given_out(catalogue, window.since - BELONGS_MS, window.until)
    lost = losses(catalogue, window.since, window.until + CONFIRMED_BY_LOSS_MS)
    return (
        [one for one in warned if _counts(one, window) and window.channel in (None, one.channel)],
        [one for one in lost if _counts(one, window)],
    )


def _counts(one: GivenOut | Loss, window: Window) -> bool:
    inside = window.region is None or (one.region or "").startswith(window.region)
    return inside and window.scam_type in (None, one.scam_type)


def _value(one: GivenOut | Loss, by: Dimension) -> str:
    if by == "region":
        return one.region[:2] if one.region else "unknown"
    return str(getattr(one, by))


def _measured(warned: Sequence[GivenOut], lost: Sequence[Loss], window: Window) -> Measures:
    made = [one for one in warned if one.made_at >= window.since]
    lost_at: dict[int, list[int]] = {}
    for loss in lost:
        lost_at.setdefault(loss.number, []).append(loss.lost_at)
    verdicts = [_verdict(one, lost_at.get(one.number, ())) for one in made]
    reached = [(one, at) for one in made if (at := _delivered_at(one)) is not None]
    leads = _leads(warned, [loss for loss in lost if loss.lost_at < window.until])
    return Measures(
        warnings=len(made),
        delivered=Share(len(reached), len(made)),
        accuracy=Share(verdicts.count(True), len(verdicts) - verdicts.count(None)),
        event_to_due=_delay((last, one.made_at) for one in made if (last := _last_contact(one)) is not None),
        due_to_claimed=_delay((one.made_at, one.claimed_at) for one in made if one.claimed_at is not None),
        claimed_to_delivered=_delay((one.claimed_at, at) for one, at in reached if one.claimed_at is not None),
        event_to_delivered=_delay((last, at) for one, at in reached if (last := _last_contact(one)) is not None),
        lead_before_loss=_delay((0, lead) for lead in leads if lead is not None),
        coverage=Share(sum(lead is not None for lead in leads), len(leads)),
    )


def _verdict(one: GivenOut, lost_at: Iterable[int]) -> bool | None:
    """Whether a warning was right, by the newest outcome that tells, or a loss that followed; None: nobody knows."""
    telling = [OutcomeKind(outcome) for _, outcome in one.outcomes if OutcomeKind(outcome) in CONFIRMING | REFUTING]
    if any(one.made_at <= at <= one.made_at + CONFIRMED_BY_LOSS_MS for at in lost_at):
        return True
    return telling[-1] in CONFIRMING if telling else None


def _delivered_at(one: GivenOut) -> int | None:
    """When it reached the person: when it went out, where an outcome says that it did; None where none does."""
    told = [at for at, outcome in one.outcomes if OutcomeKind(outcome) in DELIVERING]
    if not told:
        return None
    return told[0] if one.warned_at is None else min(told[0], max(one.warned_at, one.made_at))


def _last_contact(one: GivenOut) -> int | None:
    """The newest contact that the warning rested on."""
    met = (item.facts for item in from_json(one.evidence) if item.rule.startswith("met_"))
    return next((int(facts["last_at"]) for facts in met if "last_at" in facts), None)


def _leads(warned: Sequence[GivenOut], lost: Sequence[Loss]) -> list[int | None]:
    """For each loss, how long before it the first warning that belongs to it was delivered; None: none in time."""
    reached: dict[int, list[int]] = {}
    for one in warned:
        at = _delivered_at(one)
        if at is not None:
            reached.setdefault(one.number, []).append(at)
    leads = [[loss.lost_at - at for at in reached.get(loss.number, ())] for loss in lost]
    return [max((lead for lead in each if IN_TIME_MS <= lead <= BELONGS_MS), default=None) for each in leads]


def _delay(pairs: Iterable[tuple[int | None, int]]) -> Delay:
    seconds = sorted((end - start) / 1000 for start, end in pairs if start is not None)
    if not seconds:
        return Delay(0, None, None)
    return Delay(len(seconds), _quantile(seconds, 0.5), _quantile(seconds, 0.9))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation between neighbours."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (place - low), 3)
