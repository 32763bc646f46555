"""How suspect each number is: by itself, and by the company it keeps.

By itself: prior log-odds, flags, behaviour. By company: a number that works together with a fraud number is one, so
P(company) = P(source is fraud) × P(works with it | ties, behaviour); a number is no surer than the source that its
company rests on, however many ties lead there. Either suffices: p = 1 - (1 - p_own)(1 - p_company). What company adds
is divided over the ties that spoke, so that the contributions of a number add up to its log-odds.
"""

from dataclasses import dataclass, replace

import numpy as np

from graphsvc.engine import behaviour, co_recipients, handovers, list_age, lists, parameters, sharing
from graphsvc.engine.checking import Checked
from graphsvc.engine.co_recipients import Compared, Reach, Ties
from graphsvc.engine.flags import Flags
from graphsvc.engine.handovers import Handovers, LongContacts
from graphsvc.engine.measured import Measured
from graphsvc.engine.population import Bool, Float64
from graphsvc.engine.sharing import Incidence, Sharing
from graphsvc.engine.traits import DeviceUse, Traits
from graphsvc.graph.snapshot import Int32


@dataclass(frozen=True)
class World(Measured):
    """Everything that suspicion is drawn from, measured once."""

    traits: Traits
    figures: dict[str, Float64]
    behaviour: dict[str, Float64]
    fresh: Float64
    """See behaviour.freshness."""
    uses: DeviceUse
    incidence: Incidence
    flags: Flags
    reach: Reach
    long_contacts: LongContacts
    checked: Checked
    weighed: Bool | None = None
    """[N] numbers that company can make suspect; None: all that are not cleared."""
    beside: Float64 | None = None
    """[N] what lines outside `weighed` say of each by their age, as a look at everybody found it: see list_age.says."""

    @property
    def private(self) -> Bool:
        """[N] numbers that company can make suspect."""
        private = ~self.population.cleared
        return private if self.weighed is None else private & self.weighed

    @property
    def line_says(self) -> Float64:
        """[N] see list_age.of_line; nothing of whoever does not dial strangers: friends have people in common too."""
        said = list_age.of_line(self.fresh, self.behaviour["active_share"])
        return np.where(self.dials > 0, said, 0.0)

    @property
    def dials(self) -> Float64:
        """[N] what calling many strangers says."""
        return sum((self.behaviour[rule] for rule in behaviour.DIALLING), start=np.zeros(len(self.population)))

    @property
    def beyond_behaviour(self) -> Float64:
        """[N] by how much behaviour says more than it may of a card that is not new."""
        return np.maximum(self.behaviour_total - parameters.BEHAVIOUR_MOST, 0)

    @property
    def behaviour_total(self) -> Float64:
        """All rules of behaviour together."""
        return sum(self.behaviour.values(), start=np.zeros(len(self.population)))


@dataclass(frozen=True)
class Tie:
    """What one rule says of every number's company."""

    says: Float64
    """[N] log-odds that it works together with suspects, were they certain to be fraud."""
    source: Float64
    """[N] how sure the surest number or flag is that this rests on, less what the tie loses."""


@dataclass(frozen=True)
class Suspicion:
    """What speaks for and against each number, and where it comes from. Arrays are [N]."""

    own: dict[str, Float64]
    """Log-odds by rule that needs no other number; the prior stands apart."""
    behaviour: Float64
    """Log-odds of behaviour, counted alone and in company."""
    tied: dict[str, Tie]
    sharing: Sharing
    den_row: Int32
    ties: Ties
    """Of whoever is suspect enough to be compared now."""
    callers: Ties
    """Of whoever was so in any round."""
    aside: Float64
    """What lines say of those by their age that were so in none: see list_age.aside."""
    handovers: Handovers

    @property
    def own_log_odds(self) -> Float64:
        """Prior and what needs no other number."""
        return sum(self.own.values(), start=np.full(len(self.behaviour), parameters.PRIOR_LOG_ODDS))

    @property
    def probability(self) -> Float64:
        """`fraud_probability`."""
        alone = 1 / (1 + np.exp(self.own_log_odds))
        return np.minimum(1 - alone * (1 - self.company()[0]), parameters.PROBABILITY_MOST)

    @property
    def of_members(self) -> Float64:
        """The same without what its list says for it: new cards on one list are looked at, and no network for that."""
        return replace(self, own={**self.own, "list_age": np.minimum(self.own["list_age"], 0)}).probability

    @property
    def says(self) -> dict[str, Float64]:
        """Contributions by rule, which add up with the prior to the log-odds of `probability`."""
        own, (company, least) = self.own_log_odds, self.company()
        sure = np.minimum(1 - (1 - company) / (1 + np.exp(own)), parameters.PROBABILITY_MOST)
        added = np.maximum(log_odds(sure) - own, 0)
        counted = {rule: np.where(tie.source >= least, tie.says, 0.0) for rule, tie in self.tied.items()}
        total = sum(counted.values(), start=np.zeros(len(own)))
        part = np.divide(added, total, out=np.zeros_like(added), where=total > 0)
        return {**self.own, **{rule: values * part for rule, values in counted.items()}}

    def company(self) -> tuple[Float64, Float64]:
        """Probability of being fraud by company, and how sure the least sure source is that counts for it.

        For each rule: P(its source is fraud) × P(works together | behaviour, all ties to sources at least as sure);
        the best of these.
        """
        result, least = np.zeros(len(self.behaviour)), np.ones(len(self.behaviour))
        if not self.tied:
            return result, least
        at = np.flatnonzero(np.any([tie.says > 0 for tie in self.tied.values()], axis=0))
        says = np.array([tie.says[at] for tie in self.tied.values()])
        source = np.array([np.where(tie.says[at] > 0, tie.source[at], 0.0) for tie in self.tied.values()])
        order = np.argsort(-source, axis=0, kind="stable")
        says, source = np.take_along_axis(says, order, 0), np.take_along_axis(source, order, 0)
        alone = self.behaviour[at] + np.minimum(self.own["list_age"][at], 0)  # settled lines speak against company too
        together = logistic(parameters.PRIOR_LOG_ODDS + alone + np.cumsum(says, axis=0))
        best = np.argmax(source * together, axis=0)[None, :]
        result[at] = np.take_along_axis(source * together, best, 0)[0]
        least[at] = np.take_along_axis(source, best, 0)[0]
        return result, least


def logistic(values: Float64) -> Float64:
    """The probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-values)))


def log_odds(probability: Float64) -> Float64:
    """The log-odds of a probability."""
    return np.asarray(np.log(probability) - np.log1p(-probability))


def assess(world: World) -> Suspicion:
    """Suspicion before networks are known."""
    cleared = world.population.cleared
    behaviour_total = world.behaviour_total
    diallers = np.where((behaviour_total >= parameters.DIALLER_FROM) & ~cleared, world.fresh, 0.0)
    den, den_row = sharing.dens(world.incidence, diallers, world.fresh)
    # That the cards of a den are new is why they count as one: once is enough.
    own = _own(world, np.where(cleared, 0.0, np.maximum(den - world.beyond_behaviour, 0)))
    compared = Compared.nobody(world.population.seen)
    ties = compared.ties
    nothing, unsaid = sharing.nothing(len(cleared)), np.zeros(len(cleared))
    result = Suspicion(own, behaviour_total, {}, nothing, den_row, ties, ties, unsaid, _no_handovers())
    ordinary = behaviour_total <= parameters.ORDINARY_TO
    for _ in range(parameters.ROUNDS):
        # What shared entities say counts at once, so that a den's recipients are all compared in the first round.
        result = _with_sharing(world, result, ordinary)
        result, compared = _with_contacts(world, result, compared)
    return result


def in_network(world: World, so_far: Suspicion, said: Float64, sure: Float64, settled: Float64) -> Suspicion:
    """Adds what one's community says: log-odds, how sure its other flagged members are, and the age of its lines.

    Whatever ties a number into its community rests on all of their flags. `settled` (engine.settled_lines) lowers what
    flags are worth there, on the flagged numbers themselves and as sources of company.
    """
    raised = {rule: Tie(tie.says, np.maximum(tie.source, sure)) for rule, tie in so_far.tied.items()}
    result = _tied(world, replace(so_far, tied=raised), {"in_flagged_network": (said, sure)})
    lowered = {rule: Tie(tie.says, _moved(tie.source, settled)) for rule, tie in result.tied.items()}
    doubted = (world.flags.of_number > 0) & ~world.population.cleared
    return replace(result, own={**result.own, "settled_lines": np.where(doubted, settled, 0.0)}, tied=lowered)


def _moved(probability: Float64, by: Float64) -> Float64:
    """A probability, its log-odds moved."""
    odds = probability * np.exp(by)
    return np.asarray(odds / (1 - probability + odds))


def _tied(world: World, so_far: Suspicion, rules: dict[str, tuple[Float64, Float64]]) -> Suspicion:
    """Adds or replaces ties: by rule, what it says and how sure its source is. None for numbers that are cleared.

    A source that is less sure than the number itself does not count: it may owe its suspicion to that very number,
    and a tie loses too much on the way there and back for such an echo to be surer.
    """
    private, grounded = world.private, _grounded(world, so_far, without=so_far.own["people_checked"])
    ties = {}
    for rule, (says, source) in rules.items():
        kept = parameters.SOURCE_KEPT * source
        ties[rule] = Tie(np.where(private, says, 0.0), np.where(private & (kept > grounded), kept, 0.0))
    return replace(so_far, tied={**so_far.tied, **ties})


def _own(world: World, den: Float64) -> dict[str, Float64]:
    """Rules that need no other number."""
    flagged, cleared, released = world.flags.of_number, world.population.cleared, world.population.released
    has_flag = flagged > 0
    raised = np.zeros(len(flagged))
    # Whoever is flagged, rightly or not, calls many strangers: that is no second sign. How long it has done so, and
    # from where, is.
    dials = world.dials[has_flag]
    raised[has_flag] = np.maximum(log_odds(flagged[has_flag]) - parameters.PRIOR_LOG_ODDS - np.maximum(dials, 0), 0)
    storm = behaviour.call_back_storm(world.traits) & ~cleared
    return {
        "flagged": np.where(cleared, 0.0, raised),
        **world.behaviour,
        "many_numbers_on_device": den,
        "list_age": np.zeros(len(flagged)),
        "people_checked": np.where(cleared, 0.0, world.checked.says),
        "call_back_storm": np.where(storm, parameters.STORM_SAYS, 0.0),
        "public_role": np.where(world.population.public, parameters.PUBLIC_ROLE_SAYS, 0.0),
        "released": np.where(released & ~world.population.public, parameters.RELEASED_SAYS, 0.0),
        "recycled": np.where(cleared & ~released & ~world.population.public, parameters.RECYCLED_SAYS, 0.0),
    }


def grounds(world: World, so_far: Suspicion) -> Float64:
    """How sure each number is as grounds against others: by what it does, and by its flags as far as they carry.

    What people did after its calls is held against the number alone: chance hits single numbers, and company must not
    make a crowd of one. So is that others reach the same people: they are told it of themselves.
    """
    return _grounded(world, so_far, without=so_far.own["people_checked"] + np.maximum(so_far.own["list_age"], 0))


def _grounded(world: World, so_far: Suspicion, *, without: Float64) -> Float64:
    flagged = world.flags.of_number
    certainty = np.divide(world.flags.carried, flagged, out=np.ones_like(flagged), where=flagged > 0)
    alone = logistic(so_far.own_log_odds - without)
    return np.where(world.population.cleared, 0.0, alone * certainty)


def _with_sharing(world: World, so_far: Suspicion, ordinary: Bool) -> Suspicion:
    """Adds what shared entities say, given the suspicion so far."""
    probability = np.where(world.population.cleared, 0.0, so_far.probability)
    shared = sharing.shared(world.incidence, world.flags, probability, ordinary)
    surest = sharing.surest(world.incidence, world.flags, _sure(world, so_far), ordinary)
    rules = {f"shared_{kind}": (shared.says[kind], surest[kind]) for kind in sharing.KINDS}
    return replace(_tied(world, so_far, rules), sharing=shared)


def _with_contacts(world: World, so_far: Suspicion, before: Compared) -> tuple[Suspicion, Compared]:
    """Adds what common recipients and handovers say, given the suspicion so far."""
    probability = np.where(world.population.cleared, 0.0, so_far.probability)
    suspects, snapshot, reach = _to_compare(world, probability), world.snapshot, world.reach
    compared = co_recipients.compare(world.features.common_recipients, reach, before, suspects, probability)
    ties = compared.ties_to(suspects)
    ratio = np.maximum(
        lists.list_share(snapshot, reach, suspects, probability, compared.company),
        lists.of_shorter(reach, ties, probability),
    )
    count = co_recipients.evidence_count(ties.suspect, ties.other, ties.strength, probability)
    common = co_recipients.contribution(count, np.asarray(world.population.padded(ratio)))
    passed = handovers.find(snapshot, world.long_contacts, probability, world.population.public)
    handed = handovers.contribution(passed, world.traits.counterparts, probability, world.fresh)
    sure = _sure(world, so_far)
    co_caller, passed_by = np.zeros(len(sure)), np.zeros(len(sure))
    np.maximum.at(co_caller, ties.other, ties.strength * sure[ties.suspect])
    np.maximum.at(passed_by, passed.handler, sure[passed.suspect])
    rules = {"co_recipients": (common, co_caller), "handover": (handed, passed_by)}
    aged = _by_list_age(world, replace(so_far, ties=ties, handovers=passed), compared)
    return _tied(world, aged, rules), compared


def _by_list_age(world: World, so_far: Suspicion, compared: Compared) -> Suspicion:
    """Adds, or replaces, what the age of whoever reaches the same people says."""
    callers = compared.ties_to(np.flatnonzero(compared.done).astype(np.int32))
    done = np.asarray(world.population.padded(compared.done), dtype=bool)
    each, reached = world.line_says, world.reach.reached
    aside = list_age.aside(callers, done, each, reached, world.beside)
    together = list_age.says(callers, each, reached, aside)
    dialler = so_far.behaviour >= parameters.DIALLER_FROM
    said = list_age.held(together, dialler, world.fresh, so_far.own["many_numbers_on_device"])
    # What the age of its company is worth to a flag is told by `settled_lines`.
    told = world.private & (world.flags.of_number <= 0)
    return replace(so_far, own={**so_far.own, "list_age": np.where(told, said, 0.0)}, callers=callers, aside=aside)


def _sure(world: World, so_far: Suspicion) -> Float64:
    """How sure each number is as a source for others: as grounds of its own, or by its own company."""
    return np.maximum(grounds(world, so_far), so_far.company()[0])


def _to_compare(world: World, probability: Float64) -> Int32:
    """The callers suspect enough to compare others with, most suspect first if there are too many."""
    seen = probability[: world.population.seen]
    chosen = np.flatnonzero(seen >= parameters.CALLER_SUSPECT_FROM)
    if len(chosen) > parameters.SUSPECTS_COMPARED_MOST:
        best = np.lexsort((chosen, -seen[chosen]))[: parameters.SUSPECTS_COMPARED_MOST]
        chosen = np.sort(chosen[best])
    return chosen.astype(np.int32)


def _no_handovers() -> Handovers:
    nobody = np.empty(0, np.int32)
    return Handovers(nobody, nobody, nobody, np.empty(0, np.int64))
