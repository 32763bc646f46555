"""A slow, obvious reading of docs/definitions.md in plain Python, to judge the engine: shares constants, no code.

Works on tuples and dicts, one number at a time; written from the definitions, not from the engine.
"""

from collections import defaultdict
from math import exp, log, log2

from graphsvc.engine import parameters as given
from tests.engine.plain import DAY, START, Event, PlainWorld

Log = dict[int, float]


class Slow:
    """Everything that the definitions say of one small world."""

    def __init__(self, world: PlainWorld) -> None:
        self.world = world
        proper = [e for e in world.events if e.a != e.b]
        facts = {n for n, *_ in [*world.flags, *world.flags_after]} | {n for n, *_ in world.links}
        facts |= set(world.directory) | world.released
        called = {n for e in world.events for n in (e.a, e.b)}
        self.numbers = sorted(called | facts | {n for n, _ in world.cases})
        self.to: dict[int, set[int]] = defaultdict(set)
        self.by: dict[int, set[int]] = defaultdict(set)
        self.between: dict[tuple[int, int], list[int]] = defaultdict(list)
        for event in proper:
            self.to[event.a].add(event.b)
            self.by[event.b].add(event.a)
            self.between[event.a, event.b].append(event.at)
        self.events = proper
        self.pair_events: dict[frozenset[int], list[tuple[int, Event]]] = defaultdict(list)
        self.of: dict[int, list[tuple[int, Event]]] = defaultdict(list)
        for i, event in enumerate(proper):
            self.pair_events[frozenset((event.a, event.b))].append((i, event))
            self.of[event.a].append((i, event))
            self.of[event.b].append((i, event))
        self.behaviour = {n: self._behaviour(n) for n in self.numbers}
        self.total = {n: sum(self.behaviour[n].values()) for n in self.numbers}
        self._shown: dict[int, list[set[str]]] = {}
        self._settled: list[set[str]] | None = None
        self.uses = self._uses()
        self.weights = self._recipient_weights()
        self.ties: dict[tuple[int, int], float] = {}
        self.counted: Log = {}
        self.ever_compared: set[int] = set()
        self._rest: dict[int, dict[str, float]] = {}
        self._lists: dict[int, set[int]] = {}
        self._lines: Log = {}
        self.list_age: Log = dict.fromkeys(self.numbers, 0.0)
        self.flagged, self.carried = self._flags(1.0), self._flags(given.PUBLIC_CARRIED)
        self.entity_flagged = {x: min(c, given.FLAG_CONFIDENCE_MOST) for x, _, c in world.entity_flags}

    def public(self, number: int) -> bool:
        return number in self.world.directory

    def cleared(self, number: int) -> bool:
        """Public, or released and not flagged anew by more than a complaint."""
        anew = {n for n, source, _ in self.world.flags_after if source in ("police", "operator")}
        return self.public(number) or (number in self.world.released and number not in anew) or self.recycled(number)

    def recycled(self, number: int) -> bool:
        """Called somebody a day before its SIM was activated, and nobody has flagged it since."""
        activated = self.world.activated.get(number)
        called = [e.at for e in self.events if e.a == number]
        if activated is None or not called or min(called) + given.RECYCLED_AFTER_MS > activated:
            return False
        flagged = [self.spoke_at(n, START) for n, *_ in self.world.flags if n == number]
        flagged += [self.spoke_at(n, START + 15 * DAY) for n, *_ in self.world.flags_after if n == number]
        return max(flagged, default=activated) <= activated

    def spoke_at(self, number: int, known_at: int) -> int:
        """The latest that a flag on the number can speak of: no later than the loss that it is about, nor, where the
        number met the victim before its present SIM and not since, than that."""
        about = self.world.flag_cases.get(number)
        if about is None:
            return known_at
        victim, lost_at = self.world.cases[about]
        met = [e.at for e in self.events if {e.a, e.b} == {number, victim} and e.at <= lost_at]
        before = met and max(met) < self.world.activated.get(number, 0) <= min(known_at, lost_at)
        return max(met) if before else min(known_at, lost_at)

    # --- by itself

    def _behaviour(self, n: int) -> dict[str, float]:
        if self.cleared(n) or n in self.world.nobody:
            return {}
        mine = [e for _, e in self.of[n]]
        out = [e for e in mine if e.a == n]
        met = self.to[n] | self.by[n]
        first_day = min((e.at for e in self.events), default=0) // DAY
        window = max((e.at for e in self.events), default=0) // DAY - first_day + 1
        devices = {e.device for e in out if e.device is not None}
        enough = min(len(met) / given.BEHAVIOUR_FULL_AT, 1)
        said: dict[str, float] = {}
        if met:
            days = len({e.at // DAY for e in mine})
            said["outgoing_share"] = curve(given.OUTGOING_SHARE, len(out) / len(mine)) * enough
            said["events_per_contact"] = curve(given.EVENTS_PER_CONTACT, len(mine) / len(met)) * enough
            said["contacts_per_day"] = curve(given.CONTACTS_PER_DAY, len(met) / days) * enough
            active = curve(given.ACTIVE_SHARE, min(days / min(window, 31), 1))
            said["active_share"] = active * enough * min(window / given.BEHAVIOUR_WINDOW_DAYS, 1)
        if devices:
            said["devices_used"] = curve(given.DEVICES_USED, len(devices)) * enough
        if self.to[n]:
            said["reciprocal_share"] = (
                curve(given.RECIPROCAL_SHARE, len(self.to[n] & self.by[n]) / len(self.to[n])) * enough
            )
        if n in self.world.activated:
            age = (self.world.as_of - self.world.activated[n]) / DAY
            said["number_age"] = curve(given.NUMBER_AGE_DAYS, age) * enough
            if said["number_age"] < 0:
                said["number_age"] *= 1 - self.begun_late(self.world, n)
        new = self.fresh(n) if n in self.world.activated else self.begun_late(self.world, n)
        most = given.BEHAVIOUR_MOST + given.NEW_CARD_MOST * new
        if self.unseen(self.world, n) >= given.UNSEEN_DAYS:
            dialled = min(len(self.to[n]) / given.BEHAVIOUR_FULL_AT, 1)
            unseen = given.UNSEEN_SAYS * self.begun_late(self.world, n) * dialled
            unseen = max(unseen - max(said.get("number_age", 0.0), 0.0), 0.0)
            said["days_unseen"] = min(unseen, max(most - sum(said.values()), 0.0))
        total = sum(said.values())
        held = max(given.BEHAVIOUR_LEAST, min(most, total))
        return {rule: value * (held / total if total else 1) for rule, value in said.items()}

    def _uses(self) -> dict[int, dict[int, tuple[str, float]]]:
        """By entity: each number that used it, with its kind and the number's part."""
        result: dict[int, dict[int, tuple[str, float]]] = defaultdict(dict)
        for n in self.numbers:
            mine = [e.device for _, e in self.of[n] if e.a == n and e.device is not None]
            for device in set(mine):
                result[device][n] = ("device", mine.count(device) / len(mine))
        linked = list(self.world.links)
        for holder, kind, entity in self.world.holders:
            linked += [(n, kind, entity) for n, k, x in self.world.links if k == "holder" and x == holder]
        for n, kind, entity in linked:
            result[entity][n] = (kind, 1.0)
        return result

    def _flags(self, public_kept: float) -> Log:
        doubt: dict[int, dict[str, float]] = defaultdict(dict)
        before = [(n, START, source, sure) for n, source, sure in self.world.flags if n not in self.world.released]
        after = [(n, START + 15 * DAY, source, sure) for n, source, sure in self.world.flags_after]
        for n, known_at, source, confidence in before + after:
            if self.world.activated.get(n, 0) > self.spoke_at(n, known_at):
                continue
            sure = min(confidence, given.FLAG_CONFIDENCE_MOST) * (public_kept if source in ("hotline", "app") else 1)
            doubt[n][source] = min(doubt[n].get(source, 1.0), 1 - sure)
        result = {}
        for n, by_source in doubt.items():
            product = 1.0
            for value in by_source.values():
                product *= value
            result[n] = min(1 - product, given.FLAG_CONFIDENCE_MOST)
        return result

    def discount(self, entity: int, without: int) -> float:
        users = self.uses[entity]
        ordinary = sum(part for n, (_, part) in users.items() if n != without and self.total[n] <= given.ORDINARY_TO)
        company = 0.0
        if next(iter(users.values()))[0] in ("holder", "account"):
            company = log2(max(len(users) / given.PERSON_NUMBERS, 1))
        return 1 / (1 + log2(1 + ordinary) + company)

    def own(self) -> dict[int, dict[str, float]]:
        result = {}
        for n in self.numbers:
            if self.public(n):
                result[n] = {"public_role": given.PUBLIC_ROLE_SAYS}
                continue
            if self.cleared(n):
                anew = {m for m, source, _ in self.world.flags_after if source in ("police", "operator")}
                free = n in self.world.released and n not in anew
                result[n] = {"released": given.RELEASED_SAYS} if free else {"recycled": given.RECYCLED_SAYS}
                continue
            said = dict(self.behaviour[n])
            said["many_numbers_on_device"] = max(self._den(n) - max(self.total[n] - given.BEHAVIOUR_MOST, 0), 0)
            said["people_checked"] = self._checked(n)
            said["list_age"] = self.list_age[n]
            one_way = len(self.by[n] - self.to[n]) / len(self.by[n]) if self.by[n] else 0
            many = len(self.by[n]) >= given.STORM_CALLERS_FROM and one_way >= given.STORM_ONE_WAY
            if many and len(self.to[n]) <= given.STORM_OUT_SHARE * len(self.by[n]):
                said["call_back_storm"] = given.STORM_SAYS
            if n in self.flagged:
                dials = sum(
                    said.get(rule, 0.0) for rule in ("outgoing_share", "events_per_contact", "contacts_per_day")
                )
                dials = max(dials, 0.0)
                said["flagged"] = max(logit(self.flagged[n]) - given.PRIOR_LOG_ODDS - dials, 0)
            result[n] = said
        return result

    def _den(self, n: int) -> float:
        """The mean of the other diallers on its devices, over its own use of those that have any."""
        diallers = [m for m in self.numbers if m != n and not self.cleared(m) and self.total[m] >= given.DIALLER_FROM]
        diallers = [m for m in diallers if self.fresh(m) > 0]
        part = common = 0.0
        for users in self.uses.values():
            if n in users and users[n][0] == "device" and any(m in users for m in diallers):
                part += users[n][1]
                common += sum(min(users[n][1], users[m][1]) * self.fresh(m) for m in diallers if m in users)
        mean = common / part if part else 0.0
        if mean < given.DEN_FROM - 1e-9:
            return 0.0
        return self.fresh(n) * part * min(given.DEN_PER_DOUBLING * log2(1 + mean), given.DEN_MOST)

    def _checked(self, n: int) -> float:
        """Log-likelihood ratio of how people react to a stranger's talk, sign by sign."""
        people = self.shown_by(n)
        if not people:
            return 0.0
        if self._settled is None:
            self._settled = [shown for m in self.numbers if self.fresh(m) == 0 for shown in self.shown_by(m)]
            if len(self._settled) < given.CHECKED_PRIOR_PEOPLE:
                self._settled += [shown for m in self.numbers if self.fresh(m) > 0 for shown in self.shown_by(m)]
        settled = self._settled
        total = 0.0
        for sign, yes in given.CHECKED_IF_FRAUD.items():
            prior = given.CHECKED_PRIOR_PEOPLE
            chance = (sum(sign in shown for shown in settled) + prior * given.CHECKED_BY_CHANCE[sign]) / (
                len(settled) + prior
            )
            k = sum(sign in shown for shown in people)
            ratio = k * log(yes / chance) + (len(people) - k) * log((1 - yes) / (1 - chance))
            total += max(ratio, 0.0) if k and yes > chance else 0.0
        return min(total, given.CHECKED_MOST) * self.fresh(n)

    def shown_by(self, n: int) -> list[set[str]]:
        """The signs of each person whom it approached and talked with soon."""
        if n not in self._shown:
            found = [self._signs(n, r) for r in sorted(self.to[n]) if not self.cleared(n) and not self.cleared(r)]
            self._shown[n] = [signs for signs in found if signs is not None]
        return self._shown[n]

    def _signs(self, n: int, r: int) -> set[str] | None:
        pair = [e for _, e in self.pair_events[frozenset((n, r))]]
        first = min(e.at for e in pair)
        if min(e.at for e in pair if e.a == n) > first:
            return None
        talks = [e for e in pair if e.talk_s >= given.CHECKED_TALK_S and e.at <= first + given.CHECKED_NEW_MS]
        signs = {"long_talk" for e in talks if e.talk_s >= given.CHECKED_LONG_TALK_S}
        for e in talks:
            for _, later in self.of[r]:
                since = later.at - (e.at + 1000 * e.talk_s)
                role = self.world.directory.get(later.b if later.a == r else later.a)
                if later.at <= e.at:
                    continue
                if later.a == r and later.seconds is not None and since <= given.VERIFICATION_WITHIN_MS:
                    signs |= {"rang_bank"} if role == "bank" else set()
                    signs |= {"asked"} if role in ("police", "directory_enquiries") else set()
                if later.b == r and later.seconds is None and since <= given.CODE_WITHIN_MS:
                    signs |= {"codes"} if role == "bank" else set()
        return signs if talks else None

    def fresh(self, n: int) -> float:
        return self.fresh_in(self.world, n)

    @classmethod
    def fresh_in(cls, world: PlainWorld, n: int) -> float:
        """1 for a new card, 0 for a settled line: by activation and when it was first seen, else by days at work."""
        if n not in world.activated:
            return cls.by_activity(world, n)
        age = max((world.as_of - world.activated[n]) / DAY, 1)
        so_far = log(age / given.FRESH_TO_DAYS) / log(given.SETTLED_FROM_DAYS / given.FRESH_TO_DAYS)
        return min(max(1 - so_far, cls.begun_late(world, n), 0.0), 1.0)

    @staticmethod
    def by_activity(world: PlainWorld, n: int) -> float:
        days = len({e.at // DAY for e in world.events if n in (e.a, e.b) and e.a != e.b})
        so_far = (days - given.FRESH_TO_ACTIVE_DAYS) / (given.SETTLED_FROM_ACTIVE_DAYS - given.FRESH_TO_ACTIVE_DAYS)
        return min(max(1 - so_far, 0.0), 1.0)

    @classmethod
    def begun_late(cls, world: PlainWorld, n: int) -> float:
        """How surely a number was not at work before the days on which it was seen."""
        return min(cls.unseen(world, n) / given.UNSEEN_DAYS, 1.0) * cls.by_activity(world, n)

    @staticmethod
    def unseen(world: PlainWorld, n: int) -> int:
        proper = [e for e in world.events if e.a != e.b]
        days = {e.at // DAY for e in proper if n in (e.a, e.b)}
        return min(days) - min(e.at // DAY for e in proper) if days else 0

    # --- by company

    def surest_other(self, n: int, kind: str, sure: Log) -> float:
        """The surest other × how far the two profiles coincide; or how far n's lies on flagged entities."""
        mine = [x for x, users in self.uses.items() if n in users and users[n][0] == kind]
        together = sum if kind == "device" else max
        kept = {x: self.uses[x][n][1] * self.discount(x, n) for x in mine}
        flagged = [kept[x] * self.entity_flagged[x] for x in mine if x in self.entity_flagged]
        best = min(together([0.0, *flagged]), 1.0)
        for j in {j for x in mine for j in self.uses[x]} - {n}:
            if sure[j] >= given.SHARER_SUSPECT_FROM:
                common = [
                    self.discount(x, n) * min(self.uses[x][n][1], self.uses[x][j][1]) for x in mine if j in self.uses[x]
                ]
                best = max(best, sure[j] * min(together([0.0, *common]), 1.0))
        return best

    def shared(self, p: Log, sure: Log) -> dict[str, dict[int, tuple[float, float]]]:
        return {
            f"shared_{kind}": {
                n: (most * self.surest_other(n, kind, p), self.surest_other(n, kind, sure)) for n in self.numbers
            }
            for kind, most in given.SHARED_MOST.items()
        }

    def _recipient_weights(self) -> Log:
        callers = max(sum(1 for n in self.numbers if self.to[n]), 4)
        return {
            r: max(0.0, min(1.0, log(callers / len(self.by[r])) / log(callers / 2)))
            for r in self.numbers
            if self.by[r] and not self.public(r) and len(self.by[r]) <= given.RECIPIENT_CALLERS_MOST
        }

    def tie(self, a: int, b: int) -> float:
        if (a, b) not in self.ties:
            self.ties[a, b] = self._tie(a, b)
        return self.ties[a, b]

    def _tie(self, a: int, b: int) -> float:
        weights = {r: w for r, w in self.weights.items() if w > 0}
        common = [r for r in self.to[a] & self.to[b] if r in weights]
        if len(common) < given.CO_RECIPIENT_LEAST:
            return 0.0
        popular = [len(self.by[r]) for r in weights]
        alike = sum(popular) ** 2 / sum(d * d for d in popular)
        expected = len(self.to[a] & weights.keys()) * len(self.to[b] & weights.keys()) / max(alike, 1)
        k = len(common)
        surprise = k * log(k / expected) - (k - expected) if k > expected else 0.0
        worth = sum(weights[r] * (1 if self._near(a, b, r) else given.CO_RECIPIENT_FAR_WEIGHT) for r in common)
        beyond = max(surprise * worth / k - given.CO_RECIPIENT_CHANCE_NATS, 0)
        strength = 1 - exp(-beyond / given.CO_RECIPIENT_SCALE_NATS)
        return strength if strength >= given.TIE_LEAST else 0.0

    def _near(self, a: int, b: int, r: int) -> bool:
        one, other = self.between[a, r], self.between[b, r]
        return max(min(one), min(other)) - min(max(one), max(other)) <= given.CO_RECIPIENT_NEAR_MS

    def co_recipients(self, p: Log, sure: Log) -> dict[int, tuple[float, float]]:
        weights = self.weights
        compared = [n for n in self.numbers if p[n] >= given.CALLER_SUSPECT_FROM and (self.to[n] or self.by[n])]
        self.ever_compared |= set(compared)
        for n in self.numbers:
            before, now = self.counted.get(n, 0.0), p[n] if n in compared else 0.0
            if abs(now - before) > given.COMPANY_STEP or (now > 0) != (before > 0):
                self.counted[n] = now
        covered: dict[int, tuple[float, float]] = {}
        for n in self.numbers:
            reached = [r for r in self.to[n] if r in weights]
            k = sum(
                weights[r] * max([p[j] for j in compared if j != n and r in self.to[j]], default=0.0) for r in reached
            )
            covered[n] = (k, sum(weights[r] for r in reached))
        innocent = [covered[n] for n in self.numbers if n not in compared]
        popular = [len(self.by[r]) for r, w in weights.items() if w > 0]
        alike = sum(popular) ** 2 / sum(d * d for d in popular) if popular else 1
        chance = sum(k for k, _ in innocent) / max(sum(m for _, m in innocent), 1e-9)
        chance = min(max(chance, 1 / max(alike, 1)), given.CO_RECIPIENT_CHANCE_MOST)
        result = {}
        for n in self.numbers:
            if self.public(n):
                continue
            company = sum(
                self.counted[s]
                for s in compared
                if s != n and any(weights.get(r, 0) > 0 for r in self.to[s] & self.to[n])
            )
            part = chance + (1 - chance) * given.CO_RECIPIENT_DEN_SHARE * min(
                company / given.CO_RECIPIENT_COMPANY_FULL, 1
            )
            k, m = covered[n]
            ratio = k * log(part / chance) + (m - k) * log((1 - part) / (1 - chance))
            ties = {s: self.tie(s, n) for s in compared if s != n}
            ratio = max([ratio, *(self._of_shorter(s, n, p[s], alike) for s, t in ties.items() if t > 0)])
            count = sum(p[s] * t for s, t in ties.items())
            says = min(given.CO_RECIPIENT_MOST * (1 - 2**-count), max(ratio, 0.0))
            result[n] = (says, max((t * sure[s] for s, t in ties.items()), default=0.0))
        return result

    def _listed(self, n: int) -> set[int]:
        if n not in self._lists:
            self._lists[n] = {r for r in self.to[n] if self.weights.get(r, 0) > 0}
        return self._lists[n]

    def _of_shorter(self, suspect: int, n: int, sure: float, alike: float) -> float:
        """How much of a suspect's list a longer one reaches, against chance."""
        theirs, mine = len(self._listed(suspect)), len(self._listed(n))
        if mine <= theirs:
            return 0.0
        chance = min(mine / max(alike, 1), given.CO_RECIPIENT_CHANCE_MOST)
        part = chance + (1 - chance) * given.CO_RECIPIENT_DEN_SHARE
        k = len(self._listed(suspect) & self._listed(n)) * sure
        ratio = k * log(part / chance) + (theirs - k) * log((1 - part) / (1 - chance))
        return ratio - given.CO_RECIPIENT_CHANCE_NATS

    def _age_of_list(self, n: int) -> float:
        """What all who reach the same people say by age, where one of the two was ever compared."""
        if self.cleared(n) or n in self.flagged:
            return 0.0
        total = 0.0
        for m in self.numbers:
            if m == n or self.public(m) or not {m, n} & self.ever_compared:
                continue
            tie = self.tie(m, n)
            if tie > 0:
                common = len(self._listed(m) & self._listed(n))
                part = common / len(self._listed(n)) / given.NETWORK_SHARE_FULL
                total += tie * min(max(2 * part - 1, 0), 1) * self._line(m)
        den = self._rest[n].get("many_numbers_on_device", 0.0)
        dialler = self.total[n] >= given.DIALLER_FROM
        most = max(given.NEW_ON_LIST_MOST * self.fresh(n) - den, 0) if dialler else 0.0
        return max(-given.SETTLED_MOST, min(total, most))

    def _line(self, m: int) -> float:
        if m not in self._lines:
            line = given.SETTLED_LINE + (given.NEW_CARD - given.SETTLED_LINE) * self.fresh(m)
            line += given.SETTLED_AT_WORK * self.behaviour[m].get("active_share", 0.0)
            dialling = ("outgoing_share", "events_per_contact", "contacts_per_day")
            dials = sum(self.behaviour[m].get(rule, 0.0) for rule in dialling)
            self._lines[m] = line if dials > 0 else 0.0
        return self._lines[m]

    def handovers(self, p: Log, sure: Log) -> dict[int, tuple[float, float]]:
        passed: dict[int, dict[int, int]] = defaultdict(dict)
        for h in self.numbers:
            for r in self.to[h] | self.by[h]:
                if self.public(h) or self.public(r) or p[r] >= given.SUSPECT_FROM:
                    continue
                pair = [e for _, e in self.pair_events[frozenset((h, r))]]
                if sum(e.talk_s for e in pair) < given.HANDOVER_SECOND_TALK_S:
                    continue
                before = self._talk_before(r, min(e.at for e in pair), p)
                if before is not None:
                    passed[h][r] = before
        result = {}
        for h, people in passed.items():
            if len(people) < given.HANDOVER_LEAST and self.fresh(h) <= 0:
                continue
            hits, all_met = sum(p[j] for j in people.values()), len(self.to[h] | self.by[h])
            yes, no = given.HANDOVER_IF_HANDLER, given.HANDOVER_IF_NOT
            ratio = hits * log(yes / no) + (all_met - hits) * log((1 - yes) / (1 - no))
            ratio += given.HANDOVER_FRESH * self.fresh(h)
            result[h] = (max(0.0, min(ratio, given.HANDOVER_MOST)), max(sure[j] for j in people.values()))
        return result

    def _talk_before(self, person: int, first: int, p: Log) -> int | None:
        talks = [
            # Equal times are told apart in the snapshot's order: by contact, then by place in the ledger.
            (e.at, (e.a, e.b, i), e.b if e.a == person else e.a)
            for i, e in self.of[person]
            if (e.talk_s >= given.HANDOVER_FIRST_TALK_S or (e.seconds is None and e.a == person))
            and p[e.b if e.a == person else e.a] >= given.HANDOVER_FROM
            and p[person] < given.HANDOVER_FROM
            and e.at < first
        ]
        if not talks or first - max(talks)[0] > given.HANDOVER_WITHIN_MS:
            return None
        return max(talks)[2]

    # --- together

    def assess(self) -> tuple[Log, dict[str, Log]]:
        """Suspicion before networks: probability, and the log-odds of each tie rule were its source certain."""
        tied: dict[str, dict[int, tuple[float, float]]] = {}
        alone = self._alone()
        for _ in range(given.ROUNDS):
            for step in (self._share_step, self._contact_step):
                company = {n: self.company(n, tied) for n in self.numbers}
                p = {n: 0.0 if self.cleared(n) else 1 - (1 - alone[n]) * (1 - company[n]) for n in self.numbers}
                sure = {n: max(self.grounded[n], company[n]) for n in self.numbers}
                found = step(p, sure)
                if "co_recipients" in found:
                    self.list_age = {n: self._age_of_list(n) for n in self.numbers}
                    alone = self._alone()
                tied.update({rule: {n: self._kept(n, *tie) for n, tie in of.items()} for rule, of in found.items()})
        company = {n: self.company(n, tied) for n in self.numbers}
        says = {rule: {n: self._tie_of(tied, rule, n)[0] for n in self.numbers} for rule in tied}
        return {n: 1 - (1 - alone[n]) * (1 - company[n]) for n in self.numbers}, says

    def _alone(self) -> Log:
        """By what needs no tie to a suspect; and how far that is grounds against others."""
        own = self._rest = self._rest or {n: said | {"list_age": 0.0} for n, said in self.own().items()}
        odds = {n: given.PRIOR_LOG_ODDS + sum(own[n].values()) + self.list_age[n] for n in self.numbers}
        # What people did after its calls is held against the number alone, and so is who reaches the same people.
        proof = {n: logistic(odds[n] - own[n].get("people_checked", 0.0)) for n in self.numbers}
        borne = {
            n: logistic(odds[n] - own[n].get("people_checked", 0.0) - max(self.list_age[n], 0.0)) for n in self.numbers
        }
        carries = {
            n: 0.0 if self.cleared(n) else self.carried[n] / self.flagged[n] if n in self.flagged else 1.0
            for n in self.numbers
        }
        self.proven = {n: proof[n] * carries[n] for n in self.numbers}
        self.grounded = {n: borne[n] * carries[n] for n in self.numbers}
        return {n: logistic(odds[n]) for n in self.numbers}

    def _share_step(self, p: Log, sure: Log) -> dict[str, dict[int, tuple[float, float]]]:
        return self.shared(p, sure)

    def _contact_step(self, p: Log, sure: Log) -> dict[str, dict[int, tuple[float, float]]]:
        return {"co_recipients": self.co_recipients(p, sure), "handover": self.handovers(p, sure)}

    def _tie_of(self, tied: dict[str, dict[int, tuple[float, float]]], rule: str, n: int) -> tuple[float, float]:
        return (0.0, 0.0) if self.cleared(n) else tied[rule].get(n, (0.0, 0.0))

    def _kept(self, n: int, says: float, source: float) -> tuple[float, float]:
        """A tie with how sure its source is, less what the tie loses: nothing where the number itself is as sure."""
        kept = given.SOURCE_KEPT * source
        return says, kept if kept > self.proven[n] else 0.0

    def company(self, n: int, tied: dict[str, dict[int, tuple[float, float]]]) -> float:
        """The best over rules of P(source is fraud) × P(works together | all ties to sources at least as sure)."""
        mine = [self._tie_of(tied, rule, n) for rule in tied]
        mine = [(says, source) for says, source in mine if says > 0]
        alone = given.PRIOR_LOG_ODDS + self.total[n] + min(self.list_age[n], 0.0)
        return max(
            (source * logistic(alone + sum(says for says, other in mine if other >= source)) for _, source in mine),
            default=0.0,
        )


def curve(which: given.Curve, value: float) -> float:
    """Straight between knots, flat outside, weighted."""
    at, says = which.at, which.says
    if value <= at[0]:
        return which.weight * says[0]
    for (x0, y0), (x1, y1) in zip(zip(at, says, strict=True), zip(at[1:], says[1:], strict=True), strict=False):
        if value <= x1:
            return which.weight * (y0 + (y1 - y0) * (value - x0) / (x1 - x0))
    return which.weight * says[-1]


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


def logit(p: float) -> float:
    return log(p / (1 - p))
