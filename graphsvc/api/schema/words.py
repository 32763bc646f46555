"""The vocabularies of the contract as enums: the model's words in upper case."""

from enum import StrEnum
from typing import TypeAlias

import strawberry

from graphsvc.model import words
from graphsvc.model.investigations import InvestigationStatus as InvestigationStatus
from graphsvc.model.investigations import NoteKind as NoteKind
from graphsvc.model.questions import QuestionKind as QuestionKind
from graphsvc.model.timelines import PersonEventKind as PersonEventKind
from graphsvc.model.warnings import LeaseRefusal as LeaseRefusal
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.warnings import WarningEventKind as WarningEventKind
from graphsvc.model.warnings import WarningState as WarningState
from graphsvc.model.words import DirectoryRole as DirectoryRole
from graphsvc.model.words import FlagSource as FlagSource
from graphsvc.model.words import Grade as Grade
from graphsvc.model.words import MemberRole as MemberRole
from graphsvc.model.words import NumberClass as NumberClass
from graphsvc.model.words import NumberKind as NumberKind
from graphsvc.model.words import OutcomeKind
from graphsvc.model.words import Reporter as Reporter
from graphsvc.model.words import ScamType as ScamType
from graphsvc.model.words import Stage as Stage
from graphsvc.store import changes

Channel: TypeAlias = WarningChannel
Outcome: TypeAlias = OutcomeKind

# Strawberry notes on the class what it is called; the model itself knows nothing of that.
for _word, _description in (
    (Grade, "Urgency and likelihood together."),
    (Stage, "How far a fraud has gone with a person, in order."),
    (ScamType, "The kinds of scam that flags and cases name."),
    (NumberClass, "What a number is held to be."),
    (NumberKind, "What a number looks like."),
    (MemberRole, "What a member does in a network."),
    (FlagSource, "Who said that a number takes part in a case."),
    (DirectoryRole, "A number's public role: a witness, never a suspect."),
    (Reporter, "Who reported an outcome."),
    (LeaseRefusal, "Why a lease token counts no more; once refused, a token is refused for ever."),
    (WarningEventKind, "What can become of a warning, or of the queue."),
    (WarningState, "Where a warning stands."),
    (InvestigationStatus, "How far an investigation is."),
    (NoteKind, "What a line of an investigation's log tells."),
    (PersonEventKind, "What a line of a person's timeline tells."),
    (QuestionKind, "What a saved question asks."),
):
    strawberry.enum(_word, description=_description)
strawberry.enum(Channel, name="Channel", description="How a warning reaches a person; the last two need a capacity.")
strawberry.enum(Outcome, name="Outcome", description="What came of a warning.")


@strawberry.enum(description="The language of a text.")
class Language(StrEnum):
    """The languages that texts are told in."""

    ZH = "zh"
    EN = "en"


@strawberry.enum(description="What a number can be linked to.")
class EntityKind(StrEnum):
    """The model's kinds of entity but for cells, which only events name."""

    DEVICE = "device"
    HOLDER = "holder"
    ACCOUNT = "account"
    SOCIAL_ACCOUNT = "social_account"
    URL = "url"

    @property
    def word(self) -> words.EntityKind:
        """The model's word for it."""
        return words.EntityKind(self.value)


@strawberry.enum(description="What the public asks about or reports.")
class RiskKind(StrEnum):
    """A number, or one of the entities that people come by."""

    NUMBER = "number"
    ACCOUNT = "account"
    SOCIAL_ACCOUNT = "social_account"
    URL = "url"

    @property
    def entity(self) -> words.EntityKind | None:
        """The kind of entity; None for a number."""
        return None if self is RiskKind.NUMBER else words.EntityKind(self.value)


@strawberry.enum(description="What became of a person in the ranking: rose is to a higher grade or a later stage.")
class VictimChange(StrEnum):
    """Since an earlier ranking."""

    ENTERED = changes.ENTERED
    ROSE = changes.ROSE
    LEFT = changes.LEFT


@strawberry.enum(description="The order of networks.")
class NetworkOrder(StrEnum):
    """The order of networks; ties go to the larger network, then to the older id."""

    EXPOSED = "exposed"
    SIZE = "size"
    FLAGGED = "flagged"
    LOSSES = "losses"
    LAST_SEEN = "last_seen"
