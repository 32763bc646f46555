"""What gangs tell people, and what people do: one function a scam, from the table of fraud-patterns.md §7.

Stories in which the person loses money take as long from first contact to loss as the table says. In the others the
person was committed as well but breaks off, mostly after asking somebody, or was only engaged.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from graphsvc.model.words import ScamType
from graphsvc.simulate.chance import Floats, Int32, Int64, log_uniform, stream
from graphsvc.simulate.dialling import COMMITTED, LOST
from graphsvc.simulate.gangs import SCAMS, Gangs
from graphsvc.simulate.hours import HOUR, MINUTE, SECOND, Calendar, waking
from graphsvc.simulate.population import Population
from graphsvc.simulate.services import PublicNumbers
from graphsvc.simulate.stories import Ends, Pen, Stories, Told

Lasts = tuple[float, float]
"""Hours from first contact to loss, log-uniform (§7)."""

CONTACT_TO_LOSS: Final[dict[ScamType, Lasts]] = {
    ScamType.CUSTOMER_SERVICE: (0.3, 3),
    ScamType.POLICE_IMPERSONATION: (0.5, 6),
    ScamType.LOAN: (3, 72),
    ScamType.CREDIT_RECORD: (3, 72),
    ScamType.ACQUAINTANCE: (12, 36),
    ScamType.BRUSHING: (24, 168),
    ScamType.INVESTMENT: (168, 1344),
    ScamType.SHOPPING: (0.3, 48),
    ScamType.GAMING: (0.3, 48),
}


def tell(seed: int, stories: Stories, gangs: Gangs, people: Population, public: PublicNumbers, days: Calendar) -> Told:
    """All stories, with their events until the end of time; the world cuts them where its feeds end."""
    ends = Ends.open(len(stories))
    pen = Pen(stream(seed, "scripts"), gangs, people, public, days, ends)
    for number, scam in enumerate(SCAMS):
        chosen = stories.take(np.flatnonzero(stories.scam == number))
        if len(chosen):
            low, high = CONTACT_TO_LOSS[scam]
            lasts = log_uniform(pen.rng, low * HOUR, high * HOUR, len(chosen)).astype(np.int64)
            _SCRIPTS[scam](pen, chosen, lasts)
    return pen.told(ends)


def _customer_service(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """An order gone wrong, 3–15 min; a second call with the screen shared, codes, the bank's hotline."""
    deep = all_.stage >= COMMITTED
    first_s = log_uniform(pen.rng, 185, np.where(deep, 900, 600), len(all_))
    over = pen.call(all_, all_.first_at, all_.sim, all_.person, first_s)
    _call_back(pen, all_.take(~deep), over[~deep], 0.35)
    s, over, end = all_.take(deep), over[deep], (all_.first_at + lasts)[deep]
    again = over + (pen.rng.uniform(0.3, 0.6, len(s)) * (end - over)).astype(np.int64)
    asks = pen.some(s, 0.55) & (again - over > 6 * MINUTE)
    pen.ask_bank(s.take(asks), (over + (again - over) // 3)[asks])
    caller = np.where(pen.some(s, 0.5), pen.handler(s, again, 0), s.sim)
    lost = s.stage == LOST
    talk = np.where(lost, end - again + pen.minutes(1, 12, s), pen.minutes(20, 50, s))
    stop = pen.call(s, again, caller, s.person, talk / SECOND)
    pen.codes(s, again + (end - again) // 2, np.minimum(end, stop), 5)
    _commit(pen, s, again + np.minimum(20 * MINUTE, np.maximum((end - again) // 2, MINUTE)))
    _lose(pen, s.take(lost), end[lost])
    _break_off(pen, s.take(~lost), stop[~lost])


def _police(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """Line 1, then line 2 for 20–60 min, 114 or 110 to verify, a call back, and line 3 until the money is gone."""
    deep = all_.stage >= COMMITTED
    first_s = pen.rng.uniform(np.where(deep, 120, 185), 360, len(all_))
    over = pen.call(all_, all_.first_at, all_.sim, all_.person, first_s)
    passed = all_.take(~deep & pen.some(all_, 0.4))
    if len(passed):
        later = passed.first_at + pen.minutes(8, 25, passed).astype(np.int64)
        pen.call(passed, later, pen.handler(passed, later, 0), passed.person, pen.minutes(3, 12, passed) / SECOND)
    s, over = all_.take(deep), over[deep]
    at = over + pen.minutes(1, 12, s).astype(np.int64)
    line_2 = pen.handler(s, at, 0)
    over = pen.call(s, at, line_2, s.person, pen.minutes(20, 60, s) / SECOND)
    end = np.maximum(s.first_at + lasts[deep], over + pen.minutes(12, 40, s).astype(np.int64))
    lost = s.stage == LOST
    asks = pen.some(s, 0.8)
    pen.verify(s.take(asks), _between(over, end, 0.08)[asks], 0.3)
    back = pen.some(s, 0.65)
    pen.call(s.take(back), _between(over, end, 0.2)[back], s.person[back], line_2[back], _short(pen, s)[back])
    banks = pen.some(s, 0.4)
    pen.ask_bank(s.take(banks), _between(over, end, 0.3)[banks])
    _commit(pen, s, at + 20 * MINUTE)
    third, start = s.take(lost), _between(over, end, 0.4)[lost]
    long_s = np.clip((end[lost] - start + pen.minutes(5, 90, third)) / SECOND, 3600, 18_000)
    pen.call(third, start, pen.handler(third, start, 1), third.person, long_s)
    pen.codes(third, end[lost] - 12 * MINUTE, end[lost], 3)
    shut = pen.some(third, 0.8)
    pen.ends.isolated_from[third.place[shut]] = at[lost][shut]
    pen.ends.isolated_until[third.place[shut]] = end[lost][shut]
    _lose(pen, third, end[lost])
    _break_off(pen, s.take(~lost), over[~lost] + 15 * MINUTE)


def _loan(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """Announced by message; then several short calls a day, and notices from the bank."""
    deep = all_.stage >= COMMITTED
    over = pen.call(all_, all_.first_at, all_.sim, all_.person, log_uniform(pen.rng, 185, 600, len(all_)))
    _call_back(pen, all_.take(~deep), over[~deep], 0.4)
    s, end = all_.take(deep), _waking_end(pen, all_.first_at + lasts)[deep]
    _keep_talking(pen, s, over[deep], end, pen.rng.integers(2, 7, len(s)), (60, 540))
    lost = s.stage == LOST
    asks = pen.some(s, np.where(lost, 0.35, 1.0))
    pen.ask_bank(s.take(asks), _between(over[deep], end, 0.75)[asks])
    pen.codes(s, _between(over[deep], end, 0.8), end, 4)
    _commit(pen, s, _between(over[deep], end, 0.75))
    _lose(pen, s.take(lost), end[lost])


def _acquaintance(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """“Guess who I am” on the first day, the request on the second, from one number."""
    deep = all_.stage >= COMMITTED
    over = pen.call(all_, all_.first_at, all_.sim, all_.person, log_uniform(pen.rng, 100, 330, len(all_)))
    _call_back(pen, all_.take(~deep), over[~deep], 0.5)
    s, end = all_.take(deep), _waking_end(pen, all_.first_at + lasts)[deep]
    lost = s.stage == LOST
    start = np.maximum(over[deep], end - 4 * HOUR)
    _keep_talking(pen, s, start, end, pen.rng.integers(1, 5, len(s)), (60, 420), same=True)
    asks = pen.some(s, np.where(lost, 0.2, 1.0))
    pen.ask_bank(s.take(asks), _between(start, end, 0.85)[asks])
    pen.codes(s.take(lost), end[lost] - 5 * MINUTE, end[lost], 2)
    _commit(pen, s, _between(start, end, 0.85))
    _lose(pen, s.take(lost), end[lost])


def _brushing(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """A bulk message is answered; few calls, small sums come back first, then off the network, and the loss."""
    deep = all_.stage >= COMMITTED
    over = _answer_message(pen, all_)
    s, end = all_.take(deep), _waking_end(pen, all_.first_at + lasts)[deep]
    over = over[deep]
    _keep_talking(pen, s, over, end, pen.rng.integers(1, 5, len(s)), (60, 400))
    returns = pen.some(s, 0.8)
    pen.codes(s.take(returns), _between(over, end, 0.2)[returns], _between(over, end, 0.7)[returns], 3)
    lost = s.stage == LOST
    asks = pen.some(s, np.where(lost, 0.25, 1.0))
    pen.ask_bank(s.take(asks), _between(over, end, 0.8)[asks])
    pen.codes(s.take(lost), end[lost] - 30 * MINUTE, end[lost], 3)
    _commit(pen, s, _between(over, end, 0.5))
    _lose(pen, s.take(lost), end[lost])


def _investment(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """A message to a wrong number, then weeks of rare long talks with one number."""
    deep = all_.stage >= COMMITTED
    over = _answer_message(pen, all_)
    s, over, end = all_.take(deep), over[deep], _waking_end(pen, all_.first_at + lasts)[deep]
    weeks = np.maximum((end - over) / (7 * 24 * HOUR), 0.5)
    _keep_talking(pen, s, over, end, pen.rng.poisson(3.5 * weeks) + 2, (180, 1800), same=True)
    lost = s.stage == LOST
    asks = pen.some(s, np.where(lost, 0.3, 1.0))
    pen.ask_bank(s.take(asks), _between(over, end, 0.9)[asks])
    pen.codes(s, _between(over, end, 0.6), end, 4)
    _commit(pen, s, _between(over, end, 0.5))
    _lose(pen, s.take(lost), end[lost])


def _quick_sale(pen: Pen, all_: Stories, lasts: Int64) -> None:
    """A message or two, a call, and the money for goods, an account or a prize is gone."""
    deep = all_.stage >= COMMITTED
    over = _answer_message(pen, all_)
    s, over = all_.take(deep), over[deep]
    end = np.maximum(_waking_end(pen, all_.first_at + lasts)[deep], over + 5 * MINUTE)
    _keep_talking(pen, s, over, end, pen.rng.integers(1, 3, len(s)), (50, 300))
    lost = s.stage == LOST
    asks = pen.some(s, np.where(lost, 0.15, 1.0))
    pen.ask_bank(s.take(asks), _between(over, end, 0.8)[asks])
    pen.codes(s.take(lost), end[lost] - 4 * MINUTE, end[lost], 2)
    _commit(pen, s, _between(over, end, 0.6))
    _lose(pen, s.take(lost), end[lost])


_SCRIPTS: Final[dict[ScamType, Callable[[Pen, Stories, Int64], None]]] = {
    ScamType.CUSTOMER_SERVICE: _customer_service,
    ScamType.POLICE_IMPERSONATION: _police,
    ScamType.LOAN: _loan,
    ScamType.CREDIT_RECORD: _loan,
    ScamType.ACQUAINTANCE: _acquaintance,
    ScamType.BRUSHING: _brushing,
    ScamType.INVESTMENT: _investment,
    ScamType.SHOPPING: _quick_sale,
    ScamType.GAMING: _quick_sale,
}


def _between(since: Int64, until: Int64, share: float) -> Int64:
    at: Int64 = since + ((until - since) * share).astype(np.int64)
    return at


def _short(pen: Pen, s: Stories) -> Floats:
    return log_uniform(pen.rng, 90, 900, len(s))


def _waking_end(pen: Pen, end: Int64) -> Int64:
    """A loss that takes hours or days falls into waking hours."""
    return waking(end, pen.days)


def _call_back(pen: Pen, s: Stories, over: Int64, share: float) -> None:
    """Some who were only engaged ring the caller back later."""
    back = pen.some(s, share)
    at = over + pen.minutes(4, 150, s).astype(np.int64)
    pen.call(s.take(back), at[back], s.person[back], s.sim[back], log_uniform(pen.rng, 25, 240, int(back.sum())))


def _answer_message(pen: Pen, s: Stories) -> Int64:
    """The gang's message, the person's answer by message or call, often a call from the gang; when that is over."""
    pen.message(s, s.first_at, s.sim, s.person)
    answer = s.first_at + pen.minutes(2, 100, s).astype(np.int64)
    writes = pen.some(s, 0.7)
    pen.message(s.take(writes), answer[writes], s.person[writes], s.sim[writes])
    rings = s.take(~writes)
    pen.call(rings, answer[~writes], rings.person, rings.sim, log_uniform(pen.rng, 40, 400, len(rings)))
    later = answer + pen.minutes(8, 40, s).astype(np.int64)
    agent = pen.some(s, np.where(s.stage >= COMMITTED, 0.9, 0.4))
    pen.call(
        s.take(agent),
        later[agent],
        pen.same(s)[agent],
        s.person[agent],
        log_uniform(pen.rng, 60, 420, int(agent.sum())),
    )
    return later + 8 * MINUTE


def _keep_talking(
    pen: Pen, s: Stories, since: Int64, until: Int64, count: Int64, seconds: Lasts, *, same: bool = False
) -> None:
    """So many further talks between two instants, at waking hours; a quarter of them the person's own calls."""
    which = np.repeat(np.arange(len(s)), count)
    each = s.take(which)
    span = (until - since)[which]
    at = since[which] + (pen.rng.uniform(0.02, 0.95, len(which)) * span).astype(np.int64)
    pressed = waking(at, pen.days)
    at = np.where((pressed > since[which]) & (pressed < until[which]), pressed, at)
    other: Int32 = pen.same(each) if same else pen.handler(each, at, 0)
    own_call = pen.some(each, 0.25)
    talk = log_uniform(pen.rng, *seconds, len(which))
    talk = np.minimum(talk, np.maximum((until[which] - at) / SECOND, 20))
    pen.call(each, at, np.where(own_call, each.person, other), np.where(own_call, other, each.person), talk)


def _commit(pen: Pen, s: Stories, at: Int64) -> None:
    pen.ends.committed_at[s.place] = at // SECOND * SECOND


def _lose(pen: Pen, s: Stories, at: Int64) -> None:
    pen.ends.lost_at[s.place] = at // SECOND * SECOND
    early = pen.ends.committed_at[s.place] > pen.ends.lost_at[s.place]
    pen.ends.committed_at[s.place[early]] = pen.ends.lost_at[s.place[early]]


def _break_off(pen: Pen, s: Stories, over: Int64) -> None:
    """Committed, but no loss: many ask the bank or 110 and are told."""
    asks = pen.some(s, 0.7)
    at = over + pen.minutes(2, 40, s).astype(np.int64)
    bank = pen.some(s, 0.6)
    pen.ask_bank(s.take(asks & bank), at[asks & bank])
    pen.verify(s.take(asks & ~bank), at[asks & ~bank], 0.7)
