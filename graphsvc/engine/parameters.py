"""Every constant of suspicion, with where it comes from. docs/definitions.md gives the formulas around them.

[doc] and [measured] point into docs/fraud-patterns.md; [assumed] is a judgement, to be replaced by
measurement where a deployment has labels. All contributions are natural log-odds.
"""

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from graphsvc.model.words import EntityKind, FlagSource

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

PRIOR_LOG_ODDS: Final = log(0.001 / 0.999)
"""One number in a thousand is used for fraud. [assumed: diallers are .01-.1 % of numbers, and candidates are chosen]"""

FLAG_CONFIDENCE: Final = {
    FlagSource.POLICE: 0.95,
    FlagSource.OPERATOR: 0.9,
    FlagSource.HOTLINE: 0.6,
    FlagSource.APP: 0.4,
}
"""How sure a flag is whose feed gives no confidence. [assumed]"""
FLAG_CONFIDENCE_UNKNOWN: Final = 0.8
"""The same for a flag without a source. [assumed]"""
FLAG_CONFIDENCE_MOST: Final = 0.99
"""Several flags together say no more than this. [assumed]"""

PUBLIC_CARRIED: Final = 0.4
"""What is left of the confidence of a complaint (hotline, app) as grounds against other numbers: people complain of
nuisance as such. [doc S47: 15.9 % of tagged nuisance calls are fraud; factor assumed]"""


@dataclass(frozen=True)
class Curve:
    """A log-likelihood ratio of fraud against ordinary, straight between knots and flat outside them."""

    at: tuple[float, ...]
    says: tuple[float, ...]
    weight: float
    """What a joint logistic regression leaves of it beside the other curves."""

    def __call__(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Weighted log-likelihood ratio of each value."""
        return self.weight * np.interp(values, self.at, self.says)


# [measured] on sichuan_telecom: 2,970 labelled subscribers, log ratio of the shares in seven or eight bins at the
# bins' medians, then one logistic regression over the five (in-sample AUC .929; weights .08, .22, .73, .66, .88).
# CONTACTS_PER_DAY keeps .60: couriers and sellers are commoner at deployment than in that sample. [assumed]
OUTGOING_SHARE: Final = Curve(
    (0.12, 0.34, 0.50, 0.67, 0.85, 0.94, 1.0), (-1.05, -1.32, -1.35, -0.78, 1.04, 2.09, 1.37), 0.10
)
EVENTS_PER_CONTACT: Final = Curve(
    (1.02, 1.19, 1.47, 2.08, 3.15, 5.53, 10.9), (3.35, 2.99, 1.35, 0.04, -0.55, -1.19, -1.79), 0.22
)
CONTACTS_PER_DAY: Final = Curve(
    (0.67, 1.36, 2.71, 5.45, 11.0, 22.9, 46.0, 91.7),
    (-2.17, -1.17, -1.09, -0.47, 0.33, 2.08, 3.78, 4.22),
    0.60,
)
ACTIVE_SHARE: Final = Curve(
    (0.065, 0.16, 0.32, 0.55, 0.81, 0.97, 1.0), (2.94, 2.45, 1.36, 0.45, -0.97, -0.97, -1.25), 0.65
)
DEVICES_USED: Final = Curve((1, 2, 3, 6, 13), (-0.8, -0.12, 0.79, 2.16, 3.31), 0.88)
RECIPROCAL_SHARE: Final = Curve((0.0, 0.03, 0.1, 0.25, 0.5), (0.7, 0.4, -0.4, -1.2, -2.0), 1.0)
"""[assumed]: fraud numbers < 3 % [assumed S5], couriers 10-25 %, ordinary .5-.7 in the core."""
NUMBER_AGE_DAYS: Final = Curve((0, 30, 60, 180, 365), (2.0, 1.5, 0.5, -0.7, -1.5), 1.0)
"""[assumed]: half of fraud numbers live six days [measured], while 2 % of SIMs a month are new [assumed]: far apart at
both ends. Held well below ln(.6 / .02) and ln(.2 / .8), for it is no independent sign beside the days of activity."""

FRESH_TO_DAYS: Final = 90
SETTLED_FROM_DAYS: Final = 365
FRESH_TO_ACTIVE_DAYS: Final = 10
SETTLED_FROM_ACTIVE_DAYS: Final = 20
"""A card is fresh up to the one age, a settled line from the other on: by its activation, else by the days on which it
was active. Dens burn their cards (median life six days, three quarters gone in 28 [measured]); the lines of a call
centre stay, though they sit in one gateway just so. [bounds assumed]"""
UNSEEN_DAYS: Final = 7
"""Days of the record before a number's first event, from which it is taken to begin only now, whatever its age: dens
lay cards in for months, and whoever works or has friends is seen every week. [assumed]"""

UNSEEN_SAYS: Final = 1.5
"""Log-odds of a number that rings many strangers and was not seen for UNSEEN_DAYS, whosever card it is: as of one
activated a month ago, which other operators' cards do not tell. [NUMBER_AGE_DAYS at 30; assumed]"""

BEHAVIOUR_FULL_AT: Final = 20
"""Counterparts from which behaviour counts in full; below, in proportion. [assumed]"""
BEHAVIOUR_WINDOW_DAYS: Final = 14
"""Days of events from which the share of active days counts in full. [assumed]"""
BEHAVIOUR_MOST: Final = 4.0
BEHAVIOUR_LEAST: Final = -4.0
"""All behaviour together stays within these: 13.6 % of fraudsters look ordinary, 2.9 % of others do not. [measured]"""
NEW_CARD_MOST: Final = 2.0
"""By so much more of a card that is known to be new. Those 2.9 % are couriers, sellers and the like, whose lines stay
for years: a tenth of them is new at a time, of fraud numbers most are. [ln(.8 / .1); assumed: half of fraud numbers
live six days, section 3; 2 % of SIMs a month are new, S5]"""
DIALLER_FROM: Final = 1.5
"""Behaviour from which a number counts as dialling like a fraud number."""
ORDINARY_TO: Final = -1.0
"""Behaviour up to which a number counts as leading an ordinary life."""

PROBABILITY_MOST: Final = 1 - 1e-12
"""Nobody is certain: beyond this the doubt is lost in rounding, and log-odds would have no end."""

SOURCE_KEPT: Final = 0.95
"""How much of its source's certainty a tie keeps. [assumed]"""
SHARED_MOST: Final = {
    EntityKind.DEVICE: 7.0,
    EntityKind.HOLDER: 7.0,
    EntityKind.ACCOUNT: 7.5,
    EntityKind.SOCIAL_ACCOUNT: 7.0,
    EntityKind.URL: 6.0,
}
"""The most that sharing an entity with a certain suspect adds. [assumed]"""
SHARER_SUSPECT_FROM: Final = 0.05
"""Suspicion from which a number makes others on its entities suspect. [assumed]"""
PERSON_NUMBERS: Final = 5
"""Numbers that a person holds at most; more is a company. [general: five a person and operator in China]"""
LINK_MEMORY_MS: Final = 30 * DAY_MS
"""A link that ended longer ago says nothing any more. [doc S61: call graphs are stablest at about 30 days]"""
DEN_PER_DOUBLING: Final = 1.0
DEN_MOST: Final = 2.5
DEN_FROM: Final = 2.0
"""Other diallers on one's devices, on average over one's own use, from which they look like a den.
[doc S50: about 15 SIMs a device]"""

CO_RECIPIENT_MOST: Final = 7.0
CO_RECIPIENT_NEAR_MS: Final = 7 * DAY_MS
"""Contacts with the same recipient further apart count half. [assumed]"""
CO_RECIPIENT_FAR_WEIGHT: Final = 0.5
CO_RECIPIENT_LEAST: Final = 2
"""Common recipients below which there is no tie."""
CO_RECIPIENT_CHANCE_NATS: Final = 3.0
"""Surprise (natural log) that chance explains among the many pairs compared. [assumed]"""
CO_RECIPIENT_SCALE_NATS: Final = 4.0
CO_RECIPIENT_DEN_SHARE: Final = 0.25
"""Share of a den number's list that others of the den reach too. [assumed: .15-.35; resellers .05-.10]"""
CO_RECIPIENT_COMPANY_FULL: Final = 10.0
"""Suspects among one's co-callers from which that share may be expected in full. [doc S50: dens of 20-40 SIMs]"""
CO_RECIPIENT_CHANCE_MOST: Final = 0.7
COMPANY_STEP: Final = 0.05
"""By so much a suspect's probability moves before it is counted anew among others' company. [assumed: one in a score
of what makes the full company of ten]"""
RECIPIENT_CALLERS_MOST: Final = 1000
"""A recipient with more callers ties nobody to anybody."""
TIE_LEAST: Final = 0.05

CALLER_SUSPECT_FROM: Final = 0.05
"""Suspicion from which a number's recipients are compared with others'."""
SUSPECTS_COMPARED_MOST: Final = 20_000

HANDOVER_FROM: Final = 0.2
"""Suspicion from which a talk can be the one that was handed over."""
HANDOVER_FIRST_TALK_S: Final = 60
HANDOVER_SECOND_TALK_S: Final = 180
HANDOVER_WITHIN_MS: Final = DAY_MS
HANDOVER_LEAST: Final = 2
"""People passed on from which a settled line looks like a handler's; of a fresh card one is enough."""
HANDOVER_IF_HANDLER: Final = 0.7
HANDOVER_IF_NOT: Final = 0.01
HANDOVER_MOST: Final = 7.0
"""Share of a handler's, and of anybody's, counterparts that come to it so. [from the scripts of S7; of anybody's .005
in simulated worlds, twice that assumed]"""
HANDOVER_FRESH: Final = 2.5
"""What a fresh card adds to that: handlers' are burnt like callers', of anybody's one in sixteen is so young. [ln(.8 /
.06); measured: median life six days, section 3; assumed S5: 2 % of SIMs a month are new]"""

HANDOVER_TIE: Final = 0.5
"""Weight of one handover as an edge between two suspects, beside a full tie of 1."""

CHECKED_TALK_S: Final = 60
CHECKED_LONG_TALK_S: Final = 1200
CHECKED_NEW_MS: Final = 7 * DAY_MS
"""Talk with a stranger: of this length, within a week of the first contact, which the number began; and a long one.
[doc S33: a call of some 20 minutes; the others assumed]"""
CHECKED_IF_FRAUD: Final = {"asked": 0.3, "rang_bank": 0.2, "codes": 0.3, "long_talk": 0.3}
"""Of the people with whom a fraud number talks so long, those who show each sign. [assumed from the scripts of S7, and
low, for many break off before]"""
CHECKED_BY_CHANCE: Final = {"asked": 0.002, "rang_bank": 0.005, "codes": 0.01, "long_talk": 0.01}
CHECKED_PRIOR_PEOPLE: Final = 500
CHECKED_SAMPLE: Final = 50_000
"""Of people who talk with anybody else: so much [assumed] counts as so many people, beside those who are seen, of whom
at most so many pairs are looked at."""
CHECKED_MOST: Final = 7.5
"""The most that people's reactions say: one who asked and then got codes is enough to be looked at, no verdict."""

STORM_CALLERS_FROM: Final = 20
STORM_ONE_WAY: Final = 0.8
STORM_OUT_SHARE: Final = 0.2
STORM_SAYS: Final = -5.5
"""An inbound storm at a number that hardly calls: its number was shown by somebody else. [doc S23; weight assumed]"""
PUBLIC_ROLE_SAYS: Final = -5.0
RECYCLED_SAYS: Final = -5.0
RECYCLED_AFTER_MS: Final = DAY_MS
"""A number that called somebody a day or more before its SIM was activated has a new owner since: suspicion follows it
no further. [doc, feeds: activated_at of the present SIM; a day for clocks and order of registration, assumed]"""
RELEASED_SAYS: Final = -5.0
"""A number that was set free after an appeal: with the prior, one in 150,000, below every threshold. [policy]"""

STRENGTH_APART: Final = 1000.0
"""Two groups of numbers with ties of total strengths a and b stay two communities unless the ties between them exceed
a × b / STRENGTH_APART, however large the whole graph is: modularity alone would merge dens as their number grows.
[measured on simulated worlds of 20,000 and 100,000]"""
STRENGTH_TOGETHER: Final = 100.0
"""And they are one community once the ties between them exceed a × b / STRENGTH_TOGETHER, however small the graph is:
modularity alone would cut a single den in two, its device on one side. [assumed]"""
NETWORK_SHARE_FULL: Final = 0.1
"""Common part of the shorter list from which a tie between callers is a full edge. [assumed: resellers .05-.10]"""
NETWORK_TIE: Final = {
    EntityKind.DEVICE: 1.0,
    EntityKind.SOCIAL_ACCOUNT: 0.7,
    EntityKind.URL: 0.7,
    EntityKind.ACCOUNT: 0.5,
    EntityKind.HOLDER: 0.5,
}
"""How far sharing an entity speaks for working in one gang, beside being of fraud at all: a device sits in one den;
mules serve more than one gang now and then; straw men sell their cards to whoever comes. [doc S50: dens buy cards by
the hundred; weights assumed]"""
NETWORK_FROM: Final = 0.05
"""Suspicion from which a number may join a network's making."""
MEMBER_FROM: Final = 0.3
"""Suspicion from which it is a member."""
NETWORK_MOST: Final = 2.5
"""The most that a flagged member of one's network adds: cluster-level pre-flagging, discounted. [assumed]"""
SETTLED_LINE: Final = -0.35
NEW_CARD: Final = 0.8
SETTLED_AT_WORK: Final = 0.5
SETTLED_MOST: Final = 4.0
"""Log-odds that a settled line and a new card among one's company speak for a den; what counts beside of what each
one's share of active days says; and the most that a company of settled lines speaks against one: it outweighs one
report of the police and not two. Half of ln(.4 / .85) and ln(.6 / .15), and half of ACTIVE_SHARE, for the cards of one
den are bought and used together. [shares assumed, from the lives of fraud numbers: FRESH_TO_DAYS; ACTIVE_SHARE is
measured]"""
NEW_ON_LIST_MOST: Final = 0.85
"""The most that new diallers on one list say of each other's being a den, without a flag: with all that behaviour may
say of a new card it falls short of SUSPECT_FROM. [assumed]"""

LEADS_MUTUAL: Final = 0.05
FRIENDS_MUTUAL: Final = 0.6
LEAD_BEGINS: Final = 0.05
FRIENDS_MOST: Final = 0.95
"""Of a caller's leads, the part with contact both ways; of an ordinary number's counterparts; of leads, those who
called or wrote first; the most of a suspect's counterparts that can be friends. [assumed, fraud-patterns section 5:
fraud numbers < 3 % and those called back, ordinary .5-.7 in the core]"""
WORK_PRIOR: Final = 0.5
"""So many strangers more a day: smooths how busy a number was when it met somebody. [assumed]"""
TOLD_WITHIN_MS: Final = 7 * DAY_MS
"""After a meeting with one suspect, so long a call to another may be what the first told the person to do. [assumed]"""
UNASKED_FRESH: Final = 0.5
"""What is left of a card's freshness for somebody who rang it unasked: a friend of its owner, or somebody whom an
unknown sender's message told the number. [assumed: even odds]"""
STRAY_SHARE: Final = 0.02
KNOWN_TO: Final = 4
"""Of those whom a card met, so many ring it unasked although they are no friends: wrong numbers, hearsay; and the
friends that ring it beyond them from which its freshness protects nothing. [assumed]"""
EXPOSING_FROM: Final = 0.2
"""Suspicion from which contact with a number counts as exposure."""
VERIFICATION_WITHIN_MS: Final = 2 * HOUR_MS
"""After the end of a suspicious call. [doc S33: dials 114 or an official number at once; two hours assumed]"""
CODE_WITHIN_MS: Final = 10 * 60_000
"""After the end of a suspicious call, or during it. [doc, fraud-patterns section 2]"""
MESSAGE_THEN_CALL_MS: Final = 48 * HOUR_MS
"""[doc, fraud-patterns section 2]"""
LATELY_MS: Final = 7 * DAY_MS
"""Whom a person talked with or turned to within so long tells what it is in; whom before, where there is no such one.
[doc, feeds: in contact]"""
TALKED_FROM_S: Final = 30
"""A call of this length, or a call or message back, is talking. [doc, feeds: in contact]"""
BACK_COUNTS_S: Final = 180
"""A call or message from the person to the suspect weighs as much as a call of this length: both are `engaged`. [doc
S33: a call back is a sign of its own; equal weight from the stage rules]"""
SUSPECT_FROM: Final = 0.5
"""Suspicion from which a number is held for fraud, and is no longer counted among the exposed."""
ROUNDS: Final = 3
"""Times that suspicion is carried on."""

APPROACH_EVENTS_LEAST: Final = 3
BY_MESSAGE_FROM: Final = 0.7
ANNOUNCED_FROM: Final = 0.15
"""Share of messages among a gang's own events from which it approaches by message, or announces its calls by one.
Of the kinds that do, brushing and loans are the commonest, of those that ring, fake customer service. [doc, section 7;
bounds assumed, and as few events as tell a habit: the guess is right more often than not, `other` never]"""
ANNOUNCED_TO_LEAST: Final = 10
ANNOUNCED_TO_FROM: Final = 0.3
"""People whom one card wrote to and another rang, from which the two work together; and the part of all it wrote to
whom such cards rang, from which the writing announced the calls. [assumed: nearly all are, once their turn has come]"""
LISTENED_LONG_S: Final = 120
ANOTHER_DAY_MS: Final = 8 * HOUR_MS
COMES_BACK_FROM: Final = 0.1
"""A first talk of this length; after so long it is another day; and of those who talked so long, the share who talk
with the same number again then, from which it plays somebody they know. [doc, section 7: day 1 "guess who", day 2 the
request, one number; all other scripts go on at once, or through other numbers; bounds assumed]"""
TOLD_TO_ASK_FROM: Final = 0.1
"""Share of a gang's people who ask police or enquiries from which it plays the police. [doc S52: the target is told to
dial 114; hardly anybody asks otherwise; share assumed]"""
CALLER_CONTACTS_FROM: Final = 5
CALLER_OUTGOING_FROM: Final = 0.5
"""Numbers contacted, and share of own events, from which a member is a caller. [measured: fraud median .97]"""
HANDLER_MEAN_TALK_S: Final = 120
"""Mean talk with a counterpart from which a member to whom people are passed on is a handler. [assumed, S7]"""
HUB_COUNTERPARTS_FROM: Final = 30
HUB_COUNTERPARTS_PER_DAY_FROM: Final = 10.0
"""Counterparts in all and a day from which a number is a hub. [measured: 95 % of ordinary numbers have fewer]"""
HUB_WORKING_DAYS_FROM: Final = 10
HUB_CALLED_BACK_FROM: Final = 0.1
"""Days of activity, or share of the numbers contacted that contact it too, from which a hub is somebody's regular
work. [measured: half of fraud numbers live six days; assumed: couriers are called back by 10-25 %]"""
TOOL_CONTACTS_FROM: Final = 20
TOOL_PAST_MS: Final = 4 * DAY_MS
TOOL_BURST_PART: Final = 0.5
TOOL_FRIENDS_FROM: Final = 3
"""A tool's past: half of its contacts came in a time at most half as long as the life before, which lasted four days
and had three friends who called too. [assumed; S5: a genuine owner, a normal past, an abrupt change]"""

REPORTED_FROM: Final = 0.01
"""Suspicion from which an unflagged number has a row of its own. [doc, feeds: numbers.parquet]"""
ENTITY_REPORTED_FROM: Final = 0.05
KEY_EVENTS_MOST: Final = 8
LINK_TIES_LEAST: Final = 2.0
"""Summed strength of ties between the callers of two networks, from which they are linked through leads."""
